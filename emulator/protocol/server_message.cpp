#include "emulator/protocol/server_message.hpp"

#include <fmt/format.h>

#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/base64.hpp"
#include "emulator/protocol/json_text.hpp"

namespace reprise::emulator::server_message {
namespace json = boost::json;
namespace {

// PCM is sent in the byte order of memory
static_assert(std::endian::native == std::endian::little);

std::string content(json::object body) {
  return pretty(json::object{{"serverContent", std::move(body)}});
}

void add_detail(json::array& details, std::string_view modality, std::int64_t tokens) {
  if (tokens > 0) details.push_back({{"modality", modality}, {"tokenCount", tokens}});
}

json::object usage_object(const Usage& usage) {
  const std::int64_t prompt = usage.prompt_text + usage.prompt_audio + usage.prompt_image;
  json::array prompt_details;
  add_detail(prompt_details, "TEXT", usage.prompt_text);
  add_detail(prompt_details, "AUDIO", usage.prompt_audio);
  add_detail(prompt_details, "IMAGE", usage.prompt_image);
  json::array response_details;
  add_detail(response_details, "AUDIO", usage.response_audio);
  return {{"promptTokenCount", prompt},
          {"responseTokenCount", usage.response_audio},
          {"totalTokenCount", prompt + usage.response_audio},
          {"promptTokensDetails", std::move(prompt_details)},
          {"responseTokensDetails", std::move(response_details)}};
}

}  // namespace

std::string setup_complete() { return pretty(json::object{{"setupComplete", json::object()}}); }

std::string audio(std::span<const std::int16_t> pcm) {
  json::array parts;
  parts.push_back(json::object{
      {"inlineData",
       {{"mimeType", "audio/pcm;rate=24000"}, {"data", base64_encode(std::as_bytes(pcm))}}}});
  return content({{"modelTurn", {{"role", "model"}, {"parts", std::move(parts)}}}});
}

std::string input_transcription(std::string_view text) {
  return content({{"inputTranscription", {{"text", text}}}});
}
std::string output_transcription(std::string_view text) {
  return content({{"outputTranscription", {{"text", text}}}});
}
std::string interrupted() { return content({{"interrupted", true}}); }
std::string generation_complete() { return content({{"generationComplete", true}}); }

std::string turn_complete(const Usage& usage, bool idle) {
  json::object body{{"turnComplete", true}};
  if (idle) body["interactionStatus"] = "IDLE";
  return pretty(
      json::object{{"serverContent", std::move(body)}, {"usageMetadata", usage_object(usage)}});
}

std::string resumption_update(std::string_view handle) {
  return pretty(
      json::object{{"sessionResumptionUpdate", {{"newHandle", handle}, {"resumable", true}}}});
}

std::string go_away(std::chrono::milliseconds time_left) {
  const double seconds = std::chrono::duration<double>(time_left).count();
  return pretty(json::object{{"goAway", {{"timeLeft", fmt::format("{}s", seconds)}}}});
}

}  // namespace reprise::emulator::server_message
