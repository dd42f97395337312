#include "features/sharing/share_routes.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/clock.hpp"
#include "domain/login/email.hpp"
#include "platform/archive/api_json.hpp"
#include "platform/http/cookies.hpp"
#include "platform/http/forwarded.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/page_json.hpp"
#include "platform/http/responses.hpp"

namespace reprise::sharing {
namespace json = boost::json;
using access::Action;
using access::Reach;
using access::ShareKind;
using audit::ObjectKind;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// Owned by the routes' handlers.
using Services = std::shared_ptr<const ShareServices>;

constexpr std::int64_t kStartMsMax = 86'400'000;

struct ShareCreate {
  ShareKind kind = ShareKind::User;
  std::optional<std::string> email;
  std::optional<bool> needs_login;
  std::optional<bool> may_download;
  std::optional<std::int64_t> start_ms;
  std::optional<std::string> expires_at;
};
BOOST_DESCRIBE_STRUCT(ShareCreate, (),
                      (kind, email, needs_login, may_download, start_ms, expires_at))

struct LinkOpen {
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(LinkOpen, (), (secret))

template <class T>
json::value or_null(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}
json::value time_or_null(const std::optional<std::int64_t>& utc_ns) {
  return utc_ns ? json::value(rfc3339(*utc_ns)) : json::value(nullptr);
}
json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

void name_object(json::object& object, const std::optional<Object>& what) {
  object["recording_id"] = nullptr;
  object["chat_id"] = nullptr;
  if (what) object[what->kind == ObjectKind::Recording ? "recording_id" : "chat_id"] = what->id;
}

json::object to_api(const Share& share) {
  json::object object{{"id", share.id},
                      {"kind", share.terms.kind == ShareKind::Link ? "link" : "user"},
                      {"email", text_or_null(share.terms.email)},
                      {"needs_login", share.terms.needs_login},
                      {"may_download", share.terms.may_download},
                      {"start_ms", or_null(share.terms.start_ms)},
                      {"created_at", rfc3339(share.created_utc_ns)},
                      {"expires_at", time_or_null(share.terms.expires_utc_ns)},
                      {"opened", share.opened},
                      {"last_opened_at", time_or_null(share.last_opened_utc_ns)}};
  name_object(object, share.object);
  return object;
}

json::object to_api(const OpenedLink& link) {
  json::object object{{"id", link.share_id},
                      {"login_needed", !link.object.has_value()},
                      {"may_download", link.may_download},
                      {"start_ms", or_null(link.start_ms)},
                      {"expires_at", time_or_null(link.expires_utc_ns)}};
  name_object(object, link.object);
  return object;
}

json::object to_api(const View& view) {
  return {{"at", rfc3339(view.at_utc_ns)},
          {"what", view.downloaded ? "downloaded" : "viewed"},
          {"name", text_or_null(view.name)},
          {"share_id", text_or_null(view.share_id)}};
}

Object object_of(ObjectKind kind, const Request& request) {
  return {.kind = kind, .id = request.params[0]};
}

Result<std::optional<std::int64_t>> end_of(const ShareCreate& wish, std::int64_t now) {
  if (!wish.expires_at) {
    if (wish.kind == ShareKind::Link) return now + kLinkLifeUsualNs;
    return std::nullopt;
  }
  const auto end = parse_rfc3339(*wish.expires_at);
  if (!end || *end <= now || *end > now + kShareLifeMaxNs) {
    return fail(ErrorCode::Invalid,
                "`expires_at` must be a time (RFC 3339) within the next 366 days.");
  }
  return *end;
}

Result<Wish> wish_of(const ShareCreate& body, std::int64_t now) {
  const bool by_link = body.kind == ShareKind::Link;
  Wish wish{.kind = body.kind,
            .needs_login = by_link && body.needs_login.value_or(false),
            .may_download = body.may_download.value_or(false),
            .start_ms = body.start_ms};
  if (by_link == body.email.has_value()) {
    return fail(ErrorCode::Invalid, "`email` names the person; a link has none.");
  }
  if (!by_link) {
    const auto email = login::read_email(*body.email);
    if (!email) return fail(ErrorCode::Invalid, "`email` must be an e-mail address.");
    wish.email = email->local + '@' + email->domain;
    if (body.needs_login || body.start_ms) {
      return fail(ErrorCode::Invalid, "`needs_login` and `start_ms` are for links.");
    }
  }
  if (wish.start_ms && (*wish.start_ms < 0 || *wish.start_ms > kStartMsMax)) {
    return fail(ErrorCode::Invalid, fmt::format("`start_ms` must be 0 to {}.", kStartMsMax));
  }
  const auto end = end_of(body, now);
  if (!end) return std::unexpected(end.error());
  wish.expires_utc_ns = *end;
  return wish;
}

Task<Response> list(Services services, ObjectKind kind, Request request) {
  const auto shares = co_await services->shares.list(Reach::of(request.who()),
                                                     object_of(kind, request), request.deadline);
  if (!shares) co_return http::problem(shares.error());
  json::array rows;
  for (const Share& share : *shares) rows.push_back(to_api(share));
  co_return http::json(200, json::serialize(json::object{{"shares", std::move(rows)}}));
}

Task<Response> create(Services services, ObjectKind kind, Request request) {
  const auto body = co_await http::read_json<ShareCreate>(request);
  if (!body) co_return http::problem(body.error());
  const std::int64_t now = services->now_utc_ns();
  const auto wish = wish_of(*body, now);
  if (!wish) co_return http::problem(wish.error());
  if (!access::has_fresh_login(request.who(), now)) {
    co_return http::problem(403, "fresh-login-needed",
                            "Log in again to share this: your login is older than ten minutes.");
  }
  const auto made = co_await services->shares.add(
      services->doer_of(request), object_of(kind, request), *wish, request.deadline);
  if (!made) co_return http::problem(made.error());
  json::object answer = to_api(made->share);
  answer["secret"] = text_or_null(made->secret);
  co_return http::json(201, json::serialize(answer));
}

Task<Response> remove(Services services, Request request) {
  const auto removed = co_await services->shares.remove(services->doer_of(request),
                                                        request.params[0], request.deadline);
  co_return removed ? http::no_content() : http::problem(removed.error());
}

/// Empty: it was erased meanwhile.
Task<std::optional<json::object>> to_api(Services services, SharedWithMe one, Deadline deadline) {
  json::object object{{"share_id", one.share_id},
                      {"from", one.owner_name},
                      {"may_download", one.may_download},
                      {"shared_at", rfc3339(one.created_utc_ns)},
                      {"expires_at", time_or_null(one.expires_utc_ns)},
                      {"recording", nullptr},
                      {"chat", nullptr}};
  const Reach reach = Reach::of(one.owner);
  if (one.object.kind == ObjectKind::Recording) {
    const auto recording = co_await services->archive.part<archive::Recordings>().find(
        reach, session::RecordingId(one.object.id), deadline);
    if (!recording) co_return std::nullopt;
    object["recording"] = archive::to_viewer_api(*recording);
  } else {
    const session::ChatId chat(one.object.id);
    const std::string title = co_await services->live_sessions.chat_title(reach, chat, deadline);
    object["chat"] = json::object{{"id", chat.value}, {"title", title}};
  }
  co_return object;
}

Task<Response> list_shared(Services services, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto page =
      co_await services->shares.shared_with(request.who().user, *wish, request.deadline);
  json::array rows;
  for (const SharedWithMe& one : page.items) {
    auto row = co_await to_api(services, one, request.deadline);
    if (row) rows.push_back(*std::move(row));
  }
  json::object body{{"shared", std::move(rows)}, {"next_cursor", nullptr}};
  if (page.next) body["next_cursor"] = cursor_of(*page.next);
  co_return http::json(200, json::serialize(body));
}

Opener opener_of(const Request& request) {
  return {.doer = {.user_id = request.principal ? request.principal->user.value : std::string(),
                   .request_id = request.request_id,
                   .address = http::address_prefix(request.peer_address)},
          .cookie = http::read_cookie(request.headers, kVisitCookie).value_or("")};
}

Task<Response> open_link(Services services, Request request) {
  const auto body = co_await http::read_json<LinkOpen>(request);
  if (!body) co_return http::problem(body.error());
  const auto opened =
      co_await services->shares.open(opener_of(request), body->secret, request.deadline);
  if (!opened) co_return http::problem(opened.error());
  Response response = http::json(200, json::serialize(to_api(opened->first)));
  response.headers.add("Set-Cookie",
                       http::set_cookie(kVisitCookie, opened->second,
                                        std::chrono::duration_cast<std::chrono::seconds>(
                                            std::chrono::nanoseconds(kVisitNs))));
  co_return response;
}

Task<Response> get_link(Services services, Request request) {
  const auto link =
      co_await services->shares.opened(opener_of(request), request.params[0], request.deadline);
  co_return link ? http::json(200, json::serialize(to_api(*link))) : http::problem(link.error());
}

Task<Response> list_views(Services services, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const Reach reach = Reach::of(request.who());
  const session::RecordingId id(request.params[0]);
  const auto standing =
      co_await services->archive.part<archive::Contents>().standing(reach, id, request.deadline);
  if (!standing) co_return http::problem(standing.error());
  const auto page = co_await services->watched.list(reach, id.value, *wish, request.deadline);
  co_return http::json(200, json::serialize(http::page_object(
                                "views", page, [](const View& view) { return to_api(view); })));
}

}  // namespace

http::Routes share_routes(const ShareServices& given) {
  const auto services = std::make_shared<const ShareServices>(given);
  const auto with = [&services](Task<Response> (*handle)(Services, Request)) {
    return [services, handle](Request request) { return handle(services, std::move(request)); };
  };
  const auto of = [&services](ObjectKind kind,
                              Task<Response> (*handle)(Services, ObjectKind, Request)) {
    return [services, kind, handle](Request request) {
      return handle(services, kind, std::move(request));
    };
  };
  constexpr const char* kOfRecording = "/api/recordings/{id:uuid}/shares";
  constexpr const char* kOfChat = "/api/chats/{id:uuid}/shares";
  return {
      guarded(Action::ListShares, {Method::Get, kOfRecording, of(ObjectKind::Recording, list)}),
      guarded(Action::MakeShare, {Method::Post, kOfRecording, of(ObjectKind::Recording, create)}),
      guarded(Action::ListShares, {Method::Get, kOfChat, of(ObjectKind::Chat, list)}),
      guarded(Action::MakeShare, {Method::Post, kOfChat, of(ObjectKind::Chat, create)}),
      guarded(Action::RemoveShare, {Method::Delete, "/api/shares/{id:uuid}", with(remove)}),
      guarded(Action::ListSharedWithMe, {Method::Get, "/api/shared", with(list_shared)}),
      guarded(Action::ReadViews,
              {Method::Get, "/api/recordings/{id:uuid}/views", with(list_views)}),
      {Method::Post, std::string(kOpenLink), with(open_link)},
      {Method::Get, "/api/share-links/{id:uuid}", with(get_link)},
  };
}

}  // namespace reprise::sharing
