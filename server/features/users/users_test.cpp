// Users and their rights, on both engines.
#include "features/users/users.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::users {
namespace {

using access::Role;
using access::Roles;
using access::UserId;
using database::Transaction;
using database::usual_deadline;
using testing::ElementsAre;

const UserId kAnna("01990000-0000-7000-8000-00000000000a");
const UserId kBert("01990000-0000-7000-8000-00000000000b");
const UserId kNobody("01990000-0000-7000-8000-0000000000ff");
audit::Doer by(const UserId& user) { return {.user_id = user.value, .request_id = "q"}; }

template <class Engine>
class UsersTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    audit_.emplace(*database_);
    users_.emplace(*database_, *audit_, [this] { ++changes_; });
    add(kAnna, "Anna", 1, 2);
    add(kBert, "Bert", 0, 3);
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  void add(const UserId& id, const std::string& name, std::int64_t is_admin, std::int64_t at) {
    run_alone(database_->write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run(
          "insert into app_user (user_id, display_name, is_admin, created_utc_ns) values ($1, $2, "
          "$3, $4)",
          {id.value, name, is_admin, at});
      transaction.run(
          "insert into identity (issuer, subject, user_id, is_researcher, is_admin, "
          "created_utc_ns) values ('https://issuer.test', $1, $2, 0, 0, $3)",
          {name, id.value, at});
      transaction.run(
          "insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns, owner_id) values "
          "($1, 'Chat', 1, 1, $2)",
          {"chat of " + name, id.value});
    }));
  }
  std::int64_t chats_of(const UserId& id) { return run_alone(users_->find(id))->chats; }
  std::vector<std::string> noted() {
    std::vector<std::string> lines;
    for (const audit::Entry& one : run_alone(audit_->list({}, {})).items) {
      lines.push_back(one.actor == kAnna.value ? "Anna " + one.detail : "? " + one.detail);
    }
    return lines;
  }

  Engine engine_;
  std::unique_ptr<database::Database> database_;
  std::optional<audit::AuditLog> audit_;
  std::optional<Users> users_;
  int changes_ = 0;
};
using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(UsersTest, Engines);

TYPED_TEST(UsersTest, TheListIsNewestFirstAndHasPages) {
  const auto names = [&](const PageWish& wish) {
    std::vector<std::string> found;
    for (const User& one : run_alone(this->users_->list(wish)).items) found.push_back(one.name);
    return found;
  };
  EXPECT_THAT(names({}), ElementsAre("Bert", "Anna", "Local user"));
  const auto first = run_alone(this->users_->list({.limit = 1}));
  EXPECT_THAT(names({.limit = 5, .after = first.next}), ElementsAre("Anna", "Local user"));
}

TYPED_TEST(UsersTest, TheListIsSearchedByPartsOfNamesAndAddresses) {
  const auto names = [&](const std::string& words) {
    std::vector<std::string> found;
    for (const User& one : run_alone(this->users_->list({}, words)).items) {
      found.push_back(one.name);
    }
    return found;
  };
  run_alone(this->database_->write(usual_deadline(), [](Transaction& transaction) {
    transaction.run("update app_user set email = 'b_100%!@example.test' where user_id = $1",
                    {kBert.value});
  }));
  EXPECT_THAT(names("ann"), ElementsAre("Anna"));
  EXPECT_THAT(names("ER"), ElementsAre("Bert", "Local user"));
  EXPECT_THAT(names("Example.test"), ElementsAre("Bert"));
  EXPECT_THAT(names("100%!@"), ElementsAre("Bert"));
  EXPECT_THAT(names("%"), ElementsAre("Bert"));
  EXPECT_THAT(names("_"), ElementsAre("Bert"));
  EXPECT_THAT(names("nobody"), ElementsAre());
}

TYPED_TEST(UsersTest, RolesAreGivenAndTaken) {
  const auto made = run_alone(
      this->users_->change(by(kAnna), kBert, {.roles = Roles{Role::Participant, Role::Admin}}));
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(made->roles.has(Role::Admin));
  EXPECT_FALSE(made->issuer_roles.has(Role::Admin));
  const auto taken =
      run_alone(this->users_->change(by(kAnna), kBert, {.roles = Roles{Role::Participant}}));
  EXPECT_FALSE(taken->roles.has(Role::Admin));
  EXPECT_EQ(this->changes_, 2);
  EXPECT_THAT(this->noted(), testing::UnorderedElementsAre("Anna roles: participant admin",
                                                           "Anna roles: participant"));
}

