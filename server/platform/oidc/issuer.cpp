#include "platform/oidc/issuer.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/time_left.hpp"
#include "platform/http/text.hpp"

namespace reprise::oidc {
namespace json = boost::json;
using login::Fault;

namespace {

constexpr std::size_t kAnswerBytesMax = 1024 * 1024;
constexpr int kOk = 200;
constexpr std::size_t kRefusalBytesMax = 100;

std::unexpected<Failure> failed(Fault fault, std::string detail = {}) {
  return std::unexpected(Failure{fault, std::move(detail)});
}

std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
  const json::value* held = object.if_contains(name);
  if (held == nullptr || !held->is_string()) return std::nullopt;
  return std::string_view(held->get_string());
}

/// `invalid_grant`, for the log (RFC 6749 5.2). Never the description, which may quote what we
/// sent.
std::string refusal_of(const http::ClientResponse& answer) {
  std::string code;
  if (const auto value = parse_json(answer.body); value && value->is_object()) {
    code = text_member(value->get_object(), "error").value_or("");
  }
  return fmt::format("status {} {}", answer.status, code.substr(0, kRefusalBytesMax));
}

/// The answer says that it is JSON (RFC 8259, RFC 6839 3.1).
bool is_json(const http::ClientResponse& answer) {
  std::string_view type = answer.headers.find("Content-Type").value_or("");
  type = http::trim(type.substr(0, type.find(';')));
  return http::same_token(type, "application/json") || http::lower_case(type).ends_with("+json");
}

std::int64_t ns(std::chrono::nanoseconds span) { return span.count(); }

}  // namespace

Issuer::Issuer(IssuerSettings settings, Send send, std::function<std::int64_t()> now)
    : settings_(std::move(settings)), send_(std::move(send)), now_(std::move(now)) {}

Issuer::Held Issuer::held() const {
  const std::scoped_lock guard(lock_);
  return held_;
}

bool Issuer::is_reachable() const { return held().reachable; }

std::shared_ptr<const Metadata> Issuer::known() const { return held().metadata; }

void Issuer::note_reachable(bool reachable) {
  const std::scoped_lock guard(lock_);
  held_.reachable = reachable;
}

/// Sends a request to the issuer's own origin by the pinned address, and elsewhere without it.
Task<std::expected<http::ClientResponse, Failure>> Issuer::ask(http::ClientRequest request) {
  if (origin_of(request.url) == origin_of(settings_.issuer)) request.pin = settings_.reach_at;
  if (!request.pin) request.proxy = settings_.proxy;
  request.deadline = sooner_of(request.deadline, kAskWithin);
  request.body_bytes_max = kAnswerBytesMax;
  request.headers.set("Accept", "application/json");
  auto answer = co_await send_(std::move(request));
  if (answer) co_return *std::move(answer);
  const bool malformed = answer.error().fault == http::FetchFault::TooLarge ||
                         answer.error().fault == http::FetchFault::Malformed;
  co_return failed(malformed ? Fault::TokenAnswerMalformed : Fault::IssuerUnreachable,
                   answer.error().detail);
}

/// The body of a document of the issuer. Redirects are not followed.
Task<std::expected<std::string, Failure>> Issuer::get(std::string url, Deadline deadline) {
  auto answer = co_await ask({.url = url, .deadline = deadline});
  if (!answer) co_return failed(Fault::IssuerUnreachable, answer.error().detail);
  if (answer->status != kOk) {
    co_return failed(Fault::IssuerUnreachable, fmt::format("status {}", answer->status));
  }
  if (!is_json(*answer)) co_return failed(Fault::IssuerUnreachable, "the answer is not JSON");
  co_return std::move(answer->body);
}

Task<std::expected<void, Failure>> Issuer::fetch_keys(std::string url, Deadline deadline) {
  const auto text = co_await get(std::move(url), deadline);
  if (!text) co_return failed(text.error().fault, "keys: " + text.error().detail);
  auto keys = KeySet::read(*text);
  if (!keys) co_return failed(Fault::IssuerUnreachable, keys.error().client_message);
  const std::scoped_lock guard(lock_);
  held_.keys = std::make_shared<const KeySet>(*std::move(keys));
  held_.keys_utc_ns = now_();
  co_return std::expected<void, Failure>();
}

Task<std::expected<std::shared_ptr<const Metadata>, Failure>> Issuer::discover(Deadline deadline) {
  const auto place = co_await asking_.enter(sooner_of(deadline, kAskWithin));
  if (!place) co_return failed(Fault::IssuerUnreachable, "another request to it takes too long");
  const auto text = co_await get(metadata_url(settings_.issuer), deadline);
  auto metadata = text ? read_metadata(*text, settings_.issuer)
                       : Result<Metadata>(fail(ErrorCode::Unavailable, text.error().detail));
  if (!metadata) {
    note_reachable(false);
    co_return failed(Fault::IssuerUnreachable, metadata.error().client_message);
  }
  auto shared = std::make_shared<const Metadata>(*std::move(metadata));
  const Held now = held();
  if (!now.keys || now_() - now.keys_utc_ns > ns(kKeysFor)) {
    const auto fetched = co_await fetch_keys(shared->jwks_uri, deadline);
    if (!fetched && !now.keys) {
      note_reachable(false);
      co_return std::unexpected(fetched.error());
    }
  }
  const std::scoped_lock guard(lock_);
  held_.metadata = shared;
  held_.reachable = true;
  co_return shared;
}

