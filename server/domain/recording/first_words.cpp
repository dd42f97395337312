#include "domain/recording/first_words.hpp"

namespace reprise::recording {

std::string first_words_of(const std::vector<Turn>& turns) {
  const auto first = [&turns](Speaker speaker) {
    std::string words;
    for (const auto& turn : turns) {
      if (turn.speaker != speaker) continue;
      for (const auto& word : turn.words) {
        if (!word.heard) continue;
        if (words.size() + word.text.size() > kFirstWordsBytesMax) return words;
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
