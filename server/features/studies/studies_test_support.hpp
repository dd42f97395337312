#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/run_alone.hpp"
#include "features/studies/participation.hpp"
#include "features/studies/studies.hpp"
#include "platform/database/engines_for_test.hpp"

// For tests: studies on either engine.
namespace reprise::studies {

inline const access::UserId kAda("0194a000-0000-7000-8000-00000000000a");
inline const access::UserId kBen("0194a000-0000-7000-8000-00000000000b");
inline constexpr const char* kTask = "0194a000-0000-7000-8000-0000000000d1";
inline constexpr const char* kLive = "0194a000-0000-7000-8000-0000000000e1";
inline constexpr const char* kRecording = "0194a000-0000-7000-8000-0000000000f1";
inline constexpr std::int64_t kHour = std::int64_t{3'600} * 1'000'000'000;

inline const audit::Doer kDoer{
    .user_id = kBen.value, .request_id = "r1", .address = "192.0.2.0/24"};

inline constexpr const char* kBody = R"({"title":"Voices","state":"open","consent_text":"Agree.",
  "conditions":[{"name":"A","voice":"Kore","instruction":"Be kind."},{"name":"B"}],
  "before":[{"questions":[{"kind":"choice","text":"Often?","choices":["Yes","No"]}]}],
  "after":[{"instrument":"sus"},{"questions":[{"kind":"text","text":"Why?"}]}]})";
inline constexpr const char* kSusAnswers =
    R"({"sus_1":5,"sus_2":1,"sus_3":5,"sus_4":1,"sus_5":5,"sus_6":1,
  "sus_7":5,"sus_8":1,"sus_9":5,"sus_10":1,"q11":"=Because"})";

/// Notes what is to be erased.
class NotedErasures final : public archive::Erasures {
 public:
  Task<Result<archive::Erased>> erase(access::Reach reach, session::RecordingId id,
                                      Deadline) override {
    erased.push_back(reach.owner().value_or("") + " " + id.value);
    co_return archive::Erased::Whole;
  }
  std::vector<session::RecordingId> erase_in(database::Transaction&, const access::Reach&,
                                             const session::ChatId&) const override {
    return {};
  }
  Task<archive::Erased> remove_files(std::vector<session::RecordingId>) override {
    co_return archive::Erased::Whole;
  }
  bool is_held_in(database::Transaction&, const access::Reach&,
                  const session::ChatId&) const override {
    return false;
  }
  std::vector<std::string> erased;
};

/// A researcher with a task, and what a participant of a study goes through.
template <class Engine>
class StudiesFixture : public testing::Test {
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
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      transaction.run(sql, values);
    }));
  }
  std::int64_t count(const std::string& what) {
    return run_alone(
        database_->read(database::usual_deadline(), [&](database::Transaction& transaction) {
          return transaction.first("select count(*) from " + what)->integer(0);
        }));
  }
  Result<Study> create(const std::string& body = kBody, const access::UserId& owner = kAda) {
    return run_alone(studies_->create(owner, kTask,
                                      study::read_change(boost::json::parse(body)).value(),
                                      database::usual_deadline()));
  }
  Result<Study> change(const StudyId& id, const std::string& body,
                       const access::UserId& by = kAda) {
    return run_alone(studies_->change(access::Reach::of(by), id,
                                      study::read_change(boost::json::parse(body)).value(),
                                      database::usual_deadline()));
  }
  std::vector<NewLink> links(const StudyId& id, std::int64_t count) {
    return run_alone(studies_->add_links(access::Reach::of(kAda), id, count, now_ + kHour,
                                         database::usual_deadline()))
        .value();
  }
  Result<std::pair<Participation, std::string>> consent(const std::string& secret,
                                                        std::int64_t version = 1) {
    return run_alone(people_->consent(secret, version, kDoer, database::usual_deadline()));
  }
  Result<Participation> answer(const std::string& cookie, study::Stage part, const char* answers) {
    return run_alone(people_->answer(cookie, part, boost::json::parse(answers), kDoer,
                                     database::usual_deadline()));
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
    run_alone(
        people_->add_talk(by, "c", session::LiveSessionId(kLive), database::usual_deadline()));
  }
  std::vector<Participant> participants(const StudyId& id) {
    return run_alone(
               studies_->participants(access::Reach::of(kAda), id, database::usual_deadline()))
        .value();
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

}  // namespace reprise::studies