/// The issuer's keys, with the wanted one among them.
Task<std::expected<std::shared_ptr<const KeySet>, Failure>> Issuer::keys_with(
    std::string key_id, login::Algorithm algorithm, Deadline deadline) {
  if (Held now = held(); now.keys && now.keys->has(key_id, algorithm)) co_return now.keys;
  const auto place = co_await asking_.enter(sooner_of(deadline, kAskWithin));
  if (!place) co_return failed(Fault::KeyUnknown, "another request for keys takes too long");
  Held now = held();
  if (now.keys && now.keys->has(key_id, algorithm)) co_return now.keys;
  const std::int64_t at = now_();
  if (now.unknown_key_utc_ns != 0 && at - now.unknown_key_utc_ns < ns(kUnknownKeyEvery)) {
    co_return failed(Fault::KeyUnknown, "kid " + key_id);
  }
  {
    const std::scoped_lock guard(lock_);
    held_.unknown_key_utc_ns = at;
  }
  const auto fetched = co_await fetch_keys(now.metadata->jwks_uri, deadline);
  if (!fetched) co_return failed(Fault::KeyUnknown, fetched.error().detail);
  now = held();
  if (!now.keys->has(key_id, algorithm)) co_return failed(Fault::KeyUnknown, "kid " + key_id);
  co_return now.keys;
}

http::ClientRequest Issuer::token_request(const Metadata& metadata,
                                          const Exchange& exchange) const {
  http::ClientRequest request{
      .method = http::Method::Post, .url = metadata.token_endpoint, .deadline = exchange.deadline};
  // Both are form-encoded before they are joined (RFC 6749 2.3.1).
  const std::string credentials =
      form_encoded(settings_.client_id) + ':' + form_encoded(settings_.client_secret);
  request.headers.add("Authorization", "Basic " + base64_encode(as_bytes(credentials)));
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = form_of({{"grant_type", "authorization_code"},
                          {"code", exchange.code},
                          {"redirect_uri", exchange.redirect_uri},
                          {"code_verifier", exchange.verifier}});
  return request;
}

Task<std::expected<Issuer::Tokens, Failure>> Issuer::exchange_code(Exchange exchange) {
  const auto metadata = known();
  if (!metadata) co_return failed(Fault::IssuerUnreachable, "it was never reached");
  const auto answer = co_await ask(token_request(*metadata, exchange));
  if (!answer) {
    if (answer.error().fault == Fault::IssuerUnreachable) note_reachable(false);
    co_return std::unexpected(answer.error());
  }
  if (answer->status != kOk) co_return failed(Fault::TokenRequestRefused, refusal_of(*answer));
  const auto value = parse_json(answer->body);
  if (!is_json(*answer) || !value || !value->is_object()) {
    co_return failed(Fault::TokenAnswerMalformed, "no JSON object");
  }
  const json::object& object = value->get_object();
  const auto access_token = text_member(object, "access_token");
  const auto id_token = text_member(object, "id_token");
  if (!access_token || !id_token)
    co_return failed(Fault::TokenAnswerMalformed, "a token is missing");
  const auto type = text_member(object, "token_type");
  if (!type || !http::same_token(*type, "Bearer")) co_return failed(Fault::TokenTypeUnknown);
  co_return Tokens{std::string(*id_token), std::string(*access_token)};
}

Task<std::expected<json::object, Failure>> Issuer::claims_for(Exchange exchange) {
  const auto tokens = co_await exchange_code(exchange);
  if (!tokens) co_return std::unexpected(tokens.error());
  const auto token = login::read_token(tokens->id_token);
  if (!token) co_return failed(token.error());
  const auto keys = co_await keys_with(token->key_id, token->algorithm, exchange.deadline);
  if (!keys) co_return std::unexpected(keys.error());
  if (!(*keys)->verifies(*token)) co_return failed(Fault::SignatureWrong);
  auto claims = login::read_claims(token->payload);
  if (!claims) co_return failed(claims.error());
  const auto fault = login::check_claims(*claims, {.issuer = settings_.issuer,
                                                   .client_id = settings_.client_id,
                                                   .nonce = exchange.nonce,
                                                   .access_token = tokens->access_token,
                                                   .code = exchange.code,
                                                   .now_utc_ns = now_()});
  if (fault) co_return failed(*fault);
  co_return *std::move(claims);
}

}  // namespace reprise::oidc
