#include "platform/http/gate.hpp"

#include <algorithm>

#include "domain/access/access.hpp"

namespace reprise::http {
namespace {

constexpr int kUnknown = 401;
constexpr int kForbidden = 403;
constexpr int kOutages = 500;

/// Who asks, or a visitor where these are let in.
Task<Authenticated> who_asks(const Gate* gate, std::optional<access::Action> action,
                             const Request* request) {
  auto known = co_await gate->authenticate(*request);
  if (known || known.error().status != kUnknown) co_return known;
  if (!action || !gate->visitor || !access::may_ever(access::visitor(), *action)) {
    co_return known;
  }
  auto visitor = co_await gate->visitor(*request);
  if (visitor || visitor.error().status != kUnknown) co_return visitor;
  co_return known;
}

/// The answer to a request that may come from a page of another site.
std::optional<Response> foreign_to(const Gate& gate, const Request& request) {
  return gate.foreign ? gate.foreign(request) : std::nullopt;
}

}  // namespace

bool all_guarded(const Gate& gate, const Routes& routes) {
  return std::ranges::all_of(routes, [&gate](const Route& route) {
    return route.action || gate.door_of(route.pattern) != Door::Locked;
  });
}

Task<std::optional<Response>> pass(const Gate* gate, const Route* route, Request* request,
                                   std::string* set_cookie) {
  const Door door = gate->door_of(request->path);
  const auto action = route == nullptr ? std::nullopt : route->action;
  if (door == Door::Open && !action) co_return std::nullopt;
  auto remembered = gate->remembered ? gate->remembered(*request) : std::nullopt;
  Authenticated known = remembered ? Authenticated(Known{*std::move(remembered)})
                                   : co_await who_asks(gate, action, request);
  if (!known) {
    // Whether somebody is logged in is not known during an outage: then it is not "nobody".
    const bool outage = known.error().status >= kOutages;
    if (door != Door::Locked && !action && !outage) co_return foreign_to(*gate, *request);
    co_return std::move(known.error());
  }
  if (auto refused = foreign_to(*gate, *request)) co_return refused;
  request->principal = std::move(known->who);
  if (set_cookie != nullptr) *set_cookie = std::move(known->set_cookie);
  const access::Principal& who = request->who();
  const bool allowed =
      action ? access::may_ever(who, *action) : route == nullptr || door != Door::Locked;
  if (allowed) co_return std::nullopt;
  co_return problem(Error{ErrorCode::Forbidden, "Your account or your API token may not do this."});
}

Watch::Watch(const Gate* gate, const Route* route, const Request& request, Clock::time_point now)
    : gate_(gate),
      route_(route),
      request_(Request{.method = request.method,
                       .path = request.path,
                       .headers = request.headers,
                       .request_id = request.request_id,
                       .peer_address = request.peer_address}),
      next_(now + kWatchEvery) {}

Task<bool> Watch::still_may(Clock::time_point now) {
  if (ended_ || !request_ || now < next_) co_return !ended_;
  next_ = now + kWatchEvery;
  request_->deadline = Deadline::after(kWatchEvery);
  const auto refused = co_await pass(gate_, route_, &*request_);
  ended_ = refused && (refused->status == kUnknown || refused->status == kForbidden);
  if (!ended_ && still_) ended_ = !co_await still_();
  co_return !ended_;
}

}  // namespace reprise::http
