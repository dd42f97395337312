#include "features/auth/auth_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "features/auth/account_routes.hpp"
#include "features/auth/auth_test_support.hpp"
#include "features/auth/cookies.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::auth {
namespace {

using http::Answered;
using http::Ask;
using http::Method;
using testing::HasSubstr;
using testing::StartsWith;

class AuthRoutesTest : public AuthTest {
 protected:
  Answered call(Ask ask) { return http::call(routes_, std::move(ask)); }
  Answered begin(std::string path = "/chats/1") {
    return call({.pattern = "/api/auth/{issuer:segment}/login",
                 .params = {"dex"},
                 .query = {{"return", std::move(path)}},
                 .headers = {{"Host", "localhost:8080"}}});
  }
  static std::string cookie_of(const Answered& answered, std::string_view name) {
    for (const auto& [field, value] : answered.headers.rows()) {
      const std::string start = std::string(name) + "=";
      if (field == "Set-Cookie" && value.starts_with(start)) {
        return value.substr(start.size(), value.find(';') - start.size());
      }
    }
    return "(none)";
  }
  static std::string location(const Answered& answered) {
    return std::string(answered.headers.find("Location").value_or(""));
  }
  Answered come_back(const Answered& begun,
                     std::vector<std::pair<std::string, std::string>> query) {
    return call({.pattern = "/api/auth/{issuer:segment}/callback",
                 .params = {"dex"},
                 .query = std::move(query),
                 .headers = {{"Cookie", "__Host-lt=" + cookie_of(begun, kTransactionCookie)}}});
  }
  std::expected<access::Principal, http::Response> asks(
      Method method, const std::vector<std::pair<std::string, std::string>>& headers) {
    http::Request request{.method = method, .path = "/api/chats", .request_id = "test"};
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    auto known = run_alone(who_asks_.authenticate(request));
    if (!known) return std::unexpected(std::move(known.error()));
    if (auto refused = who_asks_.foreign(request)) return std::unexpected(*std::move(refused));
    return std::move(known->who);
  }
  int status(Method method, const std::vector<std::pair<std::string, std::string>>& headers) {
    const auto principal = asks(method, headers);
    return principal ? 200 : principal.error().status;
  }

