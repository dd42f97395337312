// Microphone, camera and clocks, and the chunks made from them.

#include <array>
#include <cmath>

#include "base/base64.hpp"
#include "tests/tools/synthetic_state.hpp"

namespace reprise::synthetic {
namespace {

using boost::json::array;
using boost::json::object;
using recording::Topic;

constexpr std::int64_t kMicBlock = 320;
constexpr std::int64_t kFramesPerMicSample = 3;
/// Sample i of `/mic/pcm` was captured at index i + this, in samples of 16 kHz since the start: the
/// context began 800 samples late, and the microphone's FIFO and the FIR filter are late by 208 (13
/// ms).
constexpr std::int64_t kCaptureOfFirstSample = 800 - 208;
constexpr std::int64_t kCameraDeviceUs = 7'000'000'000;  ///< uptime when the camera started
constexpr std::int64_t kOutputLatencyUs = 40'000;

}  // namespace

Bytes pcm_message(std::int64_t page_us, const std::vector<std::int16_t>& samples,
                  std::uint32_t rate) {
  const ByteView pcm = std::as_bytes(std::span{samples});
  return recording::encode_audio(
      {.timestamp_ns = page_us * 1000, .pcm = pcm, .sample_rate = rate, .channels = 1});
}

std::string reference(std::string_view topic, std::int64_t first, std::int64_t count) {
  return "ref:" + std::string{topic} + "#" + std::to_string(first) + "+" + std::to_string(count);
}

std::int16_t Recording::State::captured(std::int64_t index) {
  const auto noise = static_cast<std::int16_t>((index * 2654435761LL >> 13 & 15) - 8);
  for (const Interval& talk : talks) {
    if (index < talk.first || index >= talk.end) continue;
    const auto from = static_cast<std::size_t>(index - talk.first) % person_voice.size();
    return static_cast<std::int16_t>(person_voice[from] + noise);
  }
  return noise;
}

void Recording::State::microphone_until(std::int64_t page_us) {
  for (;;) {
    const std::int64_t done_us = page_us_of((mic_sample + kMicBlock) * kFramesPerMicSample) + 1000;
    if (done_us >= std::min(page_us, end_us())) return;
    std::vector<std::int16_t> sound(kMicBlock);
    for (std::int64_t n = 0; n < kMicBlock; ++n) {
      sound[static_cast<std::size_t>(n)] = captured(mic_sample + n + kCaptureOfFirstSample);
    }
    journal.media(Topic::MicPcm, done_us, static_cast<std::uint32_t>(mic_sample),
                  pcm_message(done_us, sound, 16'000));
    const object data{{"mimeType", "audio/pcm;rate=16000"},
                      {"data", reference("/mic/pcm", mic_sample, kMicBlock)}};
    journal.wire(Topic::WireTx, done_us, {{"realtimeInput", object{{"audio", data}}}},
                 object{{"first_sample", mic_sample}, {"sample_count", kMicBlock}});
    if (mic_sample % 16'000 == 0) {
      journal.json(Topic::Clock, done_us,
                   {{"kind", "mic"},
                    {"first_sample", mic_sample},
                    {"context_frame", mic_sample * kFramesPerMicSample}});
    }
    mic_sample += kMicBlock;
  }
}

// Batches of 25 blocks of 10 ms, with the sound at the time at which the microphone captured it.
void Recording::State::envelope_until(std::int64_t page_us) {
  constexpr std::int64_t kBlocks = 25;
  constexpr std::int64_t kSamplesPerMs = 16;
  for (;; ++batch) {
    const std::int64_t first = batch * kBlocks * 10;  // ms
    const auto captured_us = [](std::int64_t ms) {
      return kStartUs + std::llround(static_cast<double>(ms) * 1000 * (1 + kDriftPpm * 1e-6));
    };
    if (captured_us(first + kBlocks * 10) + 5000 >= std::min(page_us, end_us())) return;
    array blocks;
    std::int64_t arrival = 0;
    for (std::int64_t block = 0; block < kBlocks; ++block) {
      const std::int64_t ms = first + block * 10;
      arrival = captured_us(ms + 10) + 3000 + between(0, 1900);
      blocks.push_back(array{ms * 1000, arrival, 480});
    }
    std::array<std::uint8_t, kBlocks * 10> envelope{};
    for (std::size_t ms = 0; ms < envelope.size(); ++ms) {
      double power = 0;
      for (std::int64_t n = 0; n < kSamplesPerMs; ++n) {
        const std::int64_t index = (first + static_cast<std::int64_t>(ms)) * kSamplesPerMs + n;
        power += std::pow(captured(index) / 32768.0, 2);
      }
      const double rms = std::sqrt(power / kSamplesPerMs);
      envelope[ms] = static_cast<std::uint8_t>(std::lround(255 * std::sqrt(rms)));
    }
    journal.json(Topic::Clock, arrival,
                 {{"kind", "microphone"},
                  {"sample_rate", 48'000},
                  {"blocks", std::move(blocks)},
                  {"envelope", base64_encode(std::as_bytes(std::span{envelope}))}});
  }
}

// One picture each 1/15 s. A group begins with a key picture whenever the camera is turned on.
void Recording::State::camera_until(std::int64_t page_us) {
  if (!options.camera) return;
  const std::string size = std::to_string(kCameraWidth) + "x" + std::to_string(kCameraHeight);
  for (;; ++camera_tick) {
    const std::int64_t since_us = camera_tick * kSecondUs / kCameraRate;
    const std::int64_t captured_us = kStartUs + kSecondUs + since_us;
    if (captured_us + 50'000 >= std::min(page_us, end_us())) return;
    const std::int64_t percent = (captured_us - kStartUs) / kSecondUs * 100 / options.seconds;
    const bool on = percent < 45 || percent >= 55;
    if (on != camera_on) {
      journal.event(captured_us, "camera", {{"on", on}});
      if (on) {
        journal.event(captured_us, "camera_format",
                      {{"width", kCameraWidth}, {"height", kCameraHeight}});
      }
      camera_on = on;
      loop_at = 0;
    }
    if (!on) continue;
    const std::int64_t arrival_us = captured_us + 8000 + between(0, 6000);
    const std::int64_t device_ns = (kCameraDeviceUs + since_us) * 1000;
    const CameraPicture& picture = camera_loop[loop_at++ % camera_loop.size()];
    const std::string frame_id = (picture.key ? "key " : "delta ") + size;
    journal.media(Topic::CameraVideo, arrival_us, pictures++,
                  recording::encode_video({device_ns, frame_id, "vp9", picture.vp9}));
    if (camera_tick % kCameraRate != 0) continue;
    journal.media(Topic::FramesJpeg, arrival_us, jpegs,
                  recording::encode_image({device_ns, size, "jpeg", jpeg}));
    const object data{{"mimeType", "image/jpeg"},
                      {"data", "ref:/frames/jpeg#" + std::to_string(jpegs++)}};
    journal.wire(Topic::WireTx, arrival_us + 5000, {{"realtimeInput", object{{"video", data}}}});
  }
}

void Recording::State::clocks(std::int64_t second_us) {
  constexpr std::int64_t kAnchorUs = 250'000;
  for (std::int64_t at = second_us; at < second_us + kSecondUs; at += kAnchorUs) {
    const std::int64_t rendered = context_frame_of(at) / kQuantum * kQuantum;
    journal.json(
        Topic::Clock, at,
        {{"kind", "render"}, {"context_frame", rendered}, {"page_us", page_us_of(rendered)}});
    const std::int64_t heard = context_frame_of(at - kOutputLatencyUs);
    journal.json(Topic::Clock, at,
                 {{"kind", "output"},
                  {"context_frame", heard},
                  {"page_us", page_us_of(heard) + kOutputLatencyUs}});
  }
  journal.json(Topic::Health, second_us + 500'000,
               {{"page_us", second_us + 500'000},
                {"socket_buffered_bytes", 0},
                {"ring_samples", 0},
                {"underruns", 0},
                {"long_tasks", 0},
                {"frames_captured", camera_on ? kCameraRate : 0},
                {"frames_skipped", 0},
                {"encode_queue", 0},
                {"journal_bytes", 0},
                {"chunks_waiting", 0},
                {"ack_ms", 12}});
}

Recording::Recording(Options options) : state_(std::make_unique<State>(options)) {}
Recording::~Recording() = default;

Bytes Recording::next_chunk() {
  State& state = *state_;
  if (state.second == state.options.seconds) return {};
  const std::int64_t first_us = kStartUs + state.second * kSecondUs;
  const std::int64_t end_us = first_us + kSecondUs;
  state.plan_turns(end_us + kSecondUs);
  state.clocks(first_us);
  state.microphone_until(end_us);
  state.envelope_until(end_us);
  state.camera_until(end_us);
  while (state.talks.size() > 4) state.talks.pop_front();
  if (++state.second < state.options.seconds) return state.journal.seal_before(end_us);
  state.end();
  return state.journal.seal_before(end_us);
}

}  // namespace reprise::synthetic
