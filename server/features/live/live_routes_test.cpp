#include "features/live/live_routes.hpp"

#include "platform/archive/archive_test_support.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::live {
namespace {

using http::Answered;
using http::Method;

constexpr const char* kSessions = "/api/live/sessions";
constexpr const char* kTask = "01936200-0000-7000-8000-00000000abcd";

class LiveRoutesTest : public archive::ArchiveTest {
 protected:
  Answered create(const std::string& record) {
    return http::call(routes_,
                      {.method = Method::Post,
                       .pattern = kSessions,
                       .body = R"({"chat_id":")" + chat_.value + R"(","record":)" + record + "}"});
  }
  Answered ask(Method method, const std::string& what, const std::string& id,
               std::string body = {}) {
    return http::call(routes_, {.method = method,
                                .pattern = std::string(kSessions) + "/{id:uuid}" + what,
                                .params = {id},
                                .body = std::move(body)});
  }

  http::ClientResponse answer_{.status = 200, .body = R"({"name":"auth_tokens/abc"})"};
  std::vector<std::string> sent_;
  gemini::Gemini gemini_{{.base_url = "http://localhost:1", .key = "secret"},
                         {.model = "m", .voice = "Kore", .instruction = ""},
                         [this](http::ClientRequest request)
                             -> Task<std::expected<http::ClientResponse, http::FetchError>> {
                           return answer(this, std::move(request));
                         }};
  static Task<std::expected<http::ClientResponse, http::FetchError>> answer(
      LiveRoutesTest* test, http::ClientRequest request) {
    test->sent_.push_back(std::move(request.body));
    co_return test->answer_;
  }
  archive::LiveSessions sessions_{*database_, *archive_};
  std::string words_ = "Book a room.";  // of the only task there is
  static Task<Result<std::string>> words_of(const LiveRoutesTest* test, std::string task_id) {
    if (task_id == kTask) co_return test->words_;
    co_return fail(ErrorCode::NotFound, "There is no such task.");
  }
  Live live_{sessions_,
             *archive_,
             gemini_,
             SignsOfLife::Clock::now,
             {},
             [this](access::UserId, std::string task_id, Deadline) {
               return words_of(this, std::move(task_id));
             }};
  const http::Routes routes_ = live_routes(live_);
};

TEST_F(LiveRoutesTest, ASessionComesWithItsTokenAndItsPlace) {
  const Answered made = create("false");
  ASSERT_EQ(made.status, 201);
  const std::string id(made.json.at("live_session").at("id").as_string());
  EXPECT_EQ(made.headers.find("Location"), "/api/live/sessions/" + id);
  EXPECT_EQ(made.json.at("connection").at("token"), "auth_tokens/abc");
  EXPECT_TRUE(made.json.at("recording_id").is_null());
  EXPECT_EQ(ask(Method::Get, "", id).json.at("state"), "live");
}

TEST_F(LiveRoutesTest, EveryTokenOfATalkTellsTheModelItsTaskUntilItEnds) {
  const std::string task = R"(false,"tell_task_id":")" + std::string(kTask) + '"';
  const Answered made = create(task);
  ASSERT_EQ(made.status, 201);
  EXPECT_NE(made.text.find("Book a room."), std::string::npos) << "the page records what was told";
  EXPECT_NE(sent_.back().find("Book a room."), std::string::npos);
  words_ = "Something else.";
  const std::string id(made.json.at("live_session").at("id").as_string());
  ASSERT_EQ(ask(Method::Post, "/token", id).status, 201);
  EXPECT_NE(sent_.back().find("Book a room."), std::string::npos) << "as it began";
  ASSERT_EQ(ask(Method::Post, "/end", id, R"({"reason":"hangup"})").status, 200);
  EXPECT_EQ(run_alone(sessions_.told(session::LiveSessionId(id))), "") << "it is not kept";
  EXPECT_EQ(create("false").text.find("Something else."), std::string::npos);
}

TEST_F(LiveRoutesTest, ATaskThatCannotBeToldBeginsNothing) {
  EXPECT_EQ(create(R"(false,"tell_task_id":"01936200-0000-7000-8000-00000000ffff")").status, 404);
  const Answered malformed = create(R"(false,"tell_task_id":"one")");
  EXPECT_EQ(malformed.status, 400);
  EXPECT_NE(malformed.text.find("tell_task_id"), std::string::npos);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(LiveRoutesTest, ARecordingNeedsConsentAndNothingIsMintedWithoutIt) {
  const Answered refused = create("true");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.problem(), "consent-required");
  EXPECT_TRUE(sent_.empty());
}

