#include "domain/recording/view/webvtt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "domain/recording/view/stable_order.hpp"

namespace reprise::recording {
namespace {

/// The longest cue to read and to hear: two lines; seven seconds.
constexpr std::size_t kCueLettersMax = 84;
constexpr std::int64_t kCueNsMax = 7'000'000'000;

std::string time_of(std::int64_t ns) {
  const auto ms = (ns + 500'000) / 1'000'000;
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
}

struct Cue {
  std::int64_t start_ns;
  std::int64_t end_ns;
  std::string text;  ///< text with its voice tag
};

Cue cue_of(const Turn& turn, std::string_view text, std::int64_t start_ns, std::int64_t end_ns) {
  // Players refuse a cue that ends at the time when it begins.
  Cue cue{start_ns, std::max(end_ns, start_ns + 1'000'000), {}};
  cue.text = turn.speaker == Speaker::Person ? "<v You>" : "<v Model>";
  append_escaped(cue.text, text::without_leading_space(text));
  return cue;
}

void append_turn(std::vector<Cue>& cues, const Turn& turn) {
  std::string text;
  std::size_t letters = 0;
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  for (const auto& word : turn.words) {
    if (!word.heard) continue;
    letters += text::letter_count(word.text);
    const bool full = letters > kCueLettersMax || word.end_ns - start_ns > kCueNsMax;
    if (!text.empty() && full) {
      cues.push_back(cue_of(turn, text, start_ns, end_ns));
      text.clear();
      letters = text::letter_count(word.text);
    }
    if (text.empty()) start_ns = word.start_ns;
    text += word.text;
    end_ns = word.end_ns;
  }
  if (text.empty()) return;
  cues.push_back(cue_of(turn, text, start_ns, end_ns));
  // A cue takes the direction of its first letter; our own word keeps its own direction.
  if (turn.interrupted) cues.back().text += " " + text::isolated("[interrupted]");
}

}  // namespace

std::string to_webvtt(const View& view) {
  std::vector<Cue> cues;
  for (const auto& turn : view.turns) append_turn(cues, turn);
  stable_order(cues, &Cue::start_ns);  // WebVTT requires order
  std::string out = "WEBVTT\n\n";
  for (const auto& cue : cues) {
    out += time_of(cue.start_ns) + " --> " + time_of(cue.end_ns) + '\n' + cue.text + "\n\n";
  }
  return out;
}

}  // namespace reprise::recording
