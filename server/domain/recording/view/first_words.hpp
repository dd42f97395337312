#pragma once

#include <string>
#include <vector>

#include "domain/recording/view/view.hpp"

namespace reprise::recording {

inline constexpr std::size_t kFirstWordsLettersMax = 120;

/// What the person said first (or, of one who said nothing, the model), for lists and titles: cut
/// at a word, at most kFirstWordsLettersMax letters. Pure.
std::string first_words_of(const std::vector<Turn>& turns);

}  // namespace reprise::recording
