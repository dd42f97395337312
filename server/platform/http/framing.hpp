#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/http.hpp"

// Where a message begins and ends, and which host it is for. Refuses here what Beast's parser would
// accept (RFC 9112 2.2, 3.2, 5.2, 6; measured 2026-11-23 on Boost 1.81). Pure.
namespace reprise::http {

/// Why a request is refused before any handler sees it. The connection closes afterwards.
struct Refusal {
  int status;
  std::string detail;
};

/// Looks for the end of a header while it arrives.
class HeadScan {
 public:
  /// `bytes` is everything received so far. Returns the length of the header with its empty line;
  /// empty while the header is incomplete. Refuses a bare CR or LF, a folded line, a control
  /// character.
  std::expected<std::optional<std::size_t>, Refusal> look(std::string_view bytes);

 private:
  std::size_t seen_ = 0;
  std::size_t line_first_ = 0;
  bool first_line_ = true;
};

/// Start line and fields as received.
struct RequestHead {
  unsigned version = 11;  ///< 10 or 11; others are refused
  std::string method;
  std::string target;
  Headers headers = {};
};

struct Framing {
  Method method = Method::Get;
  bool chunked = false;
  std::optional<std::uint64_t> content_length = {};
  bool expects_continue = false;
  bool keep_alive = true;
  std::string host = {};  ///< `Host` in lower case, with its port
};

/// `hosts` as in ServerOptions.
std::expected<Framing, Refusal> check_framing(const RequestHead& head,
                                              const std::vector<std::string>& hosts);

/// Whether a line of `fields` (header or trailer, CRLF after each line) continues in the next line:
/// obs-fold, which RFC 9112 5.2 allows a server to refuse. A parser that joins such lines hides
/// this.
bool has_folded_line(std::string_view fields);

/// The name in `name[:port]` or `[v6][:port]`, in lower case without the port; empty when
/// malformed.
std::optional<std::string> host_name(std::string_view host);

/// Empty for an unknown method.
std::optional<Method> known_method(std::string_view name);

/// Whether a page of another site made the browser send this. `Sec-Fetch-Site` decides, otherwise
/// `Origin`; without both the client is no browser. For methods that change something, and for
/// WebSockets. `host` is the host of the request.
bool is_cross_site(const Headers& headers, std::string_view host);
/// Whether the request proves that a page of this host made it, by `Sec-Fetch-Site: same-origin` or
/// by its `Origin`. Programs that are no browser send `Origin`.
bool is_of_own_page(const Headers& headers, std::string_view host);

}  // namespace reprise::http
