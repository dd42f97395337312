// How a connection answers.

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <system_error>

#include "base/log.hpp"
#include "platform/http/connection.hpp"
#include "platform/http/file_reader.hpp"
#include "platform/http/metrics.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/waiting_source.hpp"

namespace reprise::http {
namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // ||: whichever comes first

namespace {

constexpr std::size_t kPieceMax = 256 * 1024;

std::string_view bytes_of(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* view = std::get_if<std::string_view>(&response.body)) return *view;
  return {};
}

}  // namespace

/// Sends the answer and prepares for the next request. True when there may be another one.
Task<bool> Connection::finish(Response response) {
  const bool keep_alive = now_.framing.keep_alive && !worker_.draining && body_is_small();
  if (!now_.set_cookie.empty() && !response.headers.find("Set-Cookie")) {
    response.headers.add("Set-Cookie", std::move(now_.set_cookie));
  }
  const bool sent = co_await send(std::move(response), keep_alive);
  if (!sent) co_return false;
  if (keep_alive) co_return co_await skip_body();
  if (!parser_->is_done()) co_await linger();
  co_return false;
}

/// Opens the file of a FileSlice. When that fails, the answer becomes a problem.
Task<std::optional<FileReader>> Connection::open_file(Response* response) {
  const auto* slice = std::get_if<FileSlice>(&response->body);
  if (slice == nullptr) co_return std::nullopt;
  try {
    const std::uint64_t end = slice->offset + slice->length;
    if (auto opened = FileReader::open_cached(slice->path, end)) co_return opened;
    std::function<FileReader()> open = [path = slice->path, end] { return FileReader(path, end); };
    co_return co_await worker_.shared.files.run(std::move(open));
  } catch (const std::system_error& error) {
    *response = file_problem(error.code());
    const auto write = response->status == 500 ? log::error : log::warn;
    write("http.file_failed",
          {{"request_id", now_.request_id}, {"file", slice->path}, {"what", error.what()}});
  }
  co_return std::nullopt;
}

/// True when all of it was sent.
Task<bool> Connection::send(Response response, bool keep_alive) {
  if (!is_safe(response.headers)) {
    log::error("http.unsafe_header", {{"request_id", now_.request_id}, {"route", now_.route}});
    response = problem(500, "", "The answer could not be sent.");
  }
  if (!fits_in_memory(&response)) {
    response =
        problem(503, "", "The server is sending as much as it can at once. Try again in a moment.");
  }
  const std::optional<FileReader> file = co_await open_file(&response);
  stamp_request_id(response, now_.request_id);
  if (!now_.origin.empty()) {
    response.headers.set("Access-Control-Allow-Origin", now_.origin);
    response.headers.add("Vary", "Origin");
  }
  HeadFacts facts{.version = now_.version,
                  .is_head = now_.framing.method == Method::Head,
                  .keep_alive = keep_alive,
                  .request_id = now_.request_id,
                  .date = worker_.date(),
                  .defaults = &options_.headers};
  const BodyEnd end = body_end(response, facts);
  if (end == BodyEnd::Close) facts.keep_alive = false;
  sent_bytes_ = 0;
  const bool sent =
      co_await send_body(&response, head_text(response, facts), file ? &*file : nullptr, end);
  answer_memory_.release();
  report(response);
  co_return sent&& facts.keep_alive == keep_alive;
}

Task<bool> Connection::send_body(Response* response, std::string head, const FileReader* file,
                                 BodyEnd end) {
  if (end != BodyEnd::NoBody) {
    if (const auto* slice = std::get_if<FileSlice>(&response->body)) {
      co_return co_await send_file(std::move(head), *slice, file);
    }
    if (auto* stream = std::get_if<StreamBody>(&response->body)) {
      co_return co_await send_stream(std::move(head), stream, end);
    }
  }
  co_return co_await send_text(std::move(head),
                               end == BodyEnd::NoBody ? std::string_view() : bytes_of(*response));
}

/// Reserves the memory that the answer needs while a slow reader takes it. Assets need none.
bool Connection::fits_in_memory(Response* response) {
  const auto* text = std::get_if<std::string>(&response->body);
  return text == nullptr || answer_memory_.grow_to(text->size());
}

/// Sends piece by piece, so that each piece has the same time limit.
Task<bool> Connection::send_text(std::string head, std::string_view body) {
  do {
    const std::string_view piece = body.substr(0, kPieceMax);
    body.remove_prefix(piece.size());
    if (!co_await write(std::array{asio::const_buffer(asio::buffer(head)),
                                   asio::const_buffer(asio::buffer(piece))})) {
      co_return false;
    }
    head.clear();
  } while (!body.empty());
  co_return true;
}

