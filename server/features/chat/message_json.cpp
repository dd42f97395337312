#include "features/chat/message_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "domain/chat/events.hpp"
#include "platform/archive/api_json.hpp"

namespace reprise::chat {
namespace json = boost::json;

namespace {

template <class T>
json::value value_or_null(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::value to_api(const Usage& usage) {
  if (usage == Usage{}) return nullptr;
  return json::object{{"input_tokens", value_or_null(usage.input_tokens)},
                      {"output_tokens", value_or_null(usage.output_tokens)},
                      {"thought_tokens", value_or_null(usage.thought_tokens)}};
}

json::value to_api(const std::optional<Trouble>& trouble) {
  if (!trouble) return nullptr;
  return json::object{{"type", "urn:reprise:problem:" + trouble->type},
                      {"detail", trouble->detail}};
}

json::array upload_ids(const Message& message) {
  json::array ids;
  ids.reserve(message.attachments.size());
  for (const Attachment& one : message.attachments) ids.emplace_back(one.upload_id);
  return ids;
}

json::object to_api(const Attachment& one) {
  return {{"upload_id", one.upload_id},
          {"name", one.name},
          {"media_type", one.media_type},
          {"bytes", one.bytes},
          {"width", value_or_null(one.width)},
          {"height", value_or_null(one.height)},
          {"duration_ms", value_or_null(one.duration_ms)},
          {"has_preview", one.has_preview}};
}

json::array attachments(const Message& message) {
  json::array all;
  all.reserve(message.attachments.size());
  for (const Attachment& one : message.attachments) all.push_back(to_api(one));
  return all;
}

}  // namespace

json::object to_api(const Message& message) {
  json::object object{{"id", message.id.value},
                      {"chat_id", message.chat_id.value},
                      {"kind", enum_text(message.kind)},
                      {"role", enum_text(message.role)},
                      {"text", message.text},
                      {"state", enum_text(message.state)},
                      {"parent_id", value_or_null(message.parent_id)},
                      {"upload_ids", upload_ids(message)},
                      {"attachments", attachments(message)},
                      {"usage", to_api(message.usage)},
                      {"provider", nullptr},
                      {"model", nullptr},
                      {"reasoning", message.reasoning},
                      {"grounding", nullptr},
                      {"covers_until", value_or_null(message.covers_until)},
                      {"problem", to_api(message.trouble)},
                      {"created_at", rfc3339(message.created_utc_ns)},
                      {"live_session", nullptr}};
  if (!message.provider.empty()) object["provider"] = message.provider;
  if (!message.model.empty()) object["model"] = message.model;
  if (const auto grounding = parse_json(message.grounding_json)) object["grounding"] = *grounding;
  if (message.live_session) object["live_session"] = archive::to_api(*message.live_session);
  return object;
}

json::object to_viewer_api(const Message& message) {
  json::object object = to_api(message);
  object["usage"] = nullptr;
  object["reasoning"] = "";
  // The files are their owner's.
  object["upload_ids"] = json::array();
  object["attachments"] = json::array();
  if (message.live_session) object["live_session"] = archive::to_viewer_api(*message.live_session);
  return object;
}

std::string last_event(std::int64_t number, const Message& answer) {
  json::object data{{"message", to_api(answer)}};
  if (answer.state != State::Failed) return sse_event(number, "done", json::serialize(data));
  const json::value trouble = to_api(answer.trouble);
  if (const auto* why = trouble.if_object()) {
    for (const auto& [name, value] : *why) data.insert_or_assign(name, value);
  }
  return sse_event(number, "error", json::serialize(data));
}

}  // namespace reprise::chat
