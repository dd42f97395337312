#include "base/json.hpp"

#include <gtest/gtest.h>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

namespace reprise {
namespace {

BOOST_DEFINE_ENUM_CLASS(Ending, Hangup, Lost, CompleteWithGaps)

struct Consent {
  std::string locale;
  std::vector<std::string> channels;
};
BOOST_DESCRIBE_STRUCT(Consent, (), (locale, channels))

struct Everything {
  bool record = false;
  std::uint8_t small = 0;
  std::int64_t last_seq = 0;
  double ratio = 0;
  Ending reason = Ending::Hangup;
  std::optional<Consent> consent;
  std::optional<int> maybe;
  std::map<std::string, int> counts;
  boost::json::value anything;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (record, small, last_seq, ratio, reason, consent, maybe, counts, anything))

constexpr const char* kWhole =
    R"({"record":true,"small":255,"last_seq":-9007199254740993,"ratio":0.5,"reason":"complete_with_gaps",)"
    R"("consent":{"locale":"en","channels":["mic","camera"]},"counts":{"a":1},"anything":[null,{}]})";

TEST(FromJson, ReadsEveryKindAndWritesItBack) {
  const auto read = from_json<Everything>(kWhole);
  ASSERT_TRUE(read) << read.error().client_message;
  EXPECT_EQ(read->last_seq, -9007199254740993);
  EXPECT_EQ(read->reason, Ending::CompleteWithGaps);
  EXPECT_EQ(read->consent->channels[1], "camera");
  EXPECT_EQ(read->maybe, std::nullopt);
  EXPECT_EQ(boost::json::parse(to_json(*read)), boost::json::parse(kWhole));
}

std::string with(std::string_view member, std::string_view value) {
  boost::json::object object = boost::json::parse(kWhole).as_object();
  object[member] = boost::json::parse(value);
  return boost::json::serialize(object);
}

TEST(FromJson, SaysWhichMemberIsWrongAndWhatItMustBe) {
  const struct {
    std::string text;
    const char* want;
  } cases[] = {
      {"[]", "The body must be an object."},
      {with("record", "1"), "`record` must be true or false."},
      {with("small", "256"), "`small` must be a whole number from 0 to 255."},
      {with("small", "-1"), "`small` must be a whole number from 0 to 255."},
      {with("small", "1.5"), "`small` must be a whole number from 0 to 255."},
      {with("small", "\"1\""), "`small` must be a whole number from 0 to 255."},
      {with("ratio", "\"x\""), "`ratio` must be a number."},
      {with("reason", "\"Hangup\""), "`reason` must be one of hangup, lost, complete_with_gaps."},
      {with("reason", "null"), "`reason` must be one of hangup, lost, complete_with_gaps."},
      {with("consent", "{\"locale\":\"en\"}"), "`consent.channels` is missing."},
      {with("consent", "{\"locale\":\"en\",\"channels\":[\"a\",2]}"),
       "`consent.channels[1]` must be a string."},
      {with("consent", "{\"locale\":\"en\",\"channels\":{}}"),
       "`consent.channels` must be a list."},
      {with("counts", "{\"b\":\"x\"}"),
       "`counts.b` must be a whole number from -2147483648 to 2147483647."},
      {with("owner", "1"), "`owner` is not known here."},
      {R"({"record":true,"record":false})", "The member `record` occurs twice."},
      {R"({"a":[{"x":1,"\u0078":2}]})", "The member `x` occurs twice."},
      {"", "This is not JSON: incomplete JSON at byte 0."},
      {"{\"a\":1} x", "This is not JSON: extra data at byte 8."},
      {"{'a':1}", "This is not JSON: syntax error at byte 1."},
  };
  for (const auto& c : cases) {
    const auto read = from_json<Everything>(c.text);
    ASSERT_FALSE(read) << c.text;
    EXPECT_EQ(read.error().client_message, c.want) << c.text;
    EXPECT_EQ(read.error().code, ErrorCode::Invalid);
  }
}

TEST(FromJson, RefusesDepthAndBytesThatAreNotUtf8) {
  EXPECT_FALSE(parse_json(std::string(1000, '[')));
  EXPECT_FALSE(parse_json("\"\xff\""));
}

TEST(FromJson, RefusesNumbersThatNoDoubleHolds) {
  EXPECT_FALSE(parse_json("1e400"));
  EXPECT_FALSE(parse_json(R"({"a":[1,{"b":-1e999}]})"));
  EXPECT_TRUE(parse_json("[1.7e308,-1.7e308,1e-400]"));
}

TEST(FromJson, TheSameNameInTwoObjectsIsFine) {
  EXPECT_TRUE(parse_json(R"([{"a":"{\"a\":1,\"a\":2}"},{"a":{"a":1}},"a","a"])"));
}

TEST(FromJson, IgnoresUnknownMembersWhenAsked) {
  const auto read =
      from_json<Consent>(R"({"locale":"en","channels":[],"new":1})", UnknownMembers::Ignore);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->locale, "en");
}

TEST(FromJson, ANullOptionalIsEmpty) {
  EXPECT_EQ(from_json<Everything>(with("consent", "null"))->consent, std::nullopt);
}

struct View {
  Strong<struct IdTag, std::string> id{"x"};
  double ratio = 1.0 / 0.0;
  std::optional<int> gone;
};
BOOST_DESCRIBE_STRUCT(View, (), (id, ratio, gone))

TEST(ToJson, LeavesOutWhatIsEmptyAndNullsWhatIsNotFinite) {
  EXPECT_EQ(to_json(View{}), R"({"id":"x","ratio":null})");
}

TEST(EnumText, GoesBothWays) {
  EXPECT_EQ(enum_text(Ending::CompleteWithGaps), "complete_with_gaps");
  EXPECT_EQ(enum_from_text<Ending>("lost"), Ending::Lost);
  EXPECT_EQ(enum_from_text<Ending>("Lost"), std::nullopt);
}

}  // namespace
}  // namespace reprise
