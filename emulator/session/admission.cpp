#include "emulator/session/admission.hpp"

#include "emulator/protocol/close.hpp"

namespace reprise::emulator {
namespace {

std::unexpected<http::CloseReason> refuse(std::uint16_t code, std::string_view text) {
  return std::unexpected(close_with::reason(code, text));
}

std::string_view token_of(const http::Request& request) {
  constexpr std::string_view kScheme = "Token ";
  const auto query = request.query_value("access_token");
  if (query) return *query;
  const std::string_view header = request.headers.find("Authorization").value_or("");
  return header.starts_with(kScheme) ? header.substr(kScheme.size()) : "";
}

}  // namespace

std::expected<Admission, http::CloseReason> admit(const http::Request& request, const Door& door,
                                                  Services& services, std::int64_t now_ns) {
  if (door.constrained) {
    auto token = services.tokens.open(token_of(request), now_ns);
    if (!token) return std::unexpected(std::move(token.error()));
    return Admission{std::move(token->lock), token->expires_ns};
  }
  std::optional<std::string_view> key = request.query_value("key");
  if (!key) key = request.headers.find("x-goog-api-key");
  if (!key || key->empty() || key->starts_with("auth_tokens/")) {
    return refuse(close_with::kNotAllowed, close_with::kUnregistered);
  }
  if (*key != services.key) return refuse(close_with::kBadArgument, close_with::kBadKey);
  return Admission{};
}

}  // namespace reprise::emulator
