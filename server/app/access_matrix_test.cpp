// Every route, for every kind of principal, for objects that are their own, somebody else's and
// absent, on both engines. A route without a row fails. Over 400 lines because the table of routes
// and what asks them belong together.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/json/parse.hpp>
#include <filesystem>

#include "app/access_rows_for_test.hpp"
#include "app/doors.hpp"
#include "app/listeners.hpp"
#include "app/root.hpp"
#include "base/base64.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "domain/access/access.hpp"
#include "domain/recording/format/chunk.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/database/migrations.hpp"
#include "platform/database/sqlite.hpp"
#include "platform/http/loopback_test_support.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/router.hpp"
#include "platform/http/server.hpp"

namespace reprise::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using access::Action;
using access::AuthenticatedBy;
using access::Principal;
using access::Role;
using access::Scope;
using http::Door;
using http::Method;

constexpr const char* kChat = "/api/chats/{id:uuid}";
constexpr const char* kLive = "/api/live/sessions/{id:uuid}";
constexpr const char* kRecording = "/api/recordings/{id:uuid}";
constexpr const char* kTask = "/api/tasks/{id:uuid}";
constexpr const char* kUser = "/api/users/{id:uuid}";
const std::string kLocalUser = "/api/users/" + std::string(access::kLocalUserId);

std::string below(const char* pattern, const char* more) { return std::string(pattern) + more; }

