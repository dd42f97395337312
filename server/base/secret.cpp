#include "base/secret.hpp"

#include <sys/random.h>

#include "base/assert.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"

namespace reprise {

Bytes random_bytes(std::size_t count) {
  // Up to this size getrandom(2) never gives less, once it is initialised.
  constexpr std::size_t kWholeMax = 256;
  REPRISE_ASSERT(count <= kWholeMax);
  Bytes bytes(count);
  REPRISE_ASSERT(getrandom(bytes.data(), count, 0) == static_cast<ssize_t>(count));
  return bytes;
}

std::string new_secret() { return base64url_encode(random_bytes(kSecretBytes)); }

bool same_secret(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    difference |= static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(other[i]);
  }
  return difference == 0;
}

std::string secret_hash(std::string_view secret) { return hex(sha256(as_bytes(secret))); }

}  // namespace reprise
