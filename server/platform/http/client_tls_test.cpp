#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "platform/http/client_test_support.hpp"

namespace reprise::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

struct Pem {
  std::string certificate;
  std::string key;
};

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

/// A self-signed certificate of `subject` for `localhost` and `gemini.test`, valid from now +
/// `first` to now + `last` seconds.
Pem make_certificate(const std::string& subject = "authority", long first = -60, long last = 3600) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), first);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), last);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,DNS:gemini.test");
  X509_add_ext(certificate.get(), names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(out.get(), certificate.get());
  Pem pem{.certificate = text_of(out.get()), .key = {}};
  const std::unique_ptr<BIO, int (*)(BIO*)> key_out(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  pem.key = text_of(key_out.get());
  return pem;
}

/// Comes and goes, so that a server to which nobody came waits no longer.
void knock_at(const tcp::acceptor& acceptor) noexcept {
  try {
    asio::io_context context;
    tcp::socket(context).connect(acceptor.local_endpoint());
  } catch (...) {
    std::terminate();  // its thread would wait for ever
  }
}

/// Answers one connection and keeps the name that the client asked for.
class TlsServer {
 public:
  explicit TlsServer(const Pem& pem) {
    tls_.use_certificate(asio::buffer(pem.certificate), asio::ssl::context::pem);
    tls_.use_private_key(asio::buffer(pem.key), asio::ssl::context::pem);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() {
    knock_at(acceptor_);
    thread_.join();
  }
  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }
  std::string url(const std::string& host) const { return "https://" + host + ":" + port() + "/x"; }
  std::string server_name;

 private:
  void serve() {
    boost::system::error_code error;
    asio::ssl::stream<tcp::socket> stream(acceptor_.accept(), tls_);
    stream.handshake(asio::ssl::stream_base::server, error);
    if (const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name))
      server_name = name;
    std::string request;
    asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", error);
    if (error) return;
    asio::write(stream,
                asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")),
                error);
  }
  asio::io_context context_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

/// What a scripted server waits for before it answers and closes.
enum class WaitFor { Nothing, Anything, Head, TheEnd };

/// Answers one connection with fixed bytes.
class ScriptedServer {
 public:
  ScriptedServer(std::string answer, WaitFor wait) : answer_(std::move(answer)), wait_(wait) {
    if (wait_ != WaitFor::Nothing) thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    knock_at(acceptor_);
    if (thread_.joinable()) thread_.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

 private:
  void serve() {
    boost::system::error_code ignored;
    tcp::socket socket = acceptor_.accept();
    std::string received;
    if (wait_ == WaitFor::Head) {
      asio::read_until(socket, asio::dynamic_buffer(received), "\r\n\r\n", ignored);
    } else if (wait_ == WaitFor::Anything) {
      received.resize(1024);
      socket.read_some(asio::buffer(received), ignored);
    } else {
      asio::read(socket, asio::dynamic_buffer(received), ignored);
    }
    asio::write(socket, asio::buffer(answer_), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    // Closing with unread bytes could lose the answer.
    asio::read(socket, asio::dynamic_buffer(received), ignored);
  }
  std::string answer_;
  WaitFor wait_;
  asio::io_context context_;
  tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

/// A proxy that opens one tunnel, always to the same port of this machine.
class Tunnel {
 public:
  explicit Tunnel(const std::string& to)
      : to_(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(to))) {
    thread_ = std::thread([this] { serve(); });
  }
  ~Tunnel() { join(); }
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;
  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }
  /// The request to the proxy, once the tunnel has closed.
  const std::string& asked() {
    join();
    return asked_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  static void copy(tcp::socket& from, tcp::socket& to) {
    boost::system::error_code error;
    std::array<char, 4096> space;
    for (;;) {
      const std::size_t count = from.read_some(asio::buffer(space), error);
      if (error) break;
      asio::write(to, asio::buffer(space, count), error);
      if (error) break;
    }
    from.shutdown(tcp::socket::shutdown_both, error);
    to.shutdown(tcp::socket::shutdown_both, error);
  }
  void serve() {
    tcp::socket client = acceptor_.accept();
    asio::read_until(client, asio::dynamic_buffer(asked_), "\r\n\r\n");
    tcp::socket server(context_);
    server.connect(to_);
    asio::write(client, asio::buffer(std::string("HTTP/1.1 200 Connected\r\n\r\n")));
    std::thread back([&] { copy(server, client); });
    copy(client, server);
    back.join();
  }
  tcp::endpoint to_;
  asio::io_context context_;
  tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::string asked_;
  std::thread thread_;
};

const Pem& expired() {
  static const Pem pem = make_certificate("expired authority", -7200, -3600);
  return pem;
}
const Pem& not_yet() {
  static const Pem pem = make_certificate("authority to come", 3600, 7200);
  return pem;
}

/// OpenSSL reads SSL_CERT_FILE only once, when the client first needs it, so one file holds
/// everything that these tests trust.
const Pem& trusted() {
  static const Pem pem = [] {
    Pem made = make_certificate();
    const std::string path =
        testing::TempDir() + "reprise_client_tls_" + std::to_string(::getpid());
    std::ofstream(path) << made.certificate << expired().certificate << not_yet().certificate;
    ::setenv("SSL_CERT_FILE", path.c_str(), 1);
    std::atexit([] { std::remove(std::getenv("SSL_CERT_FILE")); });
    return made;
  }();
  return pem;
}

TEST(HttpsClient, TalksToATrustedServerOfThatName) {
  TlsServer server(trusted());
  const auto answer = fetch_and_wait({.url = server.url("localhost")});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "secret");
  EXPECT_EQ(server.server_name, "localhost");
}

TEST(HttpsClient, RefusesACertificateOfAnotherName) {
  TlsServer server(trusted());
  const auto answer = fetch_and_wait({.url = server.url("127.0.0.1")});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::TlsTrust);
  EXPECT_THAT(answer.error().detail, testing::HasSubstr("handshake: certificate verify failed"));
}

TEST(HttpsClient, RefusesAnUnknownAuthority) {
  trusted();
  TlsServer server(make_certificate());
  const auto answer = fetch_and_wait({.url = server.url("localhost")});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::TlsTrust);
}

