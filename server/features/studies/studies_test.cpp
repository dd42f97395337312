// Studies and their participants, on both engines. Over 400 lines because one fixture has all that
// a participant goes through.

#include "features/studies/studies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "features/studies/participation.hpp"
#include "features/studies/study_routes.hpp"
#include "features/studies/study_table.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::studies {
namespace {

namespace json = boost::json;
using access::Reach;
using access::UserId;
using database::Transaction;
using database::usual_deadline;
using study::Stage;
using testing::HasSubstr;

const UserId kAda("0194a000-0000-7000-8000-00000000000a");
const UserId kBen("0194a000-0000-7000-8000-00000000000b");
constexpr const char* kTask = "0194a000-0000-7000-8000-0000000000d1";
constexpr const char* kLive = "0194a000-0000-7000-8000-0000000000e1";
constexpr const char* kRecording = "0194a000-0000-7000-8000-0000000000f1";
constexpr std::int64_t kHour = std::int64_t{3'600} * 1'000'000'000;

const audit::Doer kDoer{.user_id = kBen.value, .request_id = "r1", .address = "192.0.2.0/24"};

constexpr const char* kBody = R"({"title":"Voices","state":"open","consent_text":"Agree.",
  "conditions":[{"name":"A","voice":"Kore","instruction":"Be kind."},{"name":"B"}],
  "before":[{"questions":[{"kind":"choice","text":"Often?","choices":["Yes","No"]}]}],
  "after":[{"instrument":"sus"},{"questions":[{"kind":"text","text":"Why?"}]}]})";
constexpr const char* kSusAnswers = R"({"sus_1":5,"sus_2":1,"sus_3":5,"sus_4":1,"sus_5":5,"sus_6":1,
  "sus_7":5,"sus_8":1,"sus_9":5,"sus_10":1,"q11":"=Because"})";

/// Notes what is to be erased.
class NotedErasures final : public archive::Erasures {
 public:
  Task<Result<archive::Erased>> erase(Reach reach, session::RecordingId id, Deadline) override {
    erased.push_back(reach.owner().value_or("") + " " + id.value);
    co_return archive::Erased::Whole;
  }
  std::vector<session::RecordingId> erase_in(Transaction&, const Reach&,
                                             const session::ChatId&) const override {
    return {};
  }
  Task<archive::Erased> remove_files(std::vector<session::RecordingId>) override {
    co_return archive::Erased::Whole;
  }
  bool is_held_in(Transaction&, const Reach&, const session::ChatId&) const override {
    return false;
  }
  std::vector<std::string> erased;
};

