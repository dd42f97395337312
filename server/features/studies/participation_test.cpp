// What a participant of a study goes through, on both engines.

#include "features/studies/participation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/studies/studies_test_support.hpp"
#include "features/studies/study_table.hpp"

namespace reprise::studies {
namespace {

using access::Reach;
using database::usual_deadline;
using study::Stage;
using testing::HasSubstr;

template <class Engine>
class ParticipationTest : public StudiesFixture<Engine> {};
TYPED_TEST_SUITE(ParticipationTest, Engines);

TYPED_TEST(ParticipationTest, AParticipantGoesFromTheLinkToThanks) {
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

TYPED_TEST(ParticipationTest, ALinkIsUsedOnceAndInTime) {
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

TYPED_TEST(ParticipationTest, ConditionsAreFilledEvenlyUpToTheirQuotas) {
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

TYPED_TEST(ParticipationTest, ACookieReachesItsOwnTalkOnly) {
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

TYPED_TEST(ParticipationTest, WithdrawingDeletesAnswersAndRecordings) {
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

TYPED_TEST(ParticipationTest, WhatParticipantsDoIsInTheAuditLogOnce) {
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

TYPED_TEST(ParticipationTest, WhileTheResearcherIsDisabledOneCanOnlyWithdraw) {
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

}  // namespace
}  // namespace reprise::studies