/// The patterns live as long as the program.
// NOLINTNEXTLINE(readability-function-size): one table
const std::vector<Row>& rows() {
  static const std::string kLiveParts[] = {below(kLive, "/token"), below(kLive, "/alive"),
                                           below(kLive, "/end"), below(kLive, "/withdraw-consent")};
  static const std::string kParts[] = {
      below(kRecording, "/media"),          below(kRecording, "/thumbnail"),
      below(kRecording, "/strip"),          below(kRecording, "/waveform"),
      below(kRecording, "/captions.vtt"),   below(kRecording, "/events"),
      below(kRecording, "/recording.mcap"), below(kRecording, "/shares"),
      below(kRecording, "/views")};
  static const std::string kMessages = below(kChat, "/messages");
  static const std::string kChatShares = below(kChat, "/shares");
  static const std::string kMessage[] = {below(kChat, "/messages/{message:uuid}"),
                                         below(kChat, "/messages/{message:uuid}/stream"),
                                         below(kChat, "/messages/{message:uuid}/stop"),
                                         below(kChat, "/messages/{message:uuid}/regenerate")};
  static const std::string kChunks = below(kRecording, "/chunks");
  static const std::string kChunk = below(kRecording, "/chunks/{seq:uint}");
  static const std::string kRetention = below(kRecording, "/retention");
  static const std::string kFinish = below(kRecording, "/finish");
  static const std::string kBookmarks = below(kRecording, "/bookmarks");
  static const std::string kBookmark = below(kRecording, "/bookmarks/{bookmark:uuid}");
  static const std::string kTaskSessions[] = {below(kTask, "/sessions"),
                                              below(kTask, "/sessions/{live:uuid}")};
  static const std::string kLog[] = {"/api/analytics/log-session-start",
                                     "/api/analytics/log-session-end",
                                     "/api/analytics/log-interaction",
                                     "/api/analytics/stats",
                                     "/api/analytics/health",
                                     "/api/analytics/events",
                                     "/api/analytics/stream",
                                     "/api/analytics/report",
                                     "/api/analytics/sessions"};
  const auto none = std::nullopt;
  using enum Method;
  using enum About;
  static const std::vector<Row> kRows = with_way_rows(with_upload_rows(with_study_rows({
      {Get, "/healthz", none, Nothing, 200, "/healthz"},
      {Get, "/readyz", none, Nothing, 200, "/readyz"},
      {Get, "/{path:rest}", none, Nothing, 503, "/library"},
      {Get, "/api/about", none, Nothing, 200, "/api/about"},
      {Get, "/api/openapi.json", none, Nothing, 200, "/api/openapi.json"},
      {Get, "/api/chats", Action::ListChats, Nothing, 200, "/api/chats"},
      {Post, "/api/chats", Action::CreateChat, Nothing, 201, "/api/chats", R"({"title":"New"})"},
      {Get, kChat, Action::ReadChat, Object, 200, "/api/chats/{chat}"},
      {Patch, kChat, Action::RenameChat, Object, 200, "/api/chats/{chat}", R"({"title":"Taken"})"},
      {Delete, kChat, Action::DeleteChat, Object, 204, "/api/chats/{chat}"},
      {Get, kMessages.c_str(), Action::ReadChat, Object, 200, "/api/chats/{chat}/messages"},
      {Post, kMessages.c_str(), Action::SendMessage, Object, 201, "/api/chats/{chat}/messages",
       R"({"client_id":"{client}","text":"Mine"})"},
      {Get, kMessage[1].c_str(), Action::FollowAnswer, Object, 200,
       "/api/chats/{chat}/messages/{message}/stream"},
      {Post, kMessage[2].c_str(), Action::StopAnswer, Object, 200,
       "/api/chats/{chat}/messages/{message}/stop"},
      {Post, kMessage[3].c_str(), Action::SendMessage, Object, 201,
       "/api/chats/{chat}/messages/{message}/regenerate"},
      {Delete, kMessage[0].c_str(), Action::RemoveMessage, Object, 204,
       "/api/chats/{chat}/messages/{message}"},
      {Get, "/api/answerers", Action::ListChats, Nothing, 200, "/api/answerers"},
      {Get, "/api/chats/{id:uuid}/context", Action::FollowAnswer, Object, 200,
       "/api/chats/{chat}/context"},
      {Get, "/api/chats/{id:uuid}/live-context", Action::FollowAnswer, Object, 200,
       "/api/chats/{chat}/live-context"},
      {Post, "/api/live/sessions", Action::StartLiveSession, Object, 201, "/api/live/sessions",
       R"({"chat_id":"{chat}","record":false})"},
      {Get, kLive, Action::ReadLiveSession, Object, 200, "/api/live/sessions/{live}"},
      {Post, kLiveParts[0].c_str(), Action::MintToken, Object, 201,
       "/api/live/sessions/{live}/token", "{}"},
      {Post, kLiveParts[1].c_str(), Action::KeepLiveSession, Object, 204,
       "/api/live/sessions/{live}/alive", "{}"},
      {Post, kLiveParts[2].c_str(), Action::EndLiveSession, Object, 200,
       "/api/live/sessions/{live}/end", R"({"reason":"hangup"})"},
      {Post, kLiveParts[3].c_str(), Action::WithdrawConsent, Object, 200,
       "/api/live/sessions/{live}/withdraw-consent", R"({"recording":"keep"})"},
      {Get, "/api/recordings", Action::ListRecordings, Nothing, 200,
       "/api/recordings?chat={foreign_chat}"},
      {Get, kRecording, Action::ReadRecording, Object, 200, "/api/recordings/{recording}"},
      {Patch, kRecording, Action::RenameRecording, Object, 200, "/api/recordings/{recording}",
       R"({"title":"Taken"})"},
      {Put, kRetention.c_str(), Action::SetRetention, Object, 200,
       "/api/recordings/{recording}/retention", R"({"keep_days":30,"hold":false})"},
      {Delete, kRecording, Action::EraseRecording, Object, 204, "/api/recordings/{recording}"},
      {Get, kParts[0].c_str(), Action::PlayRecording, Object, 409,
       "/api/recordings/{recording}/media"},
      {Get, kParts[1].c_str(), Action::ReadRecording, Object, 409,
       "/api/recordings/{recording}/thumbnail"},
      {Get, kParts[2].c_str(), Action::ReadRecording, Object, 409,
       "/api/recordings/{recording}/strip"},
      {Get, kParts[3].c_str(), Action::ReadRecording, Object, 200,
       "/api/recordings/{recording}/waveform"},
      {Get, kParts[4].c_str(), Action::ReadRecording, Object, 200,
       "/api/recordings/{recording}/captions.vtt"},
      {Get, kParts[5].c_str(), Action::ReadRecording, Object, 200,
       "/api/recordings/{recording}/events"},
      {Get, kParts[6].c_str(), Action::DownloadRecord, Object, 200,
       "/api/recordings/{recording}/recording.mcap"},
      {Get, kChunks.c_str(), Action::ListChunks, Object, 200, "/api/recordings/{recording}/chunks"},
      {Put, kChunk.c_str(), Action::StoreChunk, Object, 201, "/api/recordings/{recording}/chunks/1",
       "(chunk)"},
      {Post, kFinish.c_str(), Action::FinishRecording, Object, 200,
       "/api/recordings/{recording}/finish", R"({"last_seq":1,"reason":"hangup"})"},
      {Get, kBookmarks.c_str(), Action::ReadBookmarks, Object, 200,
       "/api/recordings/{recording}/bookmarks"},
      {Post, kBookmarks.c_str(), Action::AddBookmark, Object, 201,
       "/api/recordings/{recording}/bookmarks", R"({"at_ms":0,"note":"mine"})"},
      {Patch, kBookmark.c_str(), Action::ChangeBookmark, Object, 200,
       "/api/recordings/{recording}/bookmarks/{bookmark}", R"({"note":"taken"})"},
      {Delete, kBookmark.c_str(), Action::RemoveBookmark, Object, 204,
       "/api/recordings/{recording}/bookmarks/{bookmark}"},
      {Get, kParts[7].c_str(), Action::ListShares, Object, 200,
       "/api/recordings/{recording}/shares"},
      {Post, kParts[7].c_str(), Action::MakeShare, Object, 201,
       "/api/recordings/{recording}/shares", R"({"kind":"link"})"},
      {Get, kParts[8].c_str(), Action::ReadViews, Object, 200, "/api/recordings/{recording}/views"},
      {Get, kChatShares.c_str(), Action::ListShares, Object, 200, "/api/chats/{chat}/shares"},
      {Post, kChatShares.c_str(), Action::MakeShare, Object, 201, "/api/chats/{chat}/shares",
       R"({"kind":"link"})"},
      {Delete, "/api/shares/{id:uuid}", Action::RemoveShare, Object, 204, "/api/shares/{share}"},
      {Get, "/api/shared", Action::ListSharedWithMe, Nothing, 200, "/api/shared"},
      {Post, "/api/share-links/open", none, Nothing, 404, "/api/share-links/open",
       R"({"secret":"nobody has it"})"},
      {Get, "/api/share-links/{id:uuid}", none, Nothing, 404, "/api/share-links/{share}"},
      {Get, "/api/tasks", Action::ListTasks, Nothing, 200, "/api/tasks?chat={foreign_chat}"},
      {Post, "/api/tasks", Action::CreateTask, Object, 201, "/api/tasks",
       R"({"title":"New","chat_id":"{chat}"})"},
      {Get, "/api/tasks/table", Action::ListTasks, Nothing, 200, "/api/tasks/table"},
      {Put, "/api/tasks/table", Action::CreateTask, Nothing, 415, "/api/tasks/table", "{}"},
      {Get, kTask, Action::ReadTask, Object, 200, "/api/tasks/{task}"},
      {Patch, kTask, Action::ChangeTask, Object, 200, "/api/tasks/{task}", R"({"title":"Taken"})"},
      {Delete, kTask, Action::DeleteTask, Object, 204, "/api/tasks/{task}"},
      {Get, kTaskSessions[0].c_str(), Action::ReadTask, Object, 200, "/api/tasks/{task}/sessions"},
      {Put, kTaskSessions[1].c_str(), Action::ChangeTask, Object, 204,
       "/api/tasks/{task}/sessions/{live}"},
      {Post, kLog[0].c_str(), Action::LogInteraction, Object, 200, kLog[0],
       R"({"id":"{client}","at":"{now}","live_session_id":"{live}"})"},
      {Post, kLog[1].c_str(), Action::LogInteraction, Nothing, 200, kLog[1],
       R"({"events":[{"id":"{client}","at":"2001-01-01T00:00:00Z"}]})"},
      {Post, kLog[2].c_str(), Action::LogInteraction, Nothing, 200, kLog[2],
       R"({"events":[{"id":"{client}","kind":"mute","data":{"on":true},"at":"{now}",)"
       R"("live_session_id":"{live}"}]})"},
      {Get, kLog[3].c_str(), Action::ReadInteractions, Nothing, 200, kLog[3]},
      {Get, kLog[4].c_str(), Action::ReadInteractions, Nothing, 200, kLog[4]},
      {Get, kLog[5].c_str(), Action::ReadInteractions, Nothing, 200, kLog[5]},
      {Get, kLog[6].c_str(), Action::ReadInteractions, Nothing, 200, kLog[6] + "?follow=false"},
      {Get, kLog[7].c_str(), Action::ReadMetrics, Nothing, 200, kLog[7]},
      {Get, kLog[8].c_str(), Action::ReadMetrics, Nothing, 200, kLog[8]},
      {Get, "/api/search", Action::Search, Nothing, 200, "/api/search?q=secret"},
      {Get, "/api/audit", Action::ReadAudit, Nothing, 200, "/api/audit"},
      {Get, "/api/users", Action::ManageUsers, Nothing, 200, "/api/users"},
      {Get, kUser, Action::ManageUsers, Nothing, 200, kLocalUser},
      {Patch, kUser, Action::ManageUsers, Nothing, 200, kLocalUser, R"({"state":"active"})"},
      {Post, "/api/users/{id:uuid}/hand-over", Action::ManageUsers, Nothing, 422,
       kLocalUser + "/hand-over", R"({"to":"00000000-0000-7000-8000-000000000001"})"},
      {Get, "/api/invitations", Action::ManageUsers, Nothing, 200, "/api/invitations"},
      {Post, "/api/invitations", Action::ManageUsers, Nothing, 201, "/api/invitations",
       R"({"email":"anna@example.test"})"},
      {Delete, "/api/invitations/{id:uuid}", Action::ManageUsers, Nothing, 404,
       "/api/invitations/01990000-0000-7000-8000-0000000000ff"},
      {Get, "/api/me", Action::ReadOwnAccount, Nothing, 200, "/api/me"},
      // Nothing goes on with it here.
      {Delete, "/api/account", Action::EraseAccount, Nothing, 202, "/api/account"},
      {Get, "/api/account/exports", Action::ManageOwnExports, Nothing, 200, "/api/account/exports"},
      {Post, "/api/account/exports", Action::ExportAccount, Nothing, 202, "/api/account/exports",
       "{}"},
      // Nothing makes it here, so it is never ready.
      {Get, "/api/account/exports/{id:uuid}/file", Action::DownloadExport, Object, 409,
       "/api/account/exports/{export}/file"},
      {Delete, "/api/account/exports/{id:uuid}", Action::ManageOwnExports, Object, 204,
       "/api/account/exports/{export}"},
      {Get, "/api/tokens", Action::ManageOwnTokens, Nothing, 200, "/api/tokens"},
      {Post, "/api/tokens", Action::ManageOwnTokens, Nothing, 201, "/api/tokens",
       R"({"name":"Script","scopes":["read"]})"},
      {Delete, "/api/tokens/{id:uuid}", Action::ManageOwnTokens, Object, 204,
       "/api/tokens/{token}"},
      {Get, "/api/auth/issuers", none, Nothing, 200, "/api/auth/issuers"},
      {Get, "/api/auth/{issuer:segment}/login", none, Nothing, 404, "/api/auth/dex/login"},
      {Get, "/api/auth/{issuer:segment}/callback", none, Nothing, 404, "/api/auth/dex/callback"},
      {Post, "/api/auth/logout", Action::ManageOwnSessions, Nothing, 200, "/api/auth/logout", "{}"},
      {Get, "/api/auth/sessions", Action::ManageOwnSessions, Nothing, 200, "/api/auth/sessions"},
      {Delete, "/api/auth/sessions", Action::ManageOwnSessions, Nothing, 204, "/api/auth/sessions"},
      // Nobody has logged in here, so there is no session of one's own to end.
      {Delete, "/api/auth/sessions/{id:uuid}", Action::ManageOwnSessions, Object, 404,
       "/api/auth/sessions/{session}"},
  })));
  return kRows;
}

