#include "app/listeners.hpp"

#include <fmt/format.h>

#include "platform/http/security_headers.hpp"

namespace reprise::app {

http::ServerOptions app_listener(const ServeOptions& options, std::size_t connections_max,
                                 http::Metrics& metrics, http::Gate gate) {
  return {.address = options.listen.host,
          .port = options.listen.port,
          .threads = options.threads,
          .connections_max = connections_max,
          .hosts = options.hosts,
          .headers = http::security_headers(options.connect_origins, options.media_origins),
          .own_pages_only = true,
          .gate = std::move(gate),
          .metrics = &metrics};
}

http::ServerOptions ops_listener(const ServeOptions& options) {
  return {.address = options.ops_listen.host,
          .port = options.ops_listen.port,
          .threads = 1,
          .connections_max = 64,
          .hosts = options.hosts,
          .headers = http::bare_headers()};
}

std::string url_of(const HostPort& address, std::uint16_t port) {
  const bool v6 = address.host.contains(':');
  return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", address.host, v6 ? "]" : "", port);
}

}  // namespace reprise::app
