#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace reprise {
namespace {

TEST(Base64Test, TheVectorsOfRfc4648GoBothWays) {
  const std::pair<std::string_view, std::string_view> rows[] = {{"", ""},
                                                                {"f", "Zg=="},
                                                                {"fo", "Zm8="},
                                                                {"foo", "Zm9v"},
                                                                {"foob", "Zm9vYg=="},
                                                                {"fooba", "Zm9vYmE="},
                                                                {"foobar", "Zm9vYmFy"},
                                                                {"\xfb\xff", "+/8="}};
  for (const auto& [plain, text] : rows) {
    EXPECT_EQ(base64_encode(as_bytes(plain)), text);
    const auto back = base64_decode(text);
    ASSERT_TRUE(back.has_value()) << text;
    EXPECT_EQ(as_text(*back), plain);
  }
}

TEST(Base64Test, RefusesWhatIsNotCanonical) {
  for (const std::string_view text : {"Zg=", "Zg", "Z===", "====", "Zm 9", "Zm9v\n",
                                      "Zh==", "Zm9=", "-_8=", "=Zg=", "Zg==Zg=="}) {
    EXPECT_FALSE(base64_decode(text).has_value()) << text;
  }
}

TEST(Base64UrlTest, HasTheUrlAlphabetAndNoPadding) {
  for (const auto& [plain, text] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"\xfb\xff", "-_8"}}) {
    EXPECT_EQ(base64url_encode(as_bytes(plain)), text);
    const auto back = base64url_decode(text);
    ASSERT_TRUE(back.has_value()) << text;
    EXPECT_EQ(as_text(*back), plain);
  }
}

TEST(Base64UrlTest, RefusesWhatIsNotCanonical) {
  for (const std::string_view text :
       {"Zg==", "Zg=", "+/8", "Zh", "Zm9", "Z", "Zm9vZ", "Zm 9", "Zm9v\n", " ", "=", "Zm9v===="}) {
    EXPECT_FALSE(base64url_decode(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace reprise