TEST(HttpsClient, SaysThatAServerSpeaksNoTls) {
  ScriptedServer server("HTTP/1.1 400 Bad Request\r\n\r\n", WaitFor::Anything);
  const auto answer = fetch_and_wait({.url = "https://localhost:" + server.port()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::Tls);
}

TEST(HttpsClient, GivesUpOnAHandshakeAtTheDeadline) {
  ScriptedServer server("", WaitFor::TheEnd);
  const auto answer = fetch_and_wait(
      {.url = "https://localhost:" + server.port(), .deadline = Deadline::after(2s)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::AnswerLate);
}

// ---- proxies ------------------------------------------------------------------------------------

Proxy proxy_at(const std::string& port) {
  return {.host = "localhost",
          .port = port,
          .authorization = "Basic dTpw",
          .shown = "localhost:" + port};
}

TEST(HttpsByProxy, GoesThroughATunnelByTheNameThatTheProxyResolves) {
  TlsServer server(trusted());
  Tunnel tunnel(server.port());
  const auto answer =
      fetch_and_wait({.url = "https://gemini.test/x", .proxy = proxy_at(tunnel.port())});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "secret");
  EXPECT_EQ(server.server_name, "gemini.test");
  EXPECT_THAT(tunnel.asked(), testing::StartsWith("CONNECT gemini.test:443 HTTP/1.1\r\n"));
  EXPECT_THAT(tunnel.asked(), testing::HasSubstr("Host: gemini.test:443\r\n"));
  EXPECT_THAT(tunnel.asked(), testing::HasSubstr("Proxy-Authorization: Basic dTpw\r\n"));
}

struct RefusingProxyCase {
  const char* name;
  const char* answer;
  FetchFault fault;
  int status;
};
class RefusingProxyTest : public testing::TestWithParam<RefusingProxyCase> {};
TEST_P(RefusingProxyTest, IsNamedInTheError) {
  ScriptedServer proxy(GetParam().answer, WaitFor::Head);
  const auto answer = fetch_and_wait({.url = "https://gemini.test/x",
                                      .deadline = Deadline::after(5s),
                                      .proxy = proxy_at(proxy.port())});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, GetParam().fault);
  EXPECT_EQ(answer.error().status, GetParam().status);
  EXPECT_TRUE(answer.error().at_proxy);
  EXPECT_THAT(answer.error().detail, testing::HasSubstr("localhost:" + proxy.port()));
}
INSTANTIATE_TEST_SUITE_P(
    Answers, RefusingProxyTest,
    testing::Values(
        RefusingProxyCase{"WantsALogin",
                          "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: "
                          "Basic\r\nContent-Length: 5\r\n\r\n<html",
                          FetchFault::Proxy, 407},
        RefusingProxyCase{"Forbids", "HTTP/1.1 403 Forbidden\r\n\r\n<html>no</html>",
                          FetchFault::Proxy, 403},
        RefusingProxyCase{"ShowsAPage", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
                          FetchFault::Proxy, 200},
        RefusingProxyCase{"IsNoProxy", "220 smtp.example ESMTP\r\n\r\n", FetchFault::Proxy, 0},
        RefusingProxyCase{"Closes", "", FetchFault::Cut, 0}),
    [](const auto& tested) { return tested.param.name; });

TEST(HttpsByProxy, SaysThatNobodyIsThere) {
  std::string port;
  {
    const ScriptedServer gone("", WaitFor::Nothing);
    port = gone.port();
  }
  const auto answer = fetch_and_wait({.url = "https://gemini.test/x", .proxy = proxy_at(port)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::Refused);
  EXPECT_TRUE(answer.error().at_proxy);
}

TEST(HttpsByProxy, IsNotForPlainHttp) {
  ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", WaitFor::Head);
  const auto answer =
      fetch_and_wait({.url = "http://localhost:" + server.port() + "/", .proxy = proxy_at("1")});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "ok");
}

struct ValidityCase {
  const char* name;
  const Pem& (*certificate)();
};
class CertificateTimeTest : public testing::TestWithParam<ValidityCase> {};
TEST_P(CertificateTimeTest, IsToldApart) {
  trusted();
  TlsServer server(GetParam().certificate());
  const auto answer = fetch_and_wait({.url = server.url("localhost")});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::TlsTime) << answer.error().detail;
}
INSTANTIATE_TEST_SUITE_P(Validity, CertificateTimeTest,
                         testing::Values(ValidityCase{"Expired", expired},
                                         ValidityCase{"NotYet", not_yet}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::http
