#include "features/studies/participation_routes.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <memory>

#include "base/json.hpp"
#include "domain/access/access.hpp"
#include "domain/study/clean.hpp"
#include "features/studies/study_json.hpp"
#include "platform/http/cookies.hpp"
#include "platform/http/forwarded.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/responses.hpp"

namespace reprise::studies {
namespace json = boost::json;
using access::Action;
using audit::Doer;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;
using study::Stage;

namespace {

constexpr std::uint64_t kAnswersBytesMax = std::uint64_t{4} << 20;
constexpr std::size_t kLocaleMax = 20;

struct LinkOpen {
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(LinkOpen, (), (secret))

struct ConsentGiven {
  std::string secret;
  std::int64_t consent_version = 0;
};
BOOST_DESCRIBE_STRUCT(ConsentGiven, (), (secret, consent_version))

enum class AnsweredPart { Before, After };
BOOST_DESCRIBE_ENUM(AnsweredPart, Before, After)

struct AnswersGiven {
  AnsweredPart part = AnsweredPart::Before;
  json::value answers;
};
BOOST_DESCRIBE_STRUCT(AnswersGiven, (), (part, answers))

struct TalkBody {
  bool camera = false;
  std::string locale;
};
BOOST_DESCRIBE_STRUCT(TalkBody, (), (camera, locale))

std::string cookie_of(const Request& request) {
  return http::read_cookie(request.headers, kParticipantCookie).value_or("");
}

Doer doer_of(const Request& request) {
  return {.user_id = {},
          .request_id = request.request_id,
          .address = http::address_prefix(request.peer_address)};
}

/// What each route needs.
struct Served {
  Participations& all;
  AnsweredBy answered_by;

  Response answer(int status, const Result<Participation>& by) const {
    if (!by) return http::problem(by.error());
    json::object body = to_api(*by);
    body["answered_by"] = enum_text(answered_by);
    return http::json(status, json::serialize(body));
  }
};

Task<Response> open(Served served, Request request) {
  const auto body = co_await http::read_json<LinkOpen>(request);
  if (!body) co_return http::problem(body.error());
  co_return served.answer(200, co_await served.all.open(body->secret, cookie_of(request),
                                                        doer_of(request), request.deadline));
}

Task<Response> consent(Served served, Request request) {
  const auto body = co_await http::read_json<ConsentGiven>(request);
  if (!body) co_return http::problem(body.error());
  const auto begun = co_await served.all.consent(body->secret, body->consent_version,
                                                 doer_of(request), request.deadline);
  if (!begun) co_return http::problem(begun.error());
  Response response = served.answer(201, begun->first);
  response.headers.add("Set-Cookie",
                       http::set_cookie(kParticipantCookie, begun->second,
                                        std::chrono::duration_cast<std::chrono::seconds>(
                                            std::chrono::nanoseconds(kSendNs))));
  co_return response;
}

Task<Response> find(Served served, Request request) {
  co_return served.answer(200, co_await served.all.find(cookie_of(request), request.deadline));
}

Task<Response> give_answers(Served served, Request request) {
  auto body = co_await http::read_json<AnswersGiven>(request);
  if (!body) co_return http::problem(body.error());
  const Stage part = body->part == AnsweredPart::Before ? Stage::Before : Stage::After;
  co_return served.answer(
      200, co_await served.all.answer(cookie_of(request), part, std::move(body->answers),
                                      doer_of(request), request.deadline));
}

Task<Response> end_talk(Served served, Request request) {
  co_return served.answer(
      200, co_await served.all.end_talk(cookie_of(request), doer_of(request), request.deadline));
}

Task<Response> withdraw(Served served, Request request) {
  co_return served.answer(
      200, co_await served.all.withdraw(cookie_of(request), doer_of(request), request.deadline));
}

Task<Response> begin_talk(Participations& all, std::shared_ptr<const BeginTalk> begin,
                          Request request) {
  const auto body = co_await http::read_json<TalkBody>(request);
  if (!body) co_return http::problem(body.error());
  const auto locale = study::filled("locale", body->locale, kLocaleMax);
  if (!locale) co_return http::problem(locale.error());
  auto by = co_await all.may_talk(cookie_of(request), request.deadline);
  if (!by) co_return http::problem(by.error());
  const study::Condition& condition = by->condition.value();
  if (body->camera && !condition.camera) {
    co_return http::problem(
        Error{ErrorCode::Invalid, "`camera`: this study takes no pictures of you."});
  }
  TalkWish wish{.by = *by,
                .preset = {.model = condition.model,
                           .voice = condition.voice,
                           .instruction = condition.instruction},
                .locale = *locale,
                .given_utc_ns = by->begun_utc_ns.value_or(0),
                .camera = body->camera};
  BegunTalk begun = co_await (*begin)(std::move(wish), request.deadline);
  if (begun.id) {
    co_await all.add_talk(*std::move(by), begun.chat_id, *std::move(begun.id), request.deadline);
  }
  co_return std::move(begun.response);
}

}  // namespace

http::Routes participation_routes(Participations& participations, AnsweredBy answered_by,
                                  BeginTalk begin) {
  const Served served{.all = participations, .answered_by = answered_by};
  const auto with = [served](Task<Response> (*handle)(Served, Request)) {
    return [served, handle](Request request) { return handle(served, std::move(request)); };
  };
  const auto begins = std::make_shared<const BeginTalk>(std::move(begin));
  return {
      {Method::Post, std::string(kOpenPath), with(open)},
      {Method::Post, std::string(kConsentPath), with(consent)},
      guarded(Action::TakePart, {Method::Get, "/api/participation", with(find)}),
      guarded(Action::TakePart,
              {Method::Put, "/api/participation/answers", with(give_answers), kAnswersBytesMax}),
      guarded(Action::TakePart, {Method::Post, "/api/participation/end-talk", with(end_talk)}),
      guarded(Action::TakePart, {Method::Post, "/api/participation/withdraw", with(withdraw)}),
      guarded(Action::StartLiveSession, {Method::Post, "/api/participation/live-session",
                                         [&participations, begins](Request request) {
                                           return begin_talk(participations, begins,
                                                             std::move(request));
                                         }}),
  };
}

}  // namespace reprise::studies