/// The patterns that answer every other path under /api; each method has its own route.
bool is_unknown_api(const http::Route& route) {
  return route.pattern == "/api" || route.pattern == "/api/{path:rest}";
}

struct Somebody {
  const char* name;
  Principal principal;
};

Principal who(std::string user, access::Roles roles, AuthenticatedBy by = AuthenticatedBy::Session,
              access::Scopes scopes = {Scope::Read, Scope::Write}) {
  return {.user = access::UserId(std::move(user)),
          .roles = roles,
          .authenticated_by = by,
          .auth_time_utc_ns = by == AuthenticatedBy::Session ? now_utc_ns() : 0,
          .scopes = scopes};
}
constexpr const char* kAda = "0194a000-0000-7000-8000-00000000000a";
constexpr const char* kBen = "0194a000-0000-7000-8000-00000000000b";

constexpr std::string_view kVisitor = "visitor";

/// Who may only read can look at everything that somebody with a token may look at.
TEST(AccessRows, NoLookNeedsTheRightToWrite) {
  const Principal writer = who("w", {Role::Participant}, AuthenticatedBy::ApiToken, {Scope::Write});
  for (const Row& row : rows()) {
    if (row.method != http::Method::Get || !row.action) continue;
    EXPECT_FALSE(access::may_ever(writer, *row.action)) << row.pattern;
  }
}

