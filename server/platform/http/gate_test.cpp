#include "platform/http/gate.hpp"

#include <gtest/gtest.h>

#include "base/run_alone.hpp"
#include "domain/access/access.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/server_test_support.hpp"

namespace reprise::http {
namespace {

using access::Action;

Door doors(std::string_view path) {
  if (!path.starts_with("/api")) return Door::Open;
  return path == "/api/known" ? Door::Known : Door::Locked;
}

access::Principal somebody(access::AuthenticatedBy by) {
  return {.user = access::UserId("u"),
          .roles = {access::Role::Participant},
          .authenticated_by = by,
          .credential_id = "c",
          .scopes = {access::Scope::Read}};
}

/// The header `As` says who asks, and what goes wrong.
Task<Authenticated> authenticate(const Request& request) {
  const std::string_view as = request.headers.find("As").value_or("");
  if (as == "renewed") {
    co_return Known{somebody(access::AuthenticatedBy::Session), "sid=new"};
  }
  if (as == "session") co_return Known{somebody(access::AuthenticatedBy::Session)};
  if (as == "writer") {
    auto writer = somebody(access::AuthenticatedBy::ApiToken);
    writer.scopes = {access::Scope::Write};
    co_return Known{std::move(writer)};
  }
  if (as == "token") co_return Known{somebody(access::AuthenticatedBy::ApiToken)};
  if (as == "broken") throw std::runtime_error("secret detail");
  if (as == "later") co_return std::unexpected(problem(503, "", "Later."));
  co_return std::unexpected(problem(401, "", "Log in."));
}

Task<Response> name(Request request) {
  co_return text(request.principal
                     ? "user " + request.principal->user.value + " by " +
                           request.principal->credential_id + " from " + request.peer_address
                     : "nobody");
}

Task<Response> with_cookie(Request) {
  Response response = text("in");
  response.headers.add("Set-Cookie", "sid=login");
  co_return response;
}

/// Our pages are at https://our.other.name.
std::optional<Response> foreign(const Request& request) {
  if (request.method == Method::Get) return std::nullopt;
  if (request.headers.find("Origin") == "https://our.other.name") return std::nullopt;
  return problem(403, "", "Not from here.");
}

class GateTest : public testing::Test {
 protected:
  static ServerOptions with_gate() {
    ServerOptions with = options();
    with.own_pages_only = true;
    with.gate = Gate{.authenticate = authenticate, .foreign = foreign, .door_of = doors};
    return with;
  }
  GateTest()
      : server_(with_gate(),
                {{Method::Get, "/page", name},
                 guarded(Action::ReadOwnAccount, {Method::Get, "/me", name}),
                 {Method::Get, "/api/known", name},
                 {Method::Post, "/api/known", name},
                 guarded(Action::ReadOwnAccount, {Method::Get, "/api/login", with_cookie}),
                 guarded(Action::ReadChat, {Method::Get, "/api/chats/{id:uuid}", name}),
                 guarded(Action::RenameChat, {Method::Patch, "/api/chats/{id:uuid}", name}),
                 guarded(Action::CreateChat, {Method::Post, "/api/chats", name, 10}),
                 guarded(Action::ReadAudit, {Method::Get, "/api/audit", name}),
                 guarded(Action::AskUnknownAddress, {Method::Get, "/api/{path:rest}", name})}) {
    server_.start();
  }
  ~GateTest() override { server_.close(Deadline::after(5s)); }
  std::string ask(std::string_view line, std::string_view headers = "",
                  std::string_view body = "") {
    std::string request(line);
    request += " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    request.append(headers).append("\r\n").append(body);
    return RawClient(server_.port()).exchange(request);
  }
  Server server_;
};

constexpr const char* kChat = "/api/chats/0194a000-0000-7000-8000-00000000000a";

bool is(std::string_view answer, std::string_view status, std::string_view part = "") {
  return answer.starts_with("HTTP/1.1 " + std::string(status)) && answer.contains(part);
}

TEST_F(GateTest, WhoAsksIsKnownInTheHandler) {
  EXPECT_PRED3(is, ask(std::string("GET ") + kChat, "As: session\r\n"), "200",
               "user u by c from 127.0.0.1");
  EXPECT_PRED3(is, ask("GET /me", "As: session\r\n"), "200", "user u");
}

TEST_F(GateTest, ANewCookieComesWithTheAnswerUnlessItSetsItsOwn) {
  EXPECT_PRED3(is, ask("GET /me", "As: renewed\r\n"), "200", "Set-Cookie: sid=new\r\n");
  EXPECT_PRED3(is, ask("GET /api/audit", "As: renewed\r\n"), "403", "Set-Cookie: sid=new\r\n");
  const std::string own = ask("GET /api/login", "As: renewed\r\n");
  EXPECT_PRED3(is, own, "200", "Set-Cookie: sid=login\r\n");
  EXPECT_FALSE(own.contains("sid=new"));
  EXPECT_FALSE(ask("GET /me", "As: session\r\n").contains("Set-Cookie"));
}

TEST_F(GateTest, WithoutLoginEverythingBehindALockedDoorLooksTheSame) {
  const std::string lines[] = {std::string("GET ") + kChat,
                               std::string("DELETE ") + kChat,
                               "GET /api/chats/not-an-id",
                               "GET /api/nothing",
                               "OPTIONS /api/chats",
                               "PUT /api/nothing",
                               "GET /api/audit",
                               "GET /me"};
  for (const std::string& line : lines) {
    EXPECT_PRED3(is, ask(line), "401", R"("detail":"Log in.")") << line;
  }
  EXPECT_PRED3(is, ask("POST /api/chats", "Content-Length: 1000\r\n"), "401", "") << "too large";
  EXPECT_PRED3(is,
               ask("POST /api/chats", "Content-Length: 2\r\nSec-Fetch-Site: cross-site\r\n", "{}"),
               "401", "")
      << "of another site";
}

TEST_F(GateTest, OpenAndKnownDoorsLetEverybodyIn) {
  EXPECT_PRED3(is, ask("GET /page"), "200", "nobody");
  EXPECT_PRED3(is, ask("GET /page", "As: session\r\n"), "200", "nobody") << "nobody is asked there";
  EXPECT_PRED3(is, ask("GET /page", "As: broken\r\n"), "200", "nobody");
  EXPECT_PRED3(is, ask("GET /api/known"), "200", "nobody");
  EXPECT_PRED3(is, ask("GET /api/known", "As: session\r\n"), "200", "user u");
}

TEST_F(GateTest, WhileItCannotBeKnownWhoAsksNobodyIsTakenForAVisitor) {
  EXPECT_PRED3(is, ask("GET /api/known", "As: later\r\n"), "503", "Later.");
  EXPECT_PRED3(is, ask("GET /page", "As: later\r\n"), "200", "nobody") << "nobody is asked there";
}

TEST_F(GateTest, AnAnswerOfTheGateIsPassedOn) {
  EXPECT_PRED3(is, ask("GET /api/nothing", "As: later\r\n"), "503", "Later.");
  const std::string broken = ask("GET /api/nothing", "As: broken\r\n");
  EXPECT_PRED3(is, broken, "500", "request id");
  EXPECT_FALSE(broken.contains("secret"));
}

TEST_F(GateTest, WhatTheRulesDenyIsForbidden) {
  EXPECT_PRED3(is, ask("GET /api/audit", "As: session\r\n"), "403", "may not do this");
  EXPECT_PRED3(
      is, ask(std::string("PATCH ") + kChat, "As: token\r\nOrigin: https://our.other.name\r\n"),
      "403", "may not do this");
  EXPECT_PRED3(is, ask(std::string("GET ") + kChat, "As: token\r\n"), "200", "user u");
}

TEST_F(GateTest, WhereAPageIsFromIsTheGatesMatter) {
  const std::string patch = std::string("PATCH ") + kChat;
  const std::string ours = "Origin: https://our.other.name\r\n";
  for (const std::string as : {"As: session\r\n", "As: writer\r\n"}) {
    EXPECT_PRED3(is, ask(patch, as + ours), "200", "user u") << as;
    EXPECT_PRED3(is, ask(patch, as + "Origin: http://localhost\r\n"), "403", "Not from here.")
        << as;
    EXPECT_PRED3(is, ask(patch, as), "403", "Not from here.") << as;
  }
  EXPECT_PRED3(is, ask(patch, "As: token\r\n"), "403", "Not from here.");
  EXPECT_PRED3(is, ask(patch), "401", "Log in.") << "nobody learns more";
}

TEST_F(GateTest, AlsoOfWhatIsPublic) {
  for (const std::string as : {"", "As: session\r\n"}) {
    EXPECT_PRED3(is, ask("POST /api/known", as), "403", "Not from here.") << as;
    EXPECT_PRED3(is, ask("POST /api/known", as + "Origin: http://localhost\r\n"), "403", "") << as;
    EXPECT_PRED3(is, ask("POST /api/known", as + "Origin: https://our.other.name\r\n"), "200",
                 as.empty() ? "nobody" : "user u")
        << as;
  }
}

TEST_F(GateTest, WithLoginUnknownPathsAndMethodsAreToldApart) {
  EXPECT_PRED3(
      is, ask(std::string("PUT ") + kChat, "As: session\r\nOrigin: https://our.other.name\r\n"),
      "405", "");
  EXPECT_PRED3(is, ask("GET /api/nothing", "As: session\r\n"), "200", "user u");
}

TEST(Gate, ARouteWithoutActionBehindALockedDoorIsDenied) {
  const Gate gate{.authenticate = authenticate, .door_of = doors};
  const Route forgotten{Method::Get, "/api/forgotten", name};
  EXPECT_FALSE(all_guarded(gate, {forgotten}));
  EXPECT_TRUE(all_guarded(gate, {guarded(Action::ReadChat, forgotten), {Method::Get, "/x", name}}));
  Request request{.method = Method::Get, .path = "/api/forgotten"};
  request.headers.add("As", "session");
  const auto refused = run_alone(pass(&gate, &forgotten, &request));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 403);
}

TEST(Gate, WhoIsRememberedIsNotAskedFor) {
  int asked = 0;
  const Gate gate{.authenticate =
                      [&asked](const Request& request) {
                        ++asked;
                        return authenticate(request);
                      },
                  .remembered = [](const Request& request) -> std::optional<access::Principal> {
                    if (!request.headers.find("Again")) return std::nullopt;
                    return somebody(access::AuthenticatedBy::Session);
                  },
                  .door_of = doors};
  const auto status = [&gate](Action action, const char* header) {
    const Route route = guarded(action, {Method::Get, "/api/x", name});
    Request request{.method = Method::Get, .path = "/api/x"};
    request.headers.add(header, "session");
    const auto refused = run_alone(pass(&gate, &route, &request));
    return refused ? refused->status : 200;
  };
  EXPECT_EQ(status(Action::ReadChat, "As"), 200);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(status(Action::ReadChat, "Again"), 200);
  EXPECT_EQ(status(Action::ReadAudit, "Again"), 403) << "the rules count all the same";
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(status(Action::ReadChat, "Neither"), 401);
}

Task<Authenticated> visitor_at_x(const Request& request) {
  if (request.headers.find("Visit") == "x") co_return Known{access::visitor()};
  co_return std::unexpected(problem(401, "", "Not a visitor."));
}

TEST(Gate, WhoeverHasOpenedALinkComesOnlyToWhatCanBeShared) {
  const Gate gate{.authenticate = authenticate, .visitor = visitor_at_x, .door_of = doors};
  const auto status = [&gate](Action action, std::string visit, std::string as = "") {
    const Route route = guarded(action, {Method::Get, "/api/x", name});
    Request request{.method = Method::Get, .path = "/api/x"};
    request.headers.add("Visit", std::move(visit));
    request.headers.add("As", std::move(as));
    const auto refused = run_alone(pass(&gate, &route, &request));
    if (refused) return refused->status;
    return request.who().authenticated_by == access::AuthenticatedBy::ShareLink ? 1 : 0;
  };
  EXPECT_EQ(status(Action::PlayRecording, "x"), 1);
  EXPECT_EQ(status(Action::PlayRecording, "y"), 401);
  EXPECT_EQ(status(Action::ListRecordings, "x"), 401);
  EXPECT_EQ(status(Action::RenameRecording, "x"), 401);
  EXPECT_EQ(status(Action::PlayRecording, "x", "session"), 0) << "a login counts first";
  EXPECT_EQ(status(Action::PlayRecording, "x", "later"), 503);
}

/// A gate at which somebody comes in until they are sent away, and that counts who asks.
struct Turnstile {
  int asked = 0;
  int status = 0;  ///< of the refusal; 0: none
  Gate gate() {
    return {.authenticate = [this](const Request&) { return answer(this); }, .door_of = doors};
  }
  static Task<Authenticated> answer(Turnstile* self) {
    ++self->asked;
    if (self->status != 0) co_return std::unexpected(problem(self->status, "", "No."));
    co_return Known{access::local_principal()};
  }
};

class WatchTest : public testing::Test {
 protected:
  bool may(std::chrono::milliseconds after) {
    return run_alone(watch_.still_may(Watch::Clock::time_point{} + after));
  }
  Turnstile turnstile_;
  const Gate gate_ = turnstile_.gate();
  const Route route_ = guarded(Action::ReadChat, {Method::Get, "/api/x", name});
  Watch watch_{&gate_, &route_, Request{.method = Method::Get, .path = "/api/x"}, {}};
};

Task<bool> value_of(const bool* value) { co_return *value; }

TEST_F(WatchTest, EndsWhatTheAnswerDependsOn) {
  bool still = true;
  watch_.add([&still] { return value_of(&still); });
  EXPECT_TRUE(may(2000ms));
  still = false;
  EXPECT_TRUE(may(3999ms));
  EXPECT_FALSE(may(4000ms));
  still = true;
  EXPECT_FALSE(may(8000ms));
}

TEST_F(WatchTest, AsksEveryTwoSeconds) {
  EXPECT_TRUE(may(0ms));
  EXPECT_TRUE(may(1999ms));
  EXPECT_EQ(turnstile_.asked, 0);
  EXPECT_TRUE(may(2000ms));
  EXPECT_TRUE(may(3999ms));
  EXPECT_EQ(turnstile_.asked, 1);
}

TEST_F(WatchTest, EndsWhatMayNotGoOn) {
  turnstile_.status = 401;
  EXPECT_TRUE(may(1999ms));
  EXPECT_FALSE(may(2000ms));
  EXPECT_FALSE(may(2001ms)) << "and never lets it in again";
}

TEST_F(WatchTest, GoesOnWhileTheGateCannotSay) {
  turnstile_.status = 503;
  EXPECT_TRUE(may(2000ms));
  turnstile_.status = 403;
  EXPECT_FALSE(may(4000ms));
}

TEST(Watch, WithoutAGateEverythingGoesOn) {
  Watch none;
  EXPECT_TRUE(run_alone(none.still_may(Watch::Clock::time_point::max())));
}

}  // namespace
}  // namespace reprise::http
