#include "features/playback/download_name.hpp"

#include <fmt/format.h>

#include <cctype>

namespace reprise::playback {
namespace {

/// Code points: a line that file managers show whole.
constexpr int kTitleCharactersMax = 60;
/// Refused by Windows or by other systems in a name; a dot would hide the file or look like its
/// ending.
constexpr std::string_view kRefused = R"(\/:*?"<>|.)";

bool is_space(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte <= 0x20 || byte == 0x7f || kRefused.contains(letter);
}

/// One line without the signs above, words between single spaces.
std::string file_words(std::string_view title) {
  std::string words;
  int characters = 0;
  for (const char letter : title) {
    const bool begins = (static_cast<unsigned char>(letter) & 0xc0) != 0x80;
    if (begins && characters == kTitleCharactersMax) break;
    if (is_space(letter)) {
      if (words.empty() || words.back() == ' ') continue;
      words += ' ';
    } else {
      words += letter;
    }
    if (begins) ++characters;
  }
  if (words.ends_with(' ')) words.pop_back();
  return words;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || letter == '-' || letter == '.')) {
      encoded += letter;
    } else {
      encoded += fmt::format("%{:02X}", byte);
    }
  }
  return encoded;
}

}  // namespace

std::string download_disposition(std::string_view title, std::string_view day,
                                 std::string_view ending) {
  const std::string words = file_words(title);
  const std::string name =
      fmt::format("{} {}.{}", words.empty() ? "Live session" : words, day, ending);
  return fmt::format("attachment; filename=\"live-session-{}.{}\"; filename*=UTF-8''{}", day,
                     ending, percent_encoded(name));
}

}  // namespace reprise::playback
