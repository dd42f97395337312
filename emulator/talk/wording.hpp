#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace reprise::emulator {

/// The text with small ASCII letters.
std::string lower(std::string_view text);
bool has_any(std::string_view text, std::initializer_list<std::string_view> words);

}  // namespace reprise::emulator
