#include "features/live/live_routes.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "platform/archive/api_json.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/responses.hpp"

namespace reprise::live {
namespace json = boost::json;
using access::Action;
using access::Reach;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;
using session::LiveSessionId;

namespace {

/// Room for a handle of which every byte is escaped as \u00XX, and some more.
constexpr std::uint64_t kTokenBodyMax = 6 * gemini::kHandleBytesMax + 1024;

struct LiveSessionEnd {
  session::SessionEnd reason = session::SessionEnd::Error;
};
BOOST_DESCRIBE_STRUCT(LiveSessionEnd, (), (reason))

json::object connection_of(const gemini::Gemini& gemini, const gemini::LiveToken& token) {
  return {{"base_url", gemini.base_url()},
          {"api_version", gemini::kApiVersion},
          {"token", token.token},
          {"expires_at", rfc3339(token.expires_utc_ns)}};
}

/// One token is one entry (who, which recording, model, how long).
http::AuditNote note_of(const std::string& model, const gemini::LiveToken& token,
                        const std::optional<session::RecordingId>& recording) {
  return {.recording_id = recording ? recording->value : std::string(),
          .detail = fmt::format("{}, until {}", model, rfc3339(token.expires_utc_ns))};
}

Response answer(const Result<archive::LiveSession>& live_session) {
  if (!live_session) return http::problem(live_session.error());
  return http::json(200, json::serialize(archive::to_api(*live_session)));
}

/// The answer when the model's service gave no token: its title names the cause; it may say when to
/// try again.
Response no_token(const Live& live, const Error& error) {
  const std::string_view title = gemini::title_of(error.type);
  if (title.empty()) return http::problem(error);
  constexpr int kBadGateway = 502;
  Response response = http::problem(kBadGateway, error.type, error.client_message, title);
  const bool passes = error.type == "model-quota" || error.type == "model-busy";
  if (const auto wait = live.gemini().retry_after(); passes && wait) {
    response.headers.set("Retry-After", std::to_string(wait->count()));
  }
  response.log_detail = error.log_detail;
  return response;
}

Response answer_of(const Live& live, const Result<Started>& started) {
  if (!started) return no_token(live, started.error());
  const gemini::LiveSettings& settings = started->settings;
  json::object body{{"live_session", archive::to_api(started->live_session)},
                    {"recording_id", nullptr},
                    {"connection", connection_of(live.gemini(), started->token)},
                    {"model", settings.model},
                    {"config", gemini::sdk_config(settings)}};
  if (started->recording_id) body["recording_id"] = started->recording_id->value;
  Response response = http::json(201, json::serialize(body));
  response.headers.add("Location", "/api/live/sessions/" + started->live_session.id.value);
  response.audit_note = note_of(settings.model, started->token, started->recording_id);
  return response;
}

Task<Response> create(Live& live, Request request) {
  auto wish = co_await http::read_json<LiveSessionCreate>(request);
  if (!wish) co_return http::problem(wish.error());
  co_return answer_of(live,
                      co_await live.start(request.who().user, *std::move(wish), request.deadline));
}

Task<Response> get(Live& live, Request request) {
  const auto found = co_await live.find(Reach::of(request.who()), LiveSessionId(request.params[0]),
                                        request.deadline);
  co_return answer(found);
}

/// The body as text. It may be absent; otherwise it must be JSON.
Task<Result<std::string>> optional_json(Request request) {
  const auto type = request.headers.find("Content-Type");
  if (!type) {
    const Result<Bytes> bytes = co_await request.body->read_all();
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) co_return std::string();
  }
  co_return co_await http::read_json_text(request.body, std::string(type.value_or("")));
}

Task<Response> mint(Live& live, Request request) {
  Reach reach = Reach::of(request.who());
  LiveSessionId id(request.params[0]);
  const Deadline deadline = request.deadline;
  const auto body = co_await optional_json(std::move(request));
  if (!body) co_return http::problem(body.error());
  auto wish = wanted_socket(*body);
  if (!wish) co_return http::problem(wish.error());
  const auto minted =
      co_await live.mint_again(std::move(reach), std::move(id), *std::move(wish), deadline);
  if (!minted) co_return no_token(live, minted.error());
  Response response = http::json(201, json::serialize(connection_of(live.gemini(), minted->token)));
  response.audit_note = note_of(minted->model, minted->token, minted->recording_id);
  co_return response;
}

Task<Response> withdraw(Live& live, Request request) {
  const auto wish = co_await http::read_json<Withdrawal>(request);
  if (!wish) co_return http::problem(wish.error());
  const auto withdrawn = co_await live.withdraw(
      Reach::of(request.who()), LiveSessionId(request.params[0]), *wish, request.deadline);
  co_return answer(withdrawn);
}

Task<Response> keep(Live& live, Request request) {
  const auto kept = co_await live.keep(Reach::of(request.who()), LiveSessionId(request.params[0]),
                                       request.deadline);
  co_return kept ? http::no_content() : http::problem(kept.error());
}

Task<Response> end(Live& live, Request request) {
  const auto wish = co_await http::read_json<LiveSessionEnd>(request);
  if (!wish) co_return http::problem(wish.error());
  if (wish->reason == session::SessionEnd::Abandoned) {
    co_return http::problem(
        Error{ErrorCode::Invalid, "`reason` must be one of hangup, lost, error, never_connected."});
  }
  const auto ended = co_await live.end(Reach::of(request.who()), LiveSessionId(request.params[0]),
                                       wish->reason, request.deadline);
  co_return answer(ended);
}

}  // namespace

Task<Begun> begin(Live& live, access::UserId owner, LiveSessionCreate wish,
                  gemini::LiveSettings preset, Deadline deadline) {
  const auto started =
      co_await live.start(std::move(owner), std::move(wish), deadline, std::move(preset));
  Begun begun{.response = answer_of(live, started)};
  if (started) begun.id = started->live_session.id;
  co_return begun;
}

http::Routes live_routes(Live& live) {
  const auto with_live = [&live](Task<Response> (*handle)(Live&, Request)) {
    return [&live, handle](Request request) { return handle(live, std::move(request)); };
  };
  return {
      guarded(Action::StartLiveSession, {Method::Post, "/api/live/sessions", with_live(create)}),
      guarded(Action::ReadLiveSession,
              {Method::Get, "/api/live/sessions/{id:uuid}", with_live(get)}),
      guarded(Action::MintToken,
              {Method::Post, "/api/live/sessions/{id:uuid}/token", with_live(mint), kTokenBodyMax}),
      guarded(Action::KeepLiveSession,
              {Method::Post, "/api/live/sessions/{id:uuid}/alive", with_live(keep)}),
      guarded(Action::WithdrawConsent,
              {Method::Post, "/api/live/sessions/{id:uuid}/withdraw-consent", with_live(withdraw)}),
      guarded(Action::EndLiveSession,
              {Method::Post, "/api/live/sessions/{id:uuid}/end", with_live(end)}),
  };
}

}  // namespace reprise::live
