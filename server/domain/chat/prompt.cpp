#include "domain/chat/prompt.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "domain/chat/attached_parts.hpp"
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

json::object content(std::string_view role, json::array parts, const std::string& text) {
  if (!text.empty()) parts.push_back(json::object{{"text", text}});
  return {{"role", role}, {"parts", std::move(parts)}};
}

json::object gemini_body(const Prompt& prompt) {
  json::array contents;
  contents.reserve(prompt.turns.size());
  for (const Turn& turn : prompt.turns) {
    contents.push_back(content(turn.role == Role::Person ? "user" : "model",
                               gemini_parts(turn.attachments), turn.text));
  }
  json::object body{{"contents", std::move(contents)}};
  if (!prompt.instruction.empty())
    body["systemInstruction"] = content("user", {}, prompt.instruction);
  json::object config;
  if (prompt.output_tokens_max > 0) config["maxOutputTokens"] = prompt.output_tokens_max;
  if (prompt.reasoning) config["thinkingConfig"] = {{"includeThoughts", true}};
  if (!config.empty()) body["generationConfig"] = std::move(config);
  return body;
}

/// `max_tokens` is left out: services call the limit by different names, and refuse the other one.
json::object openai_body(const Prompt& prompt, std::string_view model, Delivery delivery) {
  json::array messages;
  messages.reserve(prompt.turns.size() + 1);
  const auto add = [&messages](std::string_view role, json::value said) {
    messages.push_back(json::object{{"role", role}, {"content", std::move(said)}});
  };
  if (!prompt.instruction.empty()) add("system", json::value(prompt.instruction));
  for (const Turn& turn : prompt.turns) {
    add(turn.role == Role::Person ? "user" : "assistant",
        openai_content(turn.attachments, turn.text));
  }
  json::object body{{"model", model}, {"messages", std::move(messages)}};
  if (delivery == Delivery::Streamed) {
    body["stream"] = true;
    body["stream_options"] = {{"include_usage", true}};
  }
  return body;
}

const json::value* member(const json::value* value, std::string_view name) {
  const auto* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

const json::value* first(const json::value* value) {
  const auto* list = value == nullptr ? nullptr : value->if_array();
  return list == nullptr || list->empty() ? nullptr : &list->front();
}

std::string string_of(const json::value* value) {
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

/// A database takes no U+0000.
std::string storable(std::string text) {
  std::erase(text, '\0');
  return text;
}

}  // namespace

json::object request_body(Dialect dialect, const Prompt& prompt, std::string_view model,
                          Delivery delivery) {
  return dialect == Dialect::Gemini ? gemini_body(prompt) : openai_body(prompt, model, delivery);
}

std::string words_in(Dialect dialect, std::string_view body) {
  const auto value = parse_json(body);
  if (!value) return {};
  if (dialect == Dialect::OpenAi) {
    return storable(
        string_of(member(member(first(member(&*value, "choices")), "message"), "content")));
  }
  const auto* parts = member(member(first(member(&*value, "candidates")), "content"), "parts");
  if (parts == nullptr || !parts->is_array()) return {};
  std::string words;
  for (const json::value& part : parts->get_array()) {
    if (member(&part, "thought") == nullptr) words += string_of(member(&part, "text"));
  }
  return storable(std::move(words));
}

Prompt title_prompt(const std::string& asked, const std::string& answered) {
  Prompt prompt{.turns = {{.role = Role::Person, .text = text::cut(asked, kTitleLettersMax)}},
                .instruction = kTitleInstruction,
                .output_tokens_max = kTitleTokensMax};
  if (!answered.empty()) {
    prompt.turns.push_back({.role = Role::Model, .text = text::cut(answered, kTitleLettersMax)});
    prompt.turns.push_back({.role = Role::Person, .text = "Title?"});
  }
  return prompt;
}

std::string title_in(std::string_view words) {
  constexpr std::string_view kMarks = "\"'*#` \n";
  words.remove_prefix(std::min(words.find_first_not_of(kMarks), words.size()));
  words = words.substr(0, words.find('\n'));
  while (!words.empty() && (kMarks.contains(words.back()) || words.back() == '.')) {
    words.remove_suffix(1);
  }
  return session::title_from(words);
}

}  // namespace reprise::chat
