// Makes the texts of a view from hostile words and checks them: captions that a player can parse,
// valid JSON, and the same words in all of them. The input has a byte for each turn (who speaks,
// how it ended), then its text up to a byte 255. The first text is the model's name, the second is
// a detail of an event.

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "domain/recording/format/rows.hpp"
#include "domain/recording/words/words.hpp"
#include "features/playback/view_json.hpp"

namespace {

namespace json = boost::json;
using namespace reprise;

constexpr std::size_t kTurnsMax = 32;
constexpr std::int64_t kTurnNs = 1'500'000'000;
constexpr char kEnd = '\xFF';  // never occurs in UTF-8

void demand(bool truth) {
  if (!truth) std::abort();
}

std::string_view take_text(std::string_view& rest) {
  const auto text = rest.substr(0, rest.find(kEnd));
  rest.remove_prefix(std::min(rest.size(), text.size() + 1));
  return text;
}

recording::Turn turn_of(unsigned char kind, std::string_view text, std::int64_t start_ns) {
  recording::Turn turn;
  turn.speaker = (kind & 1) != 0 ? recording::Speaker::Model : recording::Speaker::Person;
  turn.start_ns = start_ns;
  turn.end_ns = start_ns + ((kind & 2) != 0 ? kTurnNs : 0);
  turn.interrupted = (kind & 4) != 0;
  const auto start = static_cast<double>(turn.start_ns);
  const auto end = static_cast<double>(turn.end_ns);
  const auto middle = text.size() / 2;  // the API may cut a text anywhere
  const std::vector<recording::TextPiece> pieces{{std::string(text.substr(0, middle)), start, end},
                                                 {std::string(text.substr(middle)), end, end}};
  for (auto& word : recording::place_words(pieces)) {
    turn.words.push_back({std::move(word.text), static_cast<std::int64_t>(word.start),
                          static_cast<std::int64_t>(word.end), (kind & 8) == 0});
  }
  return turn;
}

recording::View view_of(std::string_view input) {
  recording::View view;
  view.model = text::well_formed(take_text(input));  // it comes from a row, which is JSON
  const auto row = R"({"kind":"odd","page_us":0,"detail":)" + std::string(take_text(input)) + "}";
  if (const auto event = recording::RowReader().event(as_bytes(row))) {
    view.events.push_back({0, event->kind, event->detail_json});
  }
  while (!input.empty() && view.turns.size() < kTurnsMax) {
    const auto kind = static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    const auto start_ns = static_cast<std::int64_t>(view.turns.size()) * kTurnNs * (kind >> 6);
    view.turns.push_back(turn_of(kind, take_text(input), start_ns));
  }
  return view;
}

std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find_first_of("\r\n");
  demand(end != std::string_view::npos && rest[end] == '\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

/// Reads 00:00:00.000.
std::int64_t ms_of(std::string_view time) {
  demand(time.size() == 12 && time[2] == ':' && time[5] == ':' && time[8] == '.');
  const auto number = [time](std::size_t at, std::size_t digits) {
    std::int64_t value = 0;
    for (const char c : time.substr(at, digits)) {
      demand(c >= '0' && c <= '9');
      value = value * 10 + (c - '0');
    }
    return value;
  };
  return ((number(0, 2) * 60 + number(3, 2)) * 60 + number(6, 2)) * 1000 + number(9, 3);
}

/// The text of a cue without its voice tag, as a player shows it.
std::string shown(std::string_view cue) {
  const std::string_view voice = cue.starts_with("<v You>") ? "<v You>" : "<v Model>";
  demand(cue.starts_with(voice));
  cue.remove_prefix(voice.size());
  demand(cue.find_first_of("<>") == std::string_view::npos);
  std::string text;
  while (!cue.empty()) {
    if (cue.front() != '&') {
      text += cue.front();
      cue.remove_prefix(1);
      continue;
    }
    const bool known =
        cue.starts_with("&amp;") || cue.starts_with("&lt;") || cue.starts_with("&gt;");
    demand(known);
    text += cue[1] == 'a' ? '&' : cue[1] == 'l' ? '<' : '>';
    cue.remove_prefix(cue.find(';') + 1);
  }
  return text;
}

/// Parses the captions as the WebVTT specification says (section 6); returns all letters that are
/// shown.
std::string check_captions(std::string_view vtt) {
  demand(text::well_formed(vtt) == vtt);
  demand(take_line(vtt) == "WEBVTT" && take_line(vtt).empty());
  std::string letters;
  std::int64_t last_ms = 0;
  while (!vtt.empty()) {
    const auto timing = take_line(vtt);
    demand(timing.size() == 29 && timing.substr(12, 5) == " --> ");
    const auto start_ms = ms_of(timing.substr(0, 12));
    demand(start_ms >= last_ms && ms_of(timing.substr(17)) > start_ms);
    last_ms = start_ms;
    letters += shown(take_line(vtt)) + ' ';
    demand(take_line(vtt).empty());
  }
  return letters;
}

/// Bytes of the words, white space left out.
std::size_t letter_bytes(std::string_view text) {
  std::size_t bytes = 0;
  for (const auto word : text::words(text)) bytes += text::without_leading_space(word).size();
  return bytes;
}

void check_manifest(const std::string& manifest_json, const recording::View& view,
                    std::string_view captions) {
  demand(text::well_formed(manifest_json) == manifest_json);
  const auto manifest = json::parse(manifest_json);
  demand(manifest.at("model").as_string() == view.model);
  const auto& turns = manifest.at("turns").as_array();
  demand(turns.size() == view.turns.size());
  std::size_t heard = 0;
  for (const auto& turn : turns) {
    const std::string_view text = turn.at("text").as_string();
    heard += letter_bytes(text);
    if (!text.empty() && turn.at("interrupted").as_bool()) {
      heard += text::isolated("[interrupted]").size();
    }
  }
  demand(letter_bytes(captions) == heard);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto view = view_of({reinterpret_cast<const char*>(data), size});
  const auto texts = playback::texts_of(view);
  check_manifest(texts.manifest, view, check_captions(texts.captions));
  demand(std::ranges::count(texts.events, '\n') == std::ssize(view.events));
  if (!view.events.empty()) demand(json::parse(texts.events).at("detail").is_object());
  demand(json::parse(texts.loss).is_array() && json::parse(texts.waveform).is_object());
  return 0;
}
