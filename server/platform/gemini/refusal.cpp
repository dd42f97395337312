#include "platform/gemini/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/clock.hpp"
#include "platform/gemini/api_error.hpp"
#include "platform/http/text.hpp"

namespace reprise::gemini {
namespace {

constexpr std::chrono::seconds kClockMatters{5};

/// Why there is no token. The tables below give each cause a type, a title and words.
enum class Cause {
  KeyWrong,
  KeyExpired,
  KeyBlocked,
  KeyRestricted,
  ApiDisabled,
  Account,
  Location,
  Quota,
  ModelUnknown,
  Clock,
  RequestRefused,
  Busy,
  Foreign,
  Refused,
};

struct Words {
  Cause cause;
  std::string_view type;
  std::string_view title;
  std::string_view sentence;  ///< {who}: Google, or the service at an address; {model}: its name
};
constexpr std::array<Words, 14> kWords{{
    {Cause::KeyWrong, "model-key-wrong", "The API key is not accepted",
     "{who} does not know the key in REPRISE_GEMINI_KEY. Copy it again from Google AI Studio, or "
     "make a new one, and start Reprise with it."},
    {Cause::KeyExpired, "model-key-expired", "The API key has expired",
     "The key in REPRISE_GEMINI_KEY has expired. Make a new one in Google AI Studio and start "
     "Reprise with it."},
    {Cause::KeyBlocked, "model-key-blocked", "The API key is blocked",
     "{who} has blocked the key in REPRISE_GEMINI_KEY because it became public. Make a new one in "
     "Google AI Studio, and keep it secret."},
    {Cause::KeyRestricted, "model-key-restricted", "The API key may not be used from here",
     "The key in REPRISE_GEMINI_KEY is restricted to certain web sites, addresses, apps or APIs. "
     "Reprise's server asks from its own address and without a web site: change the restriction in "
     "the Google Cloud console, or use another key."},
    {Cause::ApiDisabled, "model-api-disabled", "The Gemini API is not switched on",
     "The project of the key in REPRISE_GEMINI_KEY may not use the Gemini API. Enable the "
     "Generative Language API for it in the Google Cloud console, and wait some minutes."},
    {Cause::Account, "model-account", "The account of the API key cannot be used",
     "{who} refuses the project of the key in REPRISE_GEMINI_KEY. Look at its billing and its "
     "state "
     "in the Google Cloud console."},
    {Cause::Location, "model-location", "Gemini is not offered here",
     "{who} does not offer the API at the place from which Reprise's server asks, or not without "
     "billing."},
    {Cause::Quota, "model-quota", "The quota is used up",
     "{who} takes no more requests for this key now."},
    {Cause::ModelUnknown, "model-unknown", "There is no such model",
     "{who} has no model {model} for live sessions that this key may use. Choose another with "
     "--model."},
    {Cause::Clock, "model-clock", "The clock is wrong",
     "{who} considers the times in our request wrong."},
    {Cause::RequestRefused, "model-request-refused", "The request is not understood",
     "{who} does not understand what Reprise asks for. Look for a newer Reprise, or report it."},
    {Cause::Busy, "model-busy", "The model's service has trouble",
     "{who} cannot answer now. Try again in a minute."},
    {Cause::Foreign, "model-answer-foreign", "Somebody else answered",
     "What answered at {place} is not {who}. A sign-in page of this network, a proxy or a wrong "
     "address may be the reason."},
    {Cause::Refused, "model-refused", "The model's service refused", "{who} refused the request."},
}};

const Words& words_of(Cause cause) { return *std::ranges::find(kWords, cause, &Words::cause); }

/// A rule applies when everything that it names fits. `text` must occur in the message, in lower
/// case.
struct Rule {
  Cause cause;
  int status = 0;
  std::string_view name = {};
  std::string_view reason = {};
  std::string_view text = {};
};
// The first rule that applies counts. Reasons are from google.api.ErrorReason, texts from real
// answers.
constexpr std::array kRules{
    Rule{.cause = Cause::KeyExpired, .text = "api key expired"},
    Rule{.cause = Cause::KeyExpired, .reason = "API_KEY_EXPIRED"},
    Rule{.cause = Cause::KeyBlocked, .text = "reported as leaked"},
    Rule{.cause = Cause::KeyWrong, .reason = "API_KEY_INVALID"},
    Rule{.cause = Cause::KeyWrong, .text = "api key not valid"},
    Rule{.cause = Cause::KeyWrong, .text = "api key not found"},
    Rule{.cause = Cause::KeyRestricted, .reason = "API_KEY_HTTP_REFERRER_BLOCKED"},
    Rule{.cause = Cause::KeyRestricted, .reason = "API_KEY_IP_ADDRESS_BLOCKED"},
    Rule{.cause = Cause::KeyRestricted, .reason = "API_KEY_SERVICE_BLOCKED"},
    Rule{.cause = Cause::KeyRestricted, .reason = "API_KEY_ANDROID_APP_BLOCKED"},
    Rule{.cause = Cause::KeyRestricted, .reason = "API_KEY_IOS_APP_BLOCKED"},
    Rule{.cause = Cause::KeyRestricted, .text = "requests from referer"},
    Rule{.cause = Cause::KeyRestricted, .text = "ip address restriction"},
    Rule{.cause = Cause::KeyRestricted, .status = 403, .text = "are blocked"},
    Rule{.cause = Cause::ApiDisabled, .reason = "SERVICE_DISABLED"},
    Rule{.cause = Cause::ApiDisabled, .text = "has not been used in project"},
    Rule{.cause = Cause::Location, .text = "location is not supported"},
    Rule{.cause = Cause::Location, .text = "not available in your country"},
    Rule{.cause = Cause::Quota, .status = 429},
    Rule{.cause = Cause::Quota, .name = "RESOURCE_EXHAUSTED"},
    Rule{.cause = Cause::Account, .reason = "CONSUMER_SUSPENDED"},
    Rule{.cause = Cause::Account, .reason = "CONSUMER_INVALID"},
    Rule{.cause = Cause::Account, .reason = "BILLING_DISABLED"},
    Rule{.cause = Cause::Account, .text = "has been suspended"},
    Rule{.cause = Cause::Account, .text = "billing"},
    Rule{.cause = Cause::KeyWrong, .text = "unregistered callers"},
    Rule{.cause = Cause::KeyWrong, .status = 401},
    Rule{.cause = Cause::ModelUnknown, .text = "is not found for api version"},
    Rule{.cause = Cause::ModelUnknown, .text = "not supported for bidigeneratecontent"},
    Rule{.cause = Cause::ModelUnknown, .status = 404, .text = "model"},
    Rule{.cause = Cause::Clock, .status = 400, .text = "expire_time"},
    Rule{.cause = Cause::Clock, .status = 400, .text = "expiretime"},
    Rule{.cause = Cause::RequestRefused, .status = 400},
};

/// The words for a request without an answer. {where} is the service, or the proxy if there is one.
struct FaultWords {
  http::FetchFault fault;
  std::string_view type;
  std::string_view title;
  std::string_view sentence;
  int status = 0;       ///< the proxy's status; 0: any
  bool if_far = false;  ///< for Refused: only if the service is not on this machine
};
constexpr std::array kFaultWords{
    FaultWords{http::FetchFault::NameUnknown, "model-name-unknown", "The name is not found",
               "No address is known for {where}. Is Reprise's computer connected, and does its "
               "name server answer?"},
    FaultWords{http::FetchFault::NameLate, "model-name-unknown", "The name server does not answer",
               "The address of {where} could not be found in time. Does the name server of "
               "Reprise's computer answer?"},
    FaultWords{http::FetchFault::Refused, "model-no-connection", "No connection",
               "{where} accepts no connection. A firewall, or a proxy that Reprise should use, may "
               "be the reason.",
               0, true},
    FaultWords{http::FetchFault::Refused, "model-unreachable", "Nobody answers",
               "Nothing answers at {where}. Is it running?"},
    FaultWords{
        http::FetchFault::ConnectLate, "model-timeout", "No answer in time",
        "{where} did not answer in time. If it stays so, a firewall, or a proxy that Reprise "
        "should use, may be the reason."},
    FaultWords{http::FetchFault::AnswerLate, "model-timeout", "No answer in time",
               "{where} did not answer in time. Try again."},
    FaultWords{http::FetchFault::Proxy, "model-proxy", "The proxy does not let us through",
               "The proxy {proxy} wants a name and a password: put them into HTTPS_PROXY.", 407},
    FaultWords{http::FetchFault::Proxy, "model-proxy", "The proxy does not let us through",
               "The proxy {proxy} opened no way to {place} ({status})."},
    FaultWords{http::FetchFault::TlsTime, "model-clock",
               "The clock is wrong, or a certificate is out of date",
               "The certificate of {place} is not valid at {time}, which is what the clock of "
               "Reprise's computer says. Is it right?"},
    FaultWords{http::FetchFault::TlsTrust, "model-tls", "The connection is not trusted",
               "The certificate of {place} is not one that Reprise's computer trusts. A proxy that "
               "reads along, or missing authorities (ca-certificates, SSL_CERT_FILE), may be the "
               "reason."},
    FaultWords{
        http::FetchFault::Tls, "model-tls", "No secure connection",
        "No secure connection to {place} could be made. Is its address right, and does nothing "
        "stand between?"},
    FaultWords{http::FetchFault::Upgrade, "model-no-connection", "No socket",
               "{place} opened no socket ({status})."},
};

Cause cause_of(const ApiError& error, int status) {
  if (status >= 500) return Cause::Busy;
  const std::string text = http::lower_case(error.message);
  for (const Rule& rule : kRules) {
    const bool fits = (rule.status == 0 || rule.status == status) &&
                      (rule.name.empty() || rule.name == error.status) &&
                      (rule.reason.empty() ||
                       std::ranges::find(error.reasons, rule.reason) != error.reasons.end()) &&
                      (rule.text.empty() || text.contains(rule.text));
    if (fits) return rule.cause;
  }
  return Cause::Refused;
}

std::string place_of(const Asked& asked) {
  const auto url = http::parse_url(asked.base_url);
  return url ? url->authority : asked.base_url;
}

std::string who_of(const Asked& asked) {
  return asked.google ? "Google" : "The service at " + place_of(asked);
}

void put(std::string& text, std::string_view name, const std::string& value) {
  for (auto at = text.find(name); at != text.npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
}

std::string filled(std::string_view sentence, const Asked& asked) {
  std::string text(sentence);
  if (text.starts_with("{who}")) text.replace(0, 5, who_of(asked));
  put(text, "{who}", asked.google ? who_of(asked) : "the service at " + place_of(asked));
  put(text, "{model}", safe_words(asked.model, {}));
  put(text, "{place}", place_of(asked));
  return text;
}

std::string span_words(std::chrono::seconds span) {
  const auto count = std::abs(span.count());
  if (count < 120) return fmt::format("{} seconds", count);
  if (count < 2 * 3600) return fmt::format("{} minutes", count / 60);
  if (count < 2 * 86'400) return fmt::format("{} hours", count / 3600);
  return fmt::format("{} days", count / 86'400);
}

std::string clock_words(const Asked& asked) {
  if (std::chrono::abs(asked.ahead) <= kClockMatters) return {};
  return fmt::format(" The clock of Reprise's computer is {} {}: set it right.",
                     span_words(asked.ahead), asked.ahead.count() > 0 ? "fast" : "slow");
}

Error made(std::string_view type, std::string sentence, std::string log_detail) {
  return Error{.code = ErrorCode::UpstreamRefused,
               .client_message = std::move(sentence),
               .log_detail = std::move(log_detail),
               .type = std::string(type)};
}

Error made(Cause cause, const std::string& more, std::string log_detail, const Asked& asked) {
  const Words& words = words_of(cause);
  return made(words.type, filled(words.sentence, asked) + more, std::move(log_detail));
}

/// The seconds in a `Retry-After` header. A date in it is ignored.
std::optional<std::chrono::seconds> retry_header(const http::Headers& headers) {
  return read_wait(std::string(headers.find("Retry-After").value_or("")) + "s");
}

}  // namespace

Refusal refusal_of(const http::ClientResponse& answer, const Asked& asked) {
  const auto error = read_api_error(answer.body);
  if (!error) {
    const std::string type(answer.headers.find("Content-Type").value_or("no type"));
    const std::string detail = fmt::format("status {}, {}, no error of the API", answer.status,
                                           safe_words(type, asked.secrets));
    return {made(answer.status >= 500 ? Cause::Busy : Cause::Foreign,
                 fmt::format(" It answered with status {}.", answer.status), detail, asked)};
  }
  const Cause cause = cause_of(*error, answer.status);
  const std::string said = safe_words(error->message, asked.secrets);
  const std::string name = safe_words(error->status, asked.secrets);
  auto wait = error->retry_after;
  if (!wait) wait = retry_header(answer.headers);
  std::string more;
  if (cause == Cause::Quota) {
    more += wait && wait->count() > 0
                ? fmt::format(" Try again in {}.", span_words(*wait))
                : " Try again in a minute, or look at the limits of your plan.";
  }
  if (cause == Cause::Clock) more += clock_words(asked);
  if (!said.empty()) {
    more += fmt::format(" {} says: “{}” ({}).", asked.google ? "Google" : "It", said,
                        name.empty() ? std::to_string(answer.status) : name);
  }
  const bool passes = cause == Cause::Quota || cause == Cause::Busy;
  return {made(cause, more, fmt::format("status {} {}: {}", answer.status, name, said), asked),
          passes ? wait : std::nullopt};
}

std::string_view title_of(std::string_view type) {
  for (const Words& words : kWords) {
    if (words.type == type) return words.title;
  }
  for (const FaultWords& words : kFaultWords) {
    if (words.type == type) return words.title;
  }
  return {};
}

Error failure_of(const http::FetchError& failure, const Asked& asked) {
  using http::FetchFault;
  const bool far = asked.google || failure.at_proxy;
  const auto fits = [&](const FaultWords& words) {
    if (words.fault != failure.fault) return false;
    if (words.fault == FetchFault::Refused) return words.if_far == far;
    return words.status == 0 || words.status == failure.status;
  };
  const auto words = std::ranges::find_if(kFaultWords, fits);
  if (words == kFaultWords.end()) {
    const Cause cause = failure.fault == FetchFault::Cut ? Cause::Busy : Cause::Foreign;
    return made(cause, "", failure.detail, asked);
  }
  std::string sentence(words->sentence);
  put(sentence, "{where}", failure.at_proxy ? asked.proxy + " (the proxy)" : place_of(asked));
  put(sentence, "{place}", place_of(asked));
  put(sentence, "{proxy}", asked.proxy);
  put(sentence, "{time}", rfc3339(asked.now_utc_ns));
  put(sentence, "{status}",
      failure.status == 0 ? "no status" : fmt::format("status {}", failure.status));
  return made(words->type, std::move(sentence), failure.detail);
}

Error closing_of(const http::CloseReason& closed, const Asked& asked) {
  constexpr std::uint16_t kLost = 1006;  // RFC 6455 7.4.1
  const std::string said = safe_words(closed.reason, asked.secrets);
  const std::string detail = fmt::format("closed with {}: {}", closed.code, said);
  if (closed.code == kLost) {
    return made(
        "model-timeout",
        fmt::format("The connection to {} broke, or nothing came in time.", place_of(asked)),
        detail);
  }
  const Cause cause = cause_of(ApiError{.message = closed.reason}, 0);
  const std::string more =
      fmt::format(" {} closed the socket with {}{}.", asked.google ? "Google" : "It", closed.code,
                  said.empty() ? " and gave no reason" : fmt::format(": “{}”", said));
  return made(cause, more, detail, asked);
}

}  // namespace reprise::gemini
