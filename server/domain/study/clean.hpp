#pragma once

#include <string>
#include <string_view>

#include "base/types.hpp"

namespace reprise::study {

/// A text that somebody sent, without space around it. Errors: Invalid, which names the member: not
/// UTF-8, more than `most` code points, control characters.
Result<std::string> clean(std::string_view name, std::string_view text, std::size_t most);
/// The same for a text that must say something.
Result<std::string> filled(std::string_view name, std::string_view text, std::size_t most);

}  // namespace reprise::study
