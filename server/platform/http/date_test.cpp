#include "platform/http/date.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace reprise::http {
namespace {

TEST(HttpDate, ReadsTheOneFormThatServersSend) {
  EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 10:00:00 GMT"),
            *parse_rfc3339("2026-11-24T10:00:00Z"));
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:01 GMT"), 1'000'000'000);
  for (const char* text : {"", "Tue, 24 Nov 2026 10:00:00", "Tue, 24 Nov 2026 10:00:00 UTC",
                           "Tue, 32 Nov 2026 10:00:00 GMT", "Tue, 24 Xxx 2026 10:00:00 GMT",
                           "Tue, 24 Nov 9026 10:00:00 GMT", "Tue; 24 Nov 2026 10:00:00 GMT",
                           "Tuesday, 24-Nov-26 10:00:00 GMT", "Tue, 24 Nov 2026 1o:00:00 GMT"}) {
    EXPECT_FALSE(parse_http_date(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace reprise::http