template <class Engine>
class StudiesTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    studies_.emplace(*database_, [this] { return ++now_; });
    audit_.emplace(*database_, [this] { return ++now_; });
    people_.emplace(*database_, erasures_, *audit_, [this] { return ++now_; });
    run("insert into app_user (user_id, display_name, is_researcher, created_utc_ns) values ($1, "
        "'Ada', 1, 1)",
        {kAda.value});
    run("insert into task (task_id, owner_id, title, text, steps_json, done, position, revision, "
        "created_sha256_hex, search_text, created_utc_ns, updated_utc_ns) values ($1, $2, 'Ride', "
        "'Go', '[]', 0, 0, 1, $3, '', 1, 1)",
        {kTask, kAda.value, std::string(64, '0')});
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  void run(const std::string& sql, const std::vector<database::Value>& values) {
    run_alone(database_->write(usual_deadline(),
                               [&](Transaction& transaction) { transaction.run(sql, values); }));
  }
  std::int64_t count(const std::string& what) {
    return run_alone(database_->read(usual_deadline(), [&](Transaction& transaction) {
      return transaction.first("select count(*) from " + what)->integer(0);
    }));
  }
  Result<Study> create(const std::string& body = kBody, const UserId& owner = kAda) {
    return run_alone(studies_->create(owner, kTask, study::read_change(json::parse(body)).value(),
                                      usual_deadline()));
  }
  Result<Study> change(const StudyId& id, const std::string& body, const UserId& by = kAda) {
    return run_alone(studies_->change(
        Reach::of(by), id, study::read_change(json::parse(body)).value(), usual_deadline()));
  }
  std::vector<NewLink> links(const StudyId& id, std::int64_t count) {
    return run_alone(
               studies_->add_links(Reach::of(kAda), id, count, now_ + kHour, usual_deadline()))
        .value();
  }
  Result<std::pair<Participation, std::string>> consent(const std::string& secret,
                                                        std::int64_t version = 1) {
    return run_alone(people_->consent(secret, version, kDoer, usual_deadline()));
  }
  Result<Participation> answer(const std::string& cookie, Stage part, const char* answers) {
    return run_alone(people_->answer(cookie, part, json::parse(answers), kDoer, usual_deadline()));
  }
  /// A talk with a recording.
  void talk(const Participation& by) {
    run("insert into chat (chat_id, owner_id, title, created_utc_ns, last_used_utc_ns) values "
        "('c', $1, 'Chat', 1, 1)",
        {kAda.value});
    run("insert into live_session (live_session_id, chat_id, owner_id, model, state, "
        "created_utc_ns) values ($1, 'c', $2, 'm', 'live', 1)",
        {kLive, kAda.value});
    run("insert into recording (recording_id, live_session_id, chat_id, owner_id, state, "
        "created_utc_ns) values ($1, $2, 'c', $3, 'recording', 1)",
        {kRecording, kLive, kAda.value});
    run_alone(people_->add_talk(by, "c", session::LiveSessionId(kLive), usual_deadline()));
  }
  std::vector<Participant> participants(const StudyId& id) {
    return run_alone(studies_->participants(Reach::of(kAda), id, usual_deadline())).value();
  }

  Engine engine_;
  std::int64_t now_ = 1'000;
  std::unique_ptr<database::Database> database_;
  NotedErasures erasures_;
  std::optional<Studies> studies_;
  std::optional<audit::AuditLog> audit_;
  std::optional<Participations> people_;
};

using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(StudiesTest, Engines);

TYPED_TEST(StudiesTest, AParticipantGoesFromTheLinkToThanks) {
  const Study study = this->create().value();
  const auto link = this->links(study.id, 1).front();
  const auto opened = run_alone(this->people_->open(link.secret, "", kDoer, usual_deadline()));
  ASSERT_TRUE(opened) << opened.error().client_message;
  EXPECT_EQ(opened->stage, Stage::Invited);
  EXPECT_FALSE(opened->condition);
  const auto begun = this->consent(link.secret);
  ASSERT_TRUE(begun) << begun.error().client_message;
  const auto& [by, cookie] = *begun;
  EXPECT_EQ(by.stage, Stage::Before);
  ASSERT_TRUE(by.condition);
  EXPECT_EQ(this->answer(cookie, Stage::After, "{}").error().type, "answer-refused");
  EXPECT_EQ(this->answer(cookie, Stage::Before, R"({"q1":"Maybe"})").error().type,
            "answer-refused");
  for (int times = 0; times < 2; ++times) {
    const auto answered = this->answer(cookie, Stage::Before, R"({"q1":"Yes"})");
    ASSERT_TRUE(answered) << answered.error().client_message;
    EXPECT_EQ(answered->stage, Stage::Talk);
  }
  EXPECT_EQ(this->answer(cookie, Stage::Before, R"({"q1":"No"})").error().type, "wrong-stage");
  EXPECT_EQ(run_alone(this->people_->end_talk(cookie, kDoer, usual_deadline())).error().type,
            "no-talk");
  const auto may = run_alone(this->people_->may_talk(cookie, usual_deadline()));
  ASSERT_TRUE(may);
  EXPECT_EQ(may->task->title, "Ride");
  this->talk(*may);
  EXPECT_EQ(run_alone(this->people_->end_talk(cookie, kDoer, usual_deadline()))->stage,
            Stage::After);
  EXPECT_EQ(this->answer(cookie, Stage::After, kSusAnswers)->stage, Stage::Done);
  EXPECT_EQ(run_alone(this->people_->may_talk(cookie, usual_deadline())).error().type,
            "wrong-stage");
  EXPECT_EQ(this->count("task_session"), 1) << "it is listed under the task";
  const Study after =
      run_alone(this->studies_->find(Reach::of(kAda), study.id, usual_deadline())).value();
  EXPECT_EQ(after.progress.done, 1);
  const std::string table = table_of(after, this->participants(study.id));
  EXPECT_THAT(table, HasSubstr(",after.q11,after.sus_score\r\n"));
  EXPECT_THAT(table, HasSubstr(",100.00"));
  EXPECT_THAT(table, HasSubstr("'=Because")) << "no formula";
  EXPECT_THAT(table, HasSubstr(std::string(kLive) + "," + kRecording));
}

