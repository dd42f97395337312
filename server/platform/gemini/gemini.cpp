#include "platform/gemini/gemini.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace reprise::gemini {
namespace json = boost::json;

namespace {

constexpr std::chrono::seconds kMintWithin{10};
constexpr std::size_t kTokenBytesMax = 4096;
constexpr std::string_view kGoogleHost = "https://generativelanguage.googleapis.com";

/// Fields of `setup` that we leave out and that the browser may not fill in.
constexpr std::array<std::string_view, 16> kMustStayEmpty{
    "generationConfig.temperature",
    "generationConfig.topP",
    "generationConfig.topK",
    "generationConfig.maxOutputTokens",
    "generationConfig.seed",
    "generationConfig.mediaResolution",
    "generationConfig.thinkingConfig",
    "generationConfig.enableAffectiveDialog",
    "generationConfig.translationConfig",
    "contextWindowCompression.triggerTokens",
    "tools",
    "realtimeInputConfig",
    "proactivity",
    "safetySettings",
    "historyConfig",
    "labels",
};

json::object speech_config(const LiveSettings& settings) {
  return {{"voiceConfig", {{"prebuiltVoiceConfig", {{"voiceName", settings.voice}}}}}};
}

json::object instruction(const LiveSettings& settings) {
  const json::object part{{"text", settings.instruction}};
  return {{"parts", json::array{part}}, {"role", "user"}};
}

json::array audio_only() { return {json::value("AUDIO")}; }

void add_what_both_forms_share(json::object& object, const LiveSettings& settings) {
  if (!settings.instruction.empty()) object["systemInstruction"] = instruction(settings);
  object["inputAudioTranscription"] = json::object();
  object["outputAudioTranscription"] = json::object();
  object["contextWindowCompression"] = {{"slidingWindow", json::object()}};
}

struct AuthToken {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(AuthToken, (), (name))

std::unexpected<Error> unreachable(const std::string& base_url, std::string detail) {
  return fail(ErrorCode::UpstreamRefused,
              fmt::format("The model at {} does not answer. Is it running?", base_url),
              "model-unreachable", std::move(detail));
}

}  // namespace

json::object sdk_config(const LiveSettings& settings) {
  json::object config{{"responseModalities", audio_only()},
                      {"speechConfig", speech_config(settings)}};
  add_what_both_forms_share(config, settings);
  return config;
}

json::object live_setup(const LiveSettings& settings) {
  json::object setup{
      {"model", "models/" + settings.model},
      {"generationConfig",
       {{"responseModalities", audio_only()}, {"speechConfig", speech_config(settings)}}}};
  add_what_both_forms_share(setup, settings);
  return setup;
}

std::string field_mask(const LiveSettings& settings) {
  // One level deep, as the official SDK names them; empty objects bare.
  std::string mask;
  for (const auto& [name, value] : live_setup(settings)) {
    const bool deep = value.is_object() && !value.get_object().empty();
    if (!deep) {
      mask += fmt::format("{},", std::string_view(name));
      continue;
    }
    for (const auto& [inner, unused] : value.get_object()) {
      mask += fmt::format("{}.{},", std::string_view(name), std::string_view(inner));
    }
  }
  if (settings.instruction.empty()) mask += "systemInstruction,";
  for (const std::string_view path : kMustStayEmpty) mask += fmt::format("{},", path);
  mask.pop_back();
  return mask;
}

std::string token_request(const LiveSettings& settings, std::int64_t now_utc_ns) {
  const auto after = [&](std::chrono::nanoseconds wait) {
    return rfc3339(now_utc_ns + wait.count());
  };
  return json::serialize(json::object{{"uses", kTokenUses},
                                      {"expireTime", after(kTalkWithin)},
                                      {"newSessionExpireTime", after(kOpenWithin)},
                                      {"bidiGenerateContentSetup", live_setup(settings)},
                                      {"fieldMask", field_mask(settings)}});
}

Gemini::Gemini(std::string base_url, std::string key, LiveSettings settings, Post post)
    : base_url_(std::move(base_url)),
      key_(std::move(key)),
      settings_(std::move(settings)),
      post_(std::move(post)) {}

bool Gemini::is_google() const { return base_url_ == kGoogleHost; }

Task<Result<LiveToken>> Gemini::mint() const {
  const std::int64_t now = now_utc_ns();
  std::string url = fmt::format("{}/{}/auth_tokens", base_url_, kApiVersion);
  const auto answer = co_await post_(std::move(url), key_, token_request(settings_, now),
                                     Deadline::after(kMintWithin));
  if (!answer) co_return unreachable(base_url_, answer.error().log_detail);
  if (answer->status != 200) {
    // The body may echo what was sent, so only its status is told.
    co_return fail(ErrorCode::UpstreamRefused,
                   fmt::format("The model's service at {} refused to start a live session "
                               "(status {}). {}",
                               base_url_, answer->status,
                               answer->status == 429 ? "Too many requests: try again in a minute."
                                                     : "Is REPRISE_GEMINI_KEY right?"),
                   "model-refused");
  }
  const auto token = from_json<AuthToken>(answer->body, UnknownMembers::Ignore);
  if (!token || token->name.empty() || token->name.size() > kTokenBytesMax) {
    co_return unreachable(base_url_, "the answer holds no token");
  }
  co_return LiveToken{.token = token->name,
                      .expires_utc_ns = now + std::chrono::nanoseconds(kTalkWithin).count()};
}

}  // namespace reprise::gemini
