#include "platform/gcs/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <cstdlib>

#include "base/json.hpp"
#include "platform/gcs/address.hpp"
#include "platform/http/url.hpp"

namespace reprise::gcs {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kRenewBeforeNs = 300 * kNsPerSecond;
/// By how much our clock and Google's may differ.
constexpr std::int64_t kSlackNs = 10 * kNsPerSecond;
/// An assertion whose time differs by more is refused.
constexpr std::int64_t kClockMostNs = 60 * kNsPerSecond;
constexpr const char* kFileVariable = "GOOGLE_APPLICATION_CREDENTIALS";
constexpr const char* kKeyFile = ".gcp-key.json";
constexpr const char* kMetadataHost = "metadata.google.internal";

/// The members of a token answer (RFC 6749 5.1) that we use.
struct TokenAnswer {
  std::string access_token;
  std::int64_t expires_in = 0;
};
BOOST_DESCRIBE_STRUCT(TokenAnswer, (), (access_token, expires_in))

std::string variable(const CredentialSources& sources, std::string_view name) {
  const auto found =
      std::ranges::find_if(sources.environment, [&](const auto& one) { return one.first == name; });
  return found == sources.environment.end() ? "" : found->second;
}

http::ClientRequest exchange_request(const ServiceAccount& account, Scope scope,
                                     std::int64_t now_utc_ns) {
  http::ClientRequest request{.method = http::Method::Post, .url = account.token_url};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" +
                 token_assertion(account, scope, now_utc_ns);
  return request;
}

http::ClientRequest metadata_request(const MetadataServer& server, Scope scope) {
  http::ClientRequest request{
      .url = fmt::format("{}/computeMetadata/v1/instance/service-accounts/default/token?scopes={}",
                         server.base_url, percent_encode(scope_url(scope), Slashes::Encode))};
  request.headers.add("Metadata-Flavor", "Google");
  return request;
}

/// The members of a refusal: `{"error": "invalid_grant", "error_description": "…"}` (RFC 6749 5.2).
Error no_token(const http::ClientResponse& answer) {
  Error error = refusal(answer, "token");
  error.code = ErrorCode::Forbidden;
  error.client_message = "Google gives no token for these credentials.";
  return error;
}

/// Of whom a token is asked. Who has forgotten to name a key file learns it here.
std::string token_from(const Credentials& credentials) {
  if (const auto* account = std::get_if<ServiceAccount>(&credentials)) {
    return "token from " + account->token_url;
  }
  return fmt::format("token from the metadata server {} (no key file is named)",
                     std::get<MetadataServer>(credentials).base_url);
}

}  // namespace

std::string shown(const Credentials& credentials) {
  if (const auto* account = std::get_if<ServiceAccount>(&credentials)) return account->email;
  if (const auto* server = std::get_if<MetadataServer>(&credentials)) {
    return "this machine's own identity, from " + server->base_url;
  }
  return std::holds_alternative<GivenToken>(credentials) ? "a given token" : "no credentials";
}

Result<Credentials> find_credentials(const CredentialSources& sources) {
  if (!sources.token.empty()) return GivenToken{sources.token};
  const std::string named = variable(sources, kFileVariable);
  const std::string path = named.empty() ? kKeyFile : named;
  const std::string setting = named.empty() ? kKeyFile : fmt::format("{} {}", kFileVariable, named);
  const auto text = sources.read_file(path);
  if (text) {
    auto account = read_service_account(*text, setting);
    if (!account) return std::unexpected(account.error());
    return *std::move(account);
  }
  if (!named.empty() || text.error().code != ErrorCode::NotFound) {
    return fail(ErrorCode::Invalid, fmt::format("{}: {}", setting, text.error().client_message));
  }
  const std::string host = variable(sources, "GCE_METADATA_HOST");
  const std::string base_url = "http://" + (host.empty() ? kMetadataHost : host);
  const auto url = http::parse_url(base_url);
  if (!url || url->target != "/") {
    return fail(ErrorCode::Invalid, "GCE_METADATA_HOST: must be HOST or HOST:PORT.");
  }
  return MetadataServer{base_url};
}

