#include "features/audit/audit_routes.hpp"

#include <gmock/gmock.h>

#include "platform/database/engines_for_test.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::audit {
namespace {

using http::call;
using testing::ElementsAre;

class AuditRoutesTest : public testing::Test {
 protected:
  ~AuditRoutesTest() override { database_->close(); }
  void add(std::string actor, std::string recording, Event event = Event::RecordingViewed) {
    run_alone(log_.add(
        {.user_id = std::move(actor), .request_id = "q", .address = "10.0.0.0/24"},
        {.event = event, .kind = ObjectKind::Recording, .object_id = std::move(recording)}));
    clock_ += 1'000'000'000;
  }
  http::Answered list(std::vector<std::pair<std::string, std::string>> query = {}) {
    return call(audit_routes(log_), {.pattern = "/api/audit", .query = std::move(query)});
  }
  static std::vector<std::string> objects(const http::Answered& answered) {
    std::vector<std::string> ids;
    for (const auto& entry : answered.json.at("entries").as_array()) {
      ids.emplace_back(entry.at("object").at("id").as_string());
    }
    return ids;
  }

  database::TemporaryDirectory directory_;
  const std::unique_ptr<database::Database> database_ = database::open_sqlite(
      {.file = directory_.path() / "reprise.db"}, database::sqlite_migrations());
  std::int64_t clock_ = 1'700'000'000'000'000'000;
  AuditLog log_{*database_, [this] { return clock_; }};
};

TEST_F(AuditRoutesTest, AnEntrySaysWhoDidWhatToWhatWhenAndFromWhere) {
  add("anna", "r1");
  const auto entry = list().json.at("entries").as_array().at(0).as_object();
  EXPECT_EQ(entry.at("at"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(entry.at("actor"), "anna");
  EXPECT_EQ(entry.at("event"), "recording_viewed");
  EXPECT_EQ(entry.at("object"), (boost::json::object{{"kind", "recording"}, {"id", "r1"}}));
  EXPECT_EQ(entry.at("request_id"), "q");
  EXPECT_EQ(entry.at("address"), "10.0.0.0/24");
  EXPECT_EQ(entry.at("detail"), "");
}

TEST_F(AuditRoutesTest, WhatTheServerDidByItselfHasNoActor) {
  add("", "r1");
  EXPECT_TRUE(list().json.at("entries").as_array().at(0).at("actor").is_null());
}

TEST_F(AuditRoutesTest, TheListHasPagesAndCanBeNarrowed) {
  add("anna", "r1");
  add("bert", "r1");
  add("anna", "r2");
  EXPECT_THAT(objects(list({{"object", "r1"}})), ElementsAre("r1", "r1"));
  EXPECT_THAT(objects(list({{"actor", "anna"}})), ElementsAre("r2", "r1"));
  const auto first = list({{"limit", "2"}});
  EXPECT_THAT(objects(first), ElementsAre("r2", "r1"));
  const std::string cursor(first.json.at("next_cursor").as_string());
  const auto second = list({{"limit", "2"}, {"cursor", cursor}});
  EXPECT_THAT(objects(second), ElementsAre("r1"));
  EXPECT_TRUE(second.json.at("next_cursor").is_null());
  EXPECT_EQ(list({{"limit", "0"}}).status, 400);
}

TEST_F(AuditRoutesTest, TheListIsNarrowedByWhatWasDoneAndByTime) {
  add("anna", "r1");  // 22:13:20
  add("anna", "r2", Event::RecordingErased);
  add("bert", "r3", Event::RecordingErased);  // 22:13:22
  EXPECT_THAT(objects(list({{"event", "recording_erased"}})), ElementsAre("r3", "r2"));
  EXPECT_THAT(objects(list({{"event", "recording_erased"}, {"actor", "anna"}})), ElementsAre("r2"));
  EXPECT_THAT(objects(list({{"from", "2023-11-14T22:13:21Z"}})), ElementsAre("r3", "r2"));
  EXPECT_THAT(objects(list({{"before", "2023-11-14T22:13:21Z"}})), ElementsAre("r1"));
  EXPECT_THAT(objects(list({{"from", "2023-11-14T22:13:21Z"}, {"before", "2023-11-14T22:13:22Z"}})),
              ElementsAre("r2"));
  EXPECT_THAT(objects(list({{"event", "of_a_later_version"}})), ElementsAre());
  for (const char* name : {"from", "before"}) {
    EXPECT_EQ(list({{name, "yesterday"}}).status, 400) << name;
  }
}

}  // namespace
}  // namespace reprise::audit
