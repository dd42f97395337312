#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/http/client/failure.hpp"
#include "platform/http/client/proxy.hpp"
#include "platform/http/http.hpp"
#include "platform/http/url.hpp"

namespace reprise::http {

/// A request to another server. The address comes from configuration, never from a user, so that
/// users cannot make the server send requests to addresses of their choice (SSRF).
struct ClientRequest {
  Method method = Method::Get;
  std::string url;  ///< `http://…` or `https://…`; no user, no fragment
  Headers headers = {};
  std::string body = {};
  /// Bounds everything: look-up of the name, connection, tunnel, TLS and answer.
  Deadline deadline = Deadline::after(std::chrono::seconds(10));
  std::uint64_t body_bytes_max = 1024 * 1024;  ///< most bytes of the answer's body
  std::optional<Proxy> proxy = {};             ///< for https only; see `proxy_for`
  /// Where to connect to instead of the URL's host and port; `Host` and the name in the certificate
  /// stay the URL's. No proxy is used then.
  std::optional<Pin> pin = {};
};

struct ClientResponse {
  int status = 0;
  Headers headers = {};
  std::string body = {};
};

/// Sends one request on a connection of its own and reads the answer, whatever its status;
/// redirects are not followed. With https the certificate must be valid for the host and signed by
/// an authority that the system (or SSL_CERT_FILE) trusts.
Task<std::expected<ClientResponse, FetchError>> fetch(ClientRequest request);

}  // namespace reprise::http
