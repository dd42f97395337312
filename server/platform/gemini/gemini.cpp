#include "platform/gemini/gemini.hpp"

#include <fmt/format.h>

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
  object["sessionResumption"] = json::object();  // Google sends handles to go on from
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

json::object live_setup(const LiveSettings& settings,
                        const std::optional<ResumptionHandle>& resume_from) {
  json::object setup{
      {"model", "models/" + settings.model},
      {"generationConfig",
       {{"responseModalities", audio_only()}, {"speechConfig", speech_config(settings)}}}};
  add_what_both_forms_share(setup, settings);
  if (resume_from) setup["sessionResumption"] = {{"handle", resume_from->value}};
  return setup;
}

std::string token_request(const LiveSettings& settings,
                          const std::optional<ResumptionHandle>& resume_from,
                          std::int64_t now_utc_ns) {
  const auto after = [&](std::chrono::nanoseconds wait) {
    return rfc3339(now_utc_ns + wait.count());
  };
  return json::serialize(
      json::object{{"uses", kTokenUses},
                   {"expireTime", after(kTalkWithin)},
                   {"newSessionExpireTime", after(kOpenWithin)},
                   {"bidiGenerateContentSetup", live_setup(settings, resume_from)}});
}

Gemini::Gemini(std::string base_url, std::string key, LiveSettings settings, Post post)
    : base_url_(std::move(base_url)),
      key_(std::move(key)),
      settings_(std::move(settings)),
      post_(std::move(post)) {}

bool Gemini::is_google() const { return base_url_ == kGoogleHost; }

Task<Result<LiveToken>> Gemini::mint(std::optional<ResumptionHandle> resume_from) const {
  const std::int64_t now = now_utc_ns();
  std::string url = fmt::format("{}/{}/auth_tokens", base_url_, kApiVersion);
  const auto answer =
      co_await post_(std::move(url), key_, token_request(settings_, resume_from, now),
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
