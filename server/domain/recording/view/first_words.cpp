#include "domain/recording/view/first_words.hpp"

#include "base/text.hpp"

namespace reprise::recording {

std::string first_words_of(const std::vector<Turn>& turns) {
  const auto first = [&turns](Speaker speaker) {
    std::string words;
    std::size_t letters = 0;
    for (const auto& turn : turns) {
      if (turn.speaker != speaker) continue;
      for (const auto& word : turn.words) {
        if (!word.heard) continue;
        letters += text::letter_count(word.text);
        if (letters > kFirstWordsLettersMax) {
          return words.empty() ? text::cut(word.text, kFirstWordsLettersMax) : words;
        }
        words += word.text;
      }
      if (!words.empty()) return words;
    }
    return words;
  };
  const auto person = first(Speaker::Person);
  return person.empty() ? first(Speaker::Model) : person;
}

}  // namespace reprise::recording