const std::vector<Somebody>& people() {
  using enum Role;
  static const std::vector<Somebody> kPeople = {
      {"participant", who(kAda, {Participant})},
      {"researcher", who(kAda, {Researcher})},
      {"admin", who(kAda, {Admin})},
      {"read-token", who(kAda, {Admin}, AuthenticatedBy::ApiToken, {Scope::Read})},
      {"write-token", who(kAda, {Participant}, AuthenticatedBy::ApiToken, {Scope::Write})},
      {"useless-token", who(kAda, {Admin}, AuthenticatedBy::ApiToken, {})},
      {"no-role", who(kAda, {})},
      {"ben", who(kBen, {Participant})},
      {"ben-researcher", who(kBen, {Researcher})},
  };
  return kPeople;
}

/// The header `As` names who asks.
Task<http::Authenticated> authenticate(const http::Request& request) {
  const auto as = request.headers.find("As");
  for (const Somebody& one : people()) {
    if (as == one.name) co_return http::Known{one.principal};
  }
  if (as == kVisitor) co_return http::Known{access::visitor()};
  co_return std::unexpected(http::problem(401, "", "Log in first."));
}

Task<http::Response> mint(http::Request) {
  co_return http::json(200, R"({"name":"auth_tokens/abc"})");
}

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
};

/// One user's things, by the names that rows use.
using Things = std::map<std::string, std::string>;

enum class Engine { Sqlite, Postgres };

