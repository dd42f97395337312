#include "features/users/user_routes.hpp"

#include <boost/describe/class.hpp>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/utf8.hpp"
#include "domain/access/access.hpp"
#include "domain/login/email.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/page_json.hpp"

namespace reprise::users {
namespace json = boost::json;
using access::Action;
using access::Role;
using access::Roles;
using access::UserId;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// As long as an e-mail address can be, and longer than names are.
constexpr std::size_t kSoughtBytesMax = 320;

struct UserChange {
  std::optional<std::vector<std::string>> roles;
  std::optional<std::string> state;
  std::optional<bool> held;
};
BOOST_DESCRIBE_STRUCT(UserChange, (), (roles, state, held))

struct Invite {
  std::string email;
  std::optional<std::vector<std::string>> roles;
};
BOOST_DESCRIBE_STRUCT(Invite, (), (email, roles))

struct HandOver {
  std::string to;
};
BOOST_DESCRIBE_STRUCT(HandOver, (), (to))

json::array names_of(const Roles& roles) {
  json::array names{"participant"};
  if (roles.has(Role::Researcher)) names.emplace_back("researcher");
  if (roles.has(Role::Admin)) names.emplace_back("admin");
  return names;
}

json::object to_api(const User& user) {
  return {{"id", user.id.value},
          {"name", user.name},
          {"email", user.email},
          {"roles", names_of(user.roles)},
          {"issuer_roles", names_of(user.issuer_roles)},
          {"state", user.disabled ? "disabled" : "active"},
          {"held", user.held},
          {"created_at", rfc3339(user.created_utc_ns)},
          {"chats", user.chats},
          {"recordings", user.recordings}};
}

json::object to_api(const Invitation& one) {
  return {{"id", one.id},
          {"email", one.email},
          {"roles", names_of(one.roles)},
          {"created_at", rfc3339(one.created_utc_ns)},
          {"user_id", one.user ? json::value(one.user->value) : json::value(nullptr)}};
}

Result<Roles> roles_of(const std::vector<std::string>& names) {
  Roles roles{Role::Participant};
  for (const std::string& name : names) {
    if (name == "researcher") {
      roles.add(Role::Researcher);
    } else if (name == "admin") {
      roles.add(Role::Admin);
    } else if (name != "participant") {
      return fail(
          ErrorCode::Invalid,
          "`roles` may name participant, researcher and admin; everybody is a participant.");
    }
  }
  return roles;
}

Result<Change> change_of(const UserChange& wish) {
  Change change;
  change.held = wish.held;
  if (wish.roles) {
    const auto roles = roles_of(*wish.roles);
    if (!roles) return std::unexpected(roles.error());
    change.roles = *roles;
  }
  if (wish.state) {
    if (*wish.state != "active" && *wish.state != "disabled") {
      return fail(ErrorCode::Invalid, "`state` must be active or disabled.");
    }
    change.disabled = *wish.state == "disabled";
  }
  if (!wish.roles && !wish.state && !wish.held) {
    return fail(ErrorCode::Invalid, "Send `roles`, `state` or `held`.");
  }
  return change;
}

Response answer(const Result<User>& user) {
  return user ? http::json(200, json::serialize(to_api(*user))) : http::problem(user.error());
}

/// `?q=`; empty when it is absent.
Result<std::string> words_of(const Request& request) {
  const auto words = request.query_value("q").value_or("");
  if (words.size() > kSoughtBytesMax || !is_utf8(words) || words.contains('\0')) {
    return fail(ErrorCode::Invalid, "`q` must be part of a name or of an e-mail address.");
  }
  return std::string(words);
}

Task<Response> list(Users& users, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto words = words_of(request);
  if (!words) co_return http::problem(words.error());
  const auto page = co_await users.list(*wish, *words, request.deadline);
  co_return http::json(200, json::serialize(http::page_object(
                                "users", page, [](const User& user) { return to_api(user); })));
}

Task<Response> get(Users& users, Request request) {
  const auto user = co_await users.find(UserId(request.params[0]), request.deadline);
  co_return answer(user);
}

Task<Response> change(Users& users, DoerOf doer_of, Request request) {
  const auto wish = co_await http::read_json<UserChange>(request);
  if (!wish) co_return http::problem(wish.error());
  const auto change = change_of(*wish);
  if (!change) co_return http::problem(change.error());
  const auto changed =
      co_await users.change(doer_of(request), UserId(request.params[0]), *change, request.deadline);
  co_return answer(changed);
}

Task<Response> hand_over(Users& users, DoerOf doer_of, Request request) {
  const auto wish = co_await http::read_json<HandOver>(request);
  if (!wish) co_return http::problem(wish.error());
  if (!is_uuid(wish->to)) {
    co_return http::problem(Error{ErrorCode::Invalid, "`to` must be the id of a user."});
  }
  const auto done = co_await users.hand_over(doer_of(request), UserId(request.params[0]),
                                             UserId(wish->to), request.deadline);
  co_return done ? http::no_content() : http::problem(done.error());
}

Task<Response> list_invitations(Invitations& invitations, Request request) {
  const auto all = co_await invitations.list(request.deadline);
  json::array list;
  for (const Invitation& one : all) list.push_back(to_api(one));
  co_return http::json(200, json::serialize(json::object{{"invitations", std::move(list)}}));
}

Task<Response> invite(Invitations& invitations, DoerOf doer_of, Request request) {
  const auto wish = co_await http::read_json<Invite>(request);
  if (!wish) co_return http::problem(wish.error());
  const auto email = login::read_email(wish->email);
  if (!email) {
    co_return http::problem(Error{ErrorCode::Invalid, "`email` must be an e-mail address."});
  }
  const auto roles = roles_of(wish->roles.value_or(std::vector<std::string>{}));
  if (!roles) co_return http::problem(roles.error());
  const auto made = co_await invitations.add(doer_of(request), email->local + '@' + email->domain,
                                             *roles, request.deadline);
  if (!made) co_return http::problem(made.error());
  co_return http::json(201, json::serialize(to_api(*made)));
}

Task<Response> take_back(Invitations& invitations, DoerOf doer_of, Request request) {
  if (!co_await invitations.remove(doer_of(request), request.params[0], request.deadline)) {
    co_return http::problem(Error{ErrorCode::NotFound, "There is no such invitation."});
  }
  co_return http::no_content();
}

http::Routes invitation_routes(Invitations& invitations, const DoerOf& doer_of) {
  constexpr const char* kAll = "/api/invitations";
  return {
      guarded(Action::ManageUsers, {Method::Get, kAll,
                                    [&invitations](Request request) {
                                      return list_invitations(invitations, std::move(request));
                                    }}),
      guarded(Action::ManageUsers, {Method::Post, kAll,
                                    [&invitations, doer_of](Request request) {
                                      return invite(invitations, doer_of, std::move(request));
                                    }}),
      guarded(Action::ManageUsers, {Method::Delete, "/api/invitations/{id:uuid}",
                                    [&invitations, doer_of](Request request) {
                                      return take_back(invitations, doer_of, std::move(request));
                                    }}),
  };
}

}  // namespace

http::Routes user_routes(Users& users, Invitations& invitations, const DoerOf& doer_of) {
  constexpr const char* kOne = "/api/users/{id:uuid}";
  http::Routes all = invitation_routes(invitations, doer_of);
  for (http::Route& one : http::Routes{
           guarded(Action::ManageUsers,
                   {Method::Get, "/api/users",
                    [&users](Request request) { return list(users, std::move(request)); }}),
           guarded(Action::ManageUsers,
                   {Method::Get, kOne,
                    [&users](Request request) { return get(users, std::move(request)); }}),
           guarded(Action::ManageUsers, {Method::Patch, kOne,
                                         [&users, doer_of](Request request) {
                                           return change(users, doer_of, std::move(request));
                                         }}),
           guarded(Action::ManageUsers, {Method::Post, "/api/users/{id:uuid}/hand-over",
                                         [&users, doer_of](Request request) {
                                           return hand_over(users, doer_of, std::move(request));
                                         }}),
       }) {
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace reprise::users
