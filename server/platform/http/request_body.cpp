// How a connection reads the body of a request, and skips a body that no handler has read.

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <vector>

#include "platform/http/connection.hpp"
#include "platform/http/framing.hpp"

namespace reprise::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

namespace {

constexpr std::uint64_t kSkippedBytesMax =
    256 * 1024;  // more than that: close instead of reading on
constexpr std::size_t kBufferForBodies = 64 * 1024;
constexpr std::size_t kReadBytesMin = 512;

}  // namespace

Task<Result<std::size_t>> Connection::read_some(std::span<std::byte> space) {
  if (now_.body_failed) co_return body_error({ErrorCode::Invalid, "The body could not be read."});
  if (!co_await still_may()) {
    co_return body_error({ErrorCode::Forbidden,
                          "Your login has ended, or you may not do this any more.",
                          {},
                          "login-ended"});
  }
  boost::system::error_code error;
  if (now_.framing.expects_continue && !parser_->is_done()) {
    now_.framing.expects_continue = false;
    stream_.expires_after(options_.write_wait);
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream_, asio::buffer(kContinue),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return body_error({ErrorCode::Invalid, "The connection was lost."});
  }
  // `parse_some` reads as much as the buffer holds, so that small bodies keep the small buffer.
  if (now_.framing.chunked || now_.framing.content_length.value_or(0) > kBufferForBodies) {
    buffer_.reserve(kBufferForBodies);
  }
  std::size_t count = 0;
  while (count == 0 && !space.empty() && !parser_->is_done()) {
    auto& body = parser_->get().body();
    body.data = space.data();
    body.size = space.size();
    stream_.expires_at(body_deadline());
    error = co_await parse_some();
    count = space.size() - body.size;
    if (error && error != beast::http::error::need_buffer) break;
    error = {};
  }
  if (error == beast::error::timeout) {
    co_return body_error({ErrorCode::Invalid, "The body took too long."});
  }
  if (error)
    co_return body_error({ErrorCode::Invalid, "The body is cut or malformed.", error.message()});
  now_.body_bytes += count;
  if (now_.body_bytes > now_.body_bytes_max) {
    co_return body_error(
        {ErrorCode::TooLarge,
         "The body may have at most " + std::to_string(now_.body_bytes_max) + " bytes."});
  }
  co_return count;
}

/// Lets the parser take one step; first reads the bytes that it needs for that.
Task<boost::system::error_code> Connection::parse_some() {
  for (;;) {
    boost::system::error_code error;
    if (buffer_.size() > 0) {
      const std::string_view bytes(static_cast<const char*>(buffer_.data().data()), buffer_.size());
      const std::size_t used = parser_->put(buffer_.data(), error);
      // The step that ends a chunked body takes the last chunk's line and the trailer together.
      const bool ends = !error && now_.framing.chunked && parser_->is_done();
      if (ends && has_folded_line(bytes.substr(0, used))) {
        now_.doubtful = true;
        error = beast::http::error::bad_obs_fold;
      }
      buffer_.consume(used);
      if (error != beast::http::error::need_more) co_return error;
      error = {};
    }
    const std::size_t room = buffer_.max_size() - buffer_.size();
    if (room == 0) co_return beast::http::error::buffer_overflow;
    // Read as much as the buffer holds already, so that small bodies keep the small buffer.
    const std::size_t free = buffer_.capacity() - buffer_.size();
    const std::size_t wanted = std::min({std::max(free, kReadBytesMin), room, kBufferForBodies});
    const std::size_t count = co_await stream_.async_read_some(
        buffer_.prepare(wanted), asio::redirect_error(asio::use_awaitable, error));
    buffer_.commit(count);
    if (error == asio::error::eof) co_return beast::http::error::partial_message;
    if (error) co_return error;
  }
}

/// The time by which the next byte must arrive.
Connection::Clock::time_point Connection::body_deadline() const {
  const std::chrono::milliseconds by_rate(
      1000 * now_.body_bytes / std::max<std::uint64_t>(options_.body_bytes_per_second_min, 1));
  return now_.begin + std::min(options_.body_wait, options_.body_grace + by_rate);
}

bool Connection::hold(std::uint64_t bytes) {
  // The socket's buffer grows together with the body's.
  const bool held =
      body_memory_.grow_to(bytes > kBufferForBodies ? bytes + kBufferForBodies : bytes);
  if (!held) now_.body_failed = true;  // do not wait for the rest of the body
  return held;
}

std::unexpected<Error> Connection::body_error(Error error) {
  now_.body_failed = true;
  return std::unexpected(std::move(error));
}

/// Whether the rest of the body is small enough to be read, so that the connection can be kept.
bool Connection::body_is_small() const {
  if (now_.doubtful) return false;
  if (parser_->is_done()) return true;
  if (now_.body_failed || now_.framing.expects_continue || now_.framing.chunked) return false;
  return now_.framing.content_length.value_or(0) - now_.body_bytes <= kSkippedBytesMax;
}

/// Reads a small rest. False when the connection cannot be used any more.
Task<bool> Connection::skip_body() {
  std::vector<std::byte> space(16 * 1024);
  now_.body_bytes_max = std::numeric_limits<std::uint64_t>::max();
  while (!parser_->is_done()) {
    if (!co_await read_some(space)) co_return false;
  }
  co_return true;
}

/// Reads on for a while after an answer that closes, so that a client that is still sending can
/// read the answer. Closing at once would reset the connection (RFC 9112 9.6).
Task<void> Connection::linger() {
  constexpr std::chrono::seconds kLingerWait{5};
  constexpr std::uint64_t kLingerBytesMax = 64 * 1024 * 1024;
  boost::system::error_code error;
  stream_.socket().shutdown(tcp::socket::shutdown_send, error);
  buffer_.consume(buffer_.size());
  stream_.expires_after(kLingerWait);
  idle_ = true;  // a drain need not wait for this
  for (std::uint64_t total = 0; !error && !worker_.draining && total < kLingerBytesMax;) {
    total += co_await stream_.async_read_some(buffer_.prepare(kBufferForBodies),
                                              asio::redirect_error(asio::use_awaitable, error));
  }
}

}  // namespace reprise::http
