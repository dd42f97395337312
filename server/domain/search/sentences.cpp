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

std::vector<std::string> passages_of(std::string_view text) {
  constexpr std::size_t kEnough = kSentenceLettersMax / 2;
  std::vector<std::string> passages;
  std::string open;
  std::size_t letters = 0;
  const auto close = [&] {
    std::string line = text::one_line(open);
    if (!line.empty()) passages.push_back(std::move(line));
    open.clear();
    letters = 0;
  };
  for (std::string_view word : text::words(text)) {
    // What is longer than a passage is cut between letters.
    while (!word.empty()) {
      const std::string_view piece = text::first_letters(word, kSentenceLettersMax);
      const std::size_t length = text::letter_count(piece);
      const bool new_line = piece.substr(0, piece.find_first_not_of(" \t\r\n")).contains('\n');
      if (letters + length > kSentenceLettersMax || (new_line && letters >= kEnough)) close();
      open += piece;
      letters += length;
      if (letters >= kEnough && text::ends_sentence(open)) close();
      word.remove_prefix(piece.size());
    }
  }
  close();
  return passages;
}

}  // namespace reprise::search
