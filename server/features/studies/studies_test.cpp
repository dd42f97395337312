// Studies of a researcher, on both engines.

#include "features/studies/studies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/id.hpp"
#include "features/studies/studies_test_support.hpp"
#include "features/studies/study_routes.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::studies {
namespace {

using access::Reach;
using database::usual_deadline;

template <class Engine>
class StudiesTest : public StudiesFixture<Engine> {};
TYPED_TEST_SUITE(StudiesTest, Engines);

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
