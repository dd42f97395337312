#include "platform/http/client/dial.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <memory>

namespace reprise::http::client {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// The attempts of one `connect_first`. Shared with the handlers of its sockets.
struct Race {
  explicit Race(const asio::any_io_executor& on) : executor(on), changed(on) {}
  asio::any_io_executor executor;
  asio::steady_timer changed;  // cancelled to wake the coroutine that waits
  std::vector<std::shared_ptr<tcp::socket>> sockets;
  std::shared_ptr<tcp::socket> winner;
  std::size_t running = 0;
  bool failed = false;  // an attempt has failed since the last one was started
  boost::system::error_code last;

  void close() {
    boost::system::error_code ignored;
    for (const auto& socket : sockets) {
      if (socket != winner) socket->close(ignored);
    }
    sockets.clear();
  }
};

/// Ends the attempts that lost the race, also when the coroutine is cancelled.
struct Ending {
  std::shared_ptr<Race> race;
  explicit Ending(std::shared_ptr<Race> of) : race(std::move(of)) {}
  ~Ending() { race->close(); }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
};

void start(const std::shared_ptr<Race>& race, const tcp::endpoint& endpoint) {
  const auto socket = std::make_shared<tcp::socket>(race->executor);
  race->sockets.push_back(socket);
  race->failed = false;
  ++race->running;
  socket->async_connect(endpoint, [race, socket](const boost::system::error_code& error) {
    --race->running;
    if (error) {
      race->last = error;
      race->failed = true;
    } else if (!race->winner) {
      race->winner = socket;
    }
    race->changed.cancel();
  });
}

}  // namespace

Endpoints interleaved(const Endpoints& endpoints) {
  std::deque<tcp::endpoint> first;
  std::deque<tcp::endpoint> second;
  for (const tcp::endpoint& endpoint : endpoints) {
    const bool same = endpoint.protocol() == endpoints.front().protocol();
    (same ? first : second).push_back(endpoint);
  }
  Endpoints order;
  order.reserve(endpoints.size());
  while (!first.empty() || !second.empty()) {
    for (auto* family : {&first, &second}) {
      if (family->empty()) continue;
      order.push_back(family->front());
      family->pop_front();
    }
  }
  return order;
}

Task<std::expected<tcp::socket, FetchError>> connect_first(Endpoints endpoints, Deadline deadline) {
  Endpoints order = interleaved(endpoints);
  if (order.size() > kAddressesMax) order.resize(kAddressesMax);
  const auto race = std::make_shared<Race>(co_await asio::this_coro::executor);
  const Ending ending(race);
  std::size_t next = 0;
  Deadline next_at = Deadline::after({});
  while (!race->winner && !deadline.passed()) {
    const bool more = next < order.size();
    if (!more && race->running == 0) break;
    if (more && (race->failed || next_at.passed())) {
      start(race, order[next++]);
      next_at = Deadline::after(kNextAddressAfter);
    }
    race->changed.expires_at(next < order.size() ? std::min(next_at.at(), deadline.at())
                                                 : deadline.at());
    boost::system::error_code woken;
    co_await race->changed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (race->winner) {
    boost::system::error_code ignored;
    race->winner->set_option(tcp::no_delay(true), ignored);
    co_return std::move(*race->winner);
  }
  if (race->running > 0 || (order.size() > next && deadline.passed())) {
    co_return std::unexpected(FetchError{FetchFault::ConnectLate, "connect: no answer in time"});
  }
  const std::string why = order.empty() ? "the name has no address" : race->last.message();
  co_return std::unexpected(FetchError{FetchFault::Refused, "connect: " + why});
}

Task<std::expected<tcp::socket, FetchError>> dial(Place place, Deadline deadline) {
  auto endpoints = co_await resolve(std::move(place), deadline);
  if (!endpoints) co_return std::unexpected(std::move(endpoints.error()));
  co_return co_await connect_first(*std::move(endpoints), deadline);
}

}  // namespace reprise::http::client
