#include "emulator/talk/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "emulator/talk/numbers.hpp"
#include "emulator/talk/story.hpp"

namespace reprise::emulator {
namespace {

using Words = std::vector<std::string>;
using Sentences = std::vector<std::string>;

constexpr std::size_t kRepeatedLettersMax = 400;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// Whether the comma at `at` groups digits, as in "1,000".
bool groups_digits(std::string_view text, std::size_t at) {
  const std::string_view after = text.substr(at + 1);
  return at > 0 && is_digit(text[at - 1]) && after.size() >= 3 &&
         std::ranges::all_of(after.substr(0, 3), is_digit) &&
         (after.size() == 3 || !is_digit(after[3]));
}

/// Lower-case words without punctuation; apostrophes stay.
Words words_of(std::string_view text) {
  Words words;
  bool inside = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char raw = text[at];
    if (raw == ',' && groups_digits(text, at)) continue;
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

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
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

/// `said`, with a full stop unless it ends as a sentence does.
std::string as_sentence(std::string said) {
  static constexpr std::array<std::string_view, 7> kEnds{".", "?", "!", "…", "。", "？", "！"};
  const bool ends = std::ranges::any_of(kEnds, [&](auto end) { return said.ends_with(end); });
  return ends ? said : said + ".";
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
  rest = text::first_letters(rest.substr(begin), kRepeatedLettersMax);
  return as_sentence(capital(std::string(rest)));
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
  if (says(words, "count") || says(words, "countdown")) return count_sentences(count_plan(words));
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
  std::string said(text::first_letters(heard, kRepeatedLettersMax));
  while (!said.empty() && (said.back() == '.' || said.back() == ' ')) said.pop_back();
  return {as_sentence("You said: " + said)};
}

}  // namespace reprise::emulator
