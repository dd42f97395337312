#include "domain/chat/context.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "domain/session/session.hpp"

namespace reprise::chat {
namespace json = boost::json;

namespace {

/// What a title is made from; the rest says little more.
constexpr std::size_t kTitleLettersMax = 1'000;
constexpr int kTitleTokensMax = 200;
constexpr const char* kTitleInstruction =
    "Write a title for this conversation: at most six words, in its language, without quotation "
    "marks and without a full stop. Answer with the title only.";

json::object content(std::string_view role, const std::string& text) {
  return {{"role", role}, {"parts", json::array{json::object{{"text", text}}}}};
}

json::object instruction_of(const std::string& text) { return content("user", text); }

const json::value* member(const json::value* value, std::string_view name) {
  const auto* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

const json::value* first(const json::value* value) {
  const auto* list = value == nullptr ? nullptr : value->if_array();
  return list == nullptr || list->empty() ? nullptr : &list->front();
}

}  // namespace

std::vector<Turn> joined(std::vector<Turn> turns) {
  std::vector<Turn> all;
  all.reserve(turns.size());
  for (Turn& turn : turns) {
    if (turn.text.empty()) continue;
    if (!all.empty() && all.back().role == turn.role) {
      all.back().text += "\n\n" + turn.text;
    } else {
      all.push_back(std::move(turn));
    }
  }
  return all;
}

json::object gemini_request(const std::vector<Turn>& turns, const std::string& instruction) {
  json::array contents;
  contents.reserve(turns.size());
  for (const Turn& turn : turns) {
    contents.push_back(content(turn.role == Role::Person ? "user" : "model", turn.text));
  }
  json::object body{{"contents", std::move(contents)}};
  if (!instruction.empty()) body["systemInstruction"] = instruction_of(instruction);
  return body;
}

json::object gemini_title_request(const std::string& asked, const std::string& answered) {
  std::vector<Turn> turns{{.role = Role::Person, .text = text::cut(asked, kTitleLettersMax)}};
  if (!answered.empty()) {
    turns.push_back({.role = Role::Model, .text = text::cut(answered, kTitleLettersMax)});
    turns.push_back({.role = Role::Person, .text = "Title?"});
  }
  json::object body = gemini_request(turns, kTitleInstruction);
  body["generationConfig"] = {{"maxOutputTokens", kTitleTokensMax}};
  return body;
}

std::string gemini_title(std::string_view body) {
  const auto value = parse_json(body);
  if (!value) return {};
  const auto* content = member(first(member(&*value, "candidates")), "content");
  const auto* parts = member(content, "parts");
  if (parts == nullptr || !parts->is_array()) return {};
  std::string words;
  for (const json::value& part : parts->get_array()) {
    const auto* said = member(&part, "text");
    const auto* thought = member(&part, "thought");
    if (thought != nullptr || said == nullptr || !said->is_string()) continue;
    words += said->get_string();
  }
  std::string_view line = words;
  constexpr std::string_view kMarks = "\"'*#` \n";
  line.remove_prefix(std::min(line.find_first_not_of(kMarks), line.size()));
  line = line.substr(0, line.find('\n'));
  while (!line.empty() && (kMarks.contains(line.back()) || line.back() == '.')) {
    line.remove_suffix(1);
  }
  return session::title_from(line);
}

}  // namespace reprise::chat
