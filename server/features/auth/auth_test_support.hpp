#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <memory>

#include "base/run_alone.hpp"
#include "features/auth/accounts.hpp"
#include "features/auth/api_tokens.hpp"
#include "features/auth/login.hpp"
#include "features/auth/sessions.hpp"
#include "features/auth/who_asks.hpp"
#include "platform/database/sqlite.hpp"
#include "platform/oidc/issuer_for_test.hpp"

// For tests: a login with a fake issuer and a database in a folder that goes afterwards.
namespace reprise::auth {

class AuthTest : public testing::Test {
 protected:
  ~AuthTest() override {
    database_->close();
    std::filesystem::remove_all(directory_);
  }

  static AuthSettings settings_for(const oidc::FakeIssuer& issuer) {
    AuthSettings settings{
        .public_urls = {"http://localhost:8080", "http://app.localhost:8080"},
        .issuers = {{.oidc = issuer.settings(),
                     .groups_claim = "groups",
                     .roles = {.admin = {"admins"}, .researcher = {"staff"}},
                     .allow = {.emails = {*login::read_email_rule("*@example.test")}}}},
        .first_admin = FirstAdmin{"dex", *login::read_email_rule("root@example.test")}};
    oidc::IssuerSettings other = issuer.settings("other");
    settings.issuers.push_back({.oidc = other});
    return settings;
  }

  /// Goes to the issuer and back; the query of the callback is `changed` on its way.
  std::expected<Finished, NoLogin> log_in(
      std::string replaced = {},
      const std::function<void(std::map<std::string, std::string>&)>& changed = [](auto&) {}) {
    oidc::Issuer& issuer = *login_.issuer("dex");
    const auto begun = run_alone(login_.begin(issuer, "localhost:8080", "/chats/1", wait()));
    if (!begun) return std::unexpected(begun.error());
    const auto back = fake_.log_in(begun->url);
    std::map<std::string, std::string> query(back.begin(), back.end());
    changed(query);
    Return came{.issuer_id = "dex",
                .cookie = begun->cookie,
                .query = {query.begin(), query.end()},
                .user_agent = "Browser",
                .address_prefix = "192.0.2.0/24",
                .replaced_secret = std::move(replaced)};
    last_ = came;
    return run_alone(login_.finish(std::move(came), wait()));
  }
  std::optional<login::Fault> fault(const std::expected<Finished, NoLogin>& finished) {
    return finished ? std::nullopt : std::optional(finished.error().fault);
  }
  std::optional<access::Principal> who(const std::string& secret) {
    auto holder = run_alone(sessions_.find(secret, wait()));
    return holder ? std::optional(std::move(holder->who)) : std::nullopt;
  }
  std::int64_t count(const std::string& table) {
    return run_alone(database_->read(wait(), [&](database::Transaction& transaction) {
      return transaction.first("select count(*) from " + table)->integer(0);
    }));
  }
  void run(const std::string& sql, std::string value = {}) {
    run_alone(database_->write(wait(), [&](database::Transaction& transaction) {
      if (value.empty()) {
        transaction.run(sql);
      } else {
        transaction.run(sql, {value});
      }
    }));
  }
  static Deadline wait() { return database::usual_deadline(); }

  static std::filesystem::path new_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "reprise-auth-XXXXXX").string();
    return ::mkdtemp(name.data());
  }

  oidc::FakeIssuer fake_;
  const AuthSettings settings_ = settings_for(fake_);
  std::filesystem::path directory_ = new_directory();
  std::unique_ptr<database::Database> database_ =
      database::open_sqlite({.file = directory_ / "reprise.db"}, database::sqlite_migrations());
  audit::AuditLog audit_{*database_, fake_.clock()};
  Remembered remembered_;
  Accounts accounts_{*database_, audit_, remembered_, settings_.limits, fake_.clock()};
  Sessions sessions_{*database_, audit_, remembered_, settings_.limits, fake_.clock()};
  ApiTokens tokens_{*database_, audit_, remembered_, fake_.clock()};
  Login login_{settings_, *database_, accounts_, fake_.send(), fake_.clock()};
  WhoAsks who_asks_{sessions_, tokens_, remembered_, settings_.public_urls, fake_.clock()};
  Return last_;
};

}  // namespace reprise::auth