class AccessMatrix : public testing::TestWithParam<Engine> {
 protected:
  AccessMatrix() { gemini_.start(); }
  void SetUp() override {
    if (GetParam() == Engine::Postgres) {
      auto* postgres = database::PostgresServer::get();
      if (postgres == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
      url_ = postgres->url(postgres->make_database());
    }
    add_users();
    root_.emplace(options());
    http::ServerOptions listener = app_listener(options(), 64, root_->metrics(),
                                                {.authenticate = authenticate, .door_of = door_of});
    server_.emplace(std::move(listener), root_->routes({}, {}));
    server_->start();
  }
  ~AccessMatrix() override {
    const Deadline deadline = Deadline::after(std::chrono::seconds(5));
    if (root_) {
      root_->begin_draining();
      server_->close(deadline);
      root_->stop();
      root_->close_stores();
    }
    gemini_.close(deadline);
    root_.reset();
    fs::remove_all(directory_);
  }
  void add_users() const {
    const auto database = url_.empty() ? database::open_sqlite({.file = directory_ / "reprise.db"},
                                                               database::sqlite_migrations())
                                       : database::open_postgres({.target = {.url = url_}},
                                                                 database::postgres_migrations());
    run_alone(database->write(database::usual_deadline(), [](database::Transaction& transaction) {
      for (const char* user : {kAda, kBen}) {
        transaction.run(
            "insert into app_user (user_id, display_name, email, created_utc_ns) values ($1, $2, "
            "$3, "
            "1)",
            {user, user == kBen ? "Bens secret name" : "Ada",
             user == kBen ? "ben@example.test" : "ada@example.test"});
      }
    }));
    database->close();
  }
  ServeOptions options() const {
    std::vector<std::string> arguments{
        "--data-dir",    directory_.string(),
        "--listen",      "localhost:0",
        "--gemini-url",  "http://localhost:" + std::to_string(gemini_.port()),
        "--min-free-mb", "0"};
    if (!url_.empty()) arguments.insert(arguments.end(), {"--database-url", url_});
    const auto config =
        Config::load(settings(), {.arguments = std::move(arguments), .environment = {}});
    EXPECT_TRUE(config.has_value()) << config.error().client_message;
    ServeOptions options = serve_options(*config, {}).value();
    options.sharing = access::Sharing::Links;
    return options;
  }

  /// `name` empty: nobody.
  Answer ask(const std::string& name, Method method, const std::string& target, std::string body,
             const std::string& headers = {}) {
    const bool is_chunk = body == "(chunk)";
    if (is_chunk) body = chunk_;
    std::string request(http::method_name(method));
    request += " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
               "Origin: http://localhost\r\n";
    if (!name.empty()) request += "As: " + name + "\r\n";
    if (is_chunk) {
      request += "Content-Type: application/vnd.mcap\r\nContent-Digest: sha-256=:" +
                 base64_encode(sha256(as_bytes(chunk_))) + ":\r\n";
    } else if (!body.empty() || method == Method::Post) {
      request += "Content-Type: application/json\r\n";
    }
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    const std::string text = http::RawClient(server_->port()).exchange(request + "\r\n" + body);
    const std::size_t end = text.find("\r\n\r\n");
    Answer answer{.head = text.substr(0, end)};
    if (end != text.npos) answer.body = text.substr(end + 4);
    if (text.starts_with("HTTP/1.1 ")) answer.status = std::stoi(text.substr(9, 3));
    return answer;
  }
  json::value made(const std::string& name, const std::string& target, std::string body) {
    const Answer answer = ask(name, Method::Post, target, std::move(body));
    EXPECT_EQ(answer.status, 201) << target << " " << answer.body;
    return json::parse(answer.body);
  }
  void add_bookmark(const std::string& name, const std::string& word, Things& things) {
    things["bookmark"] = json::value_to<std::string>(
        made(name, "/api/recordings/" + things["recording"] + "/bookmarks",
             R"({"at_ms":0,"note":")" + word + R"("})")
            .at("id"));
  }
  void add_share(const std::string& name, Things& things) {
    things["share"] = json::value_to<std::string>(
        made(name, "/api/recordings/" + things["recording"] + "/shares", R"({"kind":"link"})")
            .at("id"));
  }
  /// `message` is an answer, which has ended.
  void add_message(const std::string& name, const std::string& word, Things& things) {
    const std::string place = "/api/chats/" + things["chat"] + "/messages";
    things["client"] = new_uuid7();
    const auto sent = made(
        name, place, R"({"client_id":")" + things["client"] + R"(","text":")" + word + R"("})");
    things["message"] = json::value_to<std::string>(sent.at("answer").at("id"));
    ask(name, Method::Get, place + "/" + things["message"] + "/stream", "");
  }
  void add_task(const std::string& name, const std::string& word, Things& things) {
    things["task"] = json::value_to<std::string>(
        made(name, "/api/tasks",
             R"({"title":")" + word +
                 R"(","steps":[{"id":"0194a000-0000-4000-8000-0000000000e1",)"
                 R"("text":"Shift"}]})")
            .at("id"));
  }
  /// With a link that nobody has used.
  void add_study(const std::string& word, Things& things) {
    const std::string name =
        word == "Mine" || word == "My secret" ? "researcher" : "ben-researcher";
    things["study"] = json::value_to<std::string>(
        made(name, "/api/studies",
             R"({"task_id":")" + things["task"] + R"(","title":")" + word +
                 R"(","state":"open","consent_text":"C","conditions":[{"name":"A"}]})")
            .at("id"));
    const auto links =
        made(name, "/api/studies/" + things["study"] + "/participants", R"({"count":1})");
    things["invited"] = json::value_to<std::string>(links.at("links").as_array()[0].at("id"));
  }
  void add_token(const std::string& name, const std::string& word, Things& things) {
    things["token"] = json::value_to<std::string>(
        made(name, "/api/tokens", R"({"name":")" + word + R"(","scopes":["read"]})").at("id"));
  }
  /// An empty file, which is whole at once.
  void add_upload(const std::string& name, const std::string& word, Things& things) {
    const Answer made =
        ask(name, Method::Post, "/api/uploads", "",
            "Tus-Resumable: 1.0.0\r\nUpload-Length: 0\r\nUpload-Metadata: filename " +
                base64_encode(as_bytes(word)) + "\r\n");
    EXPECT_EQ(made.status, 201) << made.body;
    constexpr std::string_view kPlace = "Location: /api/uploads/";
    const std::size_t at = made.head.find(kPlace);
    ASSERT_NE(at, made.head.npos) << made.head;
    things["upload"] = made.head.substr(at + kPlace.size(), 36);
  }
  void add_export(const std::string& name, Things& things) {
    const Answer begun = ask(name, Method::Post, "/api/account/exports", "{}");
    EXPECT_EQ(begun.status, 202) << begun.body;
    things["export"] = json::value_to<std::string>(json::parse(begun.body).at("id"));
  }
  /// A chat with a recording that runs, has one chunk and a bookmark.
  Things make_things(const std::string& name, const std::string& word) {
    Things things;
    things["chat"] = json::value_to<std::string>(
        made(name, "/api/chats", R"({"title":")" + word + R"("})").at("id"));
    const auto talk =
        made(name, "/api/live/sessions",
             R"({"chat_id":")" + things["chat"] +
                 R"(","record":true,"consent":{"text_version":"1","text_sha256":")" +
                 std::string(64, '0') +
                 R"(","locale":"en","given_at":"2026-11-29T00:00:00Z","method":"button",)"
                 R"("channels":["microphone"]}})");
    things["live"] = json::value_to<std::string>(talk.at("live_session").at("id"));
    things["recording"] = json::value_to<std::string>(talk.at("recording_id"));
    const std::string place = "/api/recordings/" + things["recording"];
    EXPECT_EQ(ask(name, Method::Put, place + "/chunks/0", "(chunk)").status, 201);
    add_bookmark(name, word, things);
    add_share(name, things);
    add_message(name, word, things);
    add_task(name, word, things);
    add_study(word, things);
    add_token(name, word, things);
    add_export(name, things);
    add_upload(name, word, things);
    things["session"] = new_uuid7();
    return things;
  }
  /// What the row has used up is made anew. Not all of it each time: beginning talks has a rate.
  void replace_used(const Row& row, Things& mine) {
    switch (*row.action) {
      case Action::DeleteChat:
      case Action::EndLiveSession:
      case Action::WithdrawConsent:
      case Action::EraseRecording:
      case Action::FinishRecording:
        mine = make_things("participant", "Mine");
        return;
      case Action::LogInteraction:
        mine["client"] = new_uuid7();
        return;
      case Action::SendMessage:
      case Action::RemoveMessage:
        add_message("participant", "Mine", mine);
        return;
      case Action::RemoveBookmark:
        add_bookmark("participant", "Mine", mine);
        return;
      case Action::ManageOwnExports:
        add_export("participant", mine);
        return;
      case Action::RemoveUpload:
        add_upload("participant", "Mine", mine);
        return;
      case Action::RemoveShare:
        add_share("participant", mine);
        return;
      case Action::DeleteTask:
        add_task("participant", "Mine", mine);
        add_study("Mine", mine);
        return;
      case Action::ManageStudies:
        add_study("Mine", mine);
        return;
      case Action::ManageOwnTokens:
        add_token("participant", "Mine", mine);
        return;
      default:
        return;
    }
  }
  static Things absent_things() {
    return {{"chat", new_uuid7()},     {"live", new_uuid7()},    {"recording", new_uuid7()},
            {"bookmark", new_uuid7()}, {"message", new_uuid7()}, {"client", new_uuid7()},
            {"export", new_uuid7()},   {"share", new_uuid7()},   {"token", new_uuid7()},
            {"session", new_uuid7()},  {"task", new_uuid7()},    {"upload", new_uuid7()},
            {"study", new_uuid7()},    {"invited", new_uuid7()}};
  }
  std::string filled(std::string text, const Things& things) const {
    const auto fill = [&text](const std::string& name, const std::string& value) {
      for (std::size_t at = 0; (at = text.find("{" + name + "}")) != text.npos;) {
        text.replace(at, name.size() + 2, value);
      }
    };
    for (const auto& [name, value] : things) fill(name, value);
    fill("foreign_chat", foreign_.at("chat"));
    fill("now", rfc3339(now_utc_ns()));
    return text;
  }
  Answer ask_row(const std::string& name, const Row& row, const Things& things,
                 const std::string& headers = {}, std::optional<Method> method = std::nullopt) {
    return ask(name, method.value_or(row.method), filled(row.target, things),
               filled(row.body, things), headers);
  }
  /// Nothing of somebody else is in an answer.
  void expect_nothing_foreign(const Answer& answer, const std::string& where) const {
    for (const auto& [name, value] : foreign_) {
      EXPECT_EQ(answer.body.find(value), std::string::npos) << where << " tells the " << name;
    }
    EXPECT_EQ(answer.body.find("Bens secret"), std::string::npos) << where;
  }
  static std::string cookie_of(const Answer& answer) {
    const std::size_t at = answer.head.find("__Host-visit=");
    return at == answer.head.npos
               ? ""
               : "Cookie: " + answer.head.substr(at, answer.head.find(';', at) - at) + "\r\n";
  }
  /// Whether an action is about what is shared: Bens chat, or one of his recordings.
  static bool is_of(Action action, bool of_chat) { return of_chat || action != Action::ReadChat; }
  /// `download`: whether the share allows it; empty: there is no share for them.
  void expect_shared(const std::string& name, const std::string& cookie, bool of_chat,
                     std::optional<bool> download) {
    using access::Shared;
    const auto person = std::ranges::find(people(), name, &Somebody::name);
    const Principal who = person == people().end() ? access::visitor() : person->principal;
    Shared shared = Shared::Nothing;
    if (download) shared = *download ? Shared::Download : Shared::View;
    const Things absent = absent_things();
    std::vector<std::pair<Row, Action>> asked;
    for (const Row& row : rows()) {
      if (row.about != About::Object) continue;
      asked.emplace_back(row, *row.action);
      if (*row.action != Action::PlayRecording) continue;
      asked.emplace_back(row, Action::DownloadRecording);
      asked.back().first.target += "?download=1";
    }
    for (const auto& [row, action] : asked) {
      const access::ObjectFacts facts{.owner = access::UserId(kBen),
                                      .shared = is_of(action, of_chat) ? shared : Shared::Nothing};
      const bool comes = access::may_ever(who, *row.action);
      const bool allowed = access::may(who, action, facts);
      const int want = allowed ? row.own : comes ? 404 : 403;
      const Answer got = ask_row(name, row, foreign_, cookie);
      const std::string where = name + " " + row.target + " " + std::to_string(of_chat) + " ";
      EXPECT_EQ(got.status, want) << where << got.body;
      if (want != 404) continue;
      const Answer none = ask_row(name, row, absent, cookie);
      EXPECT_EQ(without_request_id(got.body), without_request_id(none.body)) << where;
    }
  }
  static std::string without_request_id(std::string body) {
    const std::size_t at = body.find(R"("request_id":")");
    if (at != body.npos) body.erase(at, 14 + 36);
    return body;
  }

  const fs::path directory_ = [] {
    std::string name = (fs::temp_directory_path() / "reprise-matrix-XXXXXX").string();
    return fs::path(::mkdtemp(name.data()));
  }();
  const std::string chunk_ = [] {
    recording::ChunkWriter writer;
    writer.add(recording::Topic::Events, 0, 1000, as_bytes("{}"));
    const Bytes sealed = writer.seal();
    return std::string(as_text(sealed));
  }();
  std::string url_;  // of PostgreSQL
  http::Server gemini_{{}, {{Method::Post, "/{path:rest}", mint}}};
  std::optional<Root> root_;
  std::optional<http::Server> server_;
  Things foreign_ = {{"chat", "-"}};
};

