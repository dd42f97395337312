#include "base/id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "base/assert.hpp"
#include "base/clock.hpp"

namespace reprise {
namespace {

constexpr std::size_t kUuidChars = 36;
constexpr std::uint32_t kCounterMax =
    0xfff;  // rand_a: 12 bits used as the counter of RFC 9562 6.2 method 1

template <class Word>
Word random_word() {
  Word word;
  // At most 256 bytes: never interrupted and never short once the pool is initialised
  // (getrandom(2)).
  REPRISE_ASSERT(getrandom(&word, sizeof word, 0) == static_cast<ssize_t>(sizeof word));
  return word;
}

struct Stamp {
  std::uint64_t ms;
  std::uint32_t counter;
};

/// Time and counter of the next id; the counter starts in its lower half, so that it has room to
/// grow.
Stamp next_stamp() {
  static std::mutex mutex;
  static Stamp last{0, 0};
  const auto now_ms = static_cast<std::uint64_t>(now_utc_ns() / 1'000'000);
  const std::uint32_t start = random_word<std::uint16_t>() & (kCounterMax >> 1);
  const std::lock_guard lock(mutex);
  if (now_ms > last.ms) {
    last = {now_ms, start};
  } else if (last.counter < kCounterMax) {
    ++last.counter;
  } else {
    last = {last.ms + 1, start};
  }
  return last;
}

}  // namespace

std::string new_uuid7() {
  const Stamp stamp = next_stamp();
  const std::uint64_t high = stamp.ms << 16 | 0x7000 | stamp.counter;
  const std::uint64_t low = (random_word<std::uint64_t>() >> 2) | std::uint64_t{1} << 63;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(kUuidChars);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text += '-';
    const std::uint64_t half = nibble < 16 ? high : low;
    text += kDigits[half >> (60 - nibble % 16 * 4) & 0xf];
  }
  return text;
}

bool is_uuid(std::string_view text) {
  if (text.size() != kUuidChars) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace reprise
