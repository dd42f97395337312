#include "emulator/protocol/client_message.hpp"

#include <boost/json/array.hpp>
#include <charconv>

#include "base/json.hpp"
#include "emulator/protocol/close.hpp"
#include "emulator/protocol/json_text.hpp"
#include "emulator/protocol/shapes.hpp"
#include "emulator/speech/resampler.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

template <class T>
using Parsed = std::expected<T, http::CloseReason>;

std::unexpected<http::CloseReason> refuse(std::string_view text) {
  return std::unexpected(close_with::reason(close_with::kBadArgument, text));
}

std::string_view text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
}

bool flag_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Bytes bytes_in(const json::object& object, std::string_view name) {
  return any_base64(text_in(object, name)).value_or(Bytes{});
}

/// The rate of `audio/pcm` is 16 kHz; `audio/pcm;rate=48000` names another. Empty for anything but
/// PCM.
std::optional<int> pcm_rate(std::string_view mime_type) {
  constexpr std::string_view kPcm = "audio/pcm";
  constexpr std::string_view kRate = "rate=";
  if (!mime_type.starts_with(kPcm)) return std::nullopt;
  const std::string_view rest = mime_type.substr(kPcm.size());
  if (rest.empty()) return kEarHz;
  if (rest[0] != ';') return std::nullopt;
  const std::size_t at = rest.find(kRate);
  if (at == std::string_view::npos) return kEarHz;
  const std::string_view digits = rest.substr(at + kRate.size());
  int rate = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), rate);
  const bool ended = end == digits.data() + digits.size() || *end == ';';
  if (error != std::errc() || !ended || rate < kRateHzMin || rate > kRateHzMax) return std::nullopt;
  return rate;
}

Parsed<ClientMessage> realtime_input(const json::object& object) {
  RealtimeInput input;
  if (const json::value* audio = object.if_contains("audio")) {
    const json::object& blob = audio->get_object();
    const std::optional<int> rate = pcm_rate(text_in(blob, "mimeType"));
    if (!rate) {
      return refuse("Invalid value at 'realtime_input.audio.mime_type': want audio/pcm;rate=16000");
    }
    input.audio = SoundBytes{bytes_in(blob, "data"), *rate};
  }
  if (const json::value* video = object.if_contains("video")) {
    const json::object& blob = video->get_object();
    const std::string_view mime_type = text_in(blob, "mimeType");
    if (!mime_type.starts_with("image/")) {
      return refuse("Invalid value at 'realtime_input.video.mime_type': want image/jpeg");
    }
    input.video = Picture{std::string(mime_type), bytes_in(blob, "data")};
  }
  if (object.contains("text")) input.text = text_in(object, "text");
  input.activity_start = object.contains("activityStart");
  input.activity_end = object.contains("activityEnd");
  input.audio_stream_end = flag_in(object, "audioStreamEnd");
  return input;
}

void add_text(std::string& sum, std::string_view text) {
  if (text.empty()) return;
  sum += (sum.empty() ? "" : " ") + std::string(text);
}

Parsed<ClientMessage> client_content(const json::object& object) {
  ClientContent content;
  content.turn_complete = flag_in(object, "turnComplete");
  const json::value* turns = object.if_contains("turns");
  if (turns == nullptr) return content;
  for (const json::value& turn : turns->get_array()) {
    const std::string_view role = text_in(turn.get_object(), "role");
    if (!role.empty() && role != "user" && role != "model") {
      return refuse("Please use a valid role: user, model.");
    }
    const json::value* parts = turn.get_object().if_contains("parts");
    if (parts == nullptr) continue;
    std::string turn_text;
    for (const json::value& part : parts->get_array()) {
      const std::string_view text = text_in(part.get_object(), "text");
      add_text(content.all_text, text);
      add_text(turn_text, text);
      const json::value* data = part.get_object().if_contains("inlineData");
      if (data == nullptr) continue;
      const std::string_view mime_type = text_in(data->get_object(), "mimeType");
      if (mime_type.starts_with("image/")) {
        content.picture = Picture{std::string(mime_type), bytes_in(data->get_object(), "data")};
      }
    }
    if (role == "model" || turn_text.empty()) continue;
    content.said.push_back(turn_text);
    content.user_text = std::move(turn_text);
  }
  return content;
}

Parsed<ClientMessage> tool_response(const json::object& object) {
  ToolResponse response;
  const json::value* list = object.if_contains("functionResponses");
  if (list == nullptr) return refuse(close_with::kInvalidArgument);
  for (const json::value& one : list->get_array()) {
    response.ids.emplace_back(text_in(one.get_object(), "id"));
  }
  return response;
}

Parsed<ClientMessage> setup_message(const json::object& object) {
  return ClientMessage(SetupMessage{object});
}
Parsed<ClientMessage> context_update(const json::object&) { return ClientMessage(ContextUpdate{}); }

struct Arm {
  std::string_view name;
  const Shape& (*shape)();
  Parsed<ClientMessage> (*read)(const json::object&);
};
constexpr Arm kArms[] = {
    {"setup", shapes::setup, setup_message},
    {"realtimeInput", shapes::realtime_input, realtime_input},
    {"clientContent", shapes::client_content, client_content},
    {"toolResponse", shapes::tool_response, tool_response},
    {"contextUpdate", shapes::context_update, context_update},
};

bool has_media_chunks(const json::value& input) {
  return input.is_object() && (input.get_object().contains("mediaChunks") ||
                               input.get_object().contains("media_chunks"));
}

}  // namespace

std::expected<ClientMessage, http::CloseReason> parse_client_message(std::string_view frame) {
  const Result<json::value> value = parse_json(frame);
  if (!value || !value->is_object()) return refuse("Invalid JSON payload received.");
  const json::object& object = value->get_object();
  if (object.size() != 1) return refuse(close_with::kInvalidArgument);
  const std::string name = lower_camel(object.begin()->key());
  const json::value& body = object.begin()->value();
  for (const Arm& arm : kArms) {
    if (arm.name != name) continue;
    if (arm.name == "realtimeInput" && has_media_chunks(body)) {
      return refuse(close_with::kMediaChunks);
    }
    auto normal = normalise(body, arm.shape(), lower_snake(arm.name));
    if (!normal) return refuse(normal.error());
    return arm.read(*normal);
  }
  return refuse("Invalid JSON payload received. Unknown name \"" +
                std::string(object.begin()->key()) + "\": Cannot find field.");
}

}  // namespace reprise::emulator
