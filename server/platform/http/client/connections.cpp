#include "platform/http/client/connections.hpp"

#include <sys/socket.h>

#include <deque>
#include <mutex>

#include "base/assert.hpp"
#include "platform/http/client_exchange.hpp"
#include "platform/http/response_head.hpp"

namespace reprise::http {
namespace asio = boost::asio;

namespace client {

bool is_quiet(boost::beast::tcp_stream& stream) {
  char byte = 0;
  const ssize_t count = ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

namespace {

Task<OpenedConnection> connect(Url url, std::optional<Proxy> proxy, Deadline deadline) {
  if (url.tls) co_return co_await connect_tls(std::move(url), std::move(proxy), deadline);
  auto stream = co_await reach(std::move(url), std::nullopt, deadline);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  co_return std::make_unique<StreamConnection<boost::beast::tcp_stream>>(std::move(*stream));
}

}  // namespace
}  // namespace client

struct Connections::State {
  /// Where a connection leads, and the executor that may use it.
  struct Way {
    bool tls;
    std::string authority;
    std::string proxy;
    const asio::execution_context* context;
    friend bool operator==(const Way&, const Way&) = default;
  };
  struct Idle {
    Way way;
    Deadline until;
    std::unique_ptr<client::Connection> connection;
  };
  explicit State(std::size_t most) : idle_max(most) {}
  const std::size_t idle_max;
  std::mutex lock;
  std::deque<Idle> idle;  // the oldest first

  /// The newest idle connection of this way that still stands; null: there is none.
  std::unique_ptr<client::Connection> take(const Way& way) {
    const std::scoped_lock guard(lock);
    for (;;) {
      const auto found =
          std::find_if(idle.rbegin(), idle.rend(), [&](const Idle& one) { return one.way == way; });
      if (found == idle.rend()) return nullptr;
      Idle one = std::move(*found);
      idle.erase(std::next(found).base());
      if (!one.until.passed() && one.connection->is_quiet()) return std::move(one.connection);
    }
  }

  void keep(Way way, std::unique_ptr<client::Connection> connection) {
    const std::scoped_lock guard(lock);
    idle.push_back({std::move(way), Deadline::after(kIdleMax), std::move(connection)});
    // A socket is closed on the thread that uses it: only one of this executor may go.
    const auto oldest = std::ranges::find_if(
        idle, [&](const Idle& one) { return one.way.context == idle.back().way.context; });
    if (idle.size() > idle_max) idle.erase(oldest);
  }
};

Connections::Connections(std::size_t idle_max) : state_(std::make_unique<State>(idle_max)) {}
Connections::~Connections() = default;

std::size_t Connections::idle() const {
  const std::scoped_lock guard(state_->lock);
  return state_->idle.size();
}

Task<std::expected<ClientResponse, FetchError>> Connections::fetch(ClientRequest request) {
  Result<Url> url = parse_url(request.url);
  if (!url) co_return std::unexpected(FetchError{FetchFault::Request, "the URL is malformed"});
  REPRISE_ASSERT(!request.pin);  // connections are told apart by their URL
  if (!is_safe(request.headers)) {
    co_return std::unexpected(FetchError{FetchFault::Request, "a header field is malformed"});
  }
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  State::Way way{url->tls, url->authority, request.proxy ? request.proxy->shown : "",
                 &asio::query(executor, asio::execution::context)};
  auto connection = state_->take(way);
  if (!connection) {
    auto opened = co_await client::connect(*url, std::move(request.proxy), request.deadline);
    if (!opened) co_return std::unexpected(std::move(opened.error()));
    connection = *std::move(opened);
  }
  bool keeps = false;
  auto answer = co_await connection->ask(std::move(request), *std::move(url), &keeps);
  if (answer && keeps) state_->keep(std::move(way), std::move(connection));
  co_return answer;
}

}  // namespace reprise::http
