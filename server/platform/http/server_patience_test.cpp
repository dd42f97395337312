// Peers that are slow, that stand still, or that are too many, over a real socket.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "platform/http/server_test_support.hpp"

namespace reprise::http {
namespace {

using testing::HasSubstr;

ServerOptions impatient() {
  ServerOptions with = options();
  with.threads = 1;
  with.header_wait = 100ms;
  with.body_wait = 100ms;
  with.idle_wait = 100ms;
  with.write_wait = 100ms;
  return with;
}

class ImpatientServer : public HttpServer {
 protected:
  ImpatientServer() : HttpServer(impatient()) {}
};

TEST_F(ImpatientServer, CutsSlowHeadersBodiesAndIdleConnections) {
  const char* const kCases[] = {
      "", "GET /hello HTTP/1.1\r\nHo",
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"};
  for (const char* request : kCases) {
    RawClient client(server_.port());
    client.send(request);
    EXPECT_EQ(client.read_to_end(), "") << request;
  }
  RawClient idle(server_.port());
  idle.exchange(get("/hello"));
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(ImpatientServer, AHeaderThatTricklesIsCutToo) {
  RawClient client(server_.port());
  client.send("GET /hello HTTP/1.1\r\nX: ");
  bool open = true;
  for (int i = 0; open && i < 1000; ++i) {
    open = client.send("x");
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_FALSE(open);
}

TEST_F(ImpatientServer, AReaderThatStallsIsCut) {
  RawClient client(server_.port());
  for (int i = 0; i < 40; ++i) client.send(get("/file"));
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(client.read_to_end().size(), 40 * kFileBytes);
}

ServerOptions crowded() {
  ServerOptions with = options();
  with.threads = 1;
  with.connections_max = 2;
  return with;
}
class CrowdedServer : public HttpServer {
 protected:
  CrowdedServer() : HttpServer(crowded()) {}
};

TEST_F(CrowdedServer, RefusesConnectionsOverTheLimitAndRecovers) {
  {
    RawClient first(server_.port());
    RawClient second(server_.port());
    EXPECT_EQ(status_of(first.exchange(get("/hello"))), 200);
    EXPECT_EQ(status_of(second.exchange(get("/hello"))), 200);
    RawClient third(server_.port());
    const std::string answer = third.read_to_end();
    EXPECT_EQ(status_of(answer), 503);
    EXPECT_THAT(answer, HasSubstr("urn:reprise:problem:service-unavailable"));
  }
  EXPECT_TRUE(eventually([this] {
    RawClient again(server_.port());
    again.send(get("/hello"));
    return status_of(again.read_answer()) == 200;
  })) << "the places of closed connections were not given back";
}

ServerOptions pressing() {
  ServerOptions with = options();
  with.body_grace = 200ms;
  with.body_bytes_per_second_min = 1000;
  return with;
}
class PressingServer : public HttpServer {
 protected:
  PressingServer() : HttpServer(pressing()) {}
};

TEST_F(PressingServer, CutsABodyThatTrickles) {
  RawClient client(server_.port());
  client.send("PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
  bool open = true;
  for (int i = 0; open && i < 1000; ++i) {
    open = client.send("x");
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_FALSE(open);
}

TEST_F(PressingServer, TakesASlowBodyThatKeepsTheRate) {
  RawClient client(server_.port());
  client.send("PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    client.send(std::string(1000, 'x'));
    std::this_thread::sleep_for(25ms);  // 500 ms: past the grace
  }
  EXPECT_EQ(body_of(client.read_answer()).size(), 20'000U);
}

}  // namespace
}  // namespace reprise::http