TYPED_TEST(StudiesTest, ALinkIsUsedOnceAndInTime) {
  const Study study = this->create().value();
  const auto made = this->links(study.id, 3);
  const auto open = [this](const std::string& secret, const std::string& cookie = "") {
    return run_alone(this->people_->open(secret, cookie, kDoer, usual_deadline()));
  };
  EXPECT_EQ(open("nobody has it").error().type, "link-unknown");
  const std::string cookie = this->consent(made[0].secret).value().second;
  EXPECT_EQ(open(made[0].secret).error().type, "link-used");
  EXPECT_EQ(this->consent(made[0].secret).error().type, "link-used");
  EXPECT_TRUE(open(made[0].secret, cookie)) << "the same browser goes on";
  EXPECT_EQ(this->consent(made[1].secret, 2).error().type, "consent-changed");
  ASSERT_TRUE(run_alone(
      this->studies_->revoke(Reach::of(kAda), study.id, made[1].participant.id, usual_deadline())));
  EXPECT_EQ(open(made[1].secret).error().type, "link-revoked");
  EXPECT_EQ(run_alone(this->studies_->revoke(Reach::of(kAda), study.id, made[0].participant.id,
                                             usual_deadline()))
                .error()
                .type,
            "link-used");
  this->now_ += 2 * kHour;
  EXPECT_EQ(open(made[2].secret).error().type, "link-expired");
  EXPECT_TRUE(run_alone(this->people_->find(cookie, usual_deadline()))) << "has begun in time";
  this->now_ += 23 * kHour;
  EXPECT_EQ(this->answer(cookie, Stage::Before, R"({"q1":"Yes"})").error().type, "link-expired");
  this->now_ += 7 * 24 * kHour;
  EXPECT_EQ(run_alone(this->people_->find(cookie, usual_deadline())).error().type,
            "no-participation");
}

TYPED_TEST(StudiesTest, ConditionsAreFilledEvenlyUpToTheirQuotas) {
  const Study study = this->create(R"({"title":"T","state":"open","consent_text":"C","conditions":[
        {"name":"A","quota":2},{"name":"B","quota":1}]})")
                          .value();
  for (const NewLink& one : this->links(study.id, 3)) EXPECT_TRUE(this->consent(one.secret));
  const auto last = this->links(study.id, 1).front();
  EXPECT_EQ(this->consent(last.secret).error().type, "study-full");
  std::map<std::string, int> taken;
  for (const Participant& one : this->participants(study.id)) ++taken[one.condition.value_or("")];
  EXPECT_EQ(taken, (std::map<std::string, int>{{"A", 2}, {"B", 1}, {"", 1}}));
}

