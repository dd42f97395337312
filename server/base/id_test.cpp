#include "base/id.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "base/clock.hpp"

namespace reprise {
namespace {

TEST(NewUuid7, HasVersionVariantAndTheTimeInFront) {
  const std::int64_t before_ms = now_utc_ns() / 1'000'000;
  const std::string id = new_uuid7();
  EXPECT_TRUE(is_uuid(id)) << id;
  EXPECT_EQ(id[14], '7');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
  const std::int64_t stamp_ms = std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16);
  EXPECT_GE(stamp_ms, before_ms);
  EXPECT_LE(stamp_ms, now_utc_ns() / 1'000'000 + 100);  // a full counter borrows from the future
}

TEST(NewUuid7, GrowsWithinAThreadAndNeverRepeatsAcrossThreads) {
  constexpr int kThreads = 4;
  constexpr int kIds = 20'000;
  std::vector<std::vector<std::string>> made(kThreads);
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (auto& ids : made) {
      threads.emplace_back([&ids] {
        for (int i = 0; i < kIds; ++i) ids.push_back(new_uuid7());
      });
    }
  }
  std::set<std::string> all;
  for (const auto& ids : made) {
    for (std::size_t i = 1; i < ids.size(); ++i) ASSERT_LT(ids[i - 1], ids[i]);
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(all.size(), std::size_t{kThreads} * kIds);
}

TEST(IsUuid, TakesOnlyThe36LowerCaseCharacters) {
  EXPECT_TRUE(is_uuid("019361a0-0000-7000-8000-00000000000f"));
  for (const char* text :
       {"", "019361a0-0000-7000-8000-00000000000", "019361a0-0000-7000-8000-00000000000ff",
        "019361A0-0000-7000-8000-00000000000f", "019361a0+0000-7000-8000-00000000000f",
        "019361a0-0000-7000-8000-0000000000/f", "{19361a0-0000-7000-8000-00000000000}"}) {
    EXPECT_FALSE(is_uuid(text)) << text;
  }
}

}  // namespace
}  // namespace reprise
