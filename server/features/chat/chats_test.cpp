#include "features/chat/chats.hpp"

#include <gtest/gtest.h>

namespace reprise::chat {
namespace {

TEST(ChatTitleTest, IsKeptWithoutBlanksAtItsEnds) {
  EXPECT_EQ(clean_title("  Gears \n"), "Gears");
  EXPECT_EQ(clean_title(" \t "), "");
  EXPECT_EQ(clean_title("żółć"), "żółć");
}

TEST(ChatTitleTest, LengthCountsCharactersNotBytes) {
  std::string longest;
  for (std::size_t i = 0; i < kTitleCharactersMax; ++i) longest += "ż";
  EXPECT_TRUE(clean_title(longest).has_value());
  EXPECT_FALSE(clean_title(longest + "ż").has_value());
}

TEST(ChatTitleTest, RefusesWhatCannotBeShown) {
  for (const std::string_view title : {"a\x07z", "a\nb", "\xff", "a\x7f"}) {
    const auto cleaned = clean_title(title);
    ASSERT_FALSE(cleaned.has_value());
    EXPECT_EQ(cleaned.error().code, ErrorCode::Invalid);
  }
}

}  // namespace
}  // namespace reprise::chat
