#include "platform/http/worker.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "platform/http/response_head.hpp"
#include "platform/http/responses.hpp"

namespace reprise::http {
namespace asio = boost::asio;
using asio::ip::tcp;

Worker::Worker(ServerContext& owner) : shared(owner) {}

Task<void> Worker::accept_loop() {
  // Out of descriptors: wait until some are free again.
  constexpr std::chrono::milliseconds kPauseAfterError{50};
  while (acceptor.is_open()) {
    boost::system::error_code error;
    tcp::socket socket =
        co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      log::warn("http.accept_failed", {{"what", error.message()}});
      co_await sleep_for(kPauseAfterError);
      continue;
    }
    take_connection(std::move(socket));
  }
}

void Worker::take_connection(tcp::socket socket) {
  if (shared.connections.load() >= shared.options.connections_max) {
    return refuse_connection(std::move(socket));
  }
  ++shared.connections;
  tasks.spawn("http.connection", serve_connection(this, std::move(socket)));
}

/// May fail without harm: a fresh socket takes these few bytes without waiting.
void Worker::refuse_connection(tcp::socket socket) {
  const std::string request_id = new_uuid7();
  Response response = problem(503, "", "Too many connections are open. Try again in a moment.");
  stamp_request_id(response, request_id);
  const std::string head = head_text(response, {.keep_alive = false,
                                                .request_id = request_id,
                                                .date = date(),
                                                .defaults = &shared.options.headers});
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  asio::write(socket, asio::buffer(head + std::get<std::string>(response.body)), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

Task<void> Worker::drain(Deadline deadline) {
  draining = true;
  boost::system::error_code ignored;
  // The kernel has accepted these for us, and a request may be on its way. Closing would reset
  // them.
  acceptor.non_blocking(true, ignored);
  for (boost::system::error_code none; !none;) {
    tcp::socket waiting(context);
    acceptor.accept(waiting, none);
    if (!none) take_connection(std::move(waiting));
  }
  acceptor.close(ignored);
  for (Closable* one : std::list(open)) one->drain();
  asio::steady_timer again(context, kFirstRequestWait);
  again.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    for (Closable* one : std::list(open)) one->drain();
  });
  asio::steady_timer timer(context, deadline.at());
  timer.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    for (Closable* one : std::list(open)) one->cut();
  });
  co_await tasks.join(deadline);
}

const std::string& Worker::date() {
  const std::int64_t now_ns = shared.options.now_utc_ns();
  if (now_ns / 1'000'000'000 != date_second_) {
    date_second_ = now_ns / 1'000'000'000;
    date_ = http_date(now_ns);
  }
  return date_;
}

}  // namespace reprise::http