  const http::Routes routes_ = [this] {
    http::Routes all = login_routes({login_, sessions_});
    for (http::Route& one : account_routes(accounts_, tokens_, fake_.clock())) {
      all.push_back(std::move(one));
    }
    return all;
  }();
};

TEST_F(AuthRoutesTest, TheWholeWay) {
  const Answered begun = begin();
  EXPECT_EQ(begun.status, 303);
  EXPECT_THAT(location(begun), StartsWith("http://127.0.0.1:5556/dex/auth?response_type=code&"));
  EXPECT_EQ(begun.headers.find("Cache-Control"), "no-store");
  const Answered back = come_back(begun, fake_.log_in(location(begun)));
  EXPECT_EQ(back.status, 303);
  EXPECT_EQ(location(back), "/chats/1");
  EXPECT_EQ(cookie_of(back, kTransactionCookie), "");
  const std::string secret = cookie_of(back, kSessionCookie);
  const auto somebody = asks(Method::Get, {{"Cookie", "__Host-sid=" + secret}});
  ASSERT_TRUE(somebody);
  const Answered me = call({.pattern = "/api/me", .who = *somebody});
  EXPECT_EQ(me.json.at("name"), "Dev");
  EXPECT_EQ(me.json.at("email"), "dev@example.test");
  EXPECT_EQ(me.json.at("authenticated_by"), "session");
  EXPECT_EQ(me.json.at("roles"), (boost::json::array{"participant", "researcher"}));
}

TEST_F(AuthRoutesTest, TheCookieIsRenewedWithTheRights) {
  const std::string secret = log_in()->secret;
  const auto cookie = [&](const std::string& value) {
    http::Request request{.method = Method::Get, .path = "/api/me", .request_id = "test"};
    request.headers.add("Cookie", "__Host-sid=" + value);
    const auto known = run_alone(who_asks_.authenticate(request));
    return known ? known->set_cookie : "(refused)";
  };
  EXPECT_EQ(cookie(secret), "");
  run("update app_user set is_admin = 1");
  remembered_.forget_all();
  const std::string renewed = cookie(secret);
  EXPECT_THAT(renewed, StartsWith("__Host-sid="));
  EXPECT_THAT(renewed, HasSubstr("; HttpOnly"));
  EXPECT_EQ(cookie(renewed.substr(11, 43)), "");
}

TEST_F(AuthRoutesTest, AFailureLeadsToTheLoginPageWithItsKind) {
  const Answered begun = begin();
  const Answered back = come_back(begun, {{"error", "access_denied"}});
  EXPECT_EQ(back.status, 303);
  EXPECT_EQ(location(back), "/login?error=declined&request=test&return=%2Fchats%2F1");
  EXPECT_EQ(cookie_of(back, kSessionCookie), "(none)");
  EXPECT_EQ(cookie_of(back, kTransactionCookie), "");
  EXPECT_EQ(location(come_back(begun, {{"code", "x"}})), "/login?error=expired&request=test");
}

TEST_F(AuthRoutesTest, AnAddressElsewhereIsNotReturnedTo) {
  const Answered begun = begin("//evil.test");
  EXPECT_EQ(location(come_back(begun, fake_.log_in(location(begun)))), "/");
}

TEST_F(AuthRoutesTest, AnUnknownIssuerIsNotFound) {
  for (const char* route : {"login", "callback"}) {
    EXPECT_EQ(
        call({.pattern = std::string("/api/auth/{issuer:segment}/") + route, .params = {"nobody"}})
            .status,
        404);
  }
}

TEST_F(AuthRoutesTest, IssuersSayWhetherTheyAreThere) {
  EXPECT_EQ(call({.pattern = "/api/auth/issuers"}).json.at("issuers").at(0).at("reachable"), false);
  run_alone(login_.look_after_issuers());
  const Answered known = call({.pattern = "/api/auth/issuers"});
  EXPECT_EQ(known.json.at("issuers").at(0),
            (boost::json::object{{"id", "dex"}, {"name", "Dex"}, {"reachable", true}}));
  EXPECT_THAT(known.text, testing::Not(HasSubstr("127.0.0.1")));
}

TEST_F(AuthRoutesTest, LoggingOutEndsTheSession) {
  const std::string secret = log_in()->secret;
  const Answered out =
      call({.method = Method::Post, .pattern = "/api/auth/logout", .who = *who(secret)});
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.json.at("next"), "/login");
  EXPECT_EQ(cookie_of(out, kSessionCookie), "");
  EXPECT_EQ(out.headers.find("Clear-Site-Data"), "\"cache\"");
  EXPECT_FALSE(who(secret));
}

TEST_F(AuthRoutesTest, LoggingOutGoesOnToTheIssuerWhereItCan) {
  fake_.change_metadata = [](boost::json::object& metadata) {
    metadata["end_session_endpoint"] = "https://login.example.test/end";
  };
  const std::string secret = log_in()->secret;
  const Answered out =
      call({.method = Method::Post, .pattern = "/api/auth/logout", .who = *who(secret)});
  EXPECT_EQ(out.json.at("next"),
            "https://login.example.test/end?client_id=reprise&post_logout_redirect_uri="
            "http%3A%2F%2Flocalhost%3A8080%2Flogin");
}

TEST_F(AuthRoutesTest, SessionsAreShownAndEnded) {
  const auto me = *who(log_in()->secret);
  fake_.now += 1'000'000'000;
  const auto second = *who(log_in()->secret);
  const Answered list =
      call({.pattern = "/api/auth/sessions", .headers = {{"User-Agent", "Browser"}}, .who = me});
  const auto& sessions = list.json.at("sessions").as_array();
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].at("current"), false);
  EXPECT_EQ(sessions[1].at("current"), true);
  EXPECT_EQ(sessions[1].at("same_browser"), true);
  const auto end = [&](const std::string& id) {
    return call({.method = Method::Delete,
                 .pattern = "/api/auth/sessions/{id:uuid}",
                 .params = {id},
                 .who = me});
  };
  EXPECT_EQ(cookie_of(end(second.credential_id), kSessionCookie), "(none)");
  EXPECT_EQ(end(second.credential_id).status, 404);
  EXPECT_EQ(call({.method = Method::Delete, .pattern = "/api/auth/sessions", .who = me}).status,
            204);
  EXPECT_EQ(count("login_session"), 0);
}

