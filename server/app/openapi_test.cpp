#include "app/openapi.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace reprise::app {
namespace {

TEST(OpenApiTest, ScalarsKeepTheirTypes) {
  const auto made = boost::json::parse(
      yaml_to_json("a: 1\nb: '1'\nc: [true, null, 1.5, -3, text]\nd: {type: [string, 'null']}\n"
                   "e: >-\n  two\n  lines\n"));
  EXPECT_EQ(made, boost::json::parse(R"({"a":1,"b":"1","c":[true,null,1.5,-3,"text"],
                                         "d":{"type":["string","null"]},"e":"two lines"})"));
}

TEST(OpenApiTest, TheDescriptionIsInsideTheProgram) {
  ASSERT_EQ(openapi_files().size(), 1U);
  const auto made = boost::json::parse(yaml_to_json(openapi_files()[0].text)).as_object();
  EXPECT_EQ(made.at("openapi"), "3.1.0");
  EXPECT_TRUE(made.at("paths").as_object().contains("/api/chats"));
}

}  // namespace
}  // namespace reprise::app