TokenStep token_step(std::int64_t expires_utc_ns, std::int64_t now_utc_ns) {
  const std::int64_t left = expires_utc_ns - now_utc_ns;
  if (left > kRenewBeforeNs) return TokenStep::Use;
  return left > kSlackNs ? TokenStep::Renew : TokenStep::Wait;
}

Tokens::Tokens(Credentials credentials, Scope scope, Send send, std::function<std::int64_t()> now)
    : credentials_(std::move(credentials)),
      scope_(scope),
      send_(std::move(send)),
      now_(std::move(now)) {}

Tokens::Held Tokens::held() const {
  const std::scoped_lock guard(lock_);
  return held_;
}

void Tokens::refuse(const std::string& token) {
  const std::scoped_lock guard(lock_);
  if (held_.token == token) held_ = {};
}

Task<Result<std::string>> Tokens::token(Deadline deadline) {
  if (std::holds_alternative<NoCredentials>(credentials_)) co_return std::string();
  if (const auto* given = std::get_if<GivenToken>(&credentials_)) co_return given->token;
  Held now = held();
  TokenStep step = token_step(now.expires_utc_ns, now_());
  if (step == TokenStep::Use) co_return now.token;
  const std::optional<Gate::Place> place =
      step == TokenStep::Renew ? asking_.try_enter() : co_await asking_.enter(deadline);
  if (!place && step == TokenStep::Renew) co_return now.token;  // another task renews it
  if (!place) {
    co_return fail(ErrorCode::Unavailable, "The object store does not answer.", kNoAnswer,
                   token_from(credentials_) + ": not in time");
  }
  now = held();  // another task may have renewed it meanwhile
  step = token_step(now.expires_utc_ns, now_());
  if (step == TokenStep::Use) co_return now.token;
  auto fresh = co_await ask(deadline);
  if (!fresh && step == TokenStep::Renew) co_return now.token;  // it is still valid
  if (!fresh) co_return std::unexpected(std::move(fresh.error()));
  {
    const std::scoped_lock guard(lock_);
    held_ = *fresh;
  }
  co_return fresh->token;
}

Task<Result<http::ClientResponse>> Tokens::exchange(Deadline deadline) {
  const auto* account = std::get_if<ServiceAccount>(&credentials_);
  if (account == nullptr) {
    co_return co_await call(
        send_, {.request = metadata_request(std::get<MetadataServer>(credentials_), scope_),
                .deadline = deadline});
  }
  const std::int64_t asked = now_();
  auto answer = co_await call(
      send_, {.request = exchange_request(*account, scope_, asked), .deadline = deadline});
  // The refusal itself may have told that our clock was wrong.
  const bool turned = std::abs(now_() - asked) > kClockMostNs;
  if (!answer || answer->status == 200 || !turned) co_return answer;
  co_return co_await call(
      send_, {.request = exchange_request(*account, scope_, now_()), .deadline = deadline});
}

Task<Result<Tokens::Held>> Tokens::ask(Deadline deadline) {
  const auto answer = co_await exchange(deadline);
  if (!answer) {
    Error away = answer.error();
    away.log_detail = fmt::format("{}: {}", token_from(credentials_), away.log_detail);
    co_return std::unexpected(std::move(away));
  }
  if (answer->status != 200) co_return std::unexpected(no_token(*answer));
  const bool of_metadata = std::holds_alternative<MetadataServer>(credentials_);
  if (of_metadata && answer->headers.find("Metadata-Flavor") != "Google") {
    co_return fail(ErrorCode::Forbidden, "Google gives no token for these credentials.", {},
                   "token: what answered is no metadata server");
  }
  const auto read = from_json<TokenAnswer>(answer->body, UnknownMembers::Ignore);
  if (!read || read->access_token.empty() || read->expires_in <= 0) {
    co_return fail(ErrorCode::Unavailable, "The object store does not answer.", {},
                   "token: the answer holds none");
  }
  constexpr std::int64_t kLifeMax = 86'400;  // more than Google gives
  co_return Held{read->access_token, now_() + std::min(read->expires_in, kLifeMax) * kNsPerSecond};
}

}  // namespace reprise::gcs
