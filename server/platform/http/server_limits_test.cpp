// Bodies, memory, closing, cross-origin requests and metrics, over a real socket.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "base/id.hpp"
#include "platform/http/metrics.hpp"
#include "platform/http/server_test_support.hpp"

namespace reprise::http {
namespace {

using testing::HasSubstr;

TEST_F(HttpServer, ReadsChunkedBodiesAndTheirTrailers) {
  RawClient client(server_.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.send("5;x=y\r\ndefgh\r\n0\r\nX-Trailer: 1\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "abcdefgh");
  EXPECT_EQ(body_of(client.exchange(get("/hello"))), "hello /hello");
}

TEST_F(HttpServer, ReadsLargeBodies) {
  const std::string body(5'000'000, 'x');
  RawClient client(server_.port());
  client.send("PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  client.send(body);
  EXPECT_EQ(body_of(client.read_answer()), body);
}

TEST_F(HttpServer, CountsChunkedBodiesAgainstTheLimit) {
  RawClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 40; ++i) client.send("2710\r\n" + std::string(10'000, 'x') + "\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_EQ(status_of(answer), 413) << answer;
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(HttpServer, AnEarlyRefusalCanBeReadByAClientThatSendsOn) {
  RawClient client(server_.port());
  client.send("PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n");
  EXPECT_TRUE(client.send(std::string(9'000'000, 'x')));
  client.finish_sending();
  EXPECT_EQ(status_of(client.read_to_end()), 413);
}

TEST_F(HttpServer, SkipsASmallBodyThatNobodyReadAndGoesOn) {
  RawClient client(server_.port());
  client.send("POST /unread HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" +
              std::string(100'000, 'x') + get("/hello"));
  EXPECT_EQ(status_of(client.read_answer()), 409);
  EXPECT_EQ(body_of(client.read_answer()), "hello /hello");
}

TEST_F(HttpServer, AsksForTheBodyOnlyWhenAHandlerReadsIt) {
  RawClient client(server_.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
      "3\r\n\r\n");
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(client.exchange("abc")), "abc");
  client.send(
      "POST /unread HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
      "3\r\n\r\n");
  EXPECT_EQ(status_of(client.read_answer()), 409);
  client.finish_sending();
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpServer, ABodyThatIsCutIsInvalidAndReachesNoHandlerAsWhole) {
  RawClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  client.finish_sending();
  EXPECT_EQ(status_of(client.read_to_end()), 400);
}

TEST_F(HttpServer, ASecondServerOnThePortFails) {
  ServerOptions same = options();
  same.port = server_.port();
  EXPECT_THROW(Server(same, routes()), std::system_error);
}

TEST_F(HttpServer, CloseFinishesWhatRunsAndClosesWhatIsIdle) {
  RawClient idle(server_.port());
  idle.exchange(get("/hello"));
  RawClient busy(server_.port());
  slow_started = false;
  busy.send(get("/slow"));
  while (!slow_started) std::this_thread::yield();
  server_.close(Deadline::after(5s));
  const std::string answer = busy.read_to_end();
  EXPECT_EQ(body_of(answer), "slow but whole");
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(HttpServer, CloseAnswersTheFirstRequestsOfConnectionsThatWereJustMade) {
  constexpr int kClients = 20;
  std::vector<std::unique_ptr<RawClient>> clients;
  clients.reserve(kClients);
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_.port()));
    if (i == kClients / 2) std::this_thread::sleep_for(50ms);  // some are waited for already
  }
  std::thread closing([this] { server_.close(Deadline::after(5s)); });
  std::this_thread::sleep_for(100ms);
  for (const auto& client : clients) client->send(get("/hello"));
  for (const auto& client : clients) {
    const std::string answer = client->read_to_end();
    EXPECT_EQ(status_of(answer), 200) << answer;
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
  }
  closing.join();
}

TEST_F(HttpServer, CloseDoesNotWaitLongForAConnectionThatAsksNothing) {
  RawClient silent(server_.port());
  std::this_thread::sleep_for(50ms);  // so that the server waits for its request already
  RawClient fresh(server_.port());
  const auto patience = Deadline::after(20s);
  server_.close(Deadline::after(60s));
  EXPECT_FALSE(patience.passed());
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(fresh.read_to_end(), "");
}

TEST_F(HttpServer, TheDeadlineCutsWhatDoesNotEnd) {
  RawClient busy(server_.port());
  slow_started = false;
  busy.send(get("/endless"));
  while (!slow_started) std::this_thread::yield();
  server_.close(Deadline::after(20ms));
  EXPECT_EQ(busy.read_to_end(), "");
}

TEST_F(HttpServer, ManyClientsOnAllThreads) {
  constexpr int kClients = 8;
  std::vector<std::thread> threads;
  threads.reserve(kClients);
  std::atomic<int> right = 0;
  for (int t = 0; t < kClients; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        RawClient client(server_.port());
        for (int j = 0; j < 5; ++j)
          right += body_of(client.exchange(get("/hello"))) == "hello /hello";
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 800);
}

ServerOptions small_memory() {
  ServerOptions with = options();
  with.memory_bytes_max = 10'000'000;
  return with;
}
class SmallMemoryServer : public HttpServer {
 protected:
  SmallMemoryServer() : HttpServer(small_memory()) {}
  static std::string put(std::size_t bytes) {
    return "PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n\r\n";
  }
};

TEST_F(SmallMemoryServer, ABodyTakesAsMuchAsHasComeNotAsMuchAsItPromises) {
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 20; ++i) {
    held.push_back(std::make_unique<RawClient>(server_.port()));
    held.back()->send(put(8'000'000) + "x");
  }
  RawClient client(server_.port());
  client.send(put(1'000'000) + std::string(1'000'000, 'y'));
  EXPECT_EQ(body_of(client.read_answer()).size(), 1'000'000U);
}

TEST_F(SmallMemoryServer, ABodyThatFindsNoRoomIsAskedToComeLaterAndThenGoesThrough) {
  const auto refused = [this] {
    RawClient client(server_.port());
    client.send(put(3'000'000) + std::string(3'000'000, 'x'));
    const std::string answer = client.read_answer();
    if (status_of(answer) == 503) {
      EXPECT_THAT(answer, HasSubstr("Retry-After: "));
    }
    return status_of(answer) == 503;
  };
  // A request may take the room that another one shall hold: then start again.
  std::vector<std::unique_ptr<RawClient>> held;
  const auto full = [&] {
    held.clear();
    for (int i = 0; i < 3; ++i) {
      held.push_back(std::make_unique<RawClient>(server_.port()));
      held.back()->send(put(3'000'001) + std::string(3'000'000, 'x'));
    }
    std::this_thread::sleep_for(100ms);
    return refused();
  };
  EXPECT_TRUE(eventually(full));
  RawClient small(server_.port());
  EXPECT_EQ(body_of(small.exchange(get("/hello"))), "hello /hello");
  for (const auto& one : held) {
    one->send("x");
    one->read_answer();
  }
  EXPECT_TRUE(eventually([&] { return !refused(); }));
}

TEST_F(SmallMemoryServer, AnAnswerThatNobodyReadsHoldsItsPlaceOnly) {
  const auto status = [this] {
    RawClient client(server_.port());
    client.send(get("/large"));
    return status_of(client.read_answer());
  };
  // The request for the status may take the place that another one shall have: then start again.
  std::unique_ptr<RawClient> asleep;
  const auto held = [&] {
    asleep = std::make_unique<RawClient>(server_.port());
    asleep->send(get("/large"));
    std::this_thread::sleep_for(100ms);
    return status() == 503;
  };
  EXPECT_TRUE(eventually(held));
  EXPECT_EQ(body_of(asleep->read_answer()).size(), kLargeBytes);
  EXPECT_TRUE(eventually([&] { return status() == 200; }));
}

ServerOptions open_to_all() {
  ServerOptions with;
  with.merge_slashes = true;
  with.cross_origin = true;
  return with;
}

class CrossOriginServer : public HttpServer {
 protected:
  CrossOriginServer() : HttpServer(open_to_all()) {}
};

TEST_F(CrossOriginServer, AnswersPreflightsAndReflectsTheOrigin) {
  const std::string answer =
      ask("OPTIONS /echo HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost:8080\r\n"
          "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: "
          "x-goog-api-key\r\n\r\n");
  EXPECT_EQ(status_of(answer), 204);
  EXPECT_THAT(answer, HasSubstr("Access-Control-Allow-Origin: http://localhost:8080\r\n"));
  EXPECT_THAT(answer, HasSubstr("Access-Control-Allow-Headers: x-goog-api-key\r\n"));
  const std::string post =
      ask("POST /echo HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost:8080\r\nContent-Length: "
          "1\r\n\r\nx");
  EXPECT_EQ(status_of(post), 200);
  EXPECT_THAT(post, HasSubstr("Access-Control-Allow-Origin: http://localhost:8080\r\n"));
}

TEST_F(CrossOriginServer, MergesSlashes) { EXPECT_EQ(status_of(ask(get("//hello"))), 200); }

TEST(HttpServerMetrics, CountsByRouteAndStatus) {
  Metrics metrics;
  ServerOptions with = options();
  with.metrics = &metrics;
  Server server(with, routes());
  server.start();
  RawClient(server.port()).exchange(get("/chats/" + new_uuid7() + "/parts/7/x"));
  RawClient(server.port()).exchange(get("/nothing"));
  server.close(Deadline::after(5s));
  const std::string text = metrics.exposition();
  EXPECT_THAT(
      text,
      HasSubstr(
          "reprise_http_requests_total{method=\"GET\",route=\"/chats/{id:uuid}/parts/{seq:uint}/"
          "{name:segment}\",status=\"200\"} 1"));
  EXPECT_THAT(text, HasSubstr("route=\"(none)\",status=\"404\"} 1"));
  EXPECT_THAT(text, HasSubstr("reprise_http_request_seconds_count{route=\"(none)\"} 1"));
}

}  // namespace
}  // namespace reprise::http
