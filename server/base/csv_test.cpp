#include "base/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::csv {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Cells> read_all(std::string_view text) { return read(text, {}).value(); }

TEST(Csv, ReadsRowsAsSpreadsheetsWriteThem) {
  EXPECT_THAT(read_all("a,b\r\n1,2\r\n"), ElementsAre(Cells{"a", "b"}, Cells{"1", "2"}));
  EXPECT_THAT(read_all("\xEF\xBB\xBF"
                       "a\n\nb"),
              ElementsAre(Cells{"a"}, Cells{"b"}));
  EXPECT_THAT(read_all("\"x,\"\"y\"\"\n\",\n"), ElementsAre(Cells{"x,\"y\"\n", ""}));
  EXPECT_THAT(read_all(""), ElementsAre());
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  for (const char* cell : {"", "plain", "a,b", "\"", "line\nbreak", "cr\r\nlf", "=1+1", "-5", "'",
                           "'=x", "''=x", "@me", "\tx", "\rx", "é"}) {
    const Cells cells{cell, "end"};
    EXPECT_THAT(read_all(line(cells)), ElementsAre(cells)) << cell;
  }
}

TEST(Csv, NoCellIsAFormula) {
  EXPECT_EQ(line({"=cmd()", "+1", "-1", "@x", "x=1"}), "'=cmd(),'+1,'-1,'@x,x=1\r\n");
}

TEST(Csv, SaysWhichLineIsWrong) {
  const auto why = [](std::string_view text, const Limits& limits = {}) {
    return read(text, limits).error().client_message;
  };
  EXPECT_THAT(why("a\nb\"c"), HasSubstr("Line 2"));
  EXPECT_THAT(why("a\n\"b"), HasSubstr("not closed"));
  EXPECT_THAT(why("\"a\"b"), HasSubstr("after a closing quote"));
  EXPECT_THAT(why("a\nb\nc", {.rows = 2}), HasSubstr("at most 1 lines"));
  EXPECT_THAT(why("a,b,c", {.cells = 2}), HasSubstr("at most 2 cells"));
}

}  // namespace
}  // namespace reprise::csv
