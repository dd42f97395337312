#include "emulator/text/ask.hpp"

#include <boost/json/object.hpp>

#include "emulator/protocol/json_text.hpp"
#include "emulator/protocol/shapes.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

using Refusal = std::unexpected<std::string>;

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

void add_line(std::string& text, const std::string& line) {
  if (!text.empty()) text += '\n';
  text += line;
}

void add_part(const json::object& part, AskTurn& turn) {
  if (const json::value* text = part.if_contains("text")) {
    const json::value* thought = part.if_contains("thought");
    if (thought == nullptr || !thought->as_bool()) {
      add_line(turn.text, std::string(text->get_string()));
    }
  }
  if (const json::value* inline_data = part.if_contains("inlineData")) {
    const json::object& blob = inline_data->get_object();
    turn.attachments.push_back({.mime_type = text_at(blob, "mimeType"),
                                .data = any_base64(text_at(blob, "data")).value_or(Bytes()),
                                .file_uri = {}});
  }
  if (const json::value* file_data = part.if_contains("fileData")) {
    const json::object& file = file_data->get_object();
    std::string uri = text_at(file, "fileUri");
    if (uri.empty()) uri = text_at(file, "file_uri");
    turn.attachments.push_back(
        {.mime_type = text_at(file, "mimeType"), .data = {}, .file_uri = std::move(uri)});
  }
}

std::expected<AskTurn, std::string> turn_of(const json::object& content, std::size_t index) {
  AskTurn turn;
  const std::string role = text_at(content, "role");
  if (!role.empty() && role != "user" && role != "model" && role != "function") {
    return Refusal("Please use a valid role: user, model.");
  }
  turn.by_model = role == "model";
  const json::value* parts = content.if_contains("parts");
  if (parts == nullptr || parts->get_array().empty()) {
    return Refusal("* GenerateContentRequest.contents[" + std::to_string(index) +
                   "].parts: contents.parts must not be empty.\n");
  }
  for (const json::value& part : parts->get_array()) {
    if (part.get_object().empty()) {
      return Refusal("* GenerateContentRequest.contents[" + std::to_string(index) +
                     "].parts[0].data: required oneof field 'data' must have one initialized "
                     "field\n");
    }
    add_part(part.get_object(), turn);
  }
  return turn;
}

std::expected<Ask, std::string> ask_of(const json::object& normal) {
  Ask ask;
  const json::value* contents = normal.if_contains("contents");
  if (contents == nullptr || contents->get_array().empty()) {
    return Refusal("* GenerateContentRequest.contents: contents is not specified\n");
  }
  for (const json::value& content : contents->get_array()) {
    auto turn = turn_of(content.get_object(), ask.turns.size());
    if (!turn) return Refusal(std::move(turn.error()));
    ask.turns.push_back(std::move(*turn));
  }
  if (const json::value* instruction = normal.if_contains("systemInstruction")) {
    AskTurn said;
    if (const json::value* parts = instruction->get_object().if_contains("parts")) {
      for (const json::value& part : parts->get_array()) add_part(part.get_object(), said);
    }
    ask.instruction = std::move(said.text);
  }
  if (const json::value* config = normal.if_contains("generationConfig")) {
    const json::object& wanted = config->get_object();
    if (const json::value* most = wanted.if_contains("maxOutputTokens")) {
      ask.output_tokens_max = most->get_int64();
      if (ask.output_tokens_max < 1) return Refusal("max_output_tokens must be positive.");
    }
    if (const json::value* thinking = wanted.if_contains("thinkingConfig")) {
      const json::value* shown = thinking->get_object().if_contains("includeThoughts");
      ask.thoughts = shown != nullptr && shown->as_bool();
    }
  }
  return ask;
}

}  // namespace

std::expected<Ask, std::string> read_ask(const json::value& body) {
  const auto normal = normalise(body, shapes::generate_content(), "");
  if (!normal) return Refusal(normal.error());
  auto ask = ask_of(*normal);
  if (ask && ask->turns.back().by_model) {
    return Refusal("Please ensure that the last turn is of the role user.");
  }
  return ask;
}

std::expected<Ask, std::string> read_count(const json::value& body) {
  const auto normal = normalise(body, shapes::count_tokens(), "");
  if (!normal) return Refusal(normal.error());
  if (const json::value* request = normal->if_contains("generateContentRequest")) {
    return ask_of(request->get_object());
  }
  return ask_of(*normal);
}

std::int64_t tokens_of(const std::string& text) {
  constexpr std::size_t kBytesPerToken = 4;
  return static_cast<std::int64_t>((text.size() + kBytesPerToken - 1) / kBytesPerToken);
}

}  // namespace reprise::emulator
