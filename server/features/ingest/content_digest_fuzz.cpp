#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/base64.hpp"
#include "features/ingest/content_digest.hpp"

// Parses Content-Digest as a client may send it. Whatever base64 is accepted must be canonical.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)reprise::ingest::parse_content_digest(text);
  const auto decoded = reprise::base64_decode(text);
  if (decoded && reprise::base64_encode(*decoded) != text) std::abort();
  return 0;
}
