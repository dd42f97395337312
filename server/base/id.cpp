#include "base/id.hpp"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <mutex>

#include "base/assert.hpp"
#include "base/clock.hpp"

namespace reprise {
namespace {

constexpr std::size_t kUuidChars = 36;
constexpr std::uint32_t kCounterMax =
    0xfff;  // rand_a: 12 bits used as the counter of RFC 9562 6.2 method 1

/// Random bits from the system, fetched a few hundred bytes at a time: one call per id was half of
/// all system calls of a small request (strace, 2026-11-24).
std::uint64_t random_word() {
  constexpr std::size_t kWords =
      32;  // 256 bytes: getrandom(2) never gives less, once it is initialised
  thread_local std::array<std::uint64_t, kWords> words;
  thread_local std::size_t left = 0;
  if (left == 0) {
    REPRISE_ASSERT(getrandom(words.data(), sizeof words, 0) == static_cast<ssize_t>(sizeof words));
    left = kWords;
  }
  return words[--left];
}

struct Stamp {
  std::uint64_t ms;
  std::uint32_t counter;
};

/// Time and counter of the next id. The counter starts in the lower half of its range, so that it
/// can grow.
Stamp next_stamp() {
  static std::mutex mutex;
  static Stamp last{0, 0};
  const auto now_ms = static_cast<std::uint64_t>(now_utc_ns() / 1'000'000);
  const auto start = static_cast<std::uint32_t>(random_word() & (kCounterMax >> 1));
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
  const std::uint64_t low = (random_word() >> 2) | std::uint64_t{1} << 63;
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
