#pragma once

// Builds recordings for tests: the messages of a session in the order of their log times, cut into
// chunks. Not part of the program.

#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "domain/pcm/fir.hpp"
#include "domain/recording/fold/fold.hpp"
#include "domain/recording/format/chunk.hpp"

namespace reprise::recording::scenario {

inline constexpr std::int64_t kStartUs = 1'795'531'763'000'000;

struct Row {
  Topic topic;
  std::uint32_t sequence;
  std::int64_t log_us;
  Bytes data;
};

inline Bytes bytes_of(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}
inline Bytes bytes_of(const std::vector<std::int16_t>& samples) {
  Bytes bytes(samples.size() * 2);
  if (!samples.empty()) std::memcpy(bytes.data(), samples.data(), bytes.size());
  return bytes;
}

/// The text as a JSON string.
inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// A session under construction. Frames are context frames; page times are computed from them.
class Session {
 public:
  double page_ppm = 0;          ///< how much faster than the context clock the page clock runs
  std::int64_t row_lag_us = 0;  ///< JSON rows come this long after their log time
  double jump_at_s = 1e9;       ///< from here on the page clock of all threads is off by jump_us
  std::int64_t jump_us = 0;
  /// The Workers' clock is off by this much, as in recordings from before they asked for the page
  /// clock.
  std::int64_t worker_shift_us = 0;
  std::vector<Row> rows;

