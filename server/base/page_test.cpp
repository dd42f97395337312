#include "base/page.hpp"

#include <gtest/gtest.h>

namespace reprise {
namespace {

TEST(PageTest, ACursorIsTextForAnAddressAndNamesItsPlace) {
  for (const PageKey& key :
       {PageKey{.utc_ns = 1'795'531'763'123'456'789, .id = "0193f6e0-1c2d-7e3f-8a9b-0c1d2e3f4a5b"},
        PageKey{.utc_ns = 0, .id = ""}, PageKey{.utc_ns = -5, .id = "a:b?>~\xff"}}) {
    const std::string cursor = cursor_of(key);
    EXPECT_EQ(cursor.find_first_not_of(
                  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos)
        << cursor;
    const auto wish = page_wish(std::nullopt, cursor);
    ASSERT_TRUE(wish.has_value());
    EXPECT_EQ(wish->after, key);
  }
}

TEST(PageTest, WithoutParametersItIsTheFirstPage) {
  const auto wish = page_wish(std::nullopt, std::nullopt);
  ASSERT_TRUE(wish.has_value());
  EXPECT_EQ(wish->limit, 50);
  EXPECT_FALSE(wish->after.has_value());
}

TEST(PageTest, TheLimitIsFrom1To200) {
  EXPECT_EQ(page_wish("1", std::nullopt)->limit, 1);
  EXPECT_EQ(page_wish("200", std::nullopt)->limit, 200);
  for (const std::string_view limit :
       {"0", "-1", "201", "", "ten", "1.5", "7 ", "99999999999999999999"}) {
    EXPECT_FALSE(page_wish(limit, std::nullopt).has_value()) << limit;
  }
}

TEST(PageTest, RefusesWhatIsNoCursor) {
  const std::string good = cursor_of({.utc_ns = 7, .id = "a"});
  for (const std::string& cursor :
       {std::string(), std::string("x"), std::string("!!!!"), good + "=", good + "!",
        std::string("YWJj"), std::string(300, 'A')}) {
    EXPECT_FALSE(page_wish(std::nullopt, cursor).has_value()) << cursor;
  }
}

}  // namespace
}  // namespace reprise