TEST_F(AuthRoutesTest, WithoutProofNobodyComesIn) {
  const std::string secret = log_in()->secret;
  EXPECT_EQ(status(Method::Get, {{"Cookie", "__Host-sid=" + secret}}), 200);
  EXPECT_EQ(status(Method::Get, {}), 401);
  EXPECT_EQ(status(Method::Get, {{"Cookie", "__Host-sid=" + secret + "x"}}), 401);
  EXPECT_EQ(status(Method::Get, {{"Cookie", "__Host-sid="}}), 401);
  EXPECT_EQ(status(Method::Get, {{"Cookie", "sid=" + secret}}), 401);
  EXPECT_EQ(status(Method::Get, {{"Authorization", "Bearer " + secret}}), 401);
  EXPECT_EQ(status(Method::Post, {{"Origin", "https://evil.test"}}), 401)
      << "nothing else is looked at without a login";
}

/// Not read again for a second, except after an end that this node knows of.
TEST_F(AuthRoutesTest, ASessionThatEndsIsOutAtOnce) {
  const std::string secret = log_in()->secret;
  const std::vector<std::pair<std::string, std::string>> cookie{{"Cookie", "__Host-sid=" + secret}};
  const auto somebody = asks(Method::Get, cookie);
  ASSERT_TRUE(somebody);
  http::Request again{.method = Method::Get, .path = "/api/chats", .request_id = "test"};
  again.headers.add("Cookie", cookie.front().second);
  run("update app_user set state = 'disabled'");
  fake_.now += 999'000'000;
  EXPECT_EQ(status(Method::Get, cookie), 200);
  EXPECT_EQ(who_asks_.remembered(again)->user, somebody->user);
  fake_.now += 1'000'000;
  EXPECT_FALSE(who_asks_.remembered(again));
  EXPECT_EQ(status(Method::Get, cookie), 401);
  run("update app_user set state = 'active'");
  EXPECT_EQ(status(Method::Get, cookie), 200);
  EXPECT_EQ(status(Method::Get, {{"Authorization", "Bearer " + secret}}), 401) << "as a token";
  call({.method = Method::Post, .pattern = "/api/auth/logout", .who = *somebody});
  EXPECT_EQ(status(Method::Get, cookie), 401);
}

TEST_F(AuthRoutesTest, ChangesMustComeFromOurPages) {
  const std::string cookie = "__Host-sid=" + log_in()->secret;
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const auto with = [&](Method method, Headers headers) {
    headers.emplace_back("Cookie", cookie);
    return status(method, headers);
  };
  const std::pair<std::string, std::string> json{"Content-Type", "application/json"};
  const std::pair<std::string, std::string> ours{"Origin", "http://localhost:8080"};
  for (const Method method : {Method::Post, Method::Put, Method::Patch, Method::Delete}) {
    EXPECT_EQ(with(method, {ours, json}), 200);
    EXPECT_EQ(with(method, {{"Sec-Fetch-Site", "same-origin"}, {"X-Reprise", "1"}}), 200);
    EXPECT_EQ(with(method, {ours, {"Content-Digest", "x"}}), 200);
    EXPECT_EQ(with(method, {ours}), 403);
    EXPECT_EQ(with(method, {json}), 403);
    EXPECT_EQ(with(method, {{"Origin", "http://localhost:8081"}, json}), 403);
  }
  EXPECT_EQ(with(Method::Get, {{"Origin", "https://evil.test"}}), 200);
}

TEST_F(AuthRoutesTest, ScriptsUseTokens) {
  const auto me = *who(log_in()->secret);
  const Answered made = call({.method = Method::Post,
                              .pattern = "/api/tokens",
                              .body = R"({"name":" backup ","scopes":["read"]})",
                              .who = me});
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(made.json.at("name"), "backup");
  const std::string secret(made.json.at("token").as_string());
  const auto script = asks(Method::Post, {{"Authorization", "bearer " + secret}});
  ASSERT_TRUE(script);
  EXPECT_EQ(script->user, me.user);
  EXPECT_EQ(script->authenticated_by, access::AuthenticatedBy::ApiToken);
  EXPECT_EQ(script->scopes, access::Scopes{access::Scope::Read});
  EXPECT_FALSE(who(secret)) << "it is no session";
  const Answered list = call({.pattern = "/api/tokens", .who = me});
  EXPECT_THAT(list.text, testing::Not(HasSubstr(secret)));
  EXPECT_EQ(list.json.at("tokens").at(0).at("last_used_at").as_string(), rfc3339(fake_.now));
  const std::string id(made.json.at("id").as_string());
  const auto remove = [&] {
    return call({.method = Method::Delete,
                 .pattern = "/api/tokens/{id:uuid}",
                 .params = {id},
                 .who = me})
        .status;
  };
  EXPECT_EQ(remove(), 204);
  EXPECT_EQ(remove(), 404);
  EXPECT_EQ(status(Method::Get, {{"Authorization", "Bearer " + secret}}), 401);
}

