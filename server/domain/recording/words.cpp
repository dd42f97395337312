#include "domain/recording/words.hpp"

#include <cstdint>

namespace reprise::recording {
namespace {

struct CodePoint {
  std::uint32_t value;
  std::size_t bytes;
};

/// Lenient: a broken byte counts as one letter.
CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t bytes = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes == 1 || at + bytes > text.size()) return {lead, 1};
  std::uint32_t value = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0) != 0x80) return {lead, 1};
    value = value << 6 | (next & 0x3FU);
  }
  return {value, bytes};
}

bool is_space(std::uint32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000;
}

bool stands_alone(std::uint32_t c) {
  return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x2E80 && c <= 0xA4CF && c != 0x3000) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

std::size_t letters_of(std::string_view text) {
  std::size_t letters = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = code_point_at(text, at);
    if (!is_space(c.value)) ++letters;
    at += c.bytes;
  }
  return letters;
}

class WordPlacer {
 public:
  void add(const TextPiece& piece) {
    const auto letters = letters_of(piece.text);
    const double share = letters > 0 ? (piece.end - piece.start) / static_cast<double>(letters) : 0;
    std::size_t letter = 0;
    for (std::size_t at = 0; at < piece.text.size();) {
      const auto c = code_point_at(piece.text, at);
      if (is_space(c.value)) {
        space_ = true;
      } else {
        const double start = piece.start + share * static_cast<double>(letter++);
        add_letter(std::string_view(piece.text).substr(at, c.bytes), stands_alone(c.value), start,
                   start + share);
      }
      at += c.bytes;
    }
  }
  std::vector<PlacedWord> words;

 private:
  void add_letter(std::string_view letter, bool alone, double start, double end) {
    if (words.empty() || space_ || alone || after_alone_) {
      words.push_back({space_ && !words.empty() ? " " : "", start, end});
    }
    words.back().text += letter;
    words.back().end = end;
    space_ = false;
    after_alone_ = alone;
  }
  bool space_ = false;
  bool after_alone_ = false;
};

}  // namespace

std::vector<PlacedWord> place_words(const std::vector<TextPiece>& pieces) {
  WordPlacer placer;
  for (const auto& piece : pieces) placer.add(piece);
  return std::move(placer.words);
}

}  // namespace reprise::recording
