#include "emulator/talk/wording.hpp"

#include <algorithm>

namespace reprise::emulator {

std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return small;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text.contains(word)) return true;
  }
  return false;
}

}  // namespace reprise::emulator
