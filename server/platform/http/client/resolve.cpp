#include "platform/http/client/resolve.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>
#include <thread>

namespace reprise::http::client {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::atomic<int> look_ups_running{0};

/// Shared by the thread that looks up and the coroutine that waits for it.
struct LookUpResult {
  std::atomic<bool> ready{false};
  std::expected<Endpoints, FetchError> endpoints;
};

std::uint16_t number_of(const std::string& port) {
  std::uint16_t number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  return number;
}

std::unexpected<FetchError> late(const Place& place, std::string_view why) {
  return std::unexpected(
      FetchError{FetchFault::NameLate, "resolve " + place.host + ": " + std::string(why)});
}

/// Runs `how` on a thread, which closes `done_fd` when it has ended.
bool start_thread(const Place& place, LookUp how, std::shared_ptr<LookUpResult> result,
                  int done_fd) {
  if (++look_ups_running > kLookUpsMax) {
    --look_ups_running;
    return false;
  }
  try {
    std::thread([place, how = std::move(how), result = std::move(result), done_fd] {
      try {
        result->endpoints = how(place);
      } catch (const std::exception& error) {
        result->endpoints =
            std::unexpected(FetchError{FetchFault::NameUnknown, std::string(error.what())});
      }
      result->ready.store(true, std::memory_order_release);
      ::close(done_fd);
      --look_ups_running;
    }).detach();
  } catch (const std::system_error&) {
    --look_ups_running;
    return false;
  }
  return true;
}

}  // namespace

std::expected<Endpoints, FetchError> look_up(const Place& place) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status = ::getaddrinfo(place.host.c_str(), place.port.c_str(), &hints, &found);
  if (status != 0) {
    const int number = errno;
    const char* why = status == EAI_SYSTEM ? std::strerror(number) : ::gai_strerror(status);
    return std::unexpected(
        FetchError{FetchFault::NameUnknown, "resolve " + place.host + ": " + why});
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> rows(found, ::freeaddrinfo);
  Endpoints endpoints;
  for (const addrinfo* row = rows.get(); row != nullptr; row = row->ai_next) {
    tcp::endpoint endpoint;
    if (row->ai_addrlen > endpoint.capacity()) continue;
    endpoint.resize(row->ai_addrlen);
    std::memcpy(endpoint.data(), row->ai_addr, row->ai_addrlen);
    endpoints.push_back(endpoint);
  }
  return endpoints;
}

Task<std::expected<Endpoints, FetchError>> resolve(Place place, Deadline deadline, LookUp how) {
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(place.host, error);
  if (!error) co_return Endpoints{tcp::endpoint(literal, number_of(place.port))};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) co_return late(place, std::strerror(errno));
  const auto executor = co_await asio::this_coro::executor;
  // Shared with the timer's handler, which may run after this frame is gone.
  const auto done = std::make_shared<asio::posix::stream_descriptor>(executor, ends[0]);
  const auto result = std::make_shared<LookUpResult>();
  if (!start_thread(place, std::move(how), result, ends[1])) {
    ::close(ends[1]);
    co_return late(place, "too many look-ups are waiting");
  }
  asio::steady_timer timer(executor, deadline.at());
  timer.async_wait([done](const boost::system::error_code& stopped) {
    if (!stopped) done->cancel();
  });
  co_await done->async_wait(asio::posix::stream_descriptor::wait_read,
                            asio::redirect_error(asio::use_awaitable, error));
  if (!result->ready.load(std::memory_order_acquire)) co_return late(place, "no answer in time");
  co_return std::move(result->endpoints);
}

}  // namespace reprise::http::client
