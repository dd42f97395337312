#include "domain/login/id_token.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/base64.hpp"
#include "base/json.hpp"

namespace reprise::login {
namespace json = boost::json;

namespace {

/// Longer names of keys are not looked for.
constexpr std::size_t kKeyIdBytesMax = 256;

std::optional<std::array<std::string_view, 3>> segments(std::string_view token) {
  if (std::ranges::count(token, '.') != 2) return std::nullopt;
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  return std::array{token.substr(0, first), token.substr(first + 1, second - first - 1),
                    token.substr(second + 1)};
}

std::optional<json::object> object_of(std::string_view text) {
  auto value = parse_json(text);
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value->get_object());
}

std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
  const json::value* held = object.if_contains(name);
  if (held == nullptr || !held->is_string()) return std::nullopt;
  return std::string_view(held->get_string());
}

std::optional<Algorithm> algorithm_of(std::string_view name) {
  if (name == "RS256") return Algorithm::Rs256;
  if (name == "ES256") return Algorithm::Es256;
  return std::nullopt;
}

bool is_jwt(std::string_view type) {
  return type.size() == 3 && (type[0] | 0x20) == 'j' && (type[1] | 0x20) == 'w' &&
         (type[2] | 0x20) == 't';
}

std::optional<Fault> fault_of_header(const json::object& header) {
  const auto algorithm = text_member(header, "alg");
  if (!algorithm || !algorithm_of(*algorithm)) return Fault::AlgorithmRefused;
  if (header.contains("crit")) return Fault::CriticalHeader;
  if (header.contains("typ")) {
    const auto type = text_member(header, "typ");
    if (!type || !is_jwt(*type)) return Fault::TypeRefused;
  }
  const auto key_id = text_member(header, "kid");
  if (!key_id || key_id->empty() || key_id->size() > kKeyIdBytesMax) return Fault::KeyIdMissing;
  return std::nullopt;
}

}  // namespace

std::expected<UncheckedToken, Fault> read_token(std::string_view token) {
  if (token.size() > kTokenBytesMax) return std::unexpected(Fault::TokenTooLarge);
  const auto parts = segments(token);
  if (!parts) return std::unexpected(Fault::TokenMalformed);
  const auto [head_text, payload_text, signature_text] = *parts;
  const auto head = base64url_decode(head_text);
  const auto payload = base64url_decode(payload_text);
  auto signature = base64url_decode(signature_text);
  if (!head || !payload || !signature) return std::unexpected(Fault::TokenMalformed);
  const auto header = object_of(as_text(*head));
  if (!header) return std::unexpected(Fault::HeaderMalformed);
  if (const auto fault = fault_of_header(*header)) return std::unexpected(*fault);
  return UncheckedToken{
      .algorithm = *algorithm_of(*text_member(*header, "alg")),
      .key_id = std::string(*text_member(*header, "kid")),
      .signed_part = std::string(token.substr(0, head_text.size() + 1 + payload_text.size())),
      .signature = *std::move(signature),
      .payload = std::string(as_text(*payload))};
}

std::expected<json::object, Fault> read_claims(std::string_view payload) {
  auto claims = object_of(payload);
  if (!claims) return std::unexpected(Fault::ClaimsMalformed);
  return *std::move(claims);
}

}  // namespace reprise::login
