#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "domain/access/principal.hpp"
#include "platform/http/http.hpp"

// The one way to the handlers: who asks, and whether they may.
namespace reprise::http {

/// Who may come in under a path.
enum class Door {
  Open,    ///< everybody; nobody is asked who they are (the page's files)
  Known,   ///< everybody; the handler is told who asks, if they prove it
  Locked,  ///< only those who prove who they are
};

/// Who asks.
struct Known {
  access::Principal who;
  /// `Set-Cookie` of the answer, unless the handler sets one: the session has a new secret. Empty:
  /// none.
  std::string set_cookie = {};
};
/// Who sends a request, or the answer to somebody who does not prove it.
using Authenticated = std::expected<Known, Response>;

/// Callable from any thread.
struct Gate {
  /// Who sends the request, or the answer to somebody who does not prove it (401), may not come in
  /// (403), or cannot be looked up now (503). Its path, headers and peer_address are set; its body
  /// is not to be read. May throw; the answer is then 500.
  std::function<Task<Authenticated>(const Request&)> authenticate;
  /// The same without a wait, for somebody who was asked for a moment ago; empty: ask
  /// `authenticate`. No function: always ask. Keeps the cost of a login per request small.
  std::function<std::optional<access::Principal>(const Request&)> remembered = {};
  /// access::visitor() for somebody who is not logged in but has opened a link; otherwise answers
  /// like `authenticate`. Asked only for what can be shared. Empty: there are no links.
  std::function<Task<Authenticated>(const Request&)> visitor = {};
  /// The answer (403) to a request that changes something and does not prove that a page of ours or
  /// a script sends it; empty: it does. Asked of whoever may come in, so that nobody learns more
  /// than "log in" without a login. No function: the server compares `Origin` with `Host` itself.
  std::function<std::optional<Response>(const Request&)> foreign = {};
  /// Also asked for each route's pattern. Must be the same for all requests.
  Door (*door_of)(std::string_view path) = nullptr;
};

/// Whether each route is guarded, or leads through a door that is not locked.
bool all_guarded(const Gate& gate, const Routes& routes);

/// Sets `request->principal`. Returns the answer to a request that may not go on: without login the
/// same for every locked path, whether there is a route for it or not; 403 when the route's action
/// is not for this principal. Whether the object is theirs, or shared with them, the handler finds
/// out. `route` is null when there is none. `set_cookie`, unless null, is set to that of Known. The
/// pointers outlive the task.
Task<std::optional<Response>> pass(const Gate* gate, const Route* route, Request* request,
                                   std::string* set_cookie = nullptr);

/// How often a request that goes on for long is asked again whether it may: a right that was taken
/// away ends within five seconds.
inline constexpr std::chrono::seconds kWatchEvery{2};

/// Asks the gate again while a request is read or answered. One for each request.
class Watch {
 public:
  using Clock = std::chrono::steady_clock;
  /// Nothing is watched: everything goes on.
  Watch() = default;
  /// Watches a request that has passed the gate. Copies what the gate looks at. The pointers
  /// outlive it.
  Watch(const Gate* gate, const Route* route, const Request& request, Clock::time_point now);
  /// Watches also what the answer depends on (Response::still).
  void add(std::function<Task<bool>()> still) { still_ = std::move(still); }
  /// False once who asks is not known any more, or may not do it any more. True while the gate
  /// cannot say. Mostly does not ask: at most every kWatchEvery.
  Task<bool> still_may(Clock::time_point now);

 private:
  const Gate* gate_ = nullptr;
  const Route* route_ = nullptr;
  std::optional<Request> request_;
  std::function<Task<bool>()> still_;
  Clock::time_point next_ = {};
  bool ended_ = false;
};

}  // namespace reprise::http
