#include "platform/http/plain_texts.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

std::string refusal(std::string_view json) {
  const Status status = check_texts(json);
  return status ? "" : status.error().client_message;
}

TEST(PlainTexts, AMemberWithTheLetterIsNamed) {
  EXPECT_EQ(refusal(R"({"title":"a\u0000b"})"), "`title` must be text without U+0000.");
  EXPECT_EQ(refusal(R"({"a":{"b":[1,"x","\u0000"]}})"), "`a.b[2]` must be text without U+0000.");
  EXPECT_EQ(refusal(R"({"a":{"b\u0000":1}})"), "`a` must be text without U+0000.");
  EXPECT_EQ(refusal(R"({"a":"\\\u00001"})"), "`a` must be text without U+0000.");
  EXPECT_EQ(refusal(R"("\u0000")"), "The body must be text without U+0000.");
}

TEST(PlainTexts, EverythingElseIsLeftToItsReader) {
  for (const char* json :
       {"", "{}", R"({"title":"a\\u0000b"})", R"({"a":"\u0001"})", R"({"a":"\n\\\\u0000"})"}) {
    EXPECT_EQ(refusal(json), "") << json;
  }
  EXPECT_EQ(refusal(R"({"a":"\u0000")"), "") << "no JSON";
}

}  // namespace
}  // namespace reprise::http
