#include "emulator/talk/numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace reprise::emulator {
namespace {

constexpr std::int64_t kCountDefault = 10;
constexpr std::int64_t kCountInSentence = 5;

constexpr std::array<std::string_view, 20> kSmallNumbers{
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> kTens{"",      "",      "twenty",  "thirty", "forty",
                                                 "fifty", "sixty", "seventy", "eighty", "ninety"};

/// The value that one word adds to a number.
struct Part {
  enum class Kind { Small, Tens, Digits, Dozen, Hundred, Thousand, Million } kind;
  std::int64_t value = 0;
};

std::optional<Part> part_named(std::string_view word) {
  const auto small = std::ranges::find(kSmallNumbers, word);
  if (small != kSmallNumbers.end()) return Part{Part::Kind::Small, small - kSmallNumbers.begin()};
  const auto tens = std::find(kTens.begin() + 2, kTens.end(), word);
  if (tens != kTens.end()) return Part{Part::Kind::Tens, 10 * (tens - kTens.begin())};
  if (word == "dozen") return Part{Part::Kind::Dozen};
  if (word == "hundred") return Part{Part::Kind::Hundred};
  if (word == "thousand") return Part{Part::Kind::Thousand};
  if (word == "million") return Part{Part::Kind::Million};
  return std::nullopt;
}

std::optional<Part> part_in_digits(std::string_view word) {
  std::int64_t digits = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), digits);
  if (word.empty() || word.starts_with('-') || end != word.data() + word.size()) {
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range) digits = kNumberMax;
  return Part{Part::Kind::Digits, std::min(digits, kNumberMax)};
}

/// Accepts plurals, too, as in steps: "twos", "sixes", "50s".
std::optional<Part> part_of(std::string_view word) {
  for (const std::string_view ending : {"", "s", "es"}) {
    if (!word.ends_with(ending)) continue;
    const std::string_view stem = word.substr(0, word.size() - ending.size());
    if (const auto part = part_named(stem)) return part;
    if (const auto part = part_in_digits(stem)) return part;
  }
  return std::nullopt;
}

/// Adds up a number word by word.
struct Sum {
  std::int64_t total = 0;              // whole thousands and millions
  std::int64_t group = 0;              // the part below a thousand, unless it came in digits
  std::int64_t scale = 1'000'000'000;  // the last thousand or million; scales can only fall
  bool any = false;
  bool closed = false;  // only a scale can follow

  bool take(const Part& part) {
    switch (part.kind) {
      case Part::Kind::Small: {
        const bool after_tens =
            group % 100 >= 20 && group % 10 == 0 && part.value > 0 && part.value < 10;
        if (closed || (any && group % 100 != 0 && !after_tens)) return false;
        if (any && part.value == 0) return false;
        group += part.value;
        closed = part.value == 0;
        break;
      }
      case Part::Kind::Tens:
        if (closed || group % 100 != 0) return false;
        group += part.value;
        break;
      case Part::Kind::Digits:
        if (group != 0 || closed) return false;
        if (any && part.value >= scale) return false;
        group = part.value;
        closed = true;
        break;
      case Part::Kind::Dozen:
        if (group >= 100) return false;
        group = std::max<std::int64_t>(group, 1) * 12;
        closed = true;
        break;
      case Part::Kind::Hundred:
        if (group >= 100 || (any && group == 0)) return false;
        group = std::max<std::int64_t>(group, 1) * 100;
        closed = false;
        break;
      case Part::Kind::Thousand:
      case Part::Kind::Million: {
        const std::int64_t size = part.kind == Part::Kind::Thousand ? 1'000 : 1'000'000;
        if (size >= scale || (any && group == 0)) return false;
        total += std::min(std::max<std::int64_t>(group, 1), kNumberMax / size) * size;
        group = 0;
        scale = size;
        closed = false;
        break;
      }
    }
    any = true;
    return true;
  }
  /// "and" joins only after a hundred, a thousand or a million.
  bool may_join() const { return any && group % 100 == 0 && (group > 0 || total > 0); }
  std::int64_t value() const { return std::min(total + group, kNumberMax); }
};

