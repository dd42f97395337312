#include "platform/http/server.hpp"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <system_error>
#include <thread>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "platform/http/response_head.hpp"
#include "platform/http/worker.hpp"

namespace reprise::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

struct Server::State {
  State(ServerOptions options, Routes routes) : shared(std::move(options), std::move(routes)) {}

  ServerContext shared;
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
  bool closed = false;

  void listen();
};

/// The first socket binds the port exclusively, so that a second server on the same port fails.
/// Then both sides allow further sockets to share it.
void Server::State::listen() {
  const ServerOptions& options = shared.options;
  const std::string& name = options.address == "localhost" ? "127.0.0.1" : options.address;
  tcp::endpoint endpoint(asio::ip::make_address(name), options.port);
  for (const auto& worker : workers) {
    tcp::acceptor& acceptor = worker->acceptor;
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    if (worker != workers.front()) acceptor.set_option(ReusePort(true));
    acceptor.bind(endpoint);
    acceptor.set_option(ReusePort(true));
    endpoint.port(acceptor.local_endpoint().port());
  }
  for (const auto& worker : workers) worker->acceptor.listen();
  port = endpoint.port();
}

Server::Server(ServerOptions options, Routes routes) {
  REPRISE_ASSERT(!options.gate || all_guarded(*options.gate, routes));
  state_ = std::make_unique<State>(std::move(options), std::move(routes));
  const ServerOptions& given = state_->shared.options;
  REPRISE_ASSERT(given.threads > 0 && is_safe(given.headers));
  for (std::size_t i = 0; i < given.threads; ++i) {
    state_->workers.push_back(std::make_unique<Worker>(state_->shared));
  }
  try {
    state_->listen();
  } catch (const boost::system::system_error& error) {
    state_->shared.files.close();
    throw std::system_error(error.code().value(), std::system_category(),
                            "cannot listen on " + given.address + ":" + std::to_string(given.port));
  }
}

// NOLINTNEXTLINE(bugprone-exception-escape): only without memory, and then there is nothing to do
Server::~Server() { close(Deadline::after({})); }

std::uint16_t Server::port() const { return state_->port; }

void Server::start() {
  REPRISE_ASSERT(state_->threads.empty() && !state_->closed);
  for (const auto& worker : state_->workers) {
    worker->tasks.spawn("http.accept", worker->accept_loop());
    state_->threads.emplace_back([&context = worker->context] {
      const auto guard = asio::make_work_guard(context);
      context.run();
    });
    pthread_setname_np(state_->threads.back().native_handle(), "http");
  }
}

void Server::close(Deadline deadline) {
  if (std::exchange(state_->closed, true)) return;
  for (std::size_t i = 0; i < state_->threads.size(); ++i) {
    Worker& worker = *state_->workers[i];
    asio::co_spawn(worker.context, worker.drain(deadline), [&worker](std::exception_ptr error) {
      if (error) log::error("http.drain_failed");
      worker.context.stop();
    });
  }
  for (std::thread& thread : state_->threads) thread.join();
  state_->shared.files.close();
}

}  // namespace reprise::http
