#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/byte_range.hpp"

// Conditional and range requests (RFC 9110 13 and 14). Pure.
namespace reprise::http {

enum class RangeVerdict {
  Ignore,         ///< absent, malformed, another unit, or several ranges: send the whole
  Part,           ///< send `range`
  Unsatisfiable,  ///< 416
};
struct RangeAnswer {
  RangeVerdict verdict = RangeVerdict::Ignore;
  ByteRange range = {};
  friend bool operator==(const RangeAnswer&, const RangeAnswer&) = default;
};

/// Reads the value of `Range` for a representation of `size` bytes.
RangeAnswer parse_range(std::string_view value, std::uint64_t size);

/// What the request says about versions. Each member is the value of a field; empty: absent.
struct Conditions {
  std::optional<std::string_view> if_match = {};
  std::optional<std::string_view> if_none_match = {};
  std::optional<std::string_view> if_range = {};
  std::optional<std::string_view> range = {};
};
struct ConditionAnswer {
  int status = 200;  ///< 200, 206, 304, 412 or 416
  ByteRange range = {};
};

/// Decides for GET or HEAD in the order of RFC 9110 13.2.2. `etag` is the current strong tag with
/// its quotes. HEAD ignores Range.
ConditionAnswer decide(const Conditions& conditions, bool is_head, std::string_view etag,
                       std::uint64_t size);

}  // namespace reprise::http