TEST_F(AuthRoutesTest, TokensEndInTimeAndWithTheirUser) {
  const auto me = *who(log_in()->secret);
  const auto make = [&] {
    const auto made = call({.method = Method::Post,
                            .pattern = "/api/tokens",
                            .body = R"({"name":"n","scopes":["read","write"],"expires_at":")" +
                                    rfc3339(fake_.now + 2'000'000'000) + "\"}",
                            .who = me});
    return std::string(made.json.at("token").as_string());
  };
  const std::string secret = make();
  fake_.now += 500'000'000;
  EXPECT_EQ(status(Method::Get, {{"Authorization", "Bearer " + secret}}), 200);
  fake_.now += 1'500'000'000;
  EXPECT_EQ(status(Method::Get, {{"Authorization", "Bearer " + secret}}), 401);
  const std::string second = make();
  run("update app_user set state = 'disabled'");
  EXPECT_EQ(status(Method::Get, {{"Authorization", "Bearer " + second}}), 401);
}

/// What a person did to their account is in the audit log, with the request and the network.
TEST_F(AuthRoutesTest, WhatWasDoneIsNoted) {
  const auto me = *who(log_in()->secret);
  const Answered made = call({.method = Method::Post,
                              .pattern = "/api/tokens",
                              .body = R"({"name":"n","scopes":["read"]})",
                              .who = me,
                              .peer_address = "192.0.2.77"});
  const std::string token(made.json.at("id").as_string());
  const Ask remove{
      .method = Method::Delete, .pattern = "/api/tokens/{id:uuid}", .params = {token}, .who = me};
  EXPECT_EQ(call(remove).status, 204);
  EXPECT_EQ(call(remove).status, 404) << "and leaves no second note";
  call({.method = Method::Post, .pattern = "/api/auth/logout", .who = me});
  call({.method = Method::Delete, .pattern = "/api/auth/sessions", .who = me});
  const auto page = run_alone(audit_.list({}, {}, wait()));
  std::vector<std::string> told;
  for (const audit::Entry& one : page.items) {
    EXPECT_EQ(one.actor, me.user.value);
    told.push_back(one.event + " " + one.object_kind + " " + one.object_id);
  }
  std::ranges::reverse(told);
  ASSERT_THAT(told, testing::ElementsAre("logged_in login_session " + me.credential_id,
                                         "api_token_made api_token " + token,
                                         "api_token_removed api_token " + token,
                                         "logged_out login_session " + me.credential_id));
  EXPECT_EQ(page.items[2].address, "192.0.2.0/24");
  EXPECT_EQ(page.items[2].request_id, "test");
}

TEST_F(AuthRoutesTest, TokensAreAskedForProperly) {
  const auto me = *who(log_in()->secret);
  const std::string late = rfc3339(fake_.now + 367LL * 86'400 * 1'000'000'000);
  for (const std::string& body :
       {std::string("{}"), std::string(R"({"name":"","scopes":["read"]})"),
        std::string(R"({"name":"\u200b","scopes":["read"]})"),
        std::string(R"({"name":"n","scopes":[]})"),
        std::string(R"({"name":"n","scopes":["admin"]})"),
        std::string(R"({"name":"n","scopes":["read"],"owner":"x"})"),
        std::string(R"({"name":"n","scopes":["read"],"expires_at":"soon"})"),
        R"({"name":"n","scopes":["read"],"expires_at":")" + rfc3339(fake_.now) + "\"}",
        R"({"name":"n","scopes":["read"],"expires_at":")" + late + "\"}"}) {
    EXPECT_EQ(
        call({.method = Method::Post, .pattern = "/api/tokens", .body = body, .who = me}).status,
        400)
        << body;
  }
  EXPECT_EQ(count("api_token"), 0);
}

}  // namespace
}  // namespace reprise::auth
