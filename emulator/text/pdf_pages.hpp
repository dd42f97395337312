#pragma once

#include <cstdint>
#include <string_view>

namespace reprise::emulator {

/// How many objects of the type Page a PDF has, also in compressed object streams. 0: none was
/// found; files that are encrypted, or use other filters than Flate, show none.
std::int64_t pages_of_pdf(std::string_view pdf);

}  // namespace reprise::emulator
