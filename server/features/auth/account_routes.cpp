#include "features/auth/account_routes.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "domain/access/access.hpp"
#include "features/auth/doer.hpp"
#include "platform/http/json_body.hpp"

namespace reprise::auth {
namespace json = boost::json;
using access::Action;
using access::Principal;
using access::Scope;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

struct TokenCreate {
  std::string name;
  std::vector<std::string> scopes;
  std::optional<std::string> expires_at;
};
BOOST_DESCRIBE_STRUCT(TokenCreate, (), (name, scopes, expires_at))

json::array shown(access::Roles roles) {
  json::array names{"participant"};
  if (roles.has(access::Role::Researcher)) names.emplace_back("researcher");
  if (roles.has(access::Role::Admin)) names.emplace_back("admin");
  return names;
}

std::string_view shown(access::AuthenticatedBy how) {
  switch (how) {
    case access::AuthenticatedBy::Session:
      return "session";
    case access::AuthenticatedBy::ApiToken:
      return "api_token";
    case access::AuthenticatedBy::LocalUser:
    case access::AuthenticatedBy::ShareLink:  // never comes to accounts
      break;
  }
  return "local_user";
}

json::object to_api(const ApiToken& token) {
  json::array scopes;
  if (token.scopes.has(Scope::Read)) scopes.emplace_back("read");
  if (token.scopes.has(Scope::Write)) scopes.emplace_back("write");
  json::object object{{"id", token.id},
                      {"name", token.name},
                      {"scopes", std::move(scopes)},
                      {"created_at", rfc3339(token.created_utc_ns)},
                      {"expires_at", rfc3339(token.expires_utc_ns)}};
  object["last_used_at"] =
      token.last_used_utc_ns ? json::value(rfc3339(*token.last_used_utc_ns)) : json::value(nullptr);
  return object;
}

Result<access::Scopes> scopes_of(const std::vector<std::string>& names) {
  access::Scopes scopes;
  for (const std::string& name : names) {
    if (name != "read" && name != "write") {
      return fail(ErrorCode::Invalid, "`scopes` must name read, write, or both.");
    }
    scopes.add(name == "read" ? Scope::Read : Scope::Write);
  }
  if (names.empty()) return fail(ErrorCode::Invalid, "`scopes` must name read, write, or both.");
  return scopes;
}

Result<std::string> name_of(const std::string& wish) {
  std::string name = text::one_line(text::well_formed(wish));
  if (!text::is_visible(name) || text::letter_count(name) > kTokenNameLettersMax) {
    return fail(ErrorCode::Invalid, "`name` must have 1 to " +
                                        std::to_string(kTokenNameLettersMax) +
                                        " letters that people can see.");
  }
  return name;
}

Result<std::int64_t> end_of(const std::optional<std::string>& wish, std::int64_t now) {
  const auto ns = [](std::chrono::nanoseconds span) { return span.count(); };
  if (!wish) return now + ns(kTokenLifeUsual);
  const auto end = parse_rfc3339(*wish);
  if (!end || *end <= now || *end > now + ns(kTokenLifeMax)) {
    return fail(ErrorCode::Invalid,
                "`expires_at` must be a time (RFC 3339) within the next 366 days.");
  }
  return *end;
}

Task<Response> me(Accounts& accounts, Request request) {
  const Principal& who = request.who();
  const auto person = co_await accounts.find(who.user, request.deadline);
  if (!person) co_return http::problem(person.error());
  json::object shown_person{{"id", who.user.value},
                            {"name", person->name},
                            {"email", person->email},
                            {"roles", shown(who.roles)},
                            {"authenticated_by", shown(who.authenticated_by)},
                            {"session_id", who.credential_id},
                            {"fresh_login_until", nullptr}};
  if (who.authenticated_by == access::AuthenticatedBy::Session) {
    shown_person["fresh_login_until"] = rfc3339(who.auth_time_utc_ns + access::kFreshLoginNs);
  }
  co_return http::json(200, json::serialize(shown_person));
}

Task<Response> list_tokens(ApiTokens& tokens, Request request) {
  const auto held = co_await tokens.list(request.who().user, request.deadline);
  json::array list;
  for (const ApiToken& one : held) list.push_back(to_api(one));
  co_return http::json(200, json::serialize(json::object{{"tokens", std::move(list)}}));
}

Task<Response> create_token(ApiTokens& tokens, std::function<std::int64_t()> now, Request request) {
  const auto wish = co_await http::read_json<TokenCreate>(request);
  if (!wish) co_return http::problem(wish.error());
  const auto name = name_of(wish->name);
  if (!name) co_return http::problem(name.error());
  const auto scopes = scopes_of(wish->scopes);
  if (!scopes) co_return http::problem(scopes.error());
  const auto end = end_of(wish->expires_at, now());
  if (!end) co_return http::problem(end.error());
  const auto made =
      co_await tokens.create(doer_of(request), *name, *scopes, *end, request.deadline);
  if (!made) co_return http::problem(made.error());
  json::object answer = to_api(made->token);
  answer["token"] = json::string(made->secret);
  co_return http::json(201, json::serialize(answer));
}

Task<Response> remove_token(ApiTokens& tokens, Request request) {
  if (!co_await tokens.remove(doer_of(request), request.params[0], request.deadline)) {
    co_return http::problem(Error{ErrorCode::NotFound, "You have no such token."});
  }
  co_return http::no_content();
}

}  // namespace

http::Routes account_routes(Accounts& accounts, ApiTokens& tokens,
                            std::function<std::int64_t()> now_utc_ns) {
  return {
      guarded(Action::ReadOwnAccount,
              {Method::Get, "/api/me",
               [&accounts](Request request) { return me(accounts, std::move(request)); }}),
      guarded(Action::ManageOwnTokens,
              {Method::Get, "/api/tokens",
               [&tokens](Request request) { return list_tokens(tokens, std::move(request)); }}),
      guarded(Action::ManageOwnTokens, {Method::Post, "/api/tokens",
                                        [&tokens, now_utc_ns](Request request) {
                                          return create_token(tokens, now_utc_ns,
                                                              std::move(request));
                                        }}),
      guarded(Action::ManageOwnTokens,
              {Method::Delete, "/api/tokens/{id:uuid}",
               [&tokens](Request request) { return remove_token(tokens, std::move(request)); }}),
  };
}

}  // namespace reprise::auth
