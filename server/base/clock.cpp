#include "base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace reprise {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::size_t kFractionDigitsMax = 9;

/// Takes exactly `count` digits off the front; empty when there are fewer.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char upper, char lower) {
  if (text.empty() || (text.front() != upper && text.front() != lower)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_fraction_ns(std::string_view& text) {
  if (!take(text, '.', '.')) return 0;
  std::int64_t ns = 0;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    ns = ns * 10 + (text.front() - '0');
    if (++digits > kFractionDigitsMax) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  for (; digits < kFractionDigitsMax; ++digits) ns *= 10;
  return ns;
}

std::optional<int> take_offset_minutes(std::string_view& text) {
  if (take(text, 'Z', 'z')) return 0;
  const bool east = take(text, '+', '+');
  if (!east && !take(text, '-', '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ':', ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (east ? 1 : -1) * (*hours * 60 + *minutes);
}

}  // namespace

std::int64_t now_utc_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::int64_t later_than(std::optional<std::int64_t> newest_utc_ns, std::int64_t now_utc_ns) {
  return newest_utc_ns ? std::max(*newest_utc_ns + 1, now_utc_ns) : now_utc_ns;
}

std::string rfc3339(std::int64_t utc_ns) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{floor<milliseconds>(nanoseconds{utc_ns})};
  const sys_days day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int{date.year()},
                     unsigned{date.month()}, unsigned{date.day()}, clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto y = take_digits(text, 4);
  if (!y || !take(text, '-', '-')) return std::nullopt;
  const auto mo = take_digits(text, 2);
  if (!mo || !take(text, '-', '-')) return std::nullopt;
  const auto d = take_digits(text, 2);
  if (!d || !take(text, 'T', 't')) return std::nullopt;
  const auto h = take_digits(text, 2);
  if (!h || !take(text, ':', ':')) return std::nullopt;
  const auto mi = take_digits(text, 2);
  if (!mi || !take(text, ':', ':')) return std::nullopt;
  const auto s = take_digits(text, 2);
  const auto fraction_ns = take_fraction_ns(text);
  if (!s || !fraction_ns) return std::nullopt;
  const auto offset = take_offset_minutes(text);
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                            day{static_cast<unsigned>(*d)}};
  if (!offset || !text.empty() || !date.ok() || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;
  const seconds whole =
      sys_days{date}.time_since_epoch() + hours{*h} + minutes{*mi - *offset} + seconds{*s};
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(whole.count(), kNsPerSecond, &ns) ||
      __builtin_add_overflow(ns, *fraction_ns, &ns)) {
    return std::nullopt;
  }
  return ns;
}

}  // namespace reprise
