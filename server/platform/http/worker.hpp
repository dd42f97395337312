#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <string>

#include "base/async.hpp"
#include "platform/http/memory_budget.hpp"
#include "platform/http/router.hpp"
#include "platform/http/server.hpp"

// Inside of the server; nothing outside platform/http includes it.
namespace reprise::http {

/// What all threads of one server share. Immutable except for the counters and the pool.
struct ServerContext {
  ServerContext(ServerOptions server_options, Routes routes)
      : options(std::move(server_options)),
        router(std::move(routes)),
        memory(options.memory_bytes_max) {}

  const ServerOptions options;
  const Router router;
  MemoryBudget memory;
  BlockingPool files{"http-files",
                     2};  ///< opens files, and reads what the page cache does not hold
  std::atomic<std::size_t> connections{0};
};

/// How long a server that is about to end waits for the first request of a connection.
inline constexpr std::chrono::seconds kFirstRequestWait{1};

/// Something with a socket that must end when the server does. Used on its worker's thread only.
class Closable {
 public:
  virtual ~Closable() = default;
  /// Asks it to end soon: what runs is finished first. Called twice, kFirstRequestWait apart.
  virtual void drain() = 0;
  /// Closes the socket now.
  virtual void cut() = 0;
};

/// One thread with its io_context and everything that lives on it.
struct Worker {
  explicit Worker(ServerContext& owner);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  Task<void> accept_loop();
  Task<void> drain(Deadline deadline);
  /// The value of `Date`, made once a second.
  const std::string& date();

  ServerContext& shared;
  boost::asio::io_context context{1};
  boost::asio::ip::tcp::acceptor acceptor{context};
  TaskGroup tasks{context.get_executor()};
  std::list<Closable*> open;
  bool draining = false;

 private:
  void take_connection(boost::asio::ip::tcp::socket socket);
  void refuse_connection(boost::asio::ip::tcp::socket socket);
  std::int64_t date_second_ = -1;
  std::string date_;
};

/// Keeps a Closable in its worker's list for as long as it lives.
class Registration {
 public:
  Registration(Worker& worker, Closable& one)
      : list_(worker.open), place_(list_.insert(list_.end(), &one)) {}
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() { list_.erase(place_); }

 private:
  std::list<Closable*>& list_;
  std::list<Closable*>::iterator place_;
};

/// Serves one accepted socket to its end.
Task<void> serve_connection(Worker* worker, boost::asio::ip::tcp::socket socket);

}  // namespace reprise::http
