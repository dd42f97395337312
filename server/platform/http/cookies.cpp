#include "platform/http/cookies.hpp"

#include <fmt/format.h>

#include "platform/http/text.hpp"

namespace reprise::http {

std::optional<std::string> read_cookie(const Headers& headers, std::string_view name) {
  std::optional<std::string> found;
  for (const auto& [field, value] : headers.rows()) {
    if (!same_token(field, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = rest.find(';');
      const std::string_view pair = trim(rest.substr(0, end));
      rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
      const auto equals = pair.find('=');
      if (equals == pair.npos || pair.substr(0, equals) != name) continue;
      const std::string_view held = pair.substr(equals + 1);
      if (found && *found != held) return std::nullopt;
      found = held;
    }
  }
  return found;
}

std::string set_cookie(std::string_view name, std::string_view value,
                       std::chrono::seconds max_age) {
  return fmt::format("{}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Lax", name, value,
                     max_age.count());
}

std::string drop_cookie(std::string_view name) {
  return set_cookie(name, "", std::chrono::seconds(0));
}

}  // namespace reprise::http
