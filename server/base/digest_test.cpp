#include "base/digest.hpp"

#include <gtest/gtest.h>

#include "base/crc32c.hpp"

namespace reprise {
namespace {

TEST(DigestTest, Sha256OfTheStandardsExample) {
  EXPECT_EQ(hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(DigestTest, PiecesHashLikeTheWhole) {
  Sha256Stream stream;
  for (const char* piece : {"", "a", "", "bc"}) stream.add(as_bytes(std::string_view(piece)));
  EXPECT_EQ(stream.finish(), sha256(as_bytes("abc")));
}

TEST(DigestTest, Crc32cOfTheCheckValueAndOfRfc3720) {
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);
  EXPECT_EQ(crc32c(as_bytes(std::string(32, '\0'))), 0x8A9136AAU);
  EXPECT_EQ(crc32c(as_bytes(std::string(32, '\xff'))), 0x62A8AB43U);
  EXPECT_EQ(crc32c({}), 0U);
  for (const std::size_t cut : {0U, 1U, 5U, 8U, 9U}) {
    const ByteView whole = as_bytes("123456789");
    EXPECT_EQ(crc32c_after(crc32c(whole.first(cut)), whole.subspan(cut)), 0xE3069283U) << cut;
  }
}

}  // namespace
}  // namespace reprise
