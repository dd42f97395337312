#include "platform/http/connection.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/id.hpp"
#include "base/log.hpp"
#include "domain/login/csrf.hpp"
#include "platform/http/metrics.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/target.hpp"
#include "platform/http/text.hpp"
#include "platform/http/web_socket.hpp"

namespace reprise::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

namespace {

/// Beast keeps a chunk's size line and a trailer in the buffer until they are complete; without a
/// limit a client could make them endless.
constexpr std::size_t kBufferBytesMax = 128 * 1024;
constexpr std::size_t kIdleBufferMax = 8 * 1024;  // what a connection may keep between requests

constexpr std::string_view kNobodysAddress = "192.0.2.1";  // RFC 5737

constexpr int kPeerGone = 0;  // a refusal that cannot be sent: the peer is gone

bool changes_something(Method method) {
  return method != Method::Get && method != Method::Head && method != Method::Options;
}

/// The header in which a preflight names the method of the announced request (Fetch standard,
/// 3.3.2).
constexpr std::string_view kPreflightMethod = "Access-Control-Request-Method";

bool is_preflight(const Request& request) {
  return request.method == Method::Options && request.headers.find(kPreflightMethod).has_value();
}

Headers headers_of(const beast::http::fields& fields) {
  Headers headers;
  for (const auto& field : fields) {
    headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  return headers;
}

/// Files come by tus, whose header fields browsers ask for first, or as a form, whose origin
/// browsers always name.
bool brings_a_file(const Request& request, std::string_view type) {
  if (!request.path.starts_with(login::kFileRoute)) return false;
  const auto has = [&request](std::string_view name) {
    return request.headers.find(name).has_value();
  };
  if (std::ranges::any_of(login::kFileFields, has)) return true;
  const auto origin = request.headers.find("Origin");
  return request.path == login::kFileRoute && same_token(type, "multipart/form-data") && origin &&
         *origin != "null";
}

}  // namespace

Task<void> serve_connection(Worker* worker, tcp::socket socket) {
  Connection connection(*worker, std::move(socket));
  co_await connection.run();
}

Connection::Connection(Worker& worker, tcp::socket socket)
    : worker_(worker),
      options_(worker.shared.options),
      stream_(std::move(socket)),
      buffer_(options_.header_bytes_max + kBufferBytesMax),
      body_memory_(worker.shared.memory),
      answer_memory_(worker.shared.memory),
      registration_(worker, *this) {}

Connection::~Connection() { --worker_.shared.connections; }

void Connection::drain() {
  if (!idle_) return;  // a busy connection sees `draining` after its answer
  // One that was just made has its first request on its way, and a proxy would not send it again.
  // The worker calls a second time, after kFirstRequestWait.
  if (first_ && !std::exchange(spared_, true)) return;
  cut();
}

void Connection::cut() {
  if (!upgraded_) stream_.close();
}

Task<void> Connection::run() {
  boost::system::error_code error;
  stream_.socket().set_option(tcp::no_delay(true), error);
  const tcp::endpoint peer = stream_.socket().remote_endpoint(error);
  if (error) co_return;
  remote_address_ = peer.address().to_string();
  try {
    while (co_await serve_one()) first_ = false;
  } catch (const boost::system::system_error& failure) {
    if (failure.code() != asio::error::operation_aborted) throw;  // cancelled at the deadline
  }
  if (upgraded_) co_return;
  stream_.socket().shutdown(tcp::socket::shutdown_both, error);
  stream_.close();
}

Task<bool> Connection::serve_one() {
  now_ = Exchange{};
  parser_.reset();
  if (buffer_.size() == 0 && buffer_.capacity() > kIdleBufferMax) buffer_.shrink_to_fit();
  const auto size = co_await receive_head();
  if (!size) co_return co_await refuse(size.error());
  auto request = parse_head(*size);
  buffer_.consume(*size);
  if (!request) co_return co_await refuse(request.error());
  co_return co_await respond(std::move(*request));
}

/// Reads until the header is complete in the buffer; returns its size.
Task<std::expected<std::size_t, Refusal>> Connection::receive_head() {
  constexpr std::size_t kReadSize = 4096;
  HeadScan scan;
  idle_ = buffer_.size() == 0;
  stream_.expires_after(first_ || !idle_ ? options_.header_wait : options_.idle_wait);
  for (;;) {
    const std::string_view bytes(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    const auto found = scan.look(bytes.substr(0, options_.header_bytes_max));
    if (!found) co_return std::unexpected(found.error());
    if (*found) co_return **found;
    if (bytes.size() >= options_.header_bytes_max) {
      co_return std::unexpected(Refusal{431, "The header is too large."});
    }
    if (idle_ && worker_.draining) {
      if (!first_) co_return std::unexpected(Refusal{kPeerGone, {}});
      stream_.expires_after(kFirstRequestWait);
    }
    boost::system::error_code error;
    const std::size_t count = co_await stream_.async_read_some(
        buffer_.prepare(kReadSize), asio::redirect_error(asio::use_awaitable, error));
    buffer_.commit(count);
    if (error) co_return std::unexpected(Refusal{kPeerGone, {}});
    if (idle_) stream_.expires_after(options_.header_wait);
    idle_ = false;
  }
}

/// Fills `now_` and parses the header; the route is not chosen yet.
std::expected<Request, Refusal> Connection::parse_head(std::size_t size) {
  now_.begin = options_.now_steady();
  now_.request_id = new_uuid7();
  parser_.emplace();
  parser_->header_limit(options_.header_bytes_max + 1);
  parser_->body_limit(boost::none);  // read_some counts the bytes, per route
  boost::system::error_code error;
  parser_->put(asio::buffer(buffer_.data().data(), size), error);
  if (error || !parser_->is_header_done()) {
    return std::unexpected(Refusal{400, "The header is malformed: " + error.message() + "."});
  }
  const auto& message = parser_->get();
  RequestHead head{.version = message.version(),
                   .method = std::string(message.method_string()),
                   .target = std::string(message.target()),
                   .headers = headers_of(message)};
  now_.version = head.version;
  auto framing = check_framing(head, options_.hosts);
  if (!framing) return std::unexpected(framing.error());
  now_.framing = std::move(*framing);
  if (options_.cross_origin) now_.origin = head.headers.find("Origin").value_or("");
  Result<Target> target = parse_target(head.target, options_.merge_slashes);
  if (!target) return std::unexpected(Refusal{400, target.error().client_message});
  if (!target->authority.empty() && !same_token(target->authority, now_.framing.host)) {
    return std::unexpected(Refusal{400, "The request target and Host name different hosts."});
  }
  now_.path = target->path;
  std::string client = client_of(head.headers);
  now_.trace = trace_of(head.headers);
  const bool has_body = now_.framing.chunked || now_.framing.content_length.value_or(0) > 0;
  const auto patience =
      (has_body ? options_.body_wait : std::chrono::milliseconds{0}) + options_.answer_wait;
  return Request{.method = now_.framing.method,
                 .path = std::move(target->path),
                 .query = std::move(target->query),
                 .headers = std::move(head.headers),
                 .params = {},
                 .request_id = now_.request_id,
                 .peer_address = std::move(client),
                 .deadline = Deadline::after(patience).for_trace(call_trace(now_.trace)),
                 .body = this};
}

/// Who is at the other end. An `X-Forwarded-For` of somebody who is not believed is counted: it
/// shows a proxy that is missing in the settings.
std::string Connection::client_of(const Headers& headers) const {
  if (options_.metrics != nullptr && headers.find("X-Forwarded-For")) {
    Headers probe;
    probe.add("X-Forwarded-For", std::string(kNobodysAddress));
    const bool heard = options_.proxies.client_address(remote_address_, probe) == kNobodysAddress;
    if (!heard) options_.metrics->count_unheard_forward();
  }
  return options_.proxies.client_address(remote_address_, headers);
}

/// Answers a request whose end cannot be trusted, and closes.
Task<bool> Connection::refuse(Refusal refusal) {
  if (refusal.status == kPeerGone) co_return false;
  if (now_.request_id.empty()) {
    now_.request_id = new_uuid7();
    now_.begin = options_.now_steady();
  }
  co_await send(problem(refusal.status, "", refusal.detail), false);
  co_await linger();
  co_return false;
}

Task<bool> Connection::respond(Request request) {
  Router::Match match = worker_.shared.router.match(request.method, request.path);
  if (match.route != nullptr) {
    now_.route = match.route->pattern;
    now_.body_bytes_max = match.route->body_bytes_max;
  }
  if (match.route != nullptr && !match.route->cross_origin) now_.origin.clear();
  if (is_preflight(request) && !lets_other_sites_in(request)) now_.origin.clear();
  if (options_.gate) {
    auto refused = co_await pass_gate(match.route, &request);
    if (refused) co_return co_await finish(std::move(*refused));
    if (match.route != nullptr && match.route->action) {
      now_.watch = Watch(&*options_.gate, match.route, request, options_.now_steady());
    }
  }
  if (auto early = early_answer(request, match)) co_return co_await finish(std::move(*early));
  request.params = std::move(match.params);
  if (match.route->web_socket) co_return co_await upgrade(std::move(request), match.route);
  Response response = co_await call_handler(match.route, std::move(request));
  body_memory_.release();
  if (response.still) now_.watch.add(std::move(response.still));
  co_return co_await finish(std::move(response));
}

/// The answer to a request that may not go on; sets the principal of the others.
Task<std::optional<Response>> Connection::pass_gate(const Route* route, Request* request) {
  std::string what;
  try {
    co_return co_await pass(&*options_.gate, route, request, &now_.set_cookie);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    what = error.what();
  } catch (const std::exception& error) {
    what = error.what();
  }
  co_return failed(std::move(what));
}

/// Whether a request that is under way may go on. A gate that fails ends nothing.
Task<bool> Connection::still_may() {
  try {
    co_return co_await now_.watch.still_may(options_.now_steady());
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
  } catch (const std::exception& error) {
    log::warn("http.watch_failed", {{"request_id", now_.request_id}, {"what", error.what()}});
  }
  co_return true;
}

/// The answer to a request that ran into an exception.
Response Connection::failed(std::string what) const {
  log::error("http.handler_failed", {{"request_id", now_.request_id},
                                     {"trace_id", now_.trace.trace_id},
                                     {"route", now_.route},
                                     {"what", what}});
  return problem(500, "",
                 "Something went wrong here. The log has the details under the request id.");
}

/// The answer to a request that needs no handler.
std::optional<Response> Connection::early_answer(const Request& request,
                                                 const Router::Match& match) const {
  if (is_preflight(request) && !now_.origin.empty()) return preflight(request);
  if (match.route == nullptr && match.allow.empty()) {
    return problem(404, "", "There is nothing under this address.");
  }
  if (match.route == nullptr) {
    Response response = request.method == Method::Options
                            ? no_content()
                            : problem(405, "", "This address does not support this method.");
    response.headers.add("Allow", match.allow);
    return response;
  }
  const bool socket = static_cast<bool>(match.route->web_socket);
  if (socket && worker_.draining) return problem(503, "", "The server is shutting down.");
  // Such a gate knows where our pages are, which may be under several names.
  const bool gate_knows = options_.gate && options_.gate->foreign;
  if (!(options_.cross_origin && match.route->cross_origin) &&
      (socket || (changes_something(request.method) && !gate_knows)) &&
      is_cross_site(request.headers, now_.framing.host)) {
    return problem(403, "cross-site", "Pages of other sites may not do this.");
  }
  if (options_.own_pages_only && changes_something(request.method) && !gate_knows) {
    if (auto refused = refused_as_foreign(request)) return refused;
  }
  if (now_.framing.content_length.value_or(0) > match.route->body_bytes_max) {
    return problem(
        413, "",
        "The body may have at most " + std::to_string(match.route->body_bytes_max) + " bytes.");
  }
  if (socket && !is_web_socket_request(request)) {
    Response response = problem(426, "", "This address accepts only WebSocket connections.");
    response.headers.add("Upgrade", "websocket");
    response.headers.add("Sec-WebSocket-Version", "13");
    return response;
  }
  return std::nullopt;
}

std::optional<Response> Connection::refused_as_foreign(const Request& request) const {
  if (!is_of_own_page(request.headers, now_.framing.host)) {
    return problem(403, "origin-missing",
                   "This must come from the app itself: send the header Origin, as browsers do.");
  }
  const std::string_view type = request.headers.find("Content-Type").value_or("");
  const std::string_view essence = trim(type.substr(0, type.find(';')));
  if (request.method == Method::Post && !same_token(essence, "application/json") &&
      !brings_a_file(request, essence)) {
    return problem(415, "", "Send the body with Content-Type: application/json.");
  }
  return std::nullopt;
}

/// Whether the request that this preflight announces may come from other sites. Unknown methods and
/// paths get an answer without CORS, which forbids it.
bool Connection::lets_other_sites_in(const Request& preflight) const {
  const auto wanted = preflight.headers.find(kPreflightMethod);
  const auto known = wanted ? known_method(*wanted) : std::nullopt;
  if (!known) return false;
  const Route* route = worker_.shared.router.match(*known, preflight.path).route;
  return route != nullptr && route->cross_origin;
}

/// Answers a preflight (Fetch standard, 3.3): everything that the browser asks for is allowed.
Response Connection::preflight(const Request& request) const {
  Response response = no_content();
  response.headers.add("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
  if (const auto names = request.headers.find("Access-Control-Request-Headers")) {
    response.headers.add("Access-Control-Allow-Headers", std::string(*names));
  }
  response.headers.add("Access-Control-Max-Age", "600");
  return response;
}

Task<Response> Connection::call_handler(const Route* route, Request request) {
  std::string what;
  try {
    co_return co_await route->handler(std::move(request));
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    what = error.what();
  } catch (const std::exception& error) {
    what = error.what();
  }
  co_return failed(std::move(what));
}

Task<bool> Connection::upgrade(Request request, const Route* route) {
  if (buffer_.size() > 0) {
    co_return co_await refuse({400, "Frames must wait for the answer to the handshake."});
  }
  request.deadline = Deadline::never();
  upgraded_ = true;
  log::info("http.web_socket", {{"request_id", now_.request_id}, {"path", now_.path}});
  co_await serve_web_socket(&worker_, std::move(stream_), std::move(request), &route->web_socket);
  co_return false;
}

}  // namespace reprise::http
