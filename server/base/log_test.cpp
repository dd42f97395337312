#include "base/log.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/assert.hpp"
#include "base/utf8.hpp"

namespace reprise::log {
namespace {

std::string line_of(Fields fields) { return format_line(Level::Info, "test.event", fields, 0); }

TEST(LogLine, IsOneJsonObjectWithTypedFields) {
  EXPECT_EQ(line_of({{"text", "hello"},
                     {"yes", true},
                     {"count", -3},
                     {"big", 18446744073709551615u},
                     {"ratio", 0.5}}),
            R"({"time":"1970-01-01T00:00:00.000Z","level":"info","event":"test.event",)"
            R"("text":"hello","yes":true,"count":-3,"big":18446744073709551615,"ratio":0.5})"
            "\n");
}

TEST(LogLine, NoFieldCanForgeOrHideALine) {
  const struct {
    const char* name;
    std::string raw;
    const char* want;
  } cases[] = {
      {"CrLf", "a\r\nb", R"(a\u000d\u000ab)"},
      {"Escape", "\x1b[2J", R"(\u001b[2J)"},
      {"QuoteAndBackslash", "\"\\", R"(\"\\)"},
      {"BidiOverride", "x\u202ey", R"(x\u202ey)"},
      {"Isolate", "\u2066", R"(\u2066)"},
      {"LineSeparator", "\u2028", R"(\u2028)"},
      {"C1Control", "\u0085", R"(\u0085)"},
      {"Nul", std::string("a\0b", 3), R"(a\u0000b)"},
      {"NotUtf8", "\xff\xc0\xaf", R"(\ufffd\ufffd\ufffd)"},
      {"Kept", "zażółć 😀", "zażółć 😀"},
  };
  for (const auto& c : cases) {
    const std::string line = line_of({{"f", c.raw}});
    EXPECT_NE(line.find(std::string("\"f\":\"") + c.want + "\"}"), std::string::npos)
        << c.name << ": " << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1) << c.name;
    EXPECT_NO_THROW(boost::json::parse(line)) << c.name;
  }
}

TEST(LogLine, LongTextIsCutAndSaysSo) {
  const std::string line = line_of({{"f", std::string(kTextBytesMax + 1, 'x')}});
  EXPECT_LT(line.size(), kTextBytesMax + 200);
  EXPECT_NE(line.find("… (2049 bytes)"), std::string::npos);
}

TEST(LogLine, NotANumberIsNull) {
  EXPECT_NE(line_of({{"f", 0.0 / 0.0}}).find("\"f\":null"), std::string::npos);
}

TEST(Log, DropsLinesBelowTheLevel) {
  testing::internal::CaptureStderr();
  debug("hidden.event");
  warn("shown.event", {{"n", 1}});
  const std::string out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(out.find("hidden"), std::string::npos);
  EXPECT_NE(out.find(R"("level":"warn","event":"shown.event","n":1})"), std::string::npos) << out;
}

TEST(AssertDeathTest, NamesTheConditionAndThePlace) {
  EXPECT_DEATH(REPRISE_ASSERT(1 + 1 == 3), R"("condition":"1 \+ 1 == 3","file":".*log_test.cpp")");
}

TEST(Utf8, CountsCharactersAndFindsWhatIsNotUtf8) {
  EXPECT_EQ(utf8_length("zażółć 😀"), 8u);
  EXPECT_TRUE(is_utf8("zażółć 😀\U0010ffff"));
  for (const char* text : {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                           "\xf5", "\xc3", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace reprise::log
