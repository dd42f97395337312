#include "domain/session/session.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace reprise::session {
namespace {

TEST(TitleFromTest, IsTheFirstWordsAsOneLine) {
  EXPECT_EQ(title_from(" what is\n the  time"), "What is the time");
  EXPECT_EQ(title_from("żółć and more"), "Żółć and more");
  EXPECT_EQ(title_from("नमस्ते, आप कैसे हैं?"), "नमस्ते, आप कैसे हैं?");
  EXPECT_EQ(title_from("bell\x07 rings"), "Bell rings");
}

TEST(TitleFromTest, IsEmptyWhenNothingCanBeShown) {
  for (const std::string_view words : {"", "  \n ", "\x07", "\u200b\u3000"}) {
    EXPECT_EQ(title_from(words), "") << words;
  }
}

TEST(TitleFromTest, IsCutAtAWord) {
  const std::string title = title_from(
      "tell me a long story about a lighthouse keeper who talked to the sea every single night");
  EXPECT_EQ(title, "Tell me a long story about a lighthouse keeper who talked to…");
  EXPECT_LE(text::letter_count(title), 61U);
  EXPECT_EQ(title_from(std::string(61, 'a')), "A" + std::string(59, 'a') + "…");
  std::string faces;
  for (int i = 0; i < 61; ++i) faces += "👩‍👧";
  EXPECT_EQ(text::letter_count(title_from(faces)), 61U);
  std::string families;
  for (int i = 0; i < 61; ++i) families += "👩‍👩‍👧‍👦";
  EXPECT_LE(utf8_length(title_from(families)), kTitleCharactersMax);
  EXPECT_GE(text::letter_count(title_from(families)), 16U);
}

}  // namespace
}  // namespace reprise::session
