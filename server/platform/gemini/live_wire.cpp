#include "platform/gemini/live_wire.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/base64.hpp"
#include "base/json.hpp"

namespace reprise::gemini {
namespace json = boost::json;

namespace {

const json::object* object_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::string text_in(const json::object* object, std::string_view name) {
  const json::value* value = object == nullptr ? nullptr : object->if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

bool is_true(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::size_t samples_in(const json::object& content) {
  const json::object* turn = object_in(content, "modelTurn");
  const json::value* parts = turn == nullptr ? nullptr : turn->if_contains("parts");
  if (parts == nullptr || !parts->is_array()) return 0;
  std::size_t samples = 0;
  for (const json::value& part : parts->get_array()) {
    const json::object* data =
        part.is_object() ? object_in(part.get_object(), "inlineData") : nullptr;
    const auto bytes = base64_decode(text_in(data, "data"));
    if (bytes) samples += bytes->size() / 2;
  }
  return samples;
}

}  // namespace

std::string socket_url(std::string_view base_url, std::string_view token) {
  return fmt::format(
      "{}/ws/google.ai.generativelanguage.{}.GenerativeService.BidiGenerateContentConstrained"
      "?access_token={}",
      base_url, kApiVersion, token);
}

std::string setup_frame(const LiveSettings& settings,
                        const std::optional<ResumptionHandle>& resume_from) {
  return json::serialize(json::object{{"setup", live_setup(settings, resume_from)}});
}

std::string sound_frame(ByteView pcm) {
  const json::object sound{{"data", base64_encode(pcm)}, {"mimeType", "audio/pcm;rate=16000"}};
  return json::serialize(json::object{{"realtimeInput", {{"audio", sound}}}});
}

std::string sound_end_frame() {
  return json::serialize(json::object{{"realtimeInput", {{"audioStreamEnd", true}}}});
}

Result<ServerFrame> read_server_frame(std::string_view text) {
  const auto value = parse_json(text);
  if (!value || !value->is_object()) {
    return fail(ErrorCode::Invalid, "A frame of the service is not a JSON object.");
  }
  const json::object& message = value->get_object();
  ServerFrame frame;
  frame.setup_complete = object_in(message, "setupComplete") != nullptr;
  if (const json::object* content = object_in(message, "serverContent")) {
    frame.turn_complete = is_true(*content, "turnComplete");
    frame.heard = text_in(object_in(*content, "inputTranscription"), "text");
    frame.said = text_in(object_in(*content, "outputTranscription"), "text");
    frame.sound_samples = samples_in(*content);
  }
  if (const json::object* update = object_in(message, "sessionResumptionUpdate")) {
    std::string handle = text_in(update, "newHandle");
    if (is_true(*update, "resumable") && !handle.empty()) {
      frame.handle = ResumptionHandle(std::move(handle));
    }
  }
  frame.go_away_time_left = text_in(object_in(message, "goAway"), "timeLeft");
  return frame;
}

}  // namespace reprise::gemini
