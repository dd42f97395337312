#pragma once

#include <string>
#include <vector>

#include "domain/recording/view/view.hpp"

namespace reprise::recording {

inline constexpr std::size_t kFirstWordsLettersMax = 120;

/// For lists and titles: the first sentence of three words or more that the person said, without
/// a greeting before it; else the model's; else what there is of shorter ones, a greeting at last.
/// Cut at a word, at most kFirstWordsLettersMax letters. Pure.
std::string first_words_of(const std::vector<Turn>& turns);

}  // namespace reprise::recording
