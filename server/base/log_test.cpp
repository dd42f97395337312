#include "base/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

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

/// A pipe whose reader may stop reading.
class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    close_write();
    ::close(ends_[0]);
  }
  int write_end() const { return ends_[1]; }
  void close_write() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }
  void read_lines(std::ptrdiff_t count) const {
    std::array<char, 65536> space;
    while (count > 0) {
      const ssize_t size = ::read(ends_[0], space.data(), space.size());
      if (size <= 0) throw std::runtime_error("the pipe ended");
      count -= std::count(space.begin(), space.begin() + size, '\n');
    }
  }
  /// Everything up to the end.
  std::string read_all() const {
    std::string text;
    std::array<char, 65536> space;
    for (ssize_t count = 0; (count = ::read(ends_[0], space.data(), space.size())) > 0;) {
      text.append(space.data(), static_cast<std::size_t>(count));
    }
    return text;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST(LogBackground, WritesEveryLineInOrder) {
  Pipe pipe;
  {
    const Background background(pipe.write_end());
    for (int i = 0; i < 100; ++i) info("test.line", {{"n", i}});
    flush();
  }
  pipe.close_write();
  std::istringstream lines(pipe.read_all());
  int expected = 0;
  for (std::string line; std::getline(lines, line); ++expected) {
    EXPECT_EQ(boost::json::parse(line).at("n").as_int64(), expected);
  }
  EXPECT_EQ(expected, 100);
}

/// Without the queue, the 237th request waited for ever in write(2).
TEST(LogBackground, ALogThatNobodyReadsStopsNobodyAndSaysHowMuchWasDropped) {
  constexpr int kWritten = 40'000;
  Pipe pipe;
  std::string text;
  std::thread reader;
  const auto began = std::chrono::steady_clock::now();
  {
    const Background background(pipe.write_end());
    for (int i = 0; i < kWritten; ++i) info("test.line", {{"n", i}, {"text", "0123456789"}});
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
    reader = std::thread([&] { text = pipe.read_all(); });
    info("test.last");
    flush();
  }
  pipe.close_write();
  reader.join();
  std::int64_t written = 0;
  std::int64_t dropped = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto row = boost::json::parse(line).as_object();
    if (row.at("event") == "test.line") ++written;
    if (row.at("event") == "log.dropped") dropped += row.at("lines").as_int64();
  }
  EXPECT_GT(dropped, 0);
  // `test.last` may be written or dropped.
  EXPECT_NEAR(static_cast<double>(written + dropped), kWritten, 1);
}

/// The process can end even when nobody reads its log.
TEST(LogBackground, ItsEndWaitsABoundedTime) {
  Pipe pipe;
  const auto began = std::chrono::steady_clock::now();
  {
    const Background background(pipe.write_end());
    for (int i = 0; i < 5000; ++i) info("test.line", {{"n", i}});
  }
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GE(took, kFlushWait);
  EXPECT_LT(took, kFlushWait + std::chrono::seconds(10));
  pipe.read_lines(5000);  // lets the thread end before the pipe does
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
