#pragma once

#include <string_view>
#include <vector>

namespace reprise::http {

/// One file of the web app with its precompressed forms (empty: none). The bytes live as long as
/// the program.
struct Asset {
  std::string_view path;  ///< begins with `/`
  std::string_view identity;
  std::string_view brotli;
  std::string_view gzip;
};

/// The embedded web app; defined in the generated `web_assets.cpp` (cmake/embed_assets.cmake).
const std::vector<Asset>& web_assets();

}  // namespace reprise::http
