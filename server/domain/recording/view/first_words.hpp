#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/recording/view/view.hpp"

namespace reprise::recording {

inline constexpr std::size_t kFirstWordsLettersMax = 120;

/// A text for lists and titles: the first sentence of the person with three words or more, without
/// a greeting before it. If there is none, the model's first such sentence; then shorter ones; a
/// greeting last. Cut at a word, at most kFirstWordsLettersMax letters. Pure.
std::string first_words_of(const std::vector<Turn>& turns);

/// Whether a text is a greeting, or begins with one. Pure.
bool begins_with_greeting(std::string_view text);
/// The same for a text that was written: its first sentence with three words or more, without a
/// greeting before it; then a shorter one. Empty for a greeting alone. Pure.
std::string first_words_of_text(std::string_view text);

}  // namespace reprise::recording
