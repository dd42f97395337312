#include "platform/backup/sealing.hpp"

#include <gmock/gmock.h>

namespace reprise::backup {
namespace {

ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }
Key key_of(char digit) { return *read_key(std::string(64, digit)); }

TEST(BackupKey, IsSixtyFourHexadecimalDigits) {
  const auto key = read_key("000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F");
  ASSERT_TRUE(key);
  EXPECT_EQ((*key)[31], std::byte{0x1f});
  for (const std::string& text :
       {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'), std::string()}) {
    EXPECT_FALSE(read_key(text)) << text;
  }
}

TEST(Sealer, OpensWhatItSealed) {
  const Sealer sealer(key_of('1'));
  for (const std::string& text : {std::string(), std::string("a"), std::string(100'000, 'x')}) {
    const auto opened = sealer.open("name", sealer.seal("name", bytes_of(text)));
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::ranges::equal(*opened, bytes_of(text)));
  }
}

TEST(Sealer, RefusesAnotherKeyAnotherNameAndEachChangedByte) {
  const Sealer sealer(key_of('1'));
  Bytes file = sealer.seal("name", bytes_of("words"));
  EXPECT_FALSE(Sealer(key_of('2')).open("name", file));
  EXPECT_FALSE(sealer.open("eman", file));
  EXPECT_FALSE(sealer.open("name", ByteView(file).first(file.size() - 1)));
  for (std::byte& one : file) {
    one ^= std::byte{1};
    EXPECT_FALSE(sealer.open("name", file));
    one ^= std::byte{1};
  }
  EXPECT_TRUE(sealer.open("name", file));
}

TEST(Sealer, TheSameContentLooksDifferentEachTimeAndHidesItself) {
  const Sealer sealer(key_of('1'));
  const std::string secret(64, 's');
  const Bytes one = sealer.seal("name", bytes_of(secret));
  EXPECT_NE(one, sealer.seal("name", bytes_of(secret)));
  EXPECT_EQ(std::ranges::search(one, bytes_of(secret).first(8)).size(), 0U);
}

TEST(Sealer, NamesContentByAHashThatNeedsTheKey) {
  const Sealer sealer(key_of('1'));
  EXPECT_EQ(sealer.name_of(bytes_of("a")), sealer.name_of(bytes_of("a")));
  EXPECT_NE(sealer.name_of(bytes_of("a")), sealer.name_of(bytes_of("b")));
  EXPECT_NE(sealer.name_of(bytes_of("a")), Sealer(key_of('2')).name_of(bytes_of("a")));
  EXPECT_EQ(sealer.name_of(bytes_of("a")).size(), 64U);
}

}  // namespace
}  // namespace reprise::backup
