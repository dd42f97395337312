#include "base/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::csv {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Cells> read_all(std::string_view text) {
  std::vector<Row> rows = read(text, {}).value();
  std::vector<Cells> all;
  all.reserve(rows.size());
  for (Row& row : rows) all.push_back(std::move(row.cells));
  return all;
}

TEST(Csv, ReadsRowsAsSpreadsheetsWriteThem) {
  EXPECT_THAT(read_all("a,b\r\n1,2\r\n"), ElementsAre(Cells{"a", "b"}, Cells{"1", "2"}));
  EXPECT_THAT(read_all("\xEF\xBB\xBF"
                       "a\n\nb"),
              ElementsAre(Cells{"a"}, Cells{"b"}));
  EXPECT_THAT(read_all("\"x,\"\"y\"\"\n\",\n"), ElementsAre(Cells{"x,\"y\"\n", ""}));
  EXPECT_THAT(read_all("a,b\n,\n1,2\r,,,\r"), ElementsAre(Cells{"a", "b"}, Cells{"1", "2"}))
      << "empty rows, and lines of old Macs";
  EXPECT_THAT(read_all(""), ElementsAre());
}

TEST(Csv, SeesWhatSeparatesByTheFirstLine) {
  const std::vector<Cells> want{{"a", "b"}, {"1,5;\t", "x"}};
  EXPECT_EQ(read_all("a,b\n\"1,5;\t\",x"), want);
  EXPECT_EQ(read_all("\xEF\xBB\xBF"
                     "a;b\r\n\"1,5;\t\";x\r\n"),
            want);
  EXPECT_EQ(read_all("a\tb\n\"1,5;\t\"\tx"), want);
  EXPECT_EQ(read_all("sep=;\r\na;b\r\n\"1,5;\t\";x"), want);
  EXPECT_EQ(read_all("sep=\t\na\tb\n\"1,5;\t\"\tx"), want);
  EXPECT_THAT(read_all("\"a;b\",c\n1;2,3"), ElementsAre(Cells{"a;b", "c"}, Cells{"1;2", "3"}));
  EXPECT_THAT(read_all("a\n1;2"), ElementsAre(Cells{"a"}, Cells{"1;2"}));
  EXPECT_THAT(read_all("sep=x\n1"), ElementsAre(Cells{"sep=x"}, Cells{"1"}));
}

TEST(Csv, KnowsOnWhichLineARowBegins) {
  const auto rows = read("sep=,\na,b\n\n\"1\n2\",x\r\n3,4", {}).value();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].line, 2U);
  EXPECT_EQ(rows[1].line, 4U);
  EXPECT_EQ(rows[2].line, 6U);
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
  EXPECT_THAT(why("a\n\"b\nc\n"), HasSubstr("Line 2 of the table has a quote that is not closed"));
  EXPECT_THAT(why("\"a\"b"), HasSubstr("after a closing quote"));
  EXPECT_THAT(why("a\nb\nc", {.rows = 2}), HasSubstr("at most 1 lines"));
  EXPECT_THAT(why("a,b,c", {.cells = 2}), HasSubstr("at most 2 cells"));
}

}  // namespace
}  // namespace reprise::csv
