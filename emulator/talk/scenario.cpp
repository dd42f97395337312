#include "emulator/talk/scenario.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>

#include "emulator/talk/answers.hpp"
#include "emulator/talk/wording.hpp"

namespace reprise::emulator {
namespace {

constexpr std::int64_t kWaitMsMax = 24 * 3600 * 1000;
constexpr std::size_t kReasonBytesMax = 123;

[[noreturn]] void wrong(const YAML::Node& node, const std::string& what) {
  throw ScenarioError(fmt::format("line {}: {}", node.Mark().line + 1, what));
}

std::int64_t whole_number(const YAML::Node& node, std::int64_t low, std::int64_t high) {
  std::int64_t number = 0;
  if (!node.IsScalar() || !YAML::convert<std::int64_t>::decode(node, number) || number < low ||
      number > high) {
    wrong(node, fmt::format("want a whole number from {} to {}", low, high));
  }
  return number;
}

std::chrono::milliseconds wait(const YAML::Node& node) {
  return std::chrono::milliseconds(whole_number(node, 0, kWaitMsMax));
}

bool flag(const YAML::Node& node) {
  bool value = false;
  if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value))
    wrong(node, "want true or false");
  return value;
}

std::string text(const YAML::Node& node) {
  if (!node.IsScalar() || node.Scalar().empty()) wrong(node, "want a text");
  return node.Scalar();
}

using Readers = std::map<std::string, std::function<void(const YAML::Node&)>>;

/// Calls the reader of each key; an unknown or repeated key is an error.
void read_map(const YAML::Node& node, const std::string& what, const Readers& readers) {
  if (!node.IsMap()) wrong(node, what + " must be a map");
  std::vector<std::string> seen;
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    const auto reader = readers.find(key);
    if (reader == readers.end()) wrong(entry.first, fmt::format("{} has no key '{}'", what, key));
    if (std::ranges::find(seen, key) != seen.end()) {
      wrong(entry.first, fmt::format("{} sets '{}' twice", what, key));
    }
    seen.push_back(key);
    reader->second(entry.second);
  }
}

void read_close_code(const YAML::Node& node, std::uint16_t& code) {
  const std::int64_t number = whole_number(node, 1000, 4999);
  if (number == 1004 || number == 1005 || number == 1006 || (number > 1014 && number < 3000)) {
    wrong(node, "this close code may not be sent (RFC 6455 7.4)");
  }
  code = static_cast<std::uint16_t>(number);
}

ScenarioClose read_close(const YAML::Node& node, std::chrono::milliseconds* after) {
  ScenarioClose close;
  Readers readers{
      {"code", [&](const YAML::Node& value) { read_close_code(value, close.code); }},
      {"reason",
       [&](const YAML::Node& value) {
         close.reason = text(value);
         if (close.reason.size() > kReasonBytesMax) wrong(value, "a reason has at most 123 bytes");
       }},
  };
  if (after != nullptr) {
    readers["after_ms"] = [after](const YAML::Node& value) { *after = wait(value); };
  }
  read_map(node, "close", readers);
  return close;
}

ScenarioAnswer read_answer(const YAML::Node& node) {
  ScenarioAnswer answer;
  bool silence = false;
  read_map(
      node, "an answer",
      {{"match", [&](const YAML::Node& value) { answer.match = text(value); }},
       {"turn",
        [&](const YAML::Node& value) {
          answer.turn = static_cast<std::size_t>(whole_number(value, 1, 1'000'000));
        }},
       {"say", [&](const YAML::Node& value) { answer.sentences = sentences_of(text(value)); }},
       {"silence", [&](const YAML::Node& value) { silence = flag(value); }},
       {"delay_ms", [&](const YAML::Node& value) { answer.delay = wait(value); }},
       {"close", [&](const YAML::Node& value) { answer.close = read_close(value, nullptr); }}});
  const int outcomes =
      (answer.sentences.empty() ? 0 : 1) + (silence ? 1 : 0) + (answer.close ? 1 : 0);
  if (outcomes != 1) wrong(node, "an answer has one of say, silence: true, or close");
  return answer;
}

void read_answers(const YAML::Node& node, Scenario& scenario) {
  if (node.IsScalar() && node.Scalar() == "none") {
    scenario.keeps_quiet = true;
    return;
  }
  if (!node.IsSequence()) wrong(node, "answers must be none or a list");
  for (const YAML::Node& one : node) scenario.answers.push_back(read_answer(one));
}

std::string one_of(const YAML::Node& node, std::initializer_list<std::string_view> allowed) {
  std::string given = text(node);
  if (std::ranges::find(allowed, given) == allowed.end()) {
    wrong(node, fmt::format("want one of {}", fmt::join(allowed, ", ")));
  }
  return given;
}

