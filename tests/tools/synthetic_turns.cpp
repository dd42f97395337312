// The conversation: who speaks when, and what the socket and the playout worklet notice of it.

#include "tests/tools/synthetic_state.hpp"

namespace reprise::synthetic {
namespace {

using boost::json::array;
using boost::json::object;
using recording::Topic;

constexpr std::int64_t kFramesPerModelSample = 2;
constexpr std::int64_t kModelPart = 960;  ///< 40 ms; four times as fast as real time
constexpr std::int64_t kPartUs = 10'000;
constexpr std::int64_t kSpanSamples = 24'000;
constexpr std::int64_t kFadeSamples = 120;

constexpr std::string_view kWords[] = {"well",  "the",  "boat",  "went",   "over",  "a",
                                       "quiet", "lake", "until", "nobody", "could", "see"};

}  // namespace

void Recording::State::start() {
  journal.json(
      Topic::Session, kStartUs,
      {{"kind", "started"},
       {"recording_id", "00000000-0000-7000-8000-000000000001"},
       {"live_session_id", "00000000-0000-7000-8000-000000000002"},
       {"page_us", kStartUs},
       {"app_version", "0.1.0"},
       {"user_agent", "reprise-synthetic"},
       {"model", "gemini-3.8-live"},
       {"base_url", "http://localhost:8081"},
       {"api_version", "v1beta"},
       {"setup", object{{"model", "models/gemini-3.8-live"}}},
       {"consent", object{{"text_version", "2026-11"},
                          {"given_us", kStartUs - 3 * kSecondUs},
                          {"method", "button"},
                          {"channels", array{"microphone", "camera", "model", "messages"}}}},
       {"devices",
        object{{"microphone", object{{"label", "Synthetic microphone"}, {"sample_rate", 48'000}}},
               {"camera", options.camera ? boost::json::value{object{{"label", "Synthetic camera"},
                                                                     {"width", kCameraWidth},
                                                                     {"height", kCameraHeight}}}
                                         : boost::json::value{}}}},
       {"audio", object{{"context_rate", 48'000},
                        {"base_latency_s", 0.01},
                        {"output_latency_s", 0.03},
                        {"mic_rate", 16'000},
                        {"model_rate", 24'000},
                        {"mic_delay_frames", 47}}}});
  journal.event(kStartUs + 60'000, "socket_opening");
  journal.event(kStartUs + 80'000, "socket_open");
  journal.wire(Topic::WireTx, kStartUs + 81'000,
               {{"setup", object{{"model", "models/gemini-3.8-live"}}}});
  journal.wire(Topic::WireRx, kStartUs + 95'000, {{"setupComplete", object{}}});
  journal.event(kStartUs + 95'000, "setup_complete");
}

void Recording::State::end() {
  journal.drop_from(end_us());
  journal.event(end_us(), "hang_up");
  journal.event(end_us(), "socket_closed", {{"code", 1000}, {"reason", ""}, {"clean", true}});
  journal.json(Topic::Session, end_us() + 1000,
               {{"kind", "ended"},
                {"page_us", end_us() + 1000},
                {"reason", "hangup"},
                {"context_frame", context_frame_of(end_us()) / kQuantum * kQuantum}});
}

// Plans one turn of the person and its answer at a time, as long as both fit into the recording.
void Recording::State::plan_turns(std::int64_t until_us) {
  while (next_turn_us < until_us) {
    const std::int64_t talk_us = between(1500, 4000) * 1000;
    const std::int64_t think_us = between(500, 1200) * 1000;
    const std::int64_t samples = between(3000, 9000) * 24;
    const std::int64_t answer_us = next_turn_us + talk_us + think_us;
    if (answer_us + samples * kSecondUs / 24'000 + kSecondUs > end_us()) {
      next_turn_us = end_us();
      return;
    }
    plan_person(next_turn_us, talk_us);
    next_turn_us = plan_answer(answer_us, samples);
    ++turns;
  }
}

void Recording::State::plan_person(std::int64_t start_us, std::int64_t length_us) {
  const std::int64_t first = (start_us - kStartUs) * 16 / 1000;
  talks.push_back({first, first + length_us * 16 / 1000});
  for (std::int64_t at = 500'000; at <= length_us; at += 500'000) {
    const std::string word = " " + std::string{kWords[random() % std::size(kWords)]};
    journal.wire(Topic::WireRx, start_us + at,
                 {{"serverContent", object{{"inputTranscription", object{{"text", word}}}}}});
  }
}

/// Plans the model's answer: messages, sound, playout. Returns when the person speaks next.
std::int64_t Recording::State::plan_answer(std::int64_t start_us, std::int64_t samples) {
  const std::int64_t first_sample = model_sample;
  const std::int64_t item = items++;
  model_sample += samples;
  journal.json(
      Topic::Playout, start_us,
      {{"kind", "item"}, {"item", item}, {"first_sample", first_sample}, {"page_us", start_us}});
  std::int64_t at_us = start_us;
  for (std::int64_t done = 0; done < samples; done += kModelPart, at_us += kPartUs) {
    const std::int64_t first = first_sample + done;
    const std::int64_t count = std::min(kModelPart, samples - done);
    if (done % (10 * kModelPart) == 0) {
      const std::string word = " " + std::string{kWords[random() % std::size(kWords)]};
      journal.wire(Topic::WireRx, at_us,
                   {{"serverContent", object{{"outputTranscription", object{{"text", word}}}}}});
    }
    std::vector<std::int16_t> sound(static_cast<std::size_t>(count));
    for (std::int64_t n = 0; n < count; ++n) {
      const auto from = static_cast<std::size_t>(done + n) % model_voice.size();
      sound[static_cast<std::size_t>(n)] = model_voice[from];
    }
    journal.media(Topic::ModelPcm, at_us, static_cast<std::uint32_t>(first),
                  pcm_message(at_us, sound, 24'000));
    const object data{{"mimeType", "audio/pcm;rate=24000"},
                      {"data", reference("/model/pcm", first, count)}};
    journal.wire(Topic::WireRx, at_us,
                 {{"serverContent",
                   object{{"modelTurn", object{{"parts", array{object{{"inlineData", data}}}}}}}}},
                 object{{"first_sample", first}, {"sample_count", count}, {"item", item}});
  }
  journal.wire(Topic::WireRx, at_us, {{"serverContent", object{{"generationComplete", true}}}});
  journal.json(
      Topic::Playout, at_us,
      {{"kind", "item_end"}, {"item", item}, {"sample_count", samples}, {"complete", true}});

  constexpr std::int64_t kPrebufferUs = 40'000;
  const std::int64_t first_frame =
      (context_frame_of(start_us + kPrebufferUs) / kQuantum + 1) * kQuantum;
  if (turns % 3 == 2) return cut_answer(first_sample, samples, first_frame);
  plan_playout(first_sample, samples, first_frame);
  const std::int64_t done_us = page_us_of(first_frame + samples * kFramesPerModelSample);
  journal.wire(Topic::WireRx, done_us, {{"serverContent", object{{"turnComplete", true}}}});
  return done_us + between(700, 2500) * 1000;
}

/// Barge-in at 55 % to 75 % of the answer: fade and flush. The person has begun to speak 400 ms
/// before.
std::int64_t Recording::State::cut_answer(std::int64_t first_sample, std::int64_t samples,
                                          std::int64_t first_frame) {
  constexpr std::int64_t kSamplesPerQuantum = kQuantum / kFramesPerModelSample;
  const std::int64_t heard =
      samples * between(55, 75) / 100 / kSamplesPerQuantum * kSamplesPerQuantum;
  const std::int64_t cut_frame = first_frame + heard * kFramesPerModelSample;
  const std::int64_t flush_frame = cut_frame + kFadeSamples * kFramesPerModelSample;
  const std::int64_t cut_us = page_us_of(cut_frame) - 2000;
  const std::int64_t item = items - 1;
  journal.wire(Topic::WireRx, cut_us, {{"serverContent", object{{"interrupted", true}}}});
  journal.event(cut_us, "interrupted", {{"item", item}});
  plan_playout(first_sample, heard + kFadeSamples, first_frame);
  const std::int64_t flush_us = page_us_of(flush_frame) + 2000;
  journal.json(Topic::Playout, flush_us,
               {{"kind", "fade"}, {"context_frame", cut_frame}, {"sample_count", kFadeSamples}});
  journal.json(Topic::Playout, flush_us,
               {{"kind", "flush"},
                {"context_frame", flush_frame},
                {"item", item},
                {"dropped_samples", samples - heard - kFadeSamples},
                {"page_us", cut_us}});
  journal.wire(Topic::WireRx, flush_us, {{"serverContent", object{{"turnComplete", true}}}});
  return cut_us - 400'000;
}

void Recording::State::plan_playout(std::int64_t first_sample, std::int64_t samples,
                                    std::int64_t first_frame) {
  for (std::int64_t done = 0; done < samples; done += kSpanSamples) {
    const std::int64_t count = std::min(kSpanSamples, samples - done);
    const std::int64_t frame = first_frame + done * kFramesPerModelSample;
    const std::int64_t logged_us = page_us_of(frame + count * kFramesPerModelSample) + 2000;
    journal.json(Topic::Playout, logged_us,
                 {{"kind", "span"},
                  {"item", items - 1},
                  {"first_sample", first_sample + done},
                  {"sample_count", count},
                  {"context_frame", frame}});
  }
}

}  // namespace reprise::synthetic
