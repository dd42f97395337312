#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace reprise {
namespace {

TEST(Rfc3339, WritesUtcWithMilliseconds) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(1'795'492'800'123'999'999), "2026-11-24T04:00:00.123Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
}

TEST(ParseRfc3339, ReadsWhatRfc3339Allows) {
  const struct {
    const char* text;
    std::int64_t want_ns;
  } cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-11-24T04:00:00.123456789Z", 1'795'492'800'123'456'789},
      {"2026-11-24t04:00:00.5z", 1'795'492'800'500'000'000},
      {"2026-11-24T05:30:00+01:30", 1'795'492'800'000'000'000},
      {"2026-11-23T20:00:00-08:00", 1'795'492'800'000'000'000},
      {"2016-12-31T23:59:60Z", 1'483'228'800'000'000'000},
      {"2024-02-29T00:00:00-00:00", 1'709'164'800'000'000'000},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_rfc3339(c.text), c.want_ns) << c.text;
}

TEST(ParseRfc3339, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026-11-24", "2026-11-24T04:00:00", "2026-11-24 04:00:00Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T00:60:00Z",
        "2026-11-24T00:00:61Z", "2026-11-24T00:00:00.Z", "2026-11-24T00:00:00.1234567890Z",
        "2026-11-24T00:00:00+24:00", "2026-11-24T00:00:00+0100", "2026-11-24T00:00:00Z ",
        "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "+026-11-24T00:00:00Z"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(ParseRfc3339, ReadsBackWhatRfc3339Wrote) {
  for (std::int64_t ns : {std::int64_t{0}, std::int64_t{1'795'492'800'123'000'000},
                          std::int64_t{-86'400'000'000'000}}) {
    EXPECT_EQ(parse_rfc3339(rfc3339(ns)), ns);
  }
}

}  // namespace
}  // namespace reprise
