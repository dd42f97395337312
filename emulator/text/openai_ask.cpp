#include "emulator/text/openai_ask.hpp"

#include <boost/json/object.hpp>
#include <string_view>

#include "emulator/protocol/json_text.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

using Refusal = std::unexpected<std::string>;

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::object* object_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr ? value->if_object() : nullptr;
}

bool flag_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// `data:image/png;base64,…`
std::expected<Attachment, std::string> attachment_of(std::string_view url) {
  constexpr std::string_view kData = "data:";
  constexpr std::string_view kBase64 = ";base64,";
  const std::size_t mark = url.find(kBase64);
  if (!url.starts_with(kData) || mark == url.npos) {
    return Refusal("[emulator] it fetches nothing: send the file as a data: URL.");
  }
  auto data = any_base64(url.substr(mark + kBase64.size()));
  if (!data) return Refusal("Invalid base64 in a data: URL.");
  return Attachment{.mime_type = std::string(url.substr(kData.size(), mark - kData.size())),
                    .data = *std::move(data),
                    .file_uri = {}};
}

std::expected<void, std::string> add_part(const json::object& part, AskTurn& turn) {
  const std::string type = text_at(part, "type");
  if (type == "text") {
    if (!turn.text.empty()) turn.text += '\n';
    turn.text += text_at(part, "text");
    return {};
  }
  std::string url;
  if (type == "image_url") {
    if (const auto* image = object_at(part, "image_url")) url = text_at(*image, "url");
  } else if (type == "input_audio") {
    if (const auto* sound = object_at(part, "input_audio")) {
      url = "data:audio/" + text_at(*sound, "format") + ";base64," + text_at(*sound, "data");
    }
  } else if (type == "file") {
    if (const auto* file = object_at(part, "file")) url = text_at(*file, "file_data");
  } else {
    return Refusal("Invalid value: '" + type +
                   "'. Supported values are: 'text', 'image_url', 'input_audio', and 'file'.");
  }
  auto attachment = attachment_of(url);
  if (!attachment) return Refusal(std::move(attachment.error()));
  turn.attachments.push_back(std::move(*attachment));
  return {};
}

std::expected<AskTurn, std::string> turn_of(const json::object& message) {
  AskTurn turn{.by_model = text_at(message, "role") == "assistant"};
  const json::value* content = message.if_contains("content");
  if (content != nullptr && content->is_string()) {
    turn.text = content->get_string();
    return turn;
  }
  if (content == nullptr || !content->is_array()) {
    return Refusal("Invalid type for 'messages.content': expected a string or an array.");
  }
  for (const json::value& part : content->get_array()) {
    if (!part.is_object()) return Refusal("Invalid type for a part of 'messages.content'.");
    if (auto added = add_part(part.get_object(), turn); !added) {
      return Refusal(std::move(added.error()));
    }
  }
  return turn;
}

}  // namespace

std::expected<Completion, std::string> read_completion(const json::value& body) {
  if (!body.is_object()) return Refusal("We could not parse the JSON body of your request.");
  const json::object& said = body.get_object();
  Completion completion{.model = text_at(said, "model"), .stream = flag_at(said, "stream")};
  if (completion.model.empty()) return Refusal("you must provide a model parameter");
  if (const auto* options = object_at(said, "stream_options")) {
    completion.usage_in_stream = flag_at(*options, "include_usage");
  }
  for (const char* name : {"max_tokens", "max_completion_tokens"}) {
    if (const json::value* most = said.if_contains(name); most != nullptr && most->is_int64()) {
      completion.ask.output_tokens_max = most->get_int64();
    }
  }
  const json::value* messages = said.if_contains("messages");
  if (messages == nullptr || !messages->is_array()) {
    return Refusal("Missing required parameter: 'messages'.");
  }
  for (const json::value& message : messages->get_array()) {
    if (!message.is_object()) return Refusal("Invalid type for 'messages'.");
    const std::string role = text_at(message.get_object(), "role");
    auto turn = turn_of(message.get_object());
    if (!turn) return Refusal(std::move(turn.error()));
    if (role == "system" || role == "developer") {
      completion.ask.instruction += turn->text;
    } else if (role == "user" || role == "assistant") {
      completion.ask.turns.push_back(std::move(*turn));
    } else {
      return Refusal("Invalid value: '" + role +
                     "'. Supported values are: 'system', 'developer', "
                     "'user', and 'assistant'.");
    }
  }
  if (completion.ask.turns.empty() || completion.ask.turns.back().by_model) {
    return Refusal("Invalid 'messages': the last message must be the user's.");
  }
  return completion;
}

}  // namespace reprise::emulator