TEST_P(AccessMatrix, EveryRouteHasItsRow) {
  for (const http::Route& route : root_->routes({}, {})) {
    if (is_unknown_api(route)) {
      EXPECT_EQ(route.action, Action::AskUnknownAddress);
      continue;
    }
    const auto row = std::ranges::find_if(rows(), [&](const Row& one) {
      return one.method == route.method && route.pattern == one.pattern;
    });
    const std::string name = std::string(http::method_name(route.method)) + " " + route.pattern;
    ASSERT_NE(row, rows().end()) << name << " has no row in the matrix";
    EXPECT_EQ(row->action, route.action) << name;
    EXPECT_EQ(row->action.has_value(), door_of(route.pattern) == Door::Locked) << name;
  }
}

TEST_P(AccessMatrix, WhoeverIsNotLoggedInGetsNothingButWhatIsPublic) {
  foreign_ = make_things("ben", "Bens secret");
  std::string first;
  for (const Row& row : rows()) {
    const Answer answer = ask_row("", row, foreign_);
    if (!row.action) {
      EXPECT_EQ(answer.status, row.own) << row.target;
      continue;
    }
    EXPECT_EQ(answer.status, 401) << row.target;
    if (first.empty()) first = without_request_id(answer.body);
    const std::string want = row.method == Method::Head ? "" : first;
    EXPECT_EQ(without_request_id(answer.body), want) << row.target;
  }
  for (const char* target :
       {"/api", "/api/", "/api/x", "/api/chats/x", "/api/recordings/1/media"}) {
    for (const Method method : {Method::Get, Method::Put, Method::Delete, Method::Options}) {
      EXPECT_EQ(without_request_id(ask("", method, target, "").body), first) << target;
    }
  }
  const auto about = json::parse(ask("", Method::Get, "/api/about", "").body).as_object();
  EXPECT_EQ(about.size(), 2U) << "name and version only";
}

