#pragma once

#include <string>
#include <string_view>

namespace reprise::login {

inline constexpr std::size_t kReturnPathBytesMax = 2048;

/// Whether a browser stays in our pages when it is sent to `path`: begins with one `/`, has no `//`
/// and no `\` in front, no control byte anywhere, and is the same after its escapes are decoded
/// (browsers, proxies and frameworks decode at different times). Not one of the API's own
/// addresses, which show JSON. At most kReturnPathBytesMax bytes of ASCII.
bool is_return_path(std::string_view path);

/// `wish`, or `/` when it is no return path.
std::string return_path(std::string_view wish);

}  // namespace reprise::login
