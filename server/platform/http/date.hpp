#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace reprise::http {

/// Reads `Tue, 24 Nov 2026 18:24:11 GMT` (RFC 9110 5.6.7, IMF-fixdate). Empty for anything else.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace reprise::http
