#include "domain/session/session.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace reprise::session {
namespace {

TEST(TitleFromTest, IsTheFirstWordsAsOneLine) {
  EXPECT_EQ(title_from(" what is\n the  time"), "What is the time");
  EXPECT_EQ(title_from("żółć and more"), "żółć and more");
  EXPECT_EQ(title_from("bell\x07 rings"), "Bell rings");
}

TEST(TitleFromTest, IsEmptyWhenNothingCanBeShown) {
  for (const std::string_view words : {"", "  \n ", "\xff\xfe", "\x07"}) {
    EXPECT_EQ(title_from(words), "") << words;
  }
  EXPECT_EQ(title_from(std::string(61, 'a')), "");
}

TEST(TitleFromTest, IsCutAtAWord) {
  const std::string title = title_from(
      "tell me a long story about a lighthouse keeper who talked to the sea every single night");
  EXPECT_EQ(title, "Tell me a long story about a lighthouse keeper who talked to…");
  EXPECT_LE(utf8_length(title), 61U);
}

}  // namespace
}  // namespace reprise::session
