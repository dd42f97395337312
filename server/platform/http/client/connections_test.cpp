#include "platform/http/client/connections.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <thread>

#include "platform/http/client_test_support.hpp"

namespace reprise::http {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

/// Answers each request with the number of its connection, and closes it when it was told to.
class CountingServer {
 public:
  CountingServer() : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::jthread([this] { serve(); });
  }
  ~CountingServer() {
    try {
      end();
    } catch (...) {
      std::terminate();  // its thread would wait for ever
    }
  }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/";
  }
  std::atomic<int> requests_each = 1000;  ///< then the connection is closed without a word
  std::atomic<bool> says_close = false;

 private:
  void end() {
    ending_ = true;
    tcp::socket knock(context_);
    knock.connect(acceptor_.local_endpoint());
    thread_.join();
  }
  void serve() {
    for (int number = 1;; ++number) {
      tcp::socket socket(context_);
      acceptor_.accept(socket);
      if (ending_) return;
      boost::system::error_code error;
      std::string text;
      for (int left = requests_each; left > 0 && !ending_; --left) {
        const std::size_t head =
            boost::asio::read_until(socket, boost::asio::dynamic_buffer(text), "\r\n\r\n", error);
        if (error) break;
        text.erase(0, head);
        const std::string body = std::to_string(number);
        boost::asio::write(
            socket,
            boost::asio::buffer(
                "HTTP/1.1 200 OK\r\n" + std::string(says_close ? "Connection: close\r\n" : "") +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body),
            error);
      }
    }
  }
  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  std::atomic<bool> ending_ = false;
  std::jthread thread_;
};

struct Outcome {
  std::string numbers;
  std::size_t idle;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Asks one after the other, each after a pause. The connections end before their context.
Task<Outcome> ask_each(std::size_t idle_max, std::vector<std::string> urls,
                       std::chrono::milliseconds pause) {
  Connections connections(idle_max);
  std::string numbers;
  for (const std::string& url : urls) {
    if (pause > 0ms) co_await sleep_for(pause);
    const auto answer = co_await connections.fetch({.url = url});
    numbers += answer ? answer->body : "(" + answer.error().detail + ")";
  }
  co_return Outcome{numbers, connections.idle()};
}

std::vector<std::string> times(int count, const CountingServer& server) {
  return std::vector<std::string>(static_cast<std::size_t>(count), server.url());
}

TEST(Connections, AreUsedAgain) {
  const CountingServer server;
  EXPECT_EQ(run_and_wait(ask_each(4, times(5, server), 0ms)), (Outcome{"11111", 1}));
}

TEST(Connections, AreNotUsedAgainWhenThePeerSaysSo) {
  CountingServer server;
  server.says_close = true;
  EXPECT_EQ(run_and_wait(ask_each(4, times(3, server), 0ms)), (Outcome{"123", 0}));
}

TEST(Connections, ThatWereClosedWhileIdleAreReplaced) {
  CountingServer server;
  server.requests_each = 2;
  EXPECT_EQ(run_and_wait(ask_each(4, times(6, server), 20ms)).numbers, "112233");
}

TEST(Connections, AreKeptForEachPlaceUpToALimit) {
  const CountingServer one;
  const CountingServer other;
  EXPECT_EQ(run_and_wait(ask_each(2, {one.url(), other.url(), one.url()}, 0ms)),
            (Outcome{"111", 2}));
  const CountingServer third;
  const CountingServer fourth;
  EXPECT_EQ(run_and_wait(ask_each(1, {third.url(), fourth.url(), third.url()}, 0ms)),
            (Outcome{"112", 1}));
}

TEST(Connections, RefuseWhatFetchRefuses) {
  EXPECT_EQ(run_and_wait(ask_each(1, {"gs://x"}, 0ms)), (Outcome{"(the URL is malformed)", 0}));
}

}  // namespace
}  // namespace reprise::http