TEST_P(AccessMatrix, ForeignAndAbsentLookTheSameForEverybody) {
  foreign_ = make_things("ben", "Bens secret");
  const Things absent = absent_things();
  for (const Somebody& one : people()) {
    if (one.principal.user.value == kBen) continue;
    for (const Row& row : rows()) {
      const std::string where = std::string(one.name) + " " + row.target + " ";
      const bool allowed =
          !row.action || access::may(one.principal, *row.action, access::own(one.principal));
      const Answer foreign = ask_row(one.name, row, foreign_);
      // Admins know the names of people, and the ids of what they did something to.
      const bool of_admins = row.action == Action::ManageUsers || row.action == Action::ReadAudit;
      if (!of_admins || !allowed) expect_nothing_foreign(foreign, where);
      if (row.about == About::Nothing) {
        EXPECT_EQ(foreign.status, allowed ? row.own : 403) << where;
        continue;
      }
      EXPECT_EQ(foreign.status, allowed ? 404 : 403) << where;
      const Answer none = ask_row(one.name, row, absent);
      EXPECT_EQ(none.status, foreign.status) << where;
      EXPECT_EQ(without_request_id(none.body), without_request_id(foreign.body)) << where;
      if (row.method != Method::Get) continue;
      EXPECT_EQ(ask_row(one.name, row, foreign_, "", Method::Head).status, foreign.status) << where;
      for (const char* headers : {"Range: bytes=0-1\r\n", "If-None-Match: *\r\n"}) {
        const Answer again = ask_row(one.name, row, foreign_, headers);
        EXPECT_EQ(again.status, foreign.status) << where << headers;
        EXPECT_EQ(without_request_id(again.body), without_request_id(foreign.body)) << where;
      }
    }
  }
  // Nothing of all this has changed anything.
  EXPECT_EQ(
      json::parse(ask("ben", Method::Get, "/api/chats", "").body).at("chats").as_array().size(),
      1U);
  const auto chat = ask("ben", Method::Get, "/api/chats/" + foreign_["chat"], "").body;
  EXPECT_EQ(json::parse(chat).at("title"), "Bens secret");
  const auto talk = ask("ben", Method::Get, "/api/live/sessions/" + foreign_["live"], "").body;
  EXPECT_EQ(json::parse(talk).at("state"), "live");
  const std::string place = "/api/recordings/" + foreign_["recording"];
  const auto manifest = json::parse(ask("ben", Method::Get, place, "").body);
  EXPECT_EQ(manifest.at("recording").at("state"), "recording");
  EXPECT_EQ(manifest.at("recording").at("chunks_stored"), 1);
  EXPECT_TRUE(manifest.at("recording").at("title").is_null());
  const auto marks = json::parse(ask("ben", Method::Get, place + "/bookmarks", "").body);
  ASSERT_EQ(marks.at("bookmarks").as_array().size(), 1U);
  EXPECT_EQ(marks.at("bookmarks").as_array()[0].at("note"), "Bens secret");
}

