#include "platform/http/range.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

constexpr RangeAnswer kWhole{};
constexpr RangeAnswer kNone{RangeVerdict::Unsatisfiable, {}};
constexpr RangeAnswer part(std::uint64_t first, std::uint64_t length) {
  return {RangeVerdict::Part, {first, first + length}};
}

TEST(ParseRange, FollowsRfc9110) {
  const struct {
    const char* value;
    std::uint64_t size;
    RangeAnswer want;
  } cases[] = {
      {"bytes=0-0", 10, part(0, 1)},
      {"bytes=0-", 10, part(0, 10)},
      {"bytes=9-", 10, part(9, 1)},
      {"bytes=2-5", 10, part(2, 4)},
      {"bytes=2-99", 10, part(2, 8)},
      {"bytes=2-99999999999999999999999", 10, part(2, 8)},
      {"bytes=-3", 10, part(7, 3)},
      {"bytes=-99", 10, part(0, 10)},
      {"Bytes=1-2", 10, part(1, 2)},
      {" bytes= 1-2 ", 10, part(1, 2)},
      {"bytes=0-18446744073709551615", ~0ull, part(0, ~0ull)},
      {"bytes=10-", 10, kNone},
      {"bytes=99999999999999999999999-", 10, kNone},
      {"bytes=-0", 10, kNone},
      {"bytes=0-0", 0, kNone},
      {"bytes=-5", 0, kNone},
      {"", 10, kWhole},
      {"bytes", 10, kWhole},
      {"bytes=", 10, kWhole},
      {"bytes=-", 10, kWhole},
      {"bytes=5", 10, kWhole},
      {"bytes=5-2", 10, kWhole},
      {"bytes=a-b", 10, kWhole},
      {"bytes=0x1-2", 10, kWhole},
      {"bytes=+1-2", 10, kWhole},
      {"bytes=1 -2", 10, kWhole},
      {"bytes=--2", 10, kWhole},
      {"bytes=0-1,3-4", 10, kWhole},
      {"bytes=0-1,", 10, kWhole},
      {"items=0-1", 10, kWhole},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_range(c.value, c.size), c.want) << c.value;
}

TEST(Decide, FollowsTheOrderOfRfc9110) {
  const struct {
    const char* name;
    Conditions conditions;
    bool is_head;
    int status;
  } cases[] = {
      {"None", {}, false, 200},
      {"MatchEqual", {.if_match = "\"a\", \"v\""}, false, 200},
      {"MatchAny", {.if_match = "*"}, false, 200},
      {"MatchOther", {.if_match = "\"a\""}, false, 412},
      {"MatchIsStrong", {.if_match = "W/\"v\""}, false, 412},
      {"NoneMatchEqual", {.if_none_match = "\"v\""}, false, 304},
      {"NoneMatchIsWeak", {.if_none_match = "\"a\" , W/\"v\""}, false, 304},
      {"NoneMatchAny", {.if_none_match = "*"}, false, 304},
      {"NoneMatchOther", {.if_none_match = "\"V\""}, false, 200},
      {"NoneMatchMalformed", {.if_none_match = "v"}, false, 200},
      {"NoneMatchOpenQuote", {.if_none_match = "\"a\", \"v"}, false, 200},
      {"NoneMatchCommaInTag", {.if_none_match = "\"a,\"v\""}, false, 200},
      {"MatchBeforeNoneMatch", {.if_match = "\"a\"", .if_none_match = "\"v\""}, false, 412},
      {"NoneMatchBeforeRange", {.if_none_match = "\"v\"", .range = "bytes=0-1"}, false, 304},
      {"Range", {.range = "bytes=0-1"}, false, 206},
      {"RangeOutside", {.range = "bytes=10-"}, false, 416},
      {"HeadIgnoresRange", {.range = "bytes=10-"}, true, 200},
      {"HeadNoneMatch", {.if_none_match = "\"v\""}, true, 304},
      {"IfRangeEqual", {.if_range = "\"v\"", .range = "bytes=0-1"}, false, 206},
      {"IfRangeOther", {.if_range = "\"a\"", .range = "bytes=0-1"}, false, 200},
      {"IfRangeWeak", {.if_range = "W/\"v\"", .range = "bytes=0-1"}, false, 200},
      {"IfRangeDate",
       {.if_range = "Tue, 24 Nov 2026 18:24:11 GMT", .range = "bytes=10-"},
       false,
       200},
  };
  for (const auto& c : cases)
    EXPECT_EQ(decide(c.conditions, c.is_head, "\"v\"", 10).status, c.status) << c.name;
}

}  // namespace
}  // namespace reprise::http
