// Invitations, on both engines.
#include "features/users/invitations.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::users {
namespace {

using access::Role;
using access::Roles;
using database::Transaction;
using database::usual_deadline;

template <class Engine>
class InvitationsTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    audit_.emplace(*database_);
    invitations_.emplace(*database_, *audit_, [this] { return ++clock_; });
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  Result<Invitation> invite(std::string email, Roles roles = {Role::Participant}) {
    return run_alone(invitations_->add({.user_id = "admin"}, std::move(email), roles));
  }
  std::vector<Invitation> list() { return run_alone(invitations_->list()); }

  Engine engine_;
  std::unique_ptr<database::Database> database_;
  std::optional<audit::AuditLog> audit_;
  std::optional<Invitations> invitations_;
  std::int64_t clock_ = 1'000;
};
using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(InvitationsTest, Engines);

TYPED_TEST(InvitationsTest, TheNewestIsFirstAndNobodyHasCome) {
  this->invite("anna@example.test", {Role::Participant, Role::Admin});
  this->invite("bert@example.test");
  const auto all = this->list();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].email, "bert@example.test");
  EXPECT_EQ(all[1].email, "anna@example.test");
  EXPECT_TRUE(all[1].roles.has(Role::Admin));
  EXPECT_FALSE(all[0].roles.has(Role::Admin));
  EXPECT_EQ(all[0].user, std::nullopt);
}

TYPED_TEST(InvitationsTest, ASecondOneForAnAddressChangesTheFirst) {
  const auto first = this->invite("anna@example.test", {Role::Participant, Role::Admin});
  const auto second = this->invite("anna@example.test", {Role::Participant, Role::Researcher});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->id, first->id);
  EXPECT_FALSE(second->roles.has(Role::Admin));
  EXPECT_TRUE(second->roles.has(Role::Researcher));
  EXPECT_EQ(this->list().size(), 1U);
}

TYPED_TEST(InvitationsTest, OneThatWasUsedIsNotChanged) {
  this->invite("anna@example.test");
  run_alone(this->database_->write(usual_deadline(), [](Transaction& transaction) {
    transaction.run("update invitation set user_id = $1", {std::string(access::kLocalUserId)});
  }));
  const auto again = this->invite("anna@example.test", {Role::Participant, Role::Admin});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().type, "invitation-used");
  EXPECT_EQ(this->list().at(0).user, access::local_user());
  EXPECT_FALSE(this->list().at(0).roles.has(Role::Admin));
}

TYPED_TEST(InvitationsTest, OneIsTakenBackOnce) {
  const auto made = this->invite("anna@example.test");
  EXPECT_TRUE(run_alone(this->invitations_->remove({.user_id = "admin"}, made->id)));
  EXPECT_FALSE(run_alone(this->invitations_->remove({.user_id = "admin"}, made->id)));
  EXPECT_TRUE(this->list().empty());
  EXPECT_EQ(run_alone(this->audit_->list({.object_id = made->id}, {})).items.size(), 2U);
}

}  // namespace
}  // namespace reprise::users
