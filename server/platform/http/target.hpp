#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.hpp"

// The request target (RFC 9112 3.2), decoded once, before routing. Pure.
namespace reprise::http {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::string authority;  ///< only in the absolute form; empty for the usual origin form
};

inline constexpr std::size_t kQueryParametersMax = 64;

/// Reads `/path?query` or `http://authority/path?query`. Refuses what two readers could understand
/// differently: a decoded `/`, `\` or control character in the path, `.` and `..` as segments, text
/// that is not UTF-8, a parameter that occurs twice. `merge_slashes`: runs of `/` count as one.
/// Errors: Invalid.
Result<Target> parse_target(std::string_view text, bool merge_slashes);

/// Decodes %XX; empty when an escape is malformed.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace reprise::http
