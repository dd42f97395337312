#include "domain/search/sentences.hpp"

#include "base/text.hpp"

namespace reprise::search {

std::vector<Sentence> sentences_of(const std::vector<recording::Turn>& turns) {
  std::vector<Sentence> sentences;
  Sentence open;
  std::size_t letters = 0;
  const auto close = [&] {
    open.text = text::one_line(open.text);
    if (!open.text.empty()) sentences.push_back(open);
    open.text.clear();
    letters = 0;
  };
  for (const recording::Turn& turn : turns) {
    for (const recording::Word& word : turn.words) {
      if (!word.heard) continue;
      const std::string shown(text::first_letters(word.text, kSentenceLettersMax));
      const std::size_t length = text::letter_count(shown);
      if (letters > 0 && letters + length > kSentenceLettersMax) close();
      if (letters == 0) open.start_ns = word.start_ns;
      open.speaker = turn.speaker;
      open.end_ns = word.end_ns;
      open.text += shown;
      letters += length;
      if (text::ends_sentence(open.text)) close();
    }
    close();
  }
  return sentences;
}

}  // namespace reprise::search