TEST_F(LiveRoutesTest, NoTokenIsABadGatewayAndNothingHasBegun) {
  answer_ = {.status = 429,
             .body = R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED",)"
                     R"("message":"Quota"}})"};
  const Answered refused = create("false");
  EXPECT_EQ(refused.status, 502);
  EXPECT_EQ(refused.problem(), "model-quota");
  EXPECT_EQ(refused.text.find("secret"), std::string::npos);
}

TEST_F(LiveRoutesTest, AFurtherTokenGoesOnFromItsHandleWhichIsNotSaidAgain) {
  const std::string id(create("false").json.at("live_session").at("id").as_string());
  const Answered token = ask(Method::Post, "/token", id, R"({"handle":"h-1"})");
  EXPECT_EQ(token.status, 201);
  EXPECT_NE(sent_.back().find("h-1"), std::string::npos);
  EXPECT_EQ(token.text.find("h-1"), std::string::npos);
  EXPECT_EQ(ask(Method::Post, "/token", id).status, 201) << "no body: a first socket again";
  EXPECT_EQ(ask(Method::Post, "/token", id, R"({"handle":1})").status, 400);
}

TEST_F(LiveRoutesTest, AWithdrawnConsentEndsWhatIsStoredAndMintsNoMore) {
  const std::string consent =
      R"(,"consent":{"text_version":"1","text_sha256":")" + std::string(64, 'a') +
      R"(","locale":"en","given_at":"2026-11-29T10:00:00Z","method":"button",)"
      R"("channels":["microphone"]})";
  const auto talk = [&] {
    const Answered made = create("true" + consent);
    EXPECT_EQ(made.status, 201) << made.text;
    return std::pair(std::string(made.json.at("live_session").at("id").as_string()),
                     session::RecordingId(std::string(made.json.at("recording_id").as_string())));
  };
  const auto put = [&](const session::RecordingId& id, std::int64_t seq) {
    Bytes bytes = chunk("c" + std::to_string(seq));
    const archive::ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
    return type_of(run_alone(archive_->put_chunk(access::Reach::everything(), id, session::Seq(seq),
                                                 expected, std::move(bytes))));
  };
  const auto [first, recorded] = talk();
  EXPECT_EQ(put(recorded, 0), "ok");
  EXPECT_EQ(put(recorded, 2), "ok");
  EXPECT_EQ(ask(Method::Post, "/withdraw-consent", first, R"({"recording":"keep"})").status, 200);
  EXPECT_EQ(put(recorded, 3), "consent-withdrawn");
  EXPECT_EQ(put(recorded, 1), "ok") << "it was recorded before";
  EXPECT_EQ(put(recorded, 2), "ok") << "the same answer as before";
  const std::size_t minted = sent_.size();
  EXPECT_EQ(ask(Method::Post, "/token", first).problem(), "consent-withdrawn");
  EXPECT_EQ(sent_.size(), minted);
  // The browser knows what it recorded before, and is not done with sending it.
  const auto [second, sending] = talk();
  const std::string wish = R"({"recording":"keep","last_seq":1})";
  EXPECT_EQ(ask(Method::Post, "/withdraw-consent", second, wish).status, 200);
  EXPECT_EQ(put(sending, 1), "ok");
  EXPECT_EQ(put(sending, 2), "consent-withdrawn");
  EXPECT_EQ(put(sending, 0), "ok");
  EXPECT_EQ(ask(Method::Post, "/withdraw-consent", second, R"({"recording":"keep"})").status, 200);
  EXPECT_EQ(put(sending, 2), "consent-withdrawn");
  EXPECT_EQ(
      ask(Method::Post, "/withdraw-consent", first, R"({"recording":"keep","last_seq":-2})").status,
      400);
}

TEST_F(LiveRoutesTest, AnEndHasAReasonThatABrowserCanKnowAndIsFinal) {
  const std::string id(create("false").json.at("live_session").at("id").as_string());
  EXPECT_EQ(ask(Method::Post, "/end", id, R"({"reason":"abandoned"})").status, 400);
  EXPECT_EQ(ask(Method::Post, "/end", id, R"({"reason":"bored"})").status, 400);
  const Answered ended = ask(Method::Post, "/end", id, R"({"reason":"hangup"})");
  EXPECT_EQ(ended.json.at("state"), "ended");
  EXPECT_EQ(ask(Method::Post, "/end", id, R"({"reason":"lost"})").json.at("reason"), "hangup");
  const Answered late = ask(Method::Post, "/token", id);
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.problem(), "live-session-ended");
  EXPECT_EQ(ask(Method::Get, "", new_uuid7()).status, 404);
}

}  // namespace
}  // namespace reprise::live