std::string_view word_at(std::span<const std::string> words, std::size_t at) {
  return at < words.size() ? std::string_view(words[at]) : std::string_view();
}

bool has(std::span<const std::string> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string capital(std::string text) {
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

std::string number_words(std::int64_t number) {
  if (number < 0) return "minus " + number_words(-std::max(number, -kNumberMax));
  number = std::min(number, kNumberMax);
  const auto joined = [](const std::string& first, std::int64_t rest) {
    return rest == 0 ? first : first + " " + number_words(rest);
  };
  if (number < 20) return std::string(kSmallNumbers[static_cast<std::size_t>(number)]);
  if (number < 100) {
    return joined(std::string(kTens[static_cast<std::size_t>(number / 10)]), number % 10);
  }
  if (number < 1000) return joined(number_words(number / 100) + " hundred", number % 100);
  if (number < 1'000'000) {
    return joined(number_words(number / 1000) + " thousand", number % 1000);
  }
  return joined(number_words(number / 1'000'000) + " million", number % 1'000'000);
}

std::optional<NumberAt> number_at(std::span<const std::string> words, std::size_t at) {
  std::size_t next = at;
  const bool minus = word_at(words, next) == "minus" || word_at(words, next) == "negative";
  if (minus) ++next;
  Sum sum;
  for (;;) {
    std::size_t skipped = 0;
    const std::string_view word = word_at(words, next);
    const bool one = (word == "a" || word == "an") && !sum.any;
    if (one || (word == "and" && sum.may_join())) skipped = 1;
    const auto part = part_of(word_at(words, next + skipped));
    if (!part || (one && part->kind < Part::Kind::Dozen) ||
        (skipped == 1 && !one && part->kind >= Part::Kind::Dozen) || !sum.take(*part)) {
      break;
    }
    next += skipped + 1;
  }
  if (!sum.any) return std::nullopt;
  return NumberAt{minus ? -sum.value() : sum.value(), next - at};
}

CountPlan count_plan(std::span<const std::string> words) {
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> last;
  std::optional<std::int64_t> lone;
  std::int64_t step = 1;
  for (std::size_t at = 0; at < words.size();) {
    const auto number = number_at(words, at);
    if (!number) {
      ++at;
      continue;
    }
    const std::string_view before = at == 0 ? "" : word_at(words, at - 1);
    if (before == "from") {
      first = number->value;
    } else if (before == "to" || before == "until" || before == "till" || before == "through") {
      last = number->value;
    } else if (before == "by" || before == "in" || before == "of") {  // "in steps of three"
      step = std::clamp<std::int64_t>(std::abs(number->value), 1, kNumberMax);
    } else {
      lone = number->value;
    }
    at += number->words;
  }
  const bool down = has(words, "down") || has(words, "backwards") || has(words, "backward") ||
                    has(words, "countdown");
  if (down) {
    if (!first) first = last && *last >= kCountDefault ? last : lone.value_or(kCountDefault);
    if (!last || *last == *first)
      last = *first > 0 ? std::min<std::int64_t>(1, *first) : *first - 9;
    if (*last > *first) std::swap(first, last);
  } else {
    if (!last) last = lone;
    if (!first) first = step;  // "by fives" begins with five
    if (!last) last = *first + (kCountDefault - 1) * step;
  }
  return {*first, *last, *last < *first ? -step : step};
}

std::vector<std::string> count_sentences(const CountPlan& plan) {
  const std::int64_t steps = (plan.last - plan.first) / plan.step;
  const std::int64_t said = std::min(steps, kCountMax - 1);
  std::vector<std::string> sentences;
  std::string sentence;
  for (std::int64_t n = 0; n <= said; ++n) {
    sentence += (sentence.empty() ? "" : ", ") + number_words(plan.first + n * plan.step);
    if ((n + 1) % kCountInSentence == 0 || n == said) {
      sentences.push_back(capital(std::exchange(sentence, {})) + ".");
    }
  }
  if (said < steps) {
    sentences.push_back("And so on, to " + number_words(plan.first + steps * plan.step) + ".");
  }
  return sentences;
}

}  // namespace reprise::emulator
