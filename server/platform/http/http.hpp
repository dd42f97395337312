#pragma once

// What a feature needs to know of HTTP. No Beast here: handlers compile in seconds.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.hpp"
#include "base/async.hpp"
#include "base/types.hpp"
#include "domain/access/grant.hpp"
#include "domain/access/principal.hpp"

namespace reprise::http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options };

/// Names compare without case. Order is kept; a name may occur more than once.
class Headers {
 public:
  void add(std::string name, std::string value) {
    rows_.emplace_back(std::move(name), std::move(value));
  }
  void set(std::string_view name, std::string value);
  std::optional<std::string_view> find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& rows() const { return rows_; }

 private:
  std::vector<std::pair<std::string, std::string>> rows_;
};

/// The body of a request while it arrives. Owned by the connection; valid until the handler
/// returns.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// Fills the front of `space`; 0 = end of body. Errors: TooLarge (over the route's limit),
  /// Invalid (cut or malformed).
  virtual Task<Result<std::size_t>> read_some(std::span<std::byte> space) = 0;
  /// What Content-Length says, to size a buffer; none for chunked bodies. Never over the route's
  /// limit.
  virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
  /// Asks for `bytes` of memory, in all, until the handler returns. False: there is no room.
  virtual bool hold(std::uint64_t /*bytes*/) { return true; }
  /// The whole body, in memory that grows with what has come. Errors as above; Unavailable when
  /// the bodies of all connections hold too much.
  Task<Result<Bytes>> read_all();
};

struct Request {
  Method method;
  std::string path;                                        ///< decoded once, normalised
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  Headers headers;
  /// Values of the route's {…}, in order, already of the declared type.
  std::vector<std::string> params;
  /// UUIDv7 text, also in the answer's `X-Request-Id` and in every log line.
  std::string request_id;
  /// The client's address; of a proxy that is not trusted (ServerOptions::proxies), the proxy's.
  std::string peer_address = {};
  /// Who asks. Set before any handler, by the gate (gate.hpp); use `who()`. Empty only in handlers
  /// of public routes and where the server has no gate.
  std::optional<access::Principal> principal = std::nullopt;
  /// What a share lets who asks do with the object that `params` names first. Empty: they ask for
  /// what is their own.
  std::optional<access::Grant> grant = std::nullopt;
  Deadline deadline = Deadline::never();
  BodyReader* body = nullptr;  ///< the connection's; never null in a handler

  std::optional<std::string_view> query_value(std::string_view name) const;
  /// Who asks, in the handler of a route that names an action.
  const access::Principal& who() const {
    REPRISE_ASSERT(principal.has_value());
    return *principal;
  }
  /// Whose objects this request may read. Only for reading the object that `params` names first.
  access::Reach readable() const { return grant ? grant->reach : access::Reach::of(who()); }
};

/// Makes a body piece by piece; for downloads whose bytes do not lie in one file.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// The next piece; empty = end. Throws to cut the connection (the length was promised).
  virtual Task<Bytes> next() = 0;
};

/// A slice of a file on disk, read in the blocking pool while it is sent.
struct FileSlice {
  std::string path;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct StreamBody {
  std::unique_ptr<BodySource> source;
  std::optional<std::uint64_t> length;  ///< none: chunked
};

/// What the audit log tells of a request beyond who asked for what at which address.
struct AuditNote {
  std::string recording_id = {};  ///< of the recording that it is about, when the address has none
  std::string detail = {};        ///< words of ours, at most 200 bytes: no content, no names
};

struct Response {
  int status = 200;
  Headers headers = {};
  /// `string_view` is for bytes that live as long as the program (assets).
  std::variant<std::string, std::string_view, FileSlice, StreamBody> body = std::string{};
  /// Asked now and then while the answer is sent; false cuts it. Empty: nothing can change.
  std::function<Task<bool>()> still = {};
  std::string log_detail = {};  ///< goes into the request's log line, never to the client
  AuditNote audit_note = {};    ///< never to the client
};

/// `{type, title, status, detail, request_id}` as application/problem+json (RFC 9457). The server
/// adds the request id and logs the error's detail. Structs to and from JSON bodies: json_body.hpp.
Response problem(const Error& error);
Response json(int status, std::string text);
Response no_content();
/// 200, 206, 304, 412 or 416 for a file with a strong ETag: Range, If-Range, If-None-Match,
/// If-Match (RFC 9110 13, 14). `etag` without quotes. Several ranges at once are answered with the
/// whole file.
Response file(const Request& request, FileSlice whole, std::string content_type, std::string etag,
              std::string cache_control);

using Handler = std::function<Task<Response>(Request)>;

/// One frame of a WebSocket.
struct Frame {
  enum class Kind { Text, Binary } kind = Kind::Text;
  std::string data;
};
struct CloseReason {
  std::uint16_t code = 1005;
  std::string reason;
};

/// A server-side WebSocket. One read and one write may be under way at once; all on one executor.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// The next message, or how the peer (or the network: 1006) closed.
  virtual Task<std::expected<Frame, CloseReason>> read() = 0;
  /// False once the socket is closed.
  virtual Task<bool> write(Frame frame) = 0;
  virtual Task<void> close(CloseReason reason) = 0;
};
using WebSocketHandler = std::function<Task<void>(Request, std::unique_ptr<WebSocket>)>;

/// `pattern`: `/api/chats/{id:uuid}/messages`, types `uuid`, `uint` (0 … 2^31 − 1), `segment`, and
/// `rest` (last only: the remaining path). A value of the wrong type is 404. `body_bytes_max`
/// bounds the request body.
struct Route {
  Method method = Method::Get;
  std::string pattern;
  Handler handler;
  std::uint64_t body_bytes_max = 64 * 1024;
  WebSocketHandler web_socket = {};  ///< instead of `handler`, for upgrades
  /// False: not for pages of other sites, also where ServerOptions::cross_origin lets them in.
  bool cross_origin = true;
  /// What its handler does; set by `guarded`. Empty: for everybody. A server with a gate refuses to
  /// begin with a route that is neither guarded nor one of the gate's public ones.
  std::optional<access::Action> action = std::nullopt;
};
using Routes = std::vector<Route>;

/// The same route, for those who may do `action` (access::may) only.
inline Route guarded(access::Action action, Route route) {
  route.action = action;
  return route;
}

}  // namespace reprise::http
