#include "platform/database/prepared_statements.hpp"

#include <gtest/gtest.h>

namespace reprise::database {
namespace {

using Keys = std::vector<std::string>;

TEST(PreparedStatements, AKeyIsTheTextAndTheTypes) {
  EXPECT_NE(PreparedStatements::key_of("select $1", {20}),
            PreparedStatements::key_of("select $1", {25}));
  EXPECT_NE(PreparedStatements::key_of("select $1", {20}),
            PreparedStatements::key_of("select  $1", {20}));
  EXPECT_EQ(PreparedStatements::new_name("a"), PreparedStatements::new_name("a"));
  EXPECT_NE(PreparedStatements::new_name("a"), PreparedStatements::new_name("b"));
}

TEST(PreparedStatements, OnlyNewOnesTakeRoomAndEachOnce) {
  PreparedStatements all;
  for (std::size_t i = 0; i + 1 < PreparedStatements::kMax; ++i) {
    all.add("key " + std::to_string(i), "name");
  }
  EXPECT_TRUE(all.have_room_for(Keys(1'000, "new"))) << "it is one";
  EXPECT_TRUE(all.have_room_for(Keys{"key 0", "key 1", "new", "key 2"}));
  EXPECT_FALSE(all.have_room_for(Keys{"new", "newer"}));
  EXPECT_EQ(all.name_of("key 7"), "name");
  EXPECT_EQ(all.name_of("new"), std::nullopt);
  all.forget();
  EXPECT_TRUE(all.have_room_for(Keys{"new", "newer"}));
  EXPECT_EQ(all.name_of("key 7"), std::nullopt);
}

}  // namespace
}  // namespace reprise::database