TYPED_TEST(UsersTest, SomebodyAlwaysManagesUsers) {
  const auto taken =
      run_alone(this->users_->change(by(kAnna), kAnna, {.roles = Roles{Role::Participant}}));
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().type, "last-admin");
  EXPECT_TRUE(run_alone(this->users_->find(kAnna))->roles.has(Role::Admin));
  EXPECT_THAT(this->noted(), ElementsAre());
  EXPECT_EQ(this->changes_, 0);

  run_alone(
      this->users_->change(by(kAnna), kBert, {.roles = Roles{Role::Participant, Role::Admin}}));
  EXPECT_TRUE(run_alone(this->users_->change(by(kBert), kAnna, {.roles = Roles{Role::Participant}}))
                  .has_value());
}

TYPED_TEST(UsersTest, WhoIsDisabledHasNoSessionsAnyMore) {
  run_alone(this->database_->write(usual_deadline(), [](Transaction& transaction) {
    transaction.run(
        "insert into login_session (login_session_id, secret_sha256_hex, user_id, issuer, subject, "
        "created_utc_ns, last_used_utc_ns, idle_until_utc_ns, absolute_until_utc_ns, "
        "auth_time_utc_ns, user_agent_sha256_hex, address_prefix) values ('s', $1, $2, "
        "'https://issuer.test', 'Bert', 1, 1, 2, 2, 1, '', '')",
        {std::string(64, 'a'), kBert.value});
  }));
  const auto disabled = run_alone(this->users_->change(by(kAnna), kBert, {.disabled = true}));
  ASSERT_TRUE(disabled.has_value());
  EXPECT_TRUE(disabled->disabled);
  const auto sessions =
      run_alone(this->database_->read(usual_deadline(), [](Transaction& transaction) {
        return transaction.first("select count(*) from login_session")->integer(0);
      }));
  EXPECT_EQ(sessions, 0);
  const auto enabled = run_alone(this->users_->change(by(kAnna), kBert, {.disabled = false}));
  EXPECT_FALSE(enabled->disabled);
}

TYPED_TEST(UsersTest, NobodyDisablesThemselves) {
  const auto refused = run_alone(this->users_->change(by(kAnna), kAnna, {.disabled = true}));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().type, "own-account");
}

/// Clients choose the ids of tasks, so two people may have the same.
TYPED_TEST(UsersTest, TasksOfTheSameIdAreToldApartWhenTheyAreHandedOver) {
  const std::string both = "01990000-0000-7000-8000-0000000000ff";
  const auto add_task = [&](const UserId& owner, const std::string& key, bool by_another_id) {
    run_alone(this->database_->write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run(
          "insert into task (task_id, owner_id, title, text, steps_json, done, position, revision, "
          "created_sha256_hex, search_text, created_utc_ns, updated_utc_ns, own_id) values ($1, "
          "$2, 'T', '', '[]', 0, 0, 1, $3, '', 1, 1, $4)",
          {key, owner.value, std::string(64, '0'),
           by_another_id ? std::optional(both) : std::nullopt});
    }));
  };
  add_task(kAnna, both, false);
  add_task(kBert, "01990000-0000-7000-8000-0000000000fe", true);
  EXPECT_TRUE(run_alone(this->users_->hand_over(by(kAnna), kBert, kAnna)).has_value());
  const auto ids = run_alone(this->database_->read(usual_deadline(), [](Transaction& transaction) {
    return transaction
        .first("select count(distinct coalesce(own_id, task_id)) from task where owner_id = $1",
               {kAnna.value})
        ->integer(0);
  }));
  EXPECT_EQ(ids, 2);
}

TYPED_TEST(UsersTest, WhatIsHandedOverBelongsToTheOther) {
  EXPECT_TRUE(run_alone(this->users_->hand_over(by(kAnna), kBert, kAnna)).has_value());
  EXPECT_EQ(this->chats_of(kAnna), 2);
  EXPECT_EQ(this->chats_of(kBert), 0);
  EXPECT_THAT(this->noted(), ElementsAre("Anna to " + kAnna.value));
}

TYPED_TEST(UsersTest, NothingIsHandedToWhoCouldNotUseIt) {
  const auto fault = [&](const UserId& from, const UserId& to) {
    const auto done = run_alone(this->users_->hand_over(by(kAnna), from, to));
    return done ? std::string("done") : done.error().type;
  };
  EXPECT_EQ(fault(kBert, kBert), "same-user");
  EXPECT_NE(fault(kBert, kNobody), "done");
  EXPECT_NE(fault(kNobody, kBert), "done");
  run_alone(this->users_->change(by(kAnna), kBert, {.disabled = true}));
  EXPECT_EQ(fault(kAnna, kBert), "user-disabled");
  EXPECT_EQ(this->chats_of(kAnna), 1);
}

TYPED_TEST(UsersTest, WhoIsUnknownIsNotFound) {
  EXPECT_EQ(run_alone(this->users_->find(kNobody)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(run_alone(this->users_->change(by(kAnna), kNobody, {.disabled = true})).error().code,
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace reprise::users