ScenarioText read_text(const YAML::Node& node) {
  ScenarioText answer;
  read_map(node, "a text",
           {{"match", [&](const YAML::Node& value) { answer.match = text(value); }},
            {"say", [&](const YAML::Node& value) { answer.say = text(value); }},
            {"error",
             [&](const YAML::Node& value) {
               answer.error = static_cast<int>(whole_number(value, 400, 599));
             }},
            {"retry_after_s",
             [&](const YAML::Node& value) {
               answer.retry_after = std::chrono::seconds(whole_number(value, 1, 3'600));
             }},
            {"block",
             [&](const YAML::Node& value) {
               answer.block = one_of(value, {"SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT",
                                             "IMAGE_SAFETY", "MODEL_ARMOR", "JAILBREAK"});
             }},
            {"finish",
             [&](const YAML::Node& value) {
               answer.finish =
                   one_of(value, {"STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "LANGUAGE", "OTHER",
                                  "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MALFORMED_RESPONSE"});
             }},
            {"cut_after",
             [&](const YAML::Node& value) {
               answer.cut_after = static_cast<std::size_t>(whole_number(value, 0, 1'000'000));
             }},
            {"piece_ms", [&](const YAML::Node& value) { answer.piece_delay = wait(value); }}});
  if (answer.error && (!answer.block.empty() || !answer.say.empty())) {
    wrong(node, "a text with an error has no say and no block");
  }
  return answer;
}

std::pair<int, int> read_clock(const YAML::Node& node) {
  int hour = 0;
  int minute = 0;
  int used = 0;
  const std::string time = text(node);
  if (std::sscanf(time.c_str(), "%2d:%2d%n", &hour, &minute, &used) != 2 ||
      used != static_cast<int>(time.size()) || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    wrong(node, "want a time such as \"14:05\"");
  }
  return {hour, minute};
}

}  // namespace

Scenario read_scenario(const std::string& yaml) {
  Scenario scenario;
  try {
    const YAML::Node root = YAML::Load(yaml);
    if (!root.IsDefined() || root.IsNull()) return scenario;
    read_map(
        root, "a scenario",
        {{"answers", [&](const YAML::Node& node) { read_answers(node, scenario); }},
         {"texts",
          [&](const YAML::Node& node) {
            if (!node.IsSequence()) wrong(node, "texts must be a list");
            for (const YAML::Node& one : node) scenario.texts.push_back(read_text(one));
          }},
         {"text_piece_ms", [&](const YAML::Node& node) { scenario.text_piece_delay = wait(node); }},
         {"file_processing_ms",
          [&](const YAML::Node& node) { scenario.file_processing = wait(node); }},
         {"setup_delay_ms", [&](const YAML::Node& node) { scenario.setup_delay = wait(node); }},
         {"answer_delay_ms", [&](const YAML::Node& node) { scenario.answer_delay = wait(node); }},
         {"close",
          [&](const YAML::Node& node) {
            scenario.close = read_close(node, &scenario.close_after);
          }},
         {"go_away",
          [&](const YAML::Node& node) {
            ScenarioGoAway& leave = scenario.go_away.emplace();
            read_map(node, "go_away",
                     {{"after_ms", [&](const YAML::Node& value) { leave.after = wait(value); }},
                      {"time_left_ms",
                       [&](const YAML::Node& value) { leave.time_left = wait(value); }}});
          }},
         {"strict_v1", [&](const YAML::Node& node) { scenario.strict_v1 = flag(node); }},
         {"nested_masks", [&](const YAML::Node& node) { scenario.nested_masks = flag(node); }},
         {"frames",
          [&](const YAML::Node& node) {
            const std::string kind = text(node);
            if (kind != "binary" && kind != "text") wrong(node, "frames are binary or text");
            scenario.text_frames = kind == "text";
          }},
         {"clock", [&](const YAML::Node& node) { scenario.clock = read_clock(node); }}});
  } catch (const YAML::Exception& error) {
    throw ScenarioError(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
  return scenario;
}

const ScenarioAnswer* scripted_answer(const Scenario& scenario, std::size_t turn,
                                      std::string_view heard) {
  const std::string said = lower(heard);
  for (const ScenarioAnswer& answer : scenario.answers) {
    if (answer.turn && *answer.turn != turn) continue;
    if (answer.match && said.find(lower(*answer.match)) == std::string::npos) continue;
    return &answer;
  }
  return nullptr;
}

const ScenarioText* scripted_text(const Scenario& scenario, std::string_view asked) {
  const std::string said = lower(asked);
  const auto found = std::ranges::find_if(scenario.texts, [&said](const ScenarioText& one) {
    return !one.match || said.contains(lower(*one.match));
  });
  return found == scenario.texts.end() ? nullptr : &*found;
}

}  // namespace reprise::emulator
