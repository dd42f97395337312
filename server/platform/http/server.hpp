#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "platform/http/forwarded.hpp"
#include "platform/http/gate.hpp"
#include "platform/http/http.hpp"

namespace reprise::http {

class Metrics;

/// What one listener accepts and how long it waits. Every limit is enforced before a handler runs.
struct ServerOptions {
  std::string address = "127.0.0.1";  ///< an IP address, or `localhost` for 127.0.0.1
  std::uint16_t port = 0;             ///< 0: the system chooses; see `port()`
  std::size_t threads = 2;
  std::size_t connections_max = 4096;
  /// The most that nginx passes on (large_client_header_buffers 4 8k).
  std::uint32_t header_bytes_max = 32 * 1024;
  std::chrono::milliseconds header_wait{10'000};
  /// From the end of the header to the end of the body; also Request::deadline.
  std::chrono::milliseconds body_wait{120'000};
  /// From the header, or the end of `body_wait` where there is a body, to Request::deadline.
  std::chrono::milliseconds answer_wait{30'000};
  /// A body that is slower than this after `body_grace` is cut: a thousand clients that send a byte
  /// now and then must not occupy a thousand connections.
  std::uint64_t body_bytes_per_second_min = 2048;
  std::chrono::milliseconds body_grace{15'000};
  /// How much bodies and answers may hold together; beyond it requests get 503.
  std::uint64_t memory_bytes_max = std::uint64_t{128} << 20;
  std::chrono::milliseconds idle_wait{75'000};
  std::chrono::milliseconds write_wait{60'000};  ///< for each piece (at most 256 KiB) of an answer
  /// The allowed `Host` names without port; empty: any name (for the emulator).
  std::vector<std::string> hosts;
  Headers headers = {};  ///< added to every answer (security headers)
  /// Collapse runs of `/` (the official Gemini SDK sends `//ws/…`).
  bool merge_slashes = false;
  /// Answer CORS preflights and reflect the origin (the emulator only).
  bool cross_origin = false;
  /// Methods that change something must prove that a page of this host makes the request, and a
  /// POST must be JSON, which a form of another site cannot send.
  bool own_pages_only = false;
  /// Whose `X-Forwarded-For` counts: Request::peer_address is then the client's.
  TrustedProxies proxies = {};
  /// Who may pass to the handlers; empty: everybody, and no request has a principal.
  std::optional<Gate> gate = std::nullopt;
  std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns;
  std::function<std::chrono::steady_clock::time_point()> now_steady =
      std::chrono::steady_clock::now;
  Metrics* metrics = nullptr;  ///< counts requests when set; must outlive the server
};

/// HTTP/1.1 on Beast: one io_context per thread with SO_REUSEPORT; a connection stays on its
/// thread.
class Server {
 public:
  /// Binds at once; throws std::system_error with the address when that fails. Asserts that each
  /// route is guarded or public when there is a gate.
  Server(ServerOptions options, Routes routes);
  ~Server();  ///< cuts what still runs; call `close` before
  std::uint16_t port() const;
  /// Starts the threads and accepts. Returns at once.
  void start();
  /// Stops accepting, finishes what runs until the deadline, then cuts the rest and joins the
  /// threads. Blocks.
  void close(Deadline deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::http