  std::int64_t page_us(double frame) const {
    return kStartUs + std::llround(frame / 0.048 * (1 + page_ppm * 1e-6));
  }
  /// What the page clock shows when the right time is `us`.
  std::int64_t said_us(std::int64_t us) const {
    return us < kStartUs + static_cast<std::int64_t>(jump_at_s * 1e6) ? us : us + jump_us;
  }
  std::int64_t log_us(const Row& row) const {
    const bool window = row.topic == Topic::Session || row.topic == Topic::Clock ||
                        row.topic == Topic::Events || row.topic == Topic::Health;
    return said_us(row.log_us) + (window ? 0 : worker_shift_us);
  }
  void add(Topic topic, std::uint32_t sequence, std::int64_t log_us, Bytes data) {
    rows.push_back({topic, sequence, log_us, std::move(data)});
  }
  void json(Topic topic, std::int64_t log_us, const std::string& text) {
    add(topic, counters_[topic]++, log_us, bytes_of(text));
  }
  /// Adds a row; `members` has no braces: `"kind":"mute","on":true`.
  void row(Topic topic, double frame, const std::string& members) {
    json(topic, page_us(frame), "{" + members + "}");
  }
  void started(const std::string& extra = "") {
    row(Topic::Session, 0,
        R"("kind":"started","model":"gemini-test","page_us":)" + std::to_string(kStartUs) +
            R"(,"audio":{"mic_delay_frames":47})" + extra);
  }
  void ended(std::int64_t frame, const std::string& reason = "hangup") {
    row(Topic::Session, static_cast<double>(frame),
        R"("kind":"ended","reason":")" + reason + R"(","page_us":)" +
            std::to_string(said_us(page_us(static_cast<double>(frame)))) + R"(,"context_frame":)" +
            std::to_string(frame));
  }
  void anchors(std::int64_t from, std::int64_t to, std::int64_t output_latency = 1968) {
    for (auto frame = from; frame < to; frame += 12'000) {
      const auto page = std::to_string(said_us(page_us(static_cast<double>(frame))));
      if (frame >= output_latency) {
        row(Topic::Clock, static_cast<double>(frame),
            R"("kind":"output","context_frame":)" + std::to_string(frame - output_latency) +
                R"(,"page_us":)" + page);
      }
      row(Topic::Clock, static_cast<double>(frame),
          R"("kind":"render","context_frame":)" + std::to_string(frame) + R"(,"page_us":)" + page);
    }
  }
  /// Adds 20 ms blocks of the microphone from `frame` on, with a `mic` row each second.
  void mic(std::int64_t first_sample, std::int64_t frame,
           const std::vector<std::int16_t>& samples) {
    for (std::size_t at = 0; at < samples.size(); at += 320) {
      const auto count = std::min<std::size_t>(320, samples.size() - at);
      const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(at);
      const auto place = static_cast<double>(frame) + 3.0 * static_cast<double>(at + count);
      const auto pcm =
          bytes_of(std::vector<std::int16_t>(begin, begin + static_cast<std::ptrdiff_t>(count)));
      add(Topic::MicPcm, static_cast<std::uint32_t>(first_sample + static_cast<std::int64_t>(at)),
          page_us(place), encode_audio({page_us(place) * 1000, pcm, 16'000, 1}));
      if (at % 16'000 == 0) {
        row(Topic::Clock, place,
            R"("kind":"mic","first_sample":)" +
                std::to_string(first_sample + static_cast<std::int64_t>(at)) +
                R"(,"context_frame":)" + std::to_string(frame + 3 * static_cast<std::int64_t>(at)));
      }
    }
  }
  void model(std::int64_t first_sample, double frame, const std::vector<std::int16_t>& samples) {
    add(Topic::ModelPcm, static_cast<std::uint32_t>(first_sample), page_us(frame),
        encode_audio({page_us(frame) * 1000, bytes_of(samples), 24'000, 1}));
  }
  void playout(double frame, const std::string& members) { row(Topic::Playout, frame, members); }
  void span(std::int64_t item, std::int64_t first, std::int64_t count, std::int64_t frame) {
    playout(static_cast<double>(frame + 2 * count),
            R"("kind":"span","item":)" + std::to_string(item) + R"(,"first_sample":)" +
                std::to_string(first) + R"(,"sample_count":)" + std::to_string(count) +
                R"(,"context_frame":)" + std::to_string(frame));
  }
  /// Adds a message of /wire/rx; `text` is the Live message.
  void wire(double frame, const std::string& text, const std::string& audio = "") {
    row(Topic::WireRx, frame,
        R"("socket":0,"index":)" + std::to_string(wire_index_++) + R"(,"binary":true,"bytes":9,)" +
            R"("text":)" + json_string(text) + (audio.empty() ? "" : R"(,"audio":)" + audio));
  }
  /// Adds a message of /wire/tx; `text` is the Live message.
  void sent(double frame, const std::string& text, bool again = false) {
    row(Topic::WireTx, frame,
        R"("socket":0,"index":)" + std::to_string(sent_index_++) +
            R"(,"binary":false,"bytes":9,"text":)" + json_string(text) +
            (again ? R"(,"again":true)" : ""));
  }
  void said(double frame, const std::string& text) {
    wire(frame, R"({"serverContent":{"inputTranscription":{"text":")" + text + R"("}}})");
  }
  void says(double frame, const std::string& text) {
    wire(frame, R"({"serverContent":{"outputTranscription":{"text":")" + text + R"("}}})");
  }
  void wire_audio(double frame, std::int64_t item, std::int64_t first, std::int64_t count) {
    wire(frame, R"({"serverContent":{"modelTurn":{}}})",
         R"({"first_sample":)" + std::to_string(first) + R"(,"sample_count":)" +
             std::to_string(count) + R"(,"item":)" + std::to_string(item) + "}");
  }
  void event(double frame, const std::string& members) {
    row(Topic::Events, frame,
        members + R"(,"page_us":)" + std::to_string(said_us(page_us(frame))) +
            R"(,"context_frame":)" + std::to_string(std::llround(frame)));
  }
  void picture(std::uint32_t number, bool key, std::int64_t device_us, std::int64_t arrival_us,
               const std::string& size = "640x480") {
    const Bytes vp9(40, static_cast<std::byte>(number));
    const auto id = (key ? "key " : "delta ") + size;
    add(Topic::CameraVideo, number, arrival_us, encode_video({device_us * 1000, id, "vp9", vp9}));
  }

  /// The session as sealed chunks. `cut(index of a message)` says whether a new chunk begins there.
  std::vector<Bytes> chunks(const std::function<bool(std::size_t)>& cut) const {
    auto sorted = rows;
    const auto due = [this](const Row& row) {
      const bool media = row.topic == Topic::MicPcm || row.topic == Topic::ModelPcm ||
                         row.topic == Topic::CameraVideo;
      return row.log_us + (media ? 0 : row_lag_us);
    };
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    order.reserve(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) order.emplace_back(due(sorted[i]), i);
    std::ranges::sort(order);
    std::vector<Bytes> result;
    ChunkWriter writer;
    std::size_t written = 0;
    for (const auto& [time, index] : order) {
      if (written > 0 && cut(written)) result.push_back(writer.seal());
      const auto& row = sorted[index];
      writer.add(row.topic, row.sequence, log_us(row) * 1000, row.data);
      ++written;
    }
    result.push_back(writer.seal());
    return result;
  }
  std::vector<Bytes> chunks() const {
    return chunks([](std::size_t i) { return i % 200 == 0; });
  }

 private:
  std::map<Topic, std::uint32_t> counters_;
  std::int64_t wire_index_ = 0;
  std::int64_t sent_index_ = 0;
};

/// Keeps everything that a fold gives, and checks the order.
class Collector final : public FoldSink {
 public:
  struct Shown {
    std::int64_t at_ns;
    bool key;
    std::uint32_t width;
    int number;
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  std::vector<float> left;
  std::vector<float> right;
  std::vector<Shown> pictures;
  std::vector<std::int64_t> holds;
  std::size_t silent_blocks = 0;
  bool ordered = true;

  void sound(const SoundBlock& block) override {
    ordered &= block.first_frame == static_cast<std::int64_t>(left.size());
    see(block.first_frame * 62'500 / 3);
    left.insert(left.end(), block.left.begin(), block.left.end());
    right.insert(right.end(), block.right.begin(), block.right.end());
    silent_blocks += block.silent ? 1 : 0;
  }
  void picture(const Picture& picture) override {
    ordered &= picture.at_ns > last_picture_ns_;
    last_picture_ns_ = picture.at_ns;
    see(picture.at_ns);
    pictures.push_back(
        {picture.at_ns, picture.key, picture.width, static_cast<int>(picture.vp9.front())});
  }
  void hold(std::int64_t at_ns) override {
    ordered &= at_ns > last_picture_ns_;
    last_picture_ns_ = at_ns;
    see(at_ns);
    holds.push_back(at_ns);
  }

 private:
  void see(std::int64_t at_ns) {
    ordered &= at_ns >= last_ns_;
    last_ns_ = at_ns;
  }
  std::int64_t last_ns_ = 0;
  std::int64_t last_picture_ns_ = -1;
};

struct Folded {
  Collector media;
  View view;
};
/// Folds the chunks; an empty one is skipped.
inline void fold_into(Folded& result, const std::vector<Bytes>& chunks, FoldOptions options = {}) {
  Fold fold(options, &result.media);
  for (const auto& bytes : chunks) {
    if (bytes.empty()) {
      fold.skip();
      continue;
    }
    const auto chunk = parse_chunk(bytes);
    if (!chunk) throw std::logic_error(chunk.error().client_message);
    fold.add(*chunk);
  }
  fold.finish();
  result.view = fold.view();
}
inline Folded fold(const Session& session, FoldOptions options = {}) {
  Folded result;
  fold_into(result, session.chunks(), options);
  return result;
}

/// A sound without repetitions, by the second.
inline double voice(double seconds) {
  using std::numbers::pi;
  const double syllables = std::sin(2 * pi * 3.1 * seconds) * std::sin(2 * pi * 4.7 * seconds + 1) +
                           0.3 * std::sin(2 * pi * 11.3 * seconds);
  return 0.4 * std::max(0.0, syllables) *
         (std::sin(2 * pi * 220 * seconds) + 0.5 * std::sin(2 * pi * 470 * seconds));
}
inline std::vector<std::int16_t> voice_samples(double from, double rate, std::size_t count) {
  std::vector<std::int16_t> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    samples[i] = pcm::to_s16(voice(from + static_cast<double>(i) / rate));
  }
  return samples;
}

inline std::string base64_of(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < bytes.size() ? bytes[i + k] : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

/// A person and a camera. Both are described by one clock of moments (seconds since the page
/// began).
struct Capture {
  double seconds = 20;
  std::function<double(double)> sound = voice;  ///< the sound at a moment
  /// The FIFO's lag at a context second.
  std::function<double(double)> fifo_ms = [](double) { return 9.0; };
  /// Whether the browser is starved at a moment.
  std::function<bool(double)> starved = [](double) { return false; };
  double fps = 30;
  double camera_from = 0;  ///< a moment
  double camera_until = 1e9;
  bool with_envelopes = true;
  unsigned seed = 1;
};

/// Adds microphone, its processor's batches, camera and anchors; returns where each picture belongs
/// on the media axis, in seconds.
inline std::vector<double> capture(Session& session, const Capture& plan) {
  const auto frames = static_cast<std::int64_t>(plan.seconds * 48'000);
  session.anchors(0, frames);
  const auto page_s = [&](double frame) {
    return static_cast<double>(session.page_us(frame) - kStartUs) * 1e-6;
  };
  std::vector<std::int16_t> mic(static_cast<std::size_t>(frames / 3));
  for (std::size_t i = 0; i < mic.size(); ++i) {
    const auto frame = 3.0 * static_cast<double>(i);
    const double moment = page_s(frame) - plan.fifo_ms(frame / 48'000) / 1000;
    mic[i] = pcm::to_s16(plan.sound(moment));
  }
  session.mic(0, 47, mic);

  unsigned state = plan.seed;
  const auto late_us = [&](double moment) {  // mostly small, sometimes zero, never negative
    state = state * 1'664'525U + 1'013'904'223U;
    const auto draw = static_cast<double>(state >> 8) / (1 << 24);
    const double late = draw * draw * 12'000 + (plan.starved(moment) ? 150'000 + draw * 90'000 : 0);
    return draw < 0.1 && !plan.starved(moment) ? 0 : static_cast<std::int64_t>(late);
  };
  constexpr int kBlocks = 25;
  for (int batch = 0; plan.with_envelopes && (batch + 1) * 0.25 < plan.seconds; ++batch) {
    std::string blocks;
    std::vector<std::uint8_t> envelope;
    std::int64_t arrival = 0;
    for (int i = 0; i < kBlocks; ++i) {
      const double moment = batch * 0.25 + i * 0.01;
      const std::int64_t moment_us = kStartUs + std::llround(moment * 1e6);
      // The first blocks have another origin than the others, as measured in Chromium.
      const auto device = moment_us - kStartUs + (batch == 0 && i < 9 ? 1'420'000 : -20'000);
      arrival = std::max(arrival, moment_us + late_us(moment));
      blocks += (blocks.empty() ? "[" : ",[") + std::to_string(device) + "," +
                std::to_string(session.said_us(arrival) + session.worker_shift_us) + ",480]";
      for (int ms = 0; ms < 10; ++ms) {
        double squares = 0;
        for (int k = 0; k < 16; ++k) {
          const double value = plan.sound(moment + ms * 0.001 + k / 16'000.0);
          squares += value * value;
        }
        envelope.push_back(
            static_cast<std::uint8_t>(std::lround(255 * std::sqrt(std::sqrt(squares / 16)))));
      }
    }
    session.json(Topic::Clock, arrival,
                 R"({"kind":"microphone","sample_rate":48000,"blocks":[)" + blocks +
                     R"(],"envelope":")" + base64_of(envelope) + R"("})");
  }

  std::vector<double> places;
  std::int64_t arrival = 0;
  for (std::uint32_t i = 0;; ++i) {
    const double moment = plan.camera_from + i / plan.fps;
    if (moment >= std::min(plan.camera_until, plan.seconds - 0.2)) break;
    const std::int64_t moment_us = kStartUs + std::llround(moment * 1e6);
    arrival = std::max(arrival + 1, moment_us + late_us(moment));
    session.picture(i, i % 60 == 0, moment_us - 1'700'000'000'000'000, arrival);
    // Solves page_s(frame) − fifo = moment for the frame.
    double place = moment;
    for (int round = 0; round < 4; ++round) {
      place += moment - (page_s(place * 48'000) - plan.fifo_ms(place) / 1000);
    }
    places.push_back(place);
  }
  return places;
}

}  // namespace reprise::recording::scenario
