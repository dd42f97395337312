#include "features/auth/auth_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "domain/access/access.hpp"
#include "domain/login/return_path.hpp"
#include "features/auth/cookies.hpp"
#include "features/auth/doer.hpp"
#include "platform/http/forwarded.hpp"

namespace reprise::auth {
namespace json = boost::json;
using access::Action;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

constexpr int kSeeOther = 303;
constexpr const char* kLoginPage = "/login";

Response see_other(std::string where) {
  Response response{.status = kSeeOther};
  response.headers.add("Location", std::move(where));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

std::string header(const Request& request, std::string_view name) {
  return std::string(request.headers.find(name).value_or(""));
}

std::string agent_hash(const Request& request) {
  return hex(sha256(as_bytes(header(request, "User-Agent"))));
}

/// Sends the person to the login page, which says what happened and what to do.
Response failed(const NoLogin& why, const Request& request) {
  log::warn("login.failed", {{"request_id", request.request_id},
                             {"issuer", request.params[0]},
                             {"reason", enum_text(why.fault)},
                             {"what", why.detail}});
  const std::string kind(enum_text(login::kind_of(why.fault)));
  std::string query = oidc::form_of({{"error", kind}, {"request", request.request_id}});
  if (why.return_path != "/") query += "&" + oidc::form_of({{"return", why.return_path}});
  return see_other(std::string(kLoginPage) + "?" + query);
}

Response unknown_issuer() {
  return http::problem(Error{ErrorCode::NotFound, "No login is configured under this address."});
}

Task<Response> list_issuers(const Login& login, Request) {
  json::array list;
  for (const auto& one : login.issuers()) {
    list.push_back({{"id", one->settings().id},
                    {"name", one->settings().name},
                    {"reachable", one->is_reachable()}});
  }
  co_return http::json(200, json::serialize(json::object{{"issuers", std::move(list)}}));
}

Task<Response> begin(LoginServices services, Request request) {
  oidc::Issuer* const issuer = services.login.issuer(request.params[0]);
  if (issuer == nullptr) co_return unknown_issuer();
  const std::string path = login::return_path(request.query_value("return").value_or("/"));
  const bool ask_again = request.query_value("prompt") == "login";
  const auto begun = co_await services.login.begin(*issuer, header(request, "Host"), path,
                                                   request.deadline, ask_again);
  if (!begun) co_return failed(begun.error(), request);
  Response response = see_other(begun->url);
  response.headers.add("Set-Cookie",
                       set_cookie(kTransactionCookie, begun->cookie, login::kTransactionWithin));
  co_return response;
}

Task<Response> finish(LoginServices services, Request request) {
  if (services.login.issuer(request.params[0]) == nullptr) co_return unknown_issuer();
  const auto finished = co_await services.login.finish(
      {.issuer_id = request.params[0],
       .cookie = read_cookie(request.headers, kTransactionCookie),
       .query = request.query,
       .user_agent = header(request, "User-Agent"),
       .address_prefix = http::address_prefix(request.peer_address),
       .request_id = request.request_id,
       .replaced_secret = read_cookie(request.headers, kSessionCookie).value_or("")},
      request.deadline);
  Response response =
      finished ? see_other(finished->return_path) : failed(finished.error(), request);
  response.headers.add("Set-Cookie", drop_cookie(kTransactionCookie));
  if (!finished) co_return response;
  log::info("login.finished", {{"request_id", request.request_id}, {"issuer", request.params[0]}});
  response.headers.add("Set-Cookie", set_cookie(kSessionCookie, finished->secret,
                                                services.sessions.limits().absolute));
  co_return response;
}

/// The issuer's own logout, where it has one (OpenID Connect RP-Initiated Logout 1.0, 2).
std::string issuer_logout(const Login& login, std::string_view issuer) {
  for (const auto& one : login.issuers()) {
    const auto metadata = one->known();
    if (one->settings().issuer != issuer || !metadata || metadata->end_session_endpoint.empty()) {
      continue;
    }
    const std::string back = login.settings().public_urls.front() + kLoginPage;
    const std::string& address = metadata->end_session_endpoint;
    return address + (address.contains('?') ? '&' : '?') +
           oidc::form_of(
               {{"client_id", one->settings().client_id}, {"post_logout_redirect_uri", back}});
  }
  return login.issuers().empty() ? "/" : kLoginPage;
}

Task<Response> log_out(LoginServices services, Request request) {
  const access::Principal& who = request.who();
  const std::string issuer =
      co_await services.sessions.issuer_of(who.credential_id, request.deadline);
  co_await services.sessions.end(doer_of(request), who.credential_id, audit::Event::LoggedOut,
                                 request.deadline);
  Response response = http::json(
      200, json::serialize(json::object{{"next", issuer_logout(services.login, issuer)}}));
  response.headers.add("Set-Cookie", drop_cookie(kSessionCookie));
  // Not "storage": there lies the journal of recordings that are still to be sent.
  response.headers.add("Clear-Site-Data", "\"cache\"");
  co_return response;
}

Task<Response> list_sessions(LoginServices services, Request request) {
  const access::Principal& who = request.who();
  const auto sessions = co_await services.sessions.list(who.user, request.deadline);
  json::array list;
  for (const SessionView& one : sessions) {
    list.push_back({{"id", one.id},
                    {"created_at", rfc3339(one.created_utc_ns)},
                    {"last_used_at", rfc3339(one.last_used_utc_ns)},
                    {"ends_at", rfc3339(one.ends_utc_ns)},
                    {"address", one.address_prefix},
                    {"current", one.id == who.credential_id},
                    {"same_browser", one.user_agent_sha256_hex == agent_hash(request)}});
  }
  co_return http::json(200, json::serialize(json::object{{"sessions", std::move(list)}}));
}

Task<Response> end_session(LoginServices services, Request request) {
  const access::Principal& who = request.who();
  if (!co_await services.sessions.end(doer_of(request), request.params[0],
                                      audit::Event::LoginSessionEnded, request.deadline)) {
    co_return http::problem(Error{ErrorCode::NotFound, "There is no such session."});
  }
  Response response = http::no_content();
  if (request.params[0] == who.credential_id) {
    response.headers.add("Set-Cookie", drop_cookie(kSessionCookie));
  }
  co_return response;
}

Task<Response> end_all_sessions(LoginServices services, Request request) {
  co_await services.sessions.end_all(doer_of(request), request.deadline);
  Response response = http::no_content();
  response.headers.add("Set-Cookie", drop_cookie(kSessionCookie));
  co_return response;
}

}  // namespace

http::Routes login_routes(const LoginServices& services) {
  const auto with = [&services](Task<Response> (*handle)(LoginServices, Request)) {
    return [services, handle](Request request) { return handle(services, std::move(request)); };
  };
  const Login& login = services.login;
  constexpr const char* kSessions = "/api/auth/sessions";
  return {
      {Method::Get, "/api/auth/issuers",
       [&login](Request request) { return list_issuers(login, std::move(request)); }},
      {Method::Get, std::string(kBeginLogin), with(begin)},
      {Method::Get, "/api/auth/{issuer:segment}/callback", with(finish)},
      guarded(Action::ManageOwnSessions, {Method::Post, "/api/auth/logout", with(log_out)}),
      guarded(Action::ManageOwnSessions, {Method::Get, kSessions, with(list_sessions)}),
      guarded(Action::ManageOwnSessions, {Method::Delete, kSessions, with(end_all_sessions)}),
      guarded(Action::ManageOwnSessions,
              {Method::Delete, "/api/auth/sessions/{id:uuid}", with(end_session)}),
  };
}

}  // namespace reprise::auth