TYPED_TEST(StudiesTest, ACookieReachesItsOwnTalkOnly) {
  const Study study = this->create().value();
  const auto made = this->links(study.id, 2);
  const auto first = this->consent(made[0].secret).value();
  const auto second = this->consent(made[1].secret).value();
  this->talk(first.first);
  const auto owner = [this](const std::string& cookie, const char* id) {
    const auto talk = run_alone(this->people_->owner_of(cookie, id, usual_deadline()));
    return talk ? talk->owner.value : std::string();
  };
  EXPECT_EQ(owner(first.second, kLive), kAda.value);
  EXPECT_EQ(owner(first.second, kRecording), kAda.value);
  EXPECT_EQ(owner(first.second, kTask), "");
  EXPECT_EQ(owner(second.second, kLive), "");
  EXPECT_EQ(owner(second.second, kRecording), "");
  const auto preset = run_alone(this->people_->preset_of(session::LiveSessionId(kLive)));
  ASSERT_TRUE(preset);
  EXPECT_EQ(preset->voice, first.first.condition->voice);
  EXPECT_FALSE(run_alone(this->people_->preset_of(session::LiveSessionId(kTask))));
}

TYPED_TEST(StudiesTest, WithdrawingDeletesAnswersAndRecordings) {
  const Study study = this->create().value();
  const auto [by, cookie] = this->consent(this->links(study.id, 1).front().secret).value();
  ASSERT_TRUE(this->answer(cookie, Stage::Before, R"({"q1":"Yes"})"));
  this->talk(by);
  EXPECT_EQ(run_alone(this->people_->withdraw(cookie, kDoer, usual_deadline()))->stage,
            Stage::Withdrawn);
  EXPECT_THAT(this->erasures_.erased,
              testing::ElementsAre(kAda.value + " " + std::string(kRecording)));
  EXPECT_EQ(this->count("study_participant where before_answers_json is not null"), 0);
  const auto participant = this->participants(study.id).front();
  EXPECT_EQ(participant.stage, Stage::Withdrawn);
  const auto found = run_alone(this->studies_->find(Reach::of(kAda), study.id, usual_deadline()));
  EXPECT_EQ(found->progress.withdrawn, 1);
  for (const ConditionUse& one : found->conditions) EXPECT_EQ(one.taken, 0) << "its place is free";
}

TYPED_TEST(StudiesTest, WhatParticipantsDoIsInTheAuditLogOnce) {
  const Study study = this->create().value();
  const auto link = this->links(study.id, 1).front();
  ASSERT_TRUE(run_alone(this->people_->open(link.secret, "", kDoer, usual_deadline())));
  const auto [by, cookie] = this->consent(link.secret).value();
  EXPECT_FALSE(this->consent(link.secret)) << "is refused, so nothing is noted";
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(this->answer(cookie, Stage::Before, R"({"q1":"Yes"})"));
  }
  this->talk(by);
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(run_alone(this->people_->end_talk(cookie, kDoer, usual_deadline())));
  }
  ASSERT_TRUE(this->answer(cookie, Stage::After, kSusAnswers));
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(run_alone(this->people_->withdraw(cookie, kDoer, usual_deadline())));
  }
  const auto page = run_alone(this->audit_->list({.object_id = study.id.value}, {}));
  std::vector<std::string> deeds;
  deeds.reserve(page.items.size());
  for (const audit::Entry& entry : page.items) {
    deeds.push_back(entry.event + "(" + entry.detail + ")");
    EXPECT_EQ(entry.actor, "participant " + by.id.value) << "not whoever is logged in there";
    EXPECT_EQ(entry.object_id, audit::hidden_id(study.id.value));
    EXPECT_EQ(entry.request_id + entry.address, "r1192.0.2.0/24");
  }
  EXPECT_THAT(deeds, testing::ElementsAre("study_withdrawn()", "study_answered(after)",
                                          "study_talked()", "study_answered(before)",
                                          "study_begun(consent v1)", "study_opened()"));
}

