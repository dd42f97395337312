#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "platform/http/http.hpp"

namespace reprise::http {

/// What one listener accepts and how long it waits. Every limit is enforced before a handler runs.
struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the system chooses; see `port()`
  std::size_t threads = 2;
  std::size_t connections_max = 4096;
  std::uint32_t header_bytes_max = 16 * 1024;
  std::chrono::seconds header_wait{10};
  std::chrono::seconds body_wait{120};
  std::chrono::seconds idle_wait{75};
  std::vector<std::string> hosts;  ///< allow-list of `Host` names without port; empty: any (the emulator)
  Headers headers = {};            ///< added to every answer (security headers)
  bool merge_slashes = false;      ///< collapse runs of `/` (the official Gemini SDK sends `//ws/…`)
  bool cross_origin = false;       ///< answer CORS preflights and reflect the origin (the emulator only)
};

/// HTTP/1.1 on Beast: one io_context per thread with SO_REUSEPORT; a connection stays on its thread.
class Server {
 public:
  /// Binds at once; throws std::system_error with the address when that fails.
  Server(ServerOptions options, Routes routes);
  ~Server();
  std::uint16_t port() const;
  /// An executor of thread `index % threads`, for background coroutines of the owner.
  boost::asio::any_io_executor executor(std::size_t index) const;
  /// Starts the threads and accepts. Returns at once.
  void start();
  /// Stops accepting, finishes what runs until the deadline, then cuts; joins the threads. Blocks.
  void close(Deadline deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::http
