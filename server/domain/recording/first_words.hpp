#pragma once

#include <string>
#include <vector>

#include "domain/recording/fold.hpp"

namespace reprise::recording {

inline constexpr std::size_t kFirstWordsBytesMax = 120;

/// What the person said first (or, of one who said nothing, the model), for lists and titles: cut
/// at a word, at most kFirstWordsBytesMax bytes. Pure.
std::string first_words_of(const std::vector<Turn>& turns);

}  // namespace reprise::recording
