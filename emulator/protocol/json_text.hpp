#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"

namespace reprise::emulator {

/// JSON as Google writes it: two spaces of indent, `{}` and `[]` when empty, a final newline.
std::string pretty(const boost::json::value& value);

/// `generation_config` and `generationConfig` both become the second, since proto JSON accepts
/// both.
std::string lower_camel(std::string_view name);
/// The reverse, for reasons that name a field.
std::string lower_snake(std::string_view name);

/// Decodes the standard or the url-safe alphabet; padding is optional. Empty for anything else.
std::optional<Bytes> any_base64(std::string_view text);

}  // namespace reprise::emulator
