#include "platform/http/range.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "platform/http/text.hpp"

namespace reprise::http {
namespace {

/// Reads all of `text` as a decimal number. A number that needs more than 64 bits counts as the
/// largest.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  return error == std::errc::result_out_of_range ? std::numeric_limits<std::uint64_t>::max()
                                                 : value;
}

/// Whether a list of entity tags (or `*`) names `etag`. `weak`: `W/"x"` and `"x"` are equal (RFC
/// 9110 8.8.3.2).
bool names_tag(std::string_view list, std::string_view etag, bool weak) {
  if (trim(list) == "*") return true;
  while (!(list = trim(list)).empty()) {
    const bool is_weak = list.starts_with("W/");
    if (is_weak) list.remove_prefix(2);
    if (!list.starts_with('"')) return false;
    const auto close = list.find('"', 1);
    if (close == list.npos) return false;
    if (list.substr(0, close + 1) == etag && (weak || !is_weak)) return true;
    list = trim(list.substr(close + 1));
    if (list.empty()) return false;
    if (!list.starts_with(',')) return false;
    while (list.starts_with(',')) list = trim(list.substr(1));
  }
  return false;
}

}  // namespace

RangeAnswer parse_range(std::string_view value, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  constexpr RangeAnswer kIgnore{};
  constexpr RangeAnswer kUnsatisfiable{RangeVerdict::Unsatisfiable, {}};
  value = trim(value);
  if (!same_token(value.substr(0, kUnit.size()), kUnit)) return kIgnore;
  const std::string_view spec = trim(value.substr(kUnit.size()));
  const auto dash = spec.find('-');
  if (dash == spec.npos) return kIgnore;  // a comma is not a digit: several ranges end here too
  const auto last = number(spec.substr(dash + 1));
  if (dash == 0) {
    if (!last) return kIgnore;
    if (*last == 0 || size == 0) return kUnsatisfiable;
    const std::uint64_t length = std::min(*last, size);
    return {RangeVerdict::Part, {size - length, size}};
  }
  const auto first = number(spec.substr(0, dash));
  const bool open_end = dash + 1 == spec.size();
  if (!first || (!open_end && (!last || *last < *first))) return kIgnore;
  if (*first >= size) return kUnsatisfiable;
  const std::uint64_t end = open_end ? size : std::min(*last, size - 1) + 1;
  return {RangeVerdict::Part, {*first, end}};
}

ConditionAnswer decide(const Conditions& conditions, bool is_head, std::string_view etag,
                       std::uint64_t size) {
  const ConditionAnswer whole{200, {0, size}};
  if (conditions.if_match && !names_tag(*conditions.if_match, etag, false)) return {412, {}};
  if (conditions.if_none_match && names_tag(*conditions.if_none_match, etag, true))
    return {304, {}};
  if (is_head || !conditions.range) return whole;
  if (conditions.if_range && trim(*conditions.if_range) != etag) return whole;
  const RangeAnswer answer = parse_range(*conditions.range, size);
  switch (answer.verdict) {
    case RangeVerdict::Ignore:
      return whole;
    case RangeVerdict::Part:
      return {206, answer.range};
    case RangeVerdict::Unsatisfiable:
      return {416, {}};
  }
  return whole;
}

}  // namespace reprise::http
