#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Numbers as people say them, in English, and counting. Pure.
namespace reprise::emulator {

/// A number beyond this, in either direction, counts as this one.
inline constexpr std::int64_t kNumberMax = 999'999'999;

/// "one thousand two hundred eighty"; "minus" before negative ones.
std::string number_words(std::int64_t number);

struct NumberAt {
  std::int64_t value = 0;
  std::size_t words = 0;  ///< how many words were read
};
/// The longest number that begins at a word: "two hundred and five", "a thousand", "12", "minus 3",
/// "fives". Words are in lower case, without hyphens and with digits ungrouped.
std::optional<NumberAt> number_at(std::span<const std::string> words, std::size_t at);

/// Begin, end and step of a count that was asked for in words: "count to ten", "from ninety to a
/// hundred and ten", "count down from 5", "by twos", "backwards".
struct CountPlan {
  std::int64_t first = 1;
  std::int64_t last = 10;
  std::int64_t step = 1;  ///< negative: counts down
  friend bool operator==(const CountPlan&, const CountPlan&) = default;
};
CountPlan count_plan(std::span<const std::string> words);

/// The sentences of a count, with five numbers in each. After `kCountMax` numbers it only names the
/// last one.
std::vector<std::string> count_sentences(const CountPlan& plan);
inline constexpr std::int64_t kCountMax = 100;

}  // namespace reprise::emulator
