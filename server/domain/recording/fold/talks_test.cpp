// Checks what counts as heard, shown and kept of the model's messages, by
// tests/fixtures/talks.json. The live view is tested on the same table
// (web/src/media/live/talks.test.ts).

#include <fmt/format.h>

#include "base/fixture_for_test.hpp"
#include "domain/recording/fold/scenario_for_test.hpp"

namespace reprise::recording {
namespace {

namespace json = boost::json;
using fixture::text_of;
using namespace scenario;

constexpr std::int64_t kFramesPerMs = 48;
constexpr std::int64_t kSamplesPerMs = 24;
/// Long enough to play everything.
constexpr std::int64_t kEndMs = 30'000;

/// Half characters, as JavaScript writes them.
std::string with_escaped_halves(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\xED' || static_cast<unsigned char>(text[at + 1]) < 0xA0) {
      out += text[at];
      continue;
    }
    out += fmt::format("\\u{:04x}", 0xD000 | (text[at + 1] & 0x3F) << 6 | (text[at + 2] & 0x3F));
    at += 2;
  }
  return out;
}

/// Writes the rows of a talk as the browser does.
class Recorder {
 public:
  explicit Recorder(const json::value& talk) {
    session_.started();
    session_.anchors(0, kEndMs * kFramesPerMs);
    speak(talk.at("speech").as_array());
    for (const auto& message : talk.at("messages").as_array()) receive(message.as_object());
    for (const auto& run : runs_) {
      if (run.count > 0) session_.span(run.item, run.first, run.count, run.at_ms * kFramesPerMs);
    }
    session_.ended(kEndMs * kFramesPerMs);
  }
  const Session& session() const { return session_; }

 private:
  struct Run {
    std::int64_t item;
    std::int64_t first;
    std::int64_t count;
    std::int64_t at_ms;
  };
  /// The model turn that runs, as the browser counts it.
  struct Item {
    std::int64_t number;
    std::int64_t samples = 0;
    bool ended = false;
  };
  static double frame_of(std::int64_t ms) { return static_cast<double>(ms * kFramesPerMs); }

  void speak(const json::array& speech) {
    std::vector<std::int16_t> samples(kEndMs * 16);
    for (const auto& stretch : speech) {
      for (auto at = stretch.at(0).as_int64() * 16; at < stretch.at(1).as_int64() * 16; ++at) {
        samples[static_cast<std::size_t>(at)] = at % 2 == 0 ? 4000 : -4000;
      }
    }
    session_.mic(0, 0, samples);
  }

  void receive(const json::object& message) {
    const auto at = message.at("at").as_int64();
    if (const auto* typed = message.if_contains("typed")) {
      const json::value sent{{"realtimeInput", {{"text", *typed}}}};
      return session_.sent(frame_of(at), with_escaped_halves(json::serialize(sent)),
                           message.contains("again"));
    }
    const auto& content = message.at("content").as_object();
    if (content.contains("interrupted")) flush(at);
    std::string audio;
    if (message.contains("sound")) audio = sound(message, at);
    const auto text = json::serialize(json::object{{"serverContent", content}});
    session_.wire(frame_of(at), with_escaped_halves(text), audio);
    if (content.contains("generationComplete") || content.contains("turnComplete")) end(at, true);
    if (content.contains("turnComplete")) item_.reset();
  }

  /// The row's reference to the sound of the message.
  std::string sound(const json::object& message, std::int64_t at) {
    const auto number = message.at("item").as_int64();
    const auto count = message.at("sound").as_int64() * kSamplesPerMs;
    if (!item_ || item_->number != number) item_ = Item{number};
    item_->samples += count;
    const auto first = std::exchange(next_sample_, next_sample_ + count);
    if (!message.contains("late")) {
      const auto start = std::max(at, busy_until_ms_);
      busy_until_ms_ = start + count / kSamplesPerMs;
      runs_.push_back({number, first, count, start});
    }
    return json::serialize(
        json::object{{"first_sample", first}, {"sample_count", count}, {"item", number}});
  }

  void flush(std::int64_t at) {
    end(at, false);
    std::int64_t dropped = 0;
    std::int64_t last = 0;
    for (auto& run : runs_) {
      const auto played = std::clamp<std::int64_t>((at - run.at_ms) * kSamplesPerMs, 0, run.count);
      if (played < run.count) last = run.item;
      dropped += std::exchange(run.count, played) - played;
    }
    busy_until_ms_ = at;
    session_.playout(frame_of(at) + 4, json_members({{"kind", "flush"},
                                                     {"context_frame", at * kFramesPerMs},
                                                     {"item", last},
                                                     {"dropped_samples", dropped}}));
  }

  void end(std::int64_t at, bool complete) {
    if (!item_ || std::exchange(item_->ended, true)) return;
    session_.playout(frame_of(at) + 2, json_members({{"kind", "item_end"},
                                                     {"item", item_->number},
                                                     {"sample_count", item_->samples},
                                                     {"complete", complete}}));
  }
  static std::string json_members(const json::object& object) {
    const auto text = json::serialize(object);
    return text.substr(1, text.size() - 2);
  }

  Session session_;
  std::optional<Item> item_;
  std::int64_t next_sample_ = 0;
  std::int64_t busy_until_ms_ = 0;
  std::vector<Run> runs_;
};

std::string shown(const Turn& turn) {
  if (turn.speaker == Speaker::Person) {
    return "person: " + heard_text(turn) + (turn.written ? " typed" : "");
  }
  const auto missed = std::ranges::count(turn.words, false, &Word::heard);
  return "model: " + heard_text(turn) + "|" + std::to_string(missed) +
         (turn.interrupted ? " cut" : "") + (turn.written ? " written" : "");
}

TEST(TalksTest, FoldIntoWhatWasShownLive) {
  fixture::for_each_case(fixture::load("talks.json"), "talks", [](const json::value& tested) {
    const auto folded = fold(Recorder(tested).session(), {.render_sound = false});
    std::vector<std::string> turns;
    turns.reserve(folded.view.turns.size());
    for (const auto& turn : folded.view.turns) turns.push_back(shown(turn));
    EXPECT_EQ(turns, fixture::texts_of(tested.at("turns")));
    EXPECT_EQ(folded.view.loss.messages.missing, 0);
  });
}

}  // namespace
}  // namespace reprise::recording
