#include "domain/upload/tus.hpp"

#include <gtest/gtest.h>

namespace reprise::upload {
namespace {

TEST(NumberIn, TakesDigitsOnly) {
  EXPECT_EQ(number_in("f", "0"), 0);
  EXPECT_EQ(number_in("f", "9007199254740992"), std::int64_t{1} << 53);
  for (const char* bad : {"", "-1", "+1", "1.0", " 1", "1 ", "0x10", "9007199254740993",
                          "99999999999999999999", "1e3"}) {
    EXPECT_FALSE(number_in("f", bad).has_value()) << bad;
  }
}

TEST(MetadataIn, ReadsPairsOfAKeyAndBase64) {
  const auto read = metadata_in("filename d29ybGQ=,  is_confidential, empty ");
  ASSERT_TRUE(read.has_value());
  const Metadata want{{"filename", "world"}, {"is_confidential", ""}, {"empty", ""}};
  EXPECT_EQ(*read, want);
  EXPECT_TRUE(metadata_in("").value().empty());
  for (const char* bad : {"a d29ybGQ", "a !!!", "a YQ==,a YQ==", ",", "a YQ==,,b YQ==", "ä YQ=="}) {
    EXPECT_FALSE(metadata_in(bad).has_value()) << bad;
  }
  EXPECT_FALSE(metadata_in("a " + std::string(kMetadataBytesMax, 'A')).has_value());
}

TEST(ChecksumIn, KnowsItsAlgorithms) {
  EXPECT_TRUE(checksum_in("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=").has_value());
  for (const char* bad : {"", "sha1", "sha1 !", "sha1 YQ==", "crc32 AAAAAA==", "SHA1 YQ=="}) {
    EXPECT_FALSE(checksum_in(bad).has_value()) << bad;
  }
}

TEST(CleanName, LeavesAFileName) {
  EXPECT_EQ(clean_name("a.png"), "a.png");
  EXPECT_EQ(clean_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(clean_name("C:\\temp\\a.png"), "a.png");
  EXPECT_EQ(clean_name(".htaccess"), "htaccess");
  EXPECT_EQ(clean_name("a\r\nSet-Cookie: x.png"), "a Set-Cookie_ x.png");
  EXPECT_EQ(clean_name("photo\u202Egnp.exe"), "photognp.exe");
  EXPECT_EQ(clean_name("a<b>:\"|?*.txt"), "a_b______.txt");
  EXPECT_EQ(clean_name("Übung 1.pdf"), "Übung 1.pdf");
  for (const char* nothing : {"", ".", "..", "/", "...", " ", "\u202e"}) {
    EXPECT_EQ(clean_name(nothing), "file") << nothing;
  }
}

TEST(CleanName, IsNeverTooLong) {
  std::string name;
  for (int n = 0; n < 400; ++n) name += "ä";
  const std::string clean = clean_name(name + ".png");
  EXPECT_LE(clean.size(), kNameBytesMax);
  EXPECT_TRUE(clean.ends_with(".png"));
  EXPECT_TRUE(clean.starts_with("ää"));
}

TEST(Disposition, KeepsLettersAndEscapesTheRest) {
  EXPECT_EQ(disposition(true, "a b.png"),
            "attachment; filename=\"a b.png\"; filename*=UTF-8''a%20b.png");
  EXPECT_EQ(disposition(false, "ä\"%.png"),
            "inline; filename=\"____.png\"; filename*=UTF-8''%C3%A4%22%25.png");
}

TEST(HttpDate, IsAnImfFixdate) {
  EXPECT_EQ(http_date(784'111'777'000'000'000), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(CleanType, WhatCannotBeATypeIsNone) {
  EXPECT_EQ(clean_type("image/png"), "image/png");
  EXPECT_EQ(clean_type(" text/plain; charset=utf-8"), "text/plain");
  for (const char* bad : {"", "a b", "t\xc3\xa4xt", "a\r\nb"}) EXPECT_EQ(clean_type(bad), "");
  EXPECT_EQ(clean_type(std::string(256, 'a')), "");
}

}  // namespace
}  // namespace reprise::upload
