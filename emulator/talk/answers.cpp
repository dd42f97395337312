#include "emulator/talk/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "emulator/talk/story.hpp"

namespace reprise::emulator {
namespace {

using Words = std::vector<std::string>;
using Sentences = std::vector<std::string>;

constexpr int kCountDefault = 10;
constexpr int kCountMax = 100;
constexpr int kCountInSentence = 5;
constexpr std::size_t kRepeatedCharactersMax = 400;

constexpr std::array<std::string_view, 20> kSmallNumbers{
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> kTens{"",      "",      "twenty",  "thirty", "forty",
                                                 "fifty", "sixty", "seventy", "eighty", "ninety"};

/// Lower-case words without punctuation; apostrophes stay.
Words words_of(std::string_view text) {
  Words words;
  bool inside = false;
  for (const char raw : text) {
    const char letter = raw >= 'A' && raw <= 'Z' ? static_cast<char>(raw - 'A' + 'a') : raw;
    const bool kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                      letter == '\'' || (static_cast<unsigned char>(letter) & 0x80U) != 0;
    if (kept && !inside) words.emplace_back();
    if (kept) words.back() += letter;
    inside = kept;
  }
  return words;
}

/// True when `phrase` occurs as whole words.
bool says(const Words& words, std::string_view phrase) {
  const Words wanted = words_of(phrase);
  return !std::ranges::search(words, wanted).empty();
}

std::optional<int> number_in(const Words& words) {
  std::optional<int> number;
  for (const std::string& word : words) {
    int digits = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), digits);
    if (error == std::errc() && end == word.data() + word.size()) number = digits;
    const auto small = std::ranges::find(kSmallNumbers, word);
    if (small != kSmallNumbers.end()) {
      const int value = static_cast<int>(small - kSmallNumbers.begin());
      const bool joins = number && *number >= 20 && *number % 10 == 0 && value < 10;
      number = joins ? *number + value : value;
    }
    const auto tens = std::find(kTens.begin() + 2, kTens.end(), word);
    if (tens != kTens.end()) number = 10 * static_cast<int>(tens - kTens.begin());
    if (word == "hundred") number = 100;
  }
  return number;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

Sentences count(const Words& words) {
  const int last = std::clamp(number_in(words).value_or(kCountDefault), 1, kCountMax);
  Sentences sentences;
  std::string sentence;
  for (int number = 1; number <= last; ++number) {
    sentence += (sentence.empty() ? "" : ", ") + number_words(number);
    if (number % kCountInSentence == 0 || number == last) {
      sentences.push_back(capital(std::exchange(sentence, {})) + ".");
    }
  }
  return sentences;
}

Sentences time_of_day(int hour, int minute) {
  const std::string hours = number_words(hour);
  if (minute == 0) return {fmt::format("It is {} o'clock.", hours)};
  return {fmt::format("It is {} {}{}.", hours, minute < 10 ? "oh " : "", number_words(minute))};
}

Sentences what_is_seen(const Surroundings& surroundings) {
  if (!surroundings.picture_came) {
    return {"I see no picture.", "Turn your camera on, and ask me again."};
  }
  if (!surroundings.picture) return {"A picture came, but I cannot read it."};
  const PictureFacts& facts = *surroundings.picture;
  return {fmt::format("I see a picture of {} by {} pixels.",
                      number_words(static_cast<int>(facts.width)),
                      number_words(static_cast<int>(facts.height))),
          fmt::format("On average it is {}.", colour_words(facts.red, facts.green, facts.blue))};
}

Sentences greeting(std::mt19937_64& random) {
  static constexpr std::array<std::string_view, 3> kGreetings{
      "Hello! What would you like to talk about?", "Hello there! How can I help you?",
      "Hi! It is good to hear you."};
  return sentences_of(kGreetings[random() % kGreetings.size()]);
}

std::optional<std::string> to_repeat(std::string_view heard, const Words& words) {
  static constexpr std::string_view kAsk = "repeat after me";
  if (!says(words, kAsk)) return std::nullopt;
  std::string lower(heard);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  const std::size_t at = lower.find(kAsk);
  if (at == std::string::npos) return std::nullopt;
  std::string_view rest = heard.substr(at + kAsk.size());
  const std::size_t begin = rest.find_first_not_of(" ,:;.");
  if (begin == std::string_view::npos) return std::nullopt;
  rest = rest.substr(begin, kRepeatedCharactersMax);
  const bool ends = rest.ends_with('.') || rest.ends_with('?') || rest.ends_with('!');
  return capital(std::string(rest)) + (ends ? "" : ".");
}

bool asks_to_stop(const Words& words) {
  const bool shortly = words.size() <= 4;
  return words.back() == "stop" || says(words, "be quiet") || says(words, "that is enough") ||
         (shortly && says(words, "stop"));
}

bool asks_what_is_seen(const Words& words) {
  return says(words, "do you see") || says(words, "can you see") || says(words, "i showing you") ||
         (says(words, "describe") &&
          (says(words, "picture") || says(words, "image") || says(words, "you see")));
}

bool greets(const Words& words) {
  return words[0] == "hello" || words[0] == "hi" || words[0] == "hey" ||
         says(words, "good morning") || says(words, "good afternoon") ||
         says(words, "good evening");
}

}  // namespace

std::string number_words(int number) {
  if (number < 20) return std::string(kSmallNumbers[static_cast<std::size_t>(std::max(number, 0))]);
  const auto joined = [](const std::string& first, int rest) {
    return rest == 0 ? first : first + " " + number_words(rest);
  };
  if (number < 100) {
    return joined(std::string(kTens[static_cast<std::size_t>(number / 10)]), number % 10);
  }
  if (number < 1000) return joined(number_words(number / 100) + " hundred", number % 100);
  return joined(number_words(std::min(number, 9999) / 1000) + " thousand",
                std::min(number, 9999) % 1000);
}

std::vector<std::string> sentences_of(std::string_view text) {
  Sentences sentences;
  while (!text.empty()) {
    std::size_t end = 0;
    while (end < text.size()) {
      const bool mark = text[end] == '.' || text[end] == '?' || text[end] == '!';
      ++end;
      if (mark && (end == text.size() || text[end] == ' ')) break;
    }
    sentences.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return sentences;
}

std::vector<std::string> answer(std::string_view heard, const Surroundings& surroundings,
                                std::mt19937_64& random) {
  const Words words = words_of(heard);
  if (words.empty()) return {"I am listening."};
  if (const auto repeated = to_repeat(heard, words)) return sentences_of(*repeated);
  if (asks_to_stop(words)) return {"Okay."};
  if (says(words, "story")) return sentences_of(says(words, "long") ? kLongStory : kShortStory);
  if (says(words, "count")) return count(words);
  if (says(words, "what time") || says(words, "the time")) {
    return time_of_day(surroundings.hour, surroundings.minute);
  }
  if (asks_what_is_seen(words)) return what_is_seen(surroundings);
  if (says(words, "how are you")) return {"I am fine, thank you.", "How are you?"};
  if (says(words, "who are you") || says(words, "your name")) {
    return {"I am the emulator.", "I run on this machine, and nothing that you say leaves it."};
  }
  if (says(words, "can you do")) {
    return {"I can count, tell the time, tell a story, and say what colour your picture is.",
            "I repeat everything else."};
  }
  if (says(words, "thank you") || words[0] == "thanks") return {"You are welcome."};
  if (says(words, "goodbye") || says(words, "bye bye") || says(words, "see you later")) {
    return {"Goodbye! It was nice to talk to you."};
  }
  if (greets(words)) return greeting(random);
  std::string said(heard.substr(0, kRepeatedCharactersMax));
  while (!said.empty() && (said.back() == '.' || said.back() == ' ')) said.pop_back();
  return {"You said: " + said + "."};
}

}  // namespace reprise::emulator