/// False when the peer is gone, too slow, or may not have it any more.
template <class Buffers>
Task<bool> Connection::write(Buffers buffers) {
  if (!co_await still_may()) {
    log::info("http.answer_ended", {{"request_id", now_.request_id}});
    co_return false;
  }
  boost::system::error_code error;
  stream_.expires_after(options_.write_wait);
  sent_bytes_ += co_await asio::async_write(stream_, buffers,
                                            asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

Task<bool> Connection::send_file(std::string head, FileSlice slice, const FileReader* file) {
  std::size_t piece_max = std::min<std::uint64_t>(slice.length, kPieceMax);
  // Without memory for large pieces, send small ones: slowly rather than not at all.
  if (!answer_memory_.grow_to(piece_max)) piece_max = MemoryShare::kFreeBytes;
  const auto piece = std::make_unique_for_overwrite<char[]>(piece_max);
  std::uint64_t left = slice.length;
  do {
    const std::span space(piece.get(), std::min<std::uint64_t>(left, piece_max));
    const std::uint64_t offset = slice.offset + slice.length - left;
    std::size_t count = space.empty() ? 0 : file->read_cached(space, offset);
    if (count == 0 && !space.empty()) {
      std::function<std::size_t()> read = [&] { return file->read(space, offset); };
      try {
        count = co_await worker_.shared.files.run(std::move(read));
      } catch (const std::system_error& error) {
        log::error("http.file_failed", {{"request_id", now_.request_id}, {"what", error.what()}});
        co_return false;
      }
    }
    if (!co_await write(std::array{asio::const_buffer(asio::buffer(head)),
                                   asio::const_buffer(piece.get(), count)})) {
      co_return false;
    }
    head.clear();
    left -= count;
  } while (left > 0);
  co_return true;
}

/// Ends when the client has gone, or may not have the answer any more.
Task<void> Connection::until_gone() {
  auto& socket = stream_.socket();
  asio::steady_timer tick(co_await asio::this_coro::executor);
  for (;;) {
    char byte = 0;
    const auto count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) co_return;
    if (!co_await still_may()) co_return;
    tick.expires_after(kWatchEvery);
    if (count > 0) {  // a further request waits; until it is read, the end cannot be seen
      co_await tick.async_wait(asio::use_awaitable);
      continue;
    }
    co_await (socket.async_wait(asio::ip::tcp::socket::wait_read, asio::use_awaitable) ||
              tick.async_wait(asio::use_awaitable));
  }
}

namespace {

/// Never throws but for a cancellation: its error is kept for whoever waits.
Task<void> keep_next(BodySource* source, std::optional<Bytes>* piece, std::string* what) {
  try {
    piece->emplace(co_await source->next());
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    *what = error.what();
  } catch (const std::exception& error) {
    *what = error.what();
  }
}

}  // namespace

/// The next piece of a stream; empty when there is none, or nobody to send it to.
Task<std::optional<Bytes>> Connection::next_piece(BodySource* source) {
  std::optional<Bytes> piece;
  std::string what;
  if (dynamic_cast<WaitingSource*>(source) != nullptr) {
    co_await (keep_next(source, &piece, &what) || until_gone());
  } else {
    co_await keep_next(source, &piece, &what);
  }
  if (!what.empty()) {
    log::error("http.stream_failed", {{"request_id", now_.request_id}, {"what", what}});
  } else if (!piece) {
    log::info("http.client_gone", {{"request_id", now_.request_id}});
  }
  co_return piece;
}

Task<bool> Connection::send_stream(std::string head, StreamBody* stream, BodyEnd end) {
  std::uint64_t left = stream->length.value_or(0);
  for (bool last = false; !last;) {
    auto next = co_await next_piece(stream->source.get());
    if (!next) co_return false;
    const Bytes piece = *std::move(next);
    last = piece.empty();
    if (!answer_memory_.grow_to(piece.size())) {
      log::warn("http.stream_memory", {{"request_id", now_.request_id}});
      co_return false;
    }
    const bool wrong_length = last ? left > 0 : piece.size() > left;
    if (end == BodyEnd::Length && wrong_length) {
      log::error("http.stream_length", {{"request_id", now_.request_id}, {"left_bytes", left}});
      co_return false;
    }
    left -= end == BodyEnd::Length ? piece.size() : 0;
    std::string after;
    if (end == BodyEnd::Chunked) {
      fmt::format_to(std::back_inserter(head), "{:x}\r\n", piece.size());
      after = "\r\n";
    }
    if (!co_await write(std::array{asio::const_buffer(asio::buffer(head)),
                                   asio::const_buffer(asio::buffer(piece)),
                                   asio::const_buffer(asio::buffer(after))})) {
      co_return false;
    }
    head.clear();
  }
  co_return true;
}

void Connection::report(const Response& response) const {
  const auto took = options_.now_steady() - now_.begin;
  const Method method = now_.framing.method;
  if (options_.metrics != nullptr) {
    options_.metrics->observe(method, now_.route, response.status, took);
    // A head that was no HTTP belongs to no trace.
    const bool traced = now_.trace.sampled && !now_.trace.trace_id.empty();
    if (traced && options_.metrics->traces()) trace(response, took);
  }
  const log::Level level = response.status >= 500 ? log::Level::Warn : log::Level::Info;
  if (!log::enabled(level)) return;
  const double took_ms = std::chrono::duration<double, std::milli>(took).count();
  log::write(level, "http.request",
             {{"request_id", now_.request_id},
              {"trace_id", now_.trace.trace_id},
              {"span_id", now_.trace.span_id},
              {"method", method_name(method)},
              {"path", now_.path},
              {"status", response.status},
              {"sent_bytes", sent_bytes_},
              {"received_bytes", now_.body_bytes},
              {"took_ms", took_ms},
              {"remote", remote_address_},
              {"detail", response.log_detail}});
}

void Connection::trace(const Response& response, Clock::duration took) const {
  const std::int64_t end = options_.now_utc_ns();
  const auto took_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
  options_.metrics->trace({.trace = now_.trace,
                           .request_id = now_.request_id,
                           .method = method_name(now_.framing.method),
                           .route = std::string(now_.route),
                           .status = response.status,
                           .begin_utc_ns = end - took_ns,
                           .end_utc_ns = end});
}

}  // namespace reprise::http
