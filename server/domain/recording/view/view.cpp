#include "domain/recording/view/view.hpp"

#include "base/text.hpp"

namespace reprise::recording {

std::string heard_text(const Turn& turn) {
  std::string text;
  for (const auto& word : turn.words) {
    if (word.heard) text += word.text;
  }
  return std::string(text::without_leading_space(text));
}

}  // namespace reprise::recording
