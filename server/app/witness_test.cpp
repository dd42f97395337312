#include "app/witness.hpp"

#include <gmock/gmock.h>

#include "domain/access/access.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::app {
namespace {

using access::Action;
using testing::ElementsAre;
using testing::IsEmpty;

Task<http::Response> fine(http::Request) { co_return http::json(200, "{}"); }
Task<http::Response> absent(http::Request) {
  co_return http::problem(Error{ErrorCode::NotFound, "There is no such recording."});
}

class WitnessTest : public testing::Test {
 protected:
  ~WitnessTest() override { database_->close(); }
  http::Routes routes(Action action, http::Handler handler) {
    return with_witness(log_,
                        {http::guarded(action, {http::Method::Get, "/x", std::move(handler)})});
  }
  static void ask(const http::Routes& routes, const std::string& user, const std::string& id) {
    access::Principal who = access::local_principal();
    who.user = access::UserId(user);
    call(routes, {.pattern = "/x", .params = {id}, .who = std::move(who)});
  }
  std::vector<std::string> noted() {
    std::vector<std::string> lines;
    for (const audit::Entry& one : run_alone(log_.list({}, {})).items) {
      lines.push_back(one.actor + ' ' + one.event + ' ' + one.object_id);
    }
    std::ranges::sort(lines);
    return lines;
  }

  database::TemporaryDirectory directory_;
  const std::unique_ptr<database::Database> database_ = database::open_sqlite(
      {.file = directory_.path() / "reprise.db"}, database::sqlite_migrations());
  audit::AuditLog log_{*database_};
};

TEST_F(WitnessTest, WhoPlaysIsNotedOnceForManyRanges) {
  const auto play = routes(Action::PlayRecording, fine);
  for (int i = 0; i < 5; ++i) ask(play, "anna", "r1");
  ask(play, "bert", "r1");
  ask(play, "anna", "r2");
  EXPECT_THAT(noted(), ElementsAre("anna recording_viewed r1", "anna recording_viewed r2",
                                   "bert recording_viewed r1"));
}

TEST_F(WitnessTest, AnotherNodeNotesItNoSecondTime) {
  ask(routes(Action::PlayRecording, fine), "anna", "r1");
  ask(routes(Action::PlayRecording, fine), "anna", "r1");
  EXPECT_THAT(noted(), ElementsAre("anna recording_viewed r1"));
}

TEST_F(WitnessTest, ADownloadIsAnotherThing) {
  ask(routes(Action::PlayRecording, fine), "anna", "r1");
  ask(routes(Action::DownloadRecord, fine), "anna", "r1");
  EXPECT_THAT(noted(), ElementsAre("anna recording_downloaded r1", "anna recording_viewed r1"));
}

TEST_F(WitnessTest, TheFilmAsAFileIsADownload) {
  call(routes(Action::PlayRecording, fine),
       {.pattern = "/x", .params = {"r1"}, .query = {{"download", "1"}}});
  EXPECT_THAT(noted(), ElementsAre(std::string(access::kLocalUserId) + " recording_downloaded r1"));
}

TEST_F(WitnessTest, WhatWasRefusedWasNotSeen) {
  ask(routes(Action::PlayRecording, absent), "anna", "r1");
  EXPECT_THAT(noted(), IsEmpty());
}

TEST_F(WitnessTest, WhatIsErasedIsNotedEachTime) {
  ask(routes(Action::EraseRecording, fine), "anna", "r1");
  ask(routes(Action::DeleteChat, fine), "anna", "c1");
  ask(routes(Action::MintToken, fine), "anna", "s1");
  ask(routes(Action::MintToken, fine), "anna", "s1");
  EXPECT_THAT(noted(),
              ElementsAre("anna chat_erased " + audit::hidden_id("c1"), "anna recording_erased r1",
                          "anna token_minted " + audit::hidden_id("s1"),
                          "anna token_minted " + audit::hidden_id("s1")));
}

TEST_F(WitnessTest, ATokenIsNotedWithItsRecordingAndHowLongItLasts) {
  const auto mint = [](http::Request) -> Task<http::Response> {
    auto made = http::json(201, "{}");
    made.audit_note = {.recording_id = "r3", .detail = "a model, until noon"};
    co_return made;
  };
  ask(routes(Action::MintToken, mint), "anna", "s1");
  EXPECT_THAT(noted(), ElementsAre("anna token_minted r3"));
  const audit::Entry entry = run_alone(log_.list({.object_id = "r3"}, {})).items.at(0);
  EXPECT_EQ(entry.object_kind, "recording");
  EXPECT_EQ(entry.detail, "a model, until noon");
}

TEST_F(WitnessTest, ANewLiveSessionIsNamedByItsAddress) {
  const auto start = [](http::Request) -> Task<http::Response> {
    auto made = http::json(201, "{}");
    made.headers.add("Location", "/api/live/sessions/s7");
    co_return made;
  };
  call(routes(Action::StartLiveSession, start), {.pattern = "/x"});
  EXPECT_THAT(noted(), ElementsAre(std::string(access::kLocalUserId) + " session_started " +
                                   audit::hidden_id("s7")));
}

TEST_F(WitnessTest, OtherActionsAreNotWatched) {
  ask(routes(Action::ReadRecording, fine), "anna", "r1");
  EXPECT_THAT(noted(), IsEmpty());
}

}  // namespace
}  // namespace reprise::app
