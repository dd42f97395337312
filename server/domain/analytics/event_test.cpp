#include "domain/analytics/event.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include "base/clock.hpp"
#include "domain/analytics/catalogue.hpp"

namespace reprise::analytics {
namespace {

using testing::HasSubstr;

const std::int64_t kNow = parse_rfc3339("2026-11-29T12:00:00Z").value();
constexpr const char* kId = "0194A000-0000-4000-8000-0000000000FF";

Result<Event> read(const std::string& text, std::string_view kind = {}) {
  return read_event(boost::json::parse(text), kind, kNow);
}
std::string event(const std::string& more, const std::string& at = "2026-11-29T12:00:00Z") {
  return fmt::format(R"({{"id":"{}","at":"{}"{}}})", kId, at, more);
}
std::string mute(const std::string& data) { return event(R"(,"kind":"mute","data":)" + data); }

TEST(InteractionEvent, IsReadAndHashed) {
  const auto one = read(mute(R"({"on":true})"));
  ASSERT_TRUE(one) << one.error().client_message;
  EXPECT_EQ(one->id, "0194a000-0000-4000-8000-0000000000ff");
  EXPECT_EQ(one->data, R"({"on":true})");
  EXPECT_EQ(read(mute(R"({"on":true})"))->content_hash, one->content_hash);
  EXPECT_NE(read(mute(R"({"on":false})"))->content_hash, one->content_hash);
  EXPECT_NE(
      read(event(R"(,"kind":"mute","data":{"on":true})", "2026-11-29T12:00:00.001Z"))->content_hash,
      one->content_hash)
      << "another time is another event";
}

TEST(InteractionEvent, TheAddressMayNameTheKind) {
  EXPECT_EQ(read(event(""), "session_start")->kind, "session_start");
  EXPECT_EQ(read(event(R"(,"kind":"session-start")"), "session_start")->kind, "session_start");
  EXPECT_THAT(read(event(R"(,"kind":"interruption")"), "session_start").error().client_message,
              HasSubstr("`kind`"));
}

TEST(InteractionEvent, SaysWhichMemberIsWrong) {
  const std::pair<std::string, const char*> wrong[] = {
      {"1", "object"},
      {R"({"kind":"interruption","at":"2026-11-29T12:00:00Z"})", "`id`"},
      {R"({"id":"1","kind":"interruption","at":"2026-11-29T12:00:00Z"})", "`id`"},
      {event(""), "`kind`"},
      {event(R"(,"kind":"shout")"), "`kind`"},
      {event(R"(,"kind":7)"), "`kind`"},
      {event(R"(,"kind":"interruption")", "2026-11-29T12:10:00.001Z"), "`at`"},
      {event(R"(,"kind":"interruption")", "2025-10-25T11:59:59Z"), "`at`"},
      {event(R"(,"kind":"interruption")", "yesterday"), "`at`"},
      {event(R"(,"kind":"interruption","text":"hello")"), "`text`"},
      {event(R"(,"kind":"interruption","data":[])"), "`data`"},
      {event(R"(,"kind":"mute")"), "`data.on`"},
      {mute("{}"), "`data.on`"},
      {mute(R"({"on":1})"), "`data.on`"},
      {mute(R"({"on":{"deep":{"deeper":1}}})"), "`data.on`"},
      {mute(R"({"on":true,"words":"what was said"})"), "`data.words`"},
      {event(R"(,"kind":"search","data":{"hits":-1})"), "`data.hits`"},
      {event(R"(,"kind":"search","data":{"hits":18446744073709551615})"), "`data.hits`"},
      {event(R"(,"kind":"device_change","data":{"device":"camera microphone"})"), "`data.device`"},
      {event(R"(,"kind":"error_shown","data":{"name":"Not a name"})"), "`data.name`"},
      {event(R"(,"kind":"playback_open","data":{"recording_id":"x"})"), "`data.recording_id`"},
      {event(R"(,"kind":"interruption","live_session_id":"x")"), "`live_session_id`"},
  };
  for (const auto& [text, member] : wrong) {
    const auto failed = read(text);
    ASSERT_FALSE(failed) << text;
    EXPECT_THAT(failed.error().client_message, HasSubstr(member)) << text;
  }
  EXPECT_TRUE(read(event(R"(,"kind":"interruption")", "2026-11-29T12:10:00Z")));
  EXPECT_TRUE(read(event(R"(,"kind":"interruption")", "2025-10-25T12:00:00Z")));
}

TEST(InteractionEvent, AListIsJudgedOneByOne) {
  const auto batch =
      read_batch(boost::json::parse(R"({"events":[)" + mute(R"({"on":true})") + ",{}," +
                                    event(R"(,"kind":"interruption")") + "]}"),
                 "", kNow);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->events.size(), 2U);
  EXPECT_EQ(batch->events[1].index, 2U);
  ASSERT_EQ(batch->refused.size(), 1U);
  EXPECT_EQ(batch->refused[0].index, 1U);
  EXPECT_THAT(batch->refused[0].problem, HasSubstr("`id`"));
  EXPECT_FALSE(batch->single);
  const auto alone = read_batch(boost::json::parse(mute("{}")), "", kNow);
  EXPECT_TRUE(alone->single && alone->refused.size() == 1);
}

TEST(InteractionEvent, AListHasBounds) {
  const auto why = [](const std::string& body, std::string_view kind = {}) {
    return read_batch(boost::json::parse(body), kind, kNow).error().client_message;
  };
  std::string many = R"({"events":[1)";
  for (std::size_t i = 0; i < kEventsMax; ++i) many += ",1";
  EXPECT_THAT(why(many + "]}"), HasSubstr("1 to 1000"));
  EXPECT_THAT(why(R"({"events":[]})"), HasSubstr("`events`"));
  EXPECT_THAT(why(R"({"events":{}})"), HasSubstr("`events`"));
  EXPECT_THAT(why(R"({"events":[1],"more":1})"), HasSubstr("`events`"));
  EXPECT_THAT(why(R"({"events":[1,2]})", "session_end"), HasSubstr("one event"));
  EXPECT_THAT(why("[]"), HasSubstr("object"));
}

TEST(InteractionEvent, HoursAreWhole) {
  EXPECT_EQ(hour_of(kNow + 1), kNow);
  EXPECT_EQ(hour_of(kNow - 1), kNow - kHourNs);
  EXPECT_EQ(hour_of(-1), -kHourNs);
}

/// One row of the document for each kind, and in it one for each member.
std::string described(const Kind& kind) {
  std::string members;
  for (const Field& field : kind.fields) {
    if (field.name.empty()) break;
    if (!members.empty()) members += "; ";
    members += fmt::format("`{}`{} ", field.name, field.needed ? "" : "?");
    switch (field.type) {
      case FieldType::Flag:
        members += "flag";
        break;
      case FieldType::Count:
        members += fmt::format("0 to {}", field.most);
        break;
      case FieldType::Word:
        members += fmt::format("one of {}", field.words);
        break;
      case FieldType::Name:
        members += "name";
        break;
      case FieldType::Id:
        members += "UUID";
        break;
    }
  }
  return fmt::format("| `{}` | {} |", kind.name, members.empty() ? "none" : members);
}

TEST(InteractionCatalogue, IsWhatTheDocumentSays) {
  std::ifstream file(REPRISE_SOURCE_DIR "/docs/formats/interaction-log.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const Kind& kind : catalogue()) EXPECT_THAT(text, HasSubstr(described(kind)));
  std::size_t rows = 0;
  for (std::size_t at = 0; (at = text.find("\n| `", at)) != text.npos; ++at) ++rows;
  EXPECT_EQ(rows, catalogue().size()) << "a row for each kind, and no other";
}

}  // namespace
}  // namespace reprise::analytics