TEST_P(AccessMatrix, EverybodyHasTheirOwn) {
  foreign_ = make_things("ben", "Bens secret");
  Things mine = make_things("participant", "Mine");
  for (const Somebody& one : people()) {
    if (one.principal.user.value == kBen) continue;
    for (const Row& row : rows()) {
      if (row.about == About::Nothing) continue;
      const bool allowed = access::may(one.principal, *row.action, access::own(one.principal));
      const Answer answer = ask_row(one.name, row, mine);
      const std::string where = std::string(one.name) + " " + row.target + " " + answer.body;
      // Files that are in use follow a moment later.
      const bool later = allowed && row.own == 204 && answer.status == 202;
      if (!later) EXPECT_EQ(answer.status, allowed ? row.own : 403) << where;
      expect_nothing_foreign(answer, where);
      if (allowed) replace_used(row, mine);
    }
  }
}

/// What a share gives, of the recording and of the chat, to a person and to whoever has the link:
/// what may() says, and for everything else what an absent object gives.
TEST_P(AccessMatrix, AShareGivesWhatTheRulesSayAndNothingElse) {
  for (const bool of_chat : {false, true}) {
    for (const bool download : {false, true}) {
      foreign_ = make_things("ben", "Bens secret");
      const std::string place =
          of_chat ? "/api/chats/" + foreign_["chat"] : "/api/recordings/" + foreign_["recording"];
      const std::string more = download ? R"(,"may_download":true})" : "}";
      made("ben", place + "/shares", R"({"kind":"user","email":"ada@example.test")" + more);
      const auto link = made("ben", place + "/shares", R"({"kind":"link")" + more);
      const std::string secret = json::value_to<std::string>(link.at("secret"));
      const Answer opened =
          ask("", Method::Post, "/api/share-links/open", R"({"secret":")" + secret + R"("})");
      EXPECT_EQ(opened.status, 200) << opened.body;
      const std::string cookie = cookie_of(opened);
      expect_shared("participant", "", of_chat, download);
      expect_shared(std::string(kVisitor), cookie, of_chat, download);
      expect_shared(std::string(kVisitor), "", of_chat, std::nullopt);
      expect_shared("no-role", "", of_chat, std::nullopt);
    }
  }
}

TEST_P(AccessMatrix, ListsSumsAndSearchCountTheirOwn) {
  foreign_ = make_things("ben", "Bens secret");
  const Things mine = make_things("participant", "My secret");
  const auto get = [this](const std::string& target) {
    const Answer answer = ask("participant", Method::Get, target, "");
    expect_nothing_foreign(answer, target);
    return json::parse(answer.body);
  };
  EXPECT_EQ(get("/api/chats").at("chats").as_array().size(), 1U);
  const auto list = get("/api/recordings");
  ASSERT_EQ(list.at("recordings").as_array().size(), 1U);
  EXPECT_EQ(json::value_to<std::string>(list.at("recordings").as_array()[0].at("id")),
            mine.at("recording"));
  EXPECT_EQ(list.at("totals").at("recordings"), 1);
  EXPECT_EQ(get("/api/about").at("storage").at("recordings"), 1);
  // The chat by its title, and the message that was typed.
  EXPECT_EQ(get("/api/search?q=secret").at("hits").as_array().size(), 2U);
  const auto of_foreign = get("/api/recordings?chat=" + foreign_["chat"]);
  EXPECT_EQ(of_foreign.at("recordings").as_array().size(), 0U);
  EXPECT_EQ(of_foreign.at("totals").at("recordings"), 0);
}

TEST_P(AccessMatrix, NobodyGivesAwayOrTakesByTheBodyOrTheQuery) {
  const std::string body = std::string(R"({"title":"Gift","owner_id":")") + kBen +
                           R"(","user_id":")" + kBen +
                           R"(","role":"admin","created_at":"2001-01-01T00:00:00Z"})";
  ask("participant", Method::Post, std::string("/api/chats?owner_id=") + kBen, body);
  const auto of = [this](const char* name) {
    return ask(name, Method::Get, std::string("/api/chats?owner_id=") + kBen + "&user_id=" + kAda,
               "")
        .body;
  };
  EXPECT_EQ(of("ben").find("Gift"), std::string::npos);
  EXPECT_EQ(of("participant").find("2001-01-01"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Engines, AccessMatrix, testing::Values(Engine::Sqlite, Engine::Postgres),
                         [](const auto& tested) {
                           return tested.param == Engine::Sqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace reprise::app