TYPED_TEST(StudiesTest, WhoIsNoResearcherAnyMoreRunsNoStudies) {
  const Study study = this->create().value();
  const auto made = this->links(study.id, 1);
  const auto type = [&] {
    const auto opened = run_alone(this->people_->open(made[0].secret, "", kDoer, usual_deadline()));
    return opened ? "" : opened.error().type;
  };
  this->run("update app_user set is_researcher = 0 where user_id = $1", {kAda.value});
  EXPECT_EQ(type(), "study-closed");
  this->run("update app_user set is_admin = 1 where user_id = $1", {kAda.value});
  EXPECT_EQ(type(), "");
  this->run("update app_user set is_admin = 0 where user_id = $1", {kAda.value});
  EXPECT_EQ(type(), "study-closed");
  this->run(
      "insert into identity (issuer, subject, user_id, is_researcher, is_admin, "
      "created_utc_ns) values ('i', 's', $1, 1, 0, 1)",
      {kAda.value});
  EXPECT_EQ(type(), "") << "by the claim of the issuer";
}

TYPED_TEST(StudiesTest, WhileTheResearcherIsDisabledOneCanOnlyWithdraw) {
  const Study study = this->create().value();
  const auto made = this->links(study.id, 2);
  const auto [by, cookie] = this->consent(made[0].secret).value();
  ASSERT_TRUE(this->answer(cookie, Stage::Before, R"({"q1":"Yes"})"));
  this->talk(by);
  this->run("update app_user set state = 'disabled' where user_id = $1", {kAda.value});
  EXPECT_EQ(
      run_alone(this->people_->open(made[1].secret, "", kDoer, usual_deadline())).error().type,
      "study-closed");
  EXPECT_EQ(this->consent(made[1].secret).error().type, "study-closed");
  EXPECT_EQ(run_alone(this->people_->may_talk(cookie, usual_deadline())).error().type,
            "study-closed");
  EXPECT_FALSE(run_alone(this->people_->owner_of(cookie, kLive, usual_deadline()))->may_run);
  EXPECT_TRUE(run_alone(this->people_->find(cookie, usual_deadline())));
  EXPECT_EQ(run_alone(this->people_->withdraw(cookie, kDoer, usual_deadline()))->stage,
            Stage::Withdrawn);
}

TYPED_TEST(StudiesTest, WhatHasBegunKeepsItsConditionsAndQuestions) {
  const Study study = this->create().value();
  const auto made = this->links(study.id, 2);
  ASSERT_TRUE(this->change(study.id, R"({"before":[],"conditions":[{"name":"Only"}]})"));
  ASSERT_TRUE(this->change(study.id, R"({"consent_text":"Agree anew."})"));
  ASSERT_TRUE(this->consent(made[0].secret, 2));
  EXPECT_EQ(this->change(study.id, R"({"conditions":[{"name":"Other"}]})").error().type,
            "study-begun");
  EXPECT_EQ(this->change(study.id, R"({"after":[]})").error().type, "study-begun");
  const auto now = run_alone(this->studies_->find(Reach::of(kAda), study.id, usual_deadline()));
  const std::string same = R"({"conditions":[{"name":"Only","quota":1,"id":")" +
                           now->conditions.front().condition.id + R"("}]})";
  ASSERT_TRUE(this->change(study.id, same));
  EXPECT_EQ(this->consent(made[1].secret, 2).error().type, "study-full");
  ASSERT_TRUE(this->change(study.id, R"({"consent_text":"A third text."})"));
  EXPECT_EQ(this->participants(study.id).front().consent_version, 2);
  const auto remove = [&](bool with) {
    return run_alone(this->studies_->remove(Reach::of(kAda), study.id, with, usual_deadline()));
  };
  EXPECT_EQ(remove(false).error().type, "study-begun");
  EXPECT_TRUE(remove(true));
  EXPECT_EQ(this->count("study_participant"), 0);
  EXPECT_EQ(this->count("study_condition"), 0);
}

Task<Status> checked(Status status) { co_return status; }

