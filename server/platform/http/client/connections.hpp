#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "platform/http/client.hpp"

namespace reprise::http {

/// `fetch` over connections that stay open between requests. Any thread: an idle connection is used
/// again only on the executor that opened it. Destroyed before those executors' contexts.
class Connections {
 public:
  /// `idle_max`: how many connections stay open without a request. A further one replaces the
  /// oldest.
  explicit Connections(std::size_t idle_max);
  ~Connections();
  /// As `fetch`, without a pin. A connection that the peer closed while it was idle is not used.
  /// When the peer closes it during the request, the caller gets the error `Cut`.
  Task<std::expected<ClientResponse, FetchError>> fetch(ClientRequest request);
  /// Connections that are open and idle.
  std::size_t idle() const;

  /// Shorter than what servers allow (nginx 75 s, Node 5 s, Google minutes), so that the race with
  /// their closing is rare.
  static constexpr std::chrono::seconds kIdleMax{4};

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace reprise::http
