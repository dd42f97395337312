#include "features/auth/login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/secret.hpp"
#include "domain/access/owned_tables.hpp"
#include "features/auth/auth_test_support.hpp"

namespace reprise::auth {
namespace {

namespace json = boost::json;
using access::Role;
using access::Roles;
using login::Fault;
using testing::HasSubstr;

constexpr std::int64_t kMinute = 60'000'000'000;

class LoginTest : public AuthTest {};

TEST_F(LoginTest, BeginsASessionAndLeadsBack) {
  const auto finished = log_in();
  ASSERT_TRUE(finished) << enum_text(finished.error().fault);
  EXPECT_EQ(finished->return_path, "/chats/1");
  const auto somebody = who(finished->secret);
  ASSERT_TRUE(somebody);
  EXPECT_EQ(somebody->authenticated_by, access::AuthenticatedBy::Session);
  EXPECT_EQ(somebody->roles, (Roles{Role::Participant, Role::Researcher}));
  EXPECT_EQ(somebody->auth_time_utc_ns, fake_.now);
  EXPECT_NE(somebody->user, access::local_user());
  const auto person = run_alone(accounts_.find(somebody->user, wait()));
  EXPECT_EQ(person->name, "Dev");
  EXPECT_EQ(person->email, "dev@example.test");
}

TEST_F(LoginTest, NobodyIsFreshlyLoggedInInTheFuture) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  fake_.person["auth_time"] = fake_.now / kSecond + 1'000'000;
  EXPECT_EQ(who(log_in()->secret)->auth_time_utc_ns, fake_.now);
  fake_.person["auth_time"] = fake_.now / kSecond - 100;
  EXPECT_EQ(who(log_in()->secret)->auth_time_utc_ns, fake_.now - 100 * kSecond);
}

TEST_F(LoginTest, TheSecretIsStoredAsItsHashOnly) {
  const auto finished = log_in();
  run_alone(database_->read(wait(), [&](database::Transaction& transaction) {
    const auto row = transaction.first("select secret_sha256_hex from login_session");
    EXPECT_EQ(row->text(0), secret_hash(finished->secret));
    return 0;
  }));
}

TEST_F(LoginTest, ComesBackToTheAddressThatWasAskedFor) {
  oidc::Issuer& dex = *login_.issuer("dex");
  const auto url = [&](const char* host) {
    return run_alone(login_.begin(dex, host, "/", wait()))->url;
  };
  EXPECT_THAT(url("app.localhost:8080"), HasSubstr("http%3A%2F%2Fapp.localhost%3A8080%2Fapi"));
  EXPECT_THAT(url("localhost:8080"), HasSubstr("http%3A%2F%2Flocalhost%3A8080%2Fapi"));
  EXPECT_THAT(url("127.0.0.1:8080"), HasSubstr("http%3A%2F%2Flocalhost%3A8080%2Fapi"));
  EXPECT_THAT(url("localhost:8080"), HasSubstr("scope=openid%20profile%20email%20groups"));
}

TEST_F(LoginTest, ATransactionWorksOnce) {
  ASSERT_TRUE(log_in());
  EXPECT_EQ(fault(run_alone(login_.finish(last_, wait()))), Fault::NoTransaction);
  EXPECT_EQ(count("login_session"), 1);
}

TEST_F(LoginTest, AFailureUsesTheTransactionUp) {
  EXPECT_EQ(fault(log_in({}, [](auto& query) { query["state"] = "other"; })), Fault::StateDiffers);
  EXPECT_EQ(count("login_transaction"), 0);
  EXPECT_EQ(fault(run_alone(login_.finish(last_, wait()))), Fault::NoTransaction);
}

TEST_F(LoginTest, NothingIsStoredWhenALoginFails) {
  const auto failing = [this](const std::function<void(std::map<std::string, std::string>&)>& how) {
    const auto why = fault(log_in({}, how));
    EXPECT_EQ(count("login_session"), 0);
    EXPECT_EQ(count("identity"), 0);
    EXPECT_EQ(count("app_user"), 1);
    return why;
  };
  EXPECT_EQ(failing([](auto& query) { query = {{"error", "access_denied"}}; }), Fault::IssuerError);
  EXPECT_EQ(failing([](auto& query) { query["iss"] = "https://evil.test"; }),
            Fault::IssParameterDiffers);
  EXPECT_EQ(failing([](auto& query) { query["code"] = "guessed"; }), Fault::TokenRequestRefused);
  EXPECT_EQ(failing([](auto& query) { query.erase("code"); }), Fault::CodeMissing);
  fake_.change_claims = [](json::object& claims) { claims["nonce"] = "other"; };
  EXPECT_EQ(failing([](auto&) {}), Fault::NonceDiffers);
}

TEST_F(LoginTest, IsForOneBrowserOnly) {
  ASSERT_TRUE(run_alone(login_.begin(*login_.issuer("dex"), "localhost:8080", "/", wait())));
  Return foreign{.issuer_id = "dex", .query = {{"code", "code 1"}, {"state", "x"}}};
  EXPECT_EQ(fault(run_alone(login_.finish(foreign, wait()))), Fault::NoTransaction);
  foreign.cookie = "guessed";
  EXPECT_EQ(fault(run_alone(login_.finish(foreign, wait()))), Fault::NoTransaction);
}

TEST_F(LoginTest, IsForOneIssuerOnly) {
  const auto begun = run_alone(login_.begin(*login_.issuer("dex"), "localhost:8080", "/", wait()));
  const auto back = fake_.log_in(begun->url);
  Return mixed{.issuer_id = "other", .cookie = begun->cookie, .query = back};
  EXPECT_EQ(fault(run_alone(login_.finish(mixed, wait()))), Fault::IssuerOfOtherLogin);
  EXPECT_EQ(fake_.asked["token"], 0) << "the code was not given to anybody";
}

TEST_F(LoginTest, TakesTenMinutesAtMost) {
  oidc::Issuer& dex = *login_.issuer("dex");
  const auto late = [&](std::int64_t after) {
    const auto begun = run_alone(login_.begin(dex, "localhost:8080", "/", wait()));
    fake_.now += after;
    Return came{.issuer_id = "dex", .cookie = begun->cookie, .query = fake_.log_in(begun->url)};
    return fault(run_alone(login_.finish(came, wait())));
  };
  EXPECT_EQ(late(10 * kMinute - 1), std::nullopt);
  EXPECT_EQ(late(10 * kMinute), Fault::NoTransaction);
}

TEST_F(LoginTest, AnIssuerThatIsAwayIsAskedAgainAtTheNextLogin) {
  fake_.away = true;
  EXPECT_EQ(fault(log_in()), Fault::IssuerUnreachable);
  fake_.away = false;
  EXPECT_EQ(fault(log_in()), std::nullopt);
}

TEST_F(LoginTest, OnlyWhomTheListNamesIsAdmitted) {
  const auto with = [this](const json::value& email, const json::value& verified) {
    fake_.person["email"] = email;
    fake_.person["email_verified"] = verified;
    return fault(log_in());
  };
  EXPECT_EQ(with("dev@evil.test", true), Fault::NotAllowed);
  EXPECT_EQ(with("dev@example.test", false), Fault::NotAllowed);
  EXPECT_EQ(with("dev@example.test", "true"), Fault::NotAllowed);
  EXPECT_EQ(with("x@evil.test@example.test", true), Fault::NotAllowed);
  EXPECT_EQ(count("login_session"), 0);
  EXPECT_EQ(with("dev@EXAMPLE.test", true), std::nullopt);
}

TEST_F(LoginTest, APersonIsIssuerAndSubject) {
  const auto first = who(log_in()->secret);
  fake_.person["email"] = "renamed@example.test";
  EXPECT_EQ(who(log_in()->secret)->user, first->user);
  fake_.person["sub"] = "another";
  EXPECT_NE(who(log_in()->secret)->user, first->user) << "an address alone takes nothing over";
}

TEST_F(LoginTest, RolesFollowTheIssuerForAllSessions) {
  fake_.person["groups"] = json::array{"admins"};
  const std::string before = log_in()->secret;
  EXPECT_TRUE(who(before)->roles.has(Role::Admin));
  fake_.person["groups"] = json::array{};
  ASSERT_TRUE(log_in());
  EXPECT_EQ(who(before)->roles, Roles{Role::Participant});
  run("update app_user set is_admin = 1");
  EXPECT_TRUE(who(before)->roles.has(Role::Admin)) << "given here";
}

TEST_F(LoginTest, ADisabledUserIsOutAtOnceAndStaysOut) {
  const std::string secret = log_in()->secret;
  run("update app_user set state = 'disabled'");
  EXPECT_FALSE(who(secret));
  EXPECT_EQ(fault(log_in()), Fault::UserDisabled);
  EXPECT_EQ(count("login_session"), 1);
}

TEST_F(LoginTest, ANewLoginReplacesTheSessionOfTheBrowser) {
  const std::string first = log_in()->secret;
  const std::string second = log_in(first)->secret;
  EXPECT_NE(first, second);
  EXPECT_FALSE(who(first));
  EXPECT_TRUE(who(second));
}

TEST_F(LoginTest, ASecretThatSomebodyElseChoseIsNeverUsed) {
  const auto finished = log_in("chosen by somebody else");
  EXPECT_NE(finished->secret, "chosen by somebody else");
  EXPECT_FALSE(who("chosen by somebody else"));
}

class FirstAdminTest : public AuthTest {
 protected:
  FirstAdminTest() {
    fake_.person["email"] = "root@example.test";
    fake_.person["groups"] = json::array{};
  }
};

TEST_F(FirstAdminTest, BecomesTheLocalUserOnce) {
  const auto admin = who(log_in()->secret);
  EXPECT_EQ(admin->user, access::local_user());
  EXPECT_TRUE(admin->roles.has(Role::Admin));
  EXPECT_EQ(run_alone(accounts_.find(admin->user, wait()))->name, "Dev");
  fake_.person["sub"] = "somebody else with this address";
  const auto other = who(log_in()->secret);
  EXPECT_NE(other->user, access::local_user());
  EXPECT_FALSE(other->roles.has(Role::Admin));
}

TEST_F(FirstAdminTest, IsBoundToTheSubject) {
  ASSERT_TRUE(log_in());
  fake_.person["email"] = "new@example.test";
  EXPECT_EQ(who(log_in()->secret)->user, access::local_user());
}

TEST_F(FirstAdminTest, NeedsAConfirmedAddress) {
  for (const json::value& verified : {json::value("true"), json::value(1), json::value(false)}) {
    fake_.person["email_verified"] = verified;
    EXPECT_EQ(fault(log_in()), Fault::NotAllowed) << json::serialize(verified);
  }
  EXPECT_EQ(count("identity"), 0);
}

TEST_F(FirstAdminTest, BringsAlongWhatTheyHadBefore) {
  fake_.person["email"] = "dev@example.test";
  const std::string before = log_in()->secret;
  const auto user = who(before)->user;
  run("insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns, owner_id) values "
      "('c', 't', 1, 1, $1)",
      user.value);
  fake_.person["email"] = "root@example.test";
  const auto admin = who(log_in()->secret);
  EXPECT_EQ(admin->user, access::local_user());
  EXPECT_EQ(who(before)->user, access::local_user());
  EXPECT_EQ(count("chat where owner_id = '" + admin->user.value + "'"), 1);
  EXPECT_EQ(count("app_user"), 1);
}

TEST_F(FirstAdminTest, TheirInteractionLogAndThatOfTheLocalUserBecomeOne) {
  fake_.person["email"] = "dev@example.test";
  const auto user = who(log_in()->secret)->user;
  for (const std::string& owner : {user.value, access::local_user().value}) {
    for (const char* number : {"1", "2"}) {
      run(std::string("insert into interaction_event (owner_id, number, at_utc_ns, event_id, kind, "
                      "data) values ($1, ") +
              number + ", 5, 'e" + number + "', 'mute', '{}')",
          owner);
      run(std::string("insert into interaction_id (owner_id, event_id, content_hash) values "
                      "($1, 'e") +
              number + "', 1)",
          owner);
    }
    run("insert into interaction_counter (owner_id, last_number) values ($1, 2)", owner);
    run("insert into interaction_hour (owner_id, hour_utc_ns, kind, event_count) values "
        "($1, 0, 'mute', 2)",
        owner);
  }
  fake_.person["email"] = "root@example.test";
  EXPECT_EQ(who(log_in()->secret)->user, access::local_user());
  const std::string theirs = " where owner_id = '" + access::local_user().value + "'";
  EXPECT_EQ(count("interaction_event" + theirs), 4);
  EXPECT_EQ(count("(select distinct number from interaction_event)"), 4);
  EXPECT_EQ(count("interaction_id" + theirs), 2);
  EXPECT_EQ(count("interaction_counter" + theirs + " and last_number = 4"), 1);
  EXPECT_EQ(count("interaction_hour" + theirs + " and event_count = 4"), 1);
  EXPECT_EQ(count("interaction_counter"), 1);
}

/// Whoever adds such a table must say what becomes of it when two accounts become one.
TEST_F(FirstAdminTest, EveryTableOfAUserIsKnown) {
  std::vector<std::pair<std::string, std::string>> found;
  run_alone(database_->read(wait(), [&](database::Transaction& transaction) {
    const auto rows = transaction.run(
        "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c "
        "where m.type = 'table' and m.name <> 'app_user' and c.name in ('owner_id', 'user_id')");
    for (const auto& row : rows.rows) found.emplace_back(row.text(0), row.text(1));
    return 0;
  }));
  std::vector<std::pair<std::string, std::string>> known;
  known.reserve(std::size(access::kOwnedTables));
  for (const access::OwnedTable& one : access::kOwnedTables) {
    known.emplace_back(one.table, one.column);
  }
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(known));
}

}  // namespace
}  // namespace reprise::auth
