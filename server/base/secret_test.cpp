#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/base64.hpp"

namespace reprise {
namespace {

TEST(Secret, IsNewEachTimeAndHas256Bits) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string secret = new_secret();
    EXPECT_EQ(base64url_decode(secret)->size(), kSecretBytes);
    EXPECT_TRUE(seen.insert(secret).second);
  }
}

TEST(Secret, IsComparedWhole) {
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "xbc"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  EXPECT_FALSE(same_secret("", "a"));
}

TEST(Secret, IsStoredAsItsHash) {
  // FIPS 180-2, appendix B.1.
  EXPECT_EQ(secret_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace reprise
