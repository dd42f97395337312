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

/// A request of ours to another server. The address comes from configuration, never from a user
/// (docs: no SSRF by construction).
struct ClientRequest {
  Method method = Method::Get;
  std::string url;  ///< `http://…` or `https://…`; no user, no fragment
  Headers headers = {};
  std::string body = {};
  /// For all of it: the look-up of the name, the connection, the tunnel, TLS and the answer.
  Deadline deadline = Deadline::after(std::chrono::seconds(10));
  std::uint64_t body_bytes_max = 1024 * 1024;  ///< of the answer
  std::optional<Proxy> proxy = {};             ///< for https only; see `proxy_for`
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
