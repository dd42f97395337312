#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/http/http.hpp"

namespace reprise::http {

/// A request of ours to another server. The address comes from configuration, never from a user
/// (docs: no SSRF by construction).
struct ClientRequest {
  Method method = Method::Get;
  std::string url;  ///< `http://…` or `https://…`; no user, no fragment
  Headers headers = {};
  std::string body = {};
  Deadline deadline =
      Deadline::after(std::chrono::seconds(10));  ///< for all of it, name resolution excepted
  std::uint64_t body_bytes_max = 1024 * 1024;     ///< of the answer
};

struct ClientResponse {
  int status = 0;
  Headers headers = {};
  std::string body = {};
};

/// Sends one request on a connection of its own and reads the answer, whatever its status;
/// redirects are not followed. With https the certificate must be valid for the host and signed by
/// an authority that the system (or SSL_CERT_FILE) trusts. Errors: UpstreamRefused when there is no
/// answer in time or it is malformed, with the reason in `log_detail`; TooLarge; Invalid for a
/// malformed URL.
Task<Result<ClientResponse>> fetch(ClientRequest request);

struct Url {
  bool tls = false;
  std::string host;  ///< without brackets
  std::string port;
  std::string authority;  ///< for `Host`: without a default port
  std::string target;     ///< path and query as written, at least `/`
};
/// Errors: Invalid. Pure.
Result<Url> parse_url(std::string_view text);

}  // namespace reprise::http
