#include "features/ingest/content_digest.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"

namespace reprise::ingest {
namespace {

const std::string kSha = "sha-256=:" + base64_encode(sha256(as_bytes("abc"))) + ":";

TEST(ContentDigestTest, ReadsShaAndCrcInAnyOrderAndPassesOverTheRest) {
  for (const std::string& header : {kSha + ", crc32c=:4waSgw==:", "crc32c=:4waSgw==:," + kSha,
                                    "md5=:AAAA:, " + kSha + " ,crc32c=:4waSgw==:"}) {
    const auto digest = parse_content_digest(header);
    ASSERT_TRUE(digest.has_value()) << header;
    EXPECT_EQ(digest->sha256, sha256(as_bytes("abc")));
    EXPECT_EQ(digest->crc32c, 0xE3069283U);
  }
  const auto alone = parse_content_digest(kSha);
  ASSERT_TRUE(alone.has_value());
  EXPECT_EQ(alone->crc32c, std::nullopt);
}

TEST(ContentDigestTest, RefusesWhatNamesNoSha) {
  for (const std::string& header :
       {std::string(), std::string("sha-256"), std::string("sha-256=:AAAA:"),
        std::string("sha-256=AAAA"), std::string("crc32c=:4waSgw==:"),
        kSha + ", crc32c=:AAAA:", kSha + ", crc32c=?1", std::string(2000, 'a')}) {
    EXPECT_FALSE(parse_content_digest(header).has_value()) << header;
  }
}

}  // namespace
}  // namespace reprise::ingest