TYPED_TEST(StudiesTest, ModelsAndVoicesAreCheckedWhenTheyAreNew) {
  std::vector<std::string> asked;
  bool gone = false;
  BlockingPool pool("studies", 1);
  const http::Routes routes = study_routes(
      {.studies = *this->studies_,
       .check_preset =
           [&](const std::string& place, const study::Condition& one, Deadline) {
             asked.push_back(place + " " + one.model + " " + one.voice);
             return checked(gone ? fail(ErrorCode::Invalid, "`" + place + ".model` is not there.")
                                 : Status{});
           },
       .files_of = {},
       .pool = pool,
       .now_utc_ns = [] { return std::int64_t{0}; }});
  const auto ask = [&](http::Method method, const std::string& body, const std::string& id = "") {
    asked.clear();
    return http::call(routes, {.method = method,
                               .pattern = id.empty() ? "/api/studies" : "/api/studies/{id:uuid}",
                               .params = {id},
                               .body = body,
                               .who = {.user = kAda, .roles = {access::Role::Researcher}}});
  };
  const std::string rest = R"("title":"T","consent_text":"C","conditions":[)"
                           R"({"name":"A"},{"name":"B","model":"m","voice":"v"}]})";
  const std::string create = R"({"task_id":")" + std::string(kTask) + "\"," + rest;
  gone = true;
  const auto refused = ask(http::Method::Post, create);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.json.at("detail"), "`conditions[0].model` is not there.");
  EXPECT_EQ(this->count("study"), 0);
  gone = false;
  const auto made = ask(http::Method::Post, create);
  ASSERT_EQ(made.status, 201);
  EXPECT_THAT(asked, testing::ElementsAre("conditions[0]  ", "conditions[1] m v"));
  gone = true;  // the service has it no more
  const std::string id(made.json.at("id").as_string());
  const auto& conditions = made.json.at("conditions").as_array();
  const auto wish = [&](const char* model) {
    return R"({"state":"closed","conditions":[{"name":"A","id":")" +
           std::string(conditions[0].at("id").as_string()) +
           R"("},{"name":"B","voice":"v","quota":3,"model":")" + model + R"(","id":")" +
           std::string(conditions[1].at("id").as_string()) + "\"}]}";
  };
  EXPECT_EQ(ask(http::Method::Patch, wish("m"), id).status, 200) << "what is there stays";
  EXPECT_THAT(asked, testing::IsEmpty());
  EXPECT_EQ(ask(http::Method::Patch, wish("other"), id).status, 400);
  EXPECT_EQ(ask(http::Method::Patch, R"({"state":"open"})", id).status, 200);
  EXPECT_EQ(ask(http::Method::Patch, wish("m"), new_uuid7()).status, 404);
  pool.close();
}

TYPED_TEST(StudiesTest, BelongToOnePerson) {
  EXPECT_EQ(this->create(kBody, kBen).error().code, ErrorCode::NotFound) << "Ada's task";
  const Study study = this->create().value();
  EXPECT_EQ(this->change(study.id, R"({"title":"Taken"})", kBen).error().code, ErrorCode::NotFound);
  EXPECT_FALSE(
      run_alone(this->studies_->participants(Reach::of(kBen), study.id, usual_deadline())));
  EXPECT_FALSE(run_alone(
      this->studies_->add_links(Reach::of(kBen), study.id, 1, this->now_ + 9, usual_deadline())));
  EXPECT_FALSE(
      run_alone(this->studies_->remove(Reach::of(kBen), study.id, true, usual_deadline())));
  EXPECT_TRUE(run_alone(this->studies_->list(kBen, {}, usual_deadline())).empty());
  EXPECT_EQ(run_alone(this->studies_->list(kAda, kTask, usual_deadline())).size(), 1U);
  const std::string foreign =
      R"({"title":"T","consent_text":"C","conditions":[{"name":"X","id":")" +
      study.conditions.front().condition.id + R"(","quota":1}]})";
  const Study other = this->create(foreign).value();
  EXPECT_NE(other.conditions.front().condition.id, study.conditions.front().condition.id);
  const auto found = run_alone(this->studies_->find(Reach::of(kAda), study.id, usual_deadline()));
  EXPECT_FALSE(found->conditions.front().condition.quota) << "the other study's stays as it is";
}

}  // namespace
}  // namespace reprise::studies
