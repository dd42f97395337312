#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/talk/picture.hpp"

namespace reprise::emulator {

/// What an answer may refer to.
struct Surroundings {
  bool picture_came = false;
  std::optional<PictureFacts> picture;  ///< of the last picture, if it could be read
  int hour = 0;                         ///< local time, 0 … 23
  int minute = 0;
};

/// What the emulator says to `heard` (recognised or typed), as sentences. Never empty.
std::vector<std::string> answer(std::string_view heard, const Surroundings& surroundings,
                                std::mt19937_64& random);

/// Cuts after each `.`, `?` and `!` that a space follows.
std::vector<std::string> sentences_of(std::string_view text);

}  // namespace reprise::emulator
