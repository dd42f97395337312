#include "app/listeners.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "platform/http/security_headers.hpp"

namespace reprise::app {

namespace {

constexpr const char* kOneYear = "max-age=31536000";

http::Headers headers_of(const ServeOptions& options) {
  http::Headers headers = http::bare_headers();
  const auto& urls = options.login.public_urls;
  const bool tls = !urls.empty() && std::ranges::all_of(urls, [](const std::string& url) {
    return url.starts_with("https://");
  });
  if (tls) headers.add("Strict-Transport-Security", kOneYear);
  return headers;
}

}  // namespace

http::Headers page_headers(const ServeOptions& options) {
  std::vector<std::string> issuers;
  issuers.reserve(options.login.issuers.size());
  for (const auth::IssuerEntry& one : options.login.issuers) {
    issuers.push_back(oidc::origin_of(one.oidc.issuer));
  }
  return http::page_headers(options.connect_origins, options.media_origins, issuers);
}

http::ServerOptions app_listener(const ServeOptions& options, std::size_t connections_max,
                                 http::Metrics& metrics, http::Gate gate) {
  return {.address = options.listen.host,
          .port = options.listen.port,
          .threads = options.threads,
          .connections_max = connections_max,
          .hosts = options.hosts,
          .headers = headers_of(options),
          // With a login its gate asks where requests come from, by our public names.
          .own_pages_only = options.login.issuers.empty(),
          .proxies = options.proxies,
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
