#include "platform/oidc/metadata.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "base/json.hpp"
#include "platform/http/url.hpp"

namespace reprise::oidc {
namespace json = boost::json;

namespace {

constexpr std::size_t kAddressBytesMax = 2048;

std::string text_member(const json::object& object, std::string_view name) {
  const json::value* held = object.if_contains(name);
  return held != nullptr && held->is_string() ? std::string(std::string_view(held->get_string()))
                                              : std::string();
}

/// An address that the issuer names: https, or where the issuer itself is. So an issuer cannot make
/// us ask another service of this machine.
bool is_address(std::string_view text, std::string_view issuer) {
  const auto url = http::parse_url(text);
  return url && text.size() <= kAddressBytesMax &&
         (url->tls || origin_of(text) == origin_of(issuer));
}

std::unexpected<Error> invalid(std::string sentence) {
  return fail(ErrorCode::Invalid, std::move(sentence));
}

std::string with_query(const std::string& address, const std::string& query) {
  return address + (address.contains('?') ? '&' : '?') + query;
}

}  // namespace

std::string origin_of(std::string_view text) {
  const auto url = http::parse_url(text);
  return url ? fmt::format("{}://{}", url->tls ? "https" : "http", url->authority) : "";
}

std::string metadata_url(std::string_view issuer) {
  while (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/openid-configuration";
}

Result<Metadata> read_metadata(std::string_view text, std::string_view issuer) {
  const auto value = parse_json(text);
  if (!value || !value->is_object()) return invalid("the metadata is no JSON object");
  const json::object& object = value->get_object();
  Metadata metadata{.issuer = text_member(object, "issuer"),
                    .authorization_endpoint = text_member(object, "authorization_endpoint"),
                    .token_endpoint = text_member(object, "token_endpoint"),
                    .jwks_uri = text_member(object, "jwks_uri"),
                    .end_session_endpoint = text_member(object, "end_session_endpoint")};
  if (metadata.issuer != issuer) return invalid("the metadata is that of another issuer");
  for (const auto& [name, address] :
       {std::pair{"authorization_endpoint", &metadata.authorization_endpoint},
        std::pair{"token_endpoint", &metadata.token_endpoint},
        std::pair{"jwks_uri", &metadata.jwks_uri}}) {
    if (!is_address(*address, issuer)) {
      return invalid(fmt::format("its {} is no https address", name));
    }
  }
  if (!is_address(metadata.end_session_endpoint, issuer)) metadata.end_session_endpoint.clear();
  if (const json::value* scopes = object.if_contains("scopes_supported");
      scopes != nullptr && scopes->is_array()) {
    for (const json::value& scope : scopes->get_array()) {
      if (scope.is_string()) metadata.scopes.emplace_back(std::string_view(scope.get_string()));
    }
  }
  const json::value* always = object.if_contains("authorization_response_iss_parameter_supported");
  metadata.always_sends_iss = always != nullptr && always->is_bool() && always->get_bool();
  return metadata;
}

std::string authorization_url(const Metadata& metadata, const AuthorizationRequest& request) {
  std::vector<std::pair<std::string_view, std::string_view>> query{
      {"response_type", "code"},
      {"client_id", request.client_id},
      {"redirect_uri", request.redirect_uri},
      {"scope", request.scope},
      {"state", request.state},
      {"nonce", request.nonce},
      {"code_challenge", request.code_challenge},
      {"code_challenge_method", "S256"}};
  if (request.ask_again) query.emplace_back("prompt", "login");
  return with_query(metadata.authorization_endpoint, form_of(query));
}

std::string form_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string form_of(const std::vector<std::pair<std::string_view, std::string_view>>& parameters) {
  std::string form;
  for (const auto& [name, value] : parameters) {
    if (!form.empty()) form += '&';
    form += form_encoded(name) + '=' + form_encoded(value);
  }
  return form;
}

}  // namespace reprise::oidc
