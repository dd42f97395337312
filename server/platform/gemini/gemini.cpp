#include "platform/gemini/gemini.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/time_left.hpp"
#include "platform/gemini/api_error.hpp"
#include "platform/gemini/listed_models.hpp"

namespace reprise::gemini {
namespace json = boost::json;

namespace {

constexpr std::chrono::seconds kMintWithin{10};
constexpr std::size_t kTokenBytesMax = 4096;
constexpr std::uint64_t kAnswerBytesMax = 256 * 1024;
constexpr std::uint64_t kModelsBytesMax = 1024 * 1024;

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
  object["sessionResumption"] = json::object();  // asks Google to send handles for resumption
}

struct AuthToken {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(AuthToken, (), (name))

/// Whether the answer comes from the service itself, so that its `Date` can be trusted. A captive
/// portal or a proxy may have a wrong clock.
bool is_the_services(const http::ClientResponse& answer) {
  return from_json<AuthToken>(answer.body, UnknownMembers::Ignore).has_value() ||
         read_api_error(answer.body).has_value();
}

}  // namespace

json::object sdk_config(const LiveSettings& settings) {
  json::object config{{"responseModalities", audio_only()},
                      {"speechConfig", speech_config(settings)}};
  add_what_both_forms_share(config, settings);
  return config;
}

json::object live_setup(const LiveSettings& settings,
                        const std::optional<ResumptionHandle>& resume_from, History history) {
  json::object setup{
      {"model", "models/" + settings.model},
      {"generationConfig",
       {{"responseModalities", audio_only()}, {"speechConfig", speech_config(settings)}}}};
  add_what_both_forms_share(setup, settings);
  if (resume_from) {
    setup["sessionResumption"] = {{"handle", resume_from->value}};
  } else if (history == History::First) {
    setup["historyConfig"] = {{"initialHistoryInClientContent", true}};
  }
  return setup;
}

std::string token_request(const LiveSettings& settings,
                          const std::optional<ResumptionHandle>& resume_from, History history,
                          std::int64_t now_utc_ns) {
  const auto after = [&](std::chrono::nanoseconds wait) {
    return rfc3339(now_utc_ns + wait.count());
  };
  return json::serialize(
      json::object{{"uses", kTokenUses},
                   {"expireTime", after(kTalkWithin)},
                   {"newSessionExpireTime", after(kOpenWithin)},
                   {"bidiGenerateContentSetup", live_setup(settings, resume_from, history)}});
}

Gemini::Gemini(Service service, LiveSettings settings, Send send, std::function<std::int64_t()> now)
    : service_(std::move(service)),
      settings_(std::move(settings)),
      send_(std::move(send)),
      now_(std::move(now)) {}

bool Gemini::is_google() const { return service_.base_url == kGoogleUrl; }

Asked Gemini::asked(const std::optional<ResumptionHandle>& resume_from) const {
  Asked asked{.base_url = service_.base_url,
              .google = is_google(),
              .model = settings_.model,
              .proxy = service_.proxy ? service_.proxy->shown : "",
              .secrets = {service_.key},
              .now_utc_ns = now_(),
              .ahead = clock_.ahead()};
  if (resume_from) asked.secrets.push_back(resume_from->value);
  return asked;
}

Task<answering::Answer<std::vector<std::string>>> Gemini::models(Deadline deadline) {
  http::ClientRequest request{
      .method = http::Method::Get,
      .url = fmt::format("{}/{}/{}", service_.base_url, kApiVersion, kModelsPath),
      .deadline = deadline,
      .body_bytes_max = kModelsBytesMax,
      .proxy = service_.proxy};
  request.headers.add("x-goog-api-key", service_.key);
  const auto answer = co_await send_(std::move(request));
  if (!answer) {
    co_return std::unexpected(answering::NoAnswer{.error = failure_of(answer.error(), asked({}))});
  }
  auto names = listed_models(answer->body, "bidiGenerateContent", settings_.model);
  if (answer->status == 200 && names) co_return *std::move(names);
  Refusal refusal = refusal_of(*answer, asked({}));
  co_return std::unexpected(
      answering::NoAnswer{.error = std::move(refusal.error), .retry_after = refusal.retry_after});
}

std::optional<std::chrono::seconds> Gemini::retry_after() const {
  const auto wait = std::chrono::ceil<std::chrono::seconds>(
      std::chrono::nanoseconds(quiet_until_utc_ns_ - now_()));
  if (wait <= std::chrono::seconds(0)) return std::nullopt;
  return wait;
}

Task<Result<LiveToken>> Gemini::mint(LiveSettings settings,
                                     std::optional<ResumptionHandle> resume_from, History history,
                                     Deadline deadline) {
  Attempt first = co_await attempt(settings, resume_from, history, deadline);
  if (!first.clock_moved) co_return std::move(first.token);
  log::warn("gemini.clock_differs", {{"ours_ahead_seconds", clock_.ahead().count()}});
  Attempt second = co_await attempt(std::move(settings), std::move(resume_from), history, deadline);
  co_return std::move(second.token);
}

Task<Gemini::Attempt> Gemini::attempt(LiveSettings settings,
                                      std::optional<ResumptionHandle> resume_from, History history,
                                      Deadline deadline) {
  const std::int64_t sent = now_();
  http::ClientRequest request{
      .method = http::Method::Post,
      .url = fmt::format("{}/{}/auth_tokens", service_.base_url, kApiVersion),
      .body = token_request(settings, resume_from, history, clock_.at(sent)),
      .deadline = sooner_of(deadline, kMintWithin),
      .body_bytes_max = kAnswerBytesMax,
      .proxy = service_.proxy};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("x-goog-api-key", service_.key);
  const auto answer = co_await send_(std::move(request));
  const std::int64_t received = now_();
  const auto named = [&] {
    Asked about = asked(resume_from);
    about.model = settings.model;
    return about;
  };
  Attempt result{fail(ErrorCode::UpstreamRefused, "")};
  if (!answer) {
    result.token = std::unexpected(failure_of(answer.error(), named()));
  } else {
    if (is_the_services(*answer)) {
      result.clock_moved = clock_.learn(answer->headers.find("Date").value_or(""), sent, received);
    }
    const auto token = from_json<AuthToken>(answer->body, UnknownMembers::Ignore);
    if (answer->status == 200 && token && !token->name.empty() &&
        token->name.size() <= kTokenBytesMax) {
      result.token =
          LiveToken{.token = token->name,
                    .expires_utc_ns = sent + std::chrono::nanoseconds(kTalkWithin).count()};
    } else {
      Refusal refusal = refusal_of(*answer, named());
      if (refusal.retry_after) {
        quiet_until_utc_ns_ = received + std::chrono::nanoseconds(*refusal.retry_after).count();
      }
      result.token = std::unexpected(std::move(refusal.error));
    }
  }
  if (!result.token) {
    const Error& error = result.token.error();
    log::warn("gemini.no_token", {{"type", error.type}, {"what", error.log_detail}});
  }
  co_return result;
}

}  // namespace reprise::gemini
