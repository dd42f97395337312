#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <optional>

#include "platform/http/framing.hpp"
#include "platform/http/gate.hpp"
#include "platform/http/response_head.hpp"
#include "platform/http/trace.hpp"
#include "platform/http/worker.hpp"

// Inside of the server: one socket and its requests, one after the other. Slow to compile; three
// sources include it.
namespace reprise::http {

class FileReader;

class Connection final : public Closable, private BodyReader {
 public:
  Connection(Worker& worker, boost::asio::ip::tcp::socket socket);
  ~Connection() override;
  Task<void> run();

  void drain() override;
  void cut() override;

 private:
  using Clock = std::chrono::steady_clock;
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

  /// What framing, log and metrics need to know about the request that is being answered.
  struct Exchange {
    Framing framing;
    unsigned version = 11;
    std::string request_id;
    TraceContext trace = {};
    std::string path;
    std::string origin;  ///< `Origin` when cross-origin requests are allowed
    std::string_view route = "(none)";
    Clock::time_point begin = {};
    std::uint64_t body_bytes_max = 0;
    std::uint64_t body_bytes = 0;  ///< read so far
    bool body_failed = false;
    Watch watch = {};
    std::string set_cookie = {};  ///< of the gate, for the answer
    bool doubtful = false;  ///< other programs may see another end of this request: close after it
  };

  // connection.cpp: receiving
  Task<bool> serve_one();
  Task<std::expected<std::size_t, Refusal>> receive_head();
  std::expected<Request, Refusal> parse_head(std::size_t size);
  std::string client_of(const Headers& headers) const;
  Task<bool> respond(Request request);
  Task<bool> upgrade(Request request, const Route* route);
  std::optional<Response> early_answer(const Request& request, const Router::Match& match) const;
  std::optional<Response> refused_as_foreign(const Request& request) const;
  bool lets_other_sites_in(const Request& preflight) const;
  Response preflight(const Request& request) const;
  Task<std::optional<Response>> pass_gate(const Route* route, Request* request);
  Task<bool> still_may();
  Task<Response> call_handler(const Route* route, Request request);
  Response failed(std::string what) const;
  Task<bool> refuse(Refusal refusal);

  // request_body.cpp
  Task<Result<std::size_t>> read_some(std::span<std::byte> space) override;
  std::optional<std::uint64_t> length() const override { return now_.framing.content_length; }
  bool hold(std::uint64_t bytes) override;
  Task<boost::system::error_code> parse_some();
  Clock::time_point body_deadline() const;
  std::unexpected<Error> body_error(Error error);
  bool body_is_small() const;
  Task<bool> skip_body();
  Task<void> linger();

  // connection_send.cpp: answering
  Task<bool> finish(Response response);
  Task<std::optional<FileReader>> open_file(Response* response);
  Task<bool> send(Response response, bool keep_alive);
  bool fits_in_memory(Response* response);
  Task<bool> send_body(Response* response, std::string head, const FileReader* file, BodyEnd end);
  Task<bool> send_text(std::string head, std::string_view body);
  Task<bool> send_file(std::string head, FileSlice slice, const FileReader* file);
  Task<bool> send_stream(std::string head, StreamBody* stream, BodyEnd end);
  Task<std::optional<Bytes>> next_piece(BodySource* source);
  Task<void> until_gone();
  template <class Buffers>
  Task<bool> write(Buffers buffers);
  void report(const Response& response) const;
  void trace(const Response& response, Clock::duration took) const;

  Worker& worker_;
  const ServerOptions& options_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Exchange now_;
  MemoryShare body_memory_;    ///< held until the handler returns
  MemoryShare answer_memory_;  ///< held until the answer is sent
  std::string remote_address_;
  std::uint64_t sent_bytes_ = 0;
  bool first_ = true;
  bool spared_ = false;  // by a drain, for the sake of its first request
  bool idle_ = false;
  bool upgraded_ = false;
  Registration registration_;
};

}  // namespace reprise::http
