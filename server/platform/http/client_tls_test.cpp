#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "platform/http/client_test_support.hpp"

namespace reprise::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Pem {
  std::string certificate;
  std::string key;
};

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

/// A certificate for `localhost`, signed by itself, valid for an hour.
Pem make_certificate() {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
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

/// Answers one connection and remembers the name that the client asked for.
class TlsServer {
 public:
  explicit TlsServer(const Pem& pem) {
    tls_.use_certificate(asio::buffer(pem.certificate), asio::ssl::context::pem);
    tls_.use_private_key(asio::buffer(pem.key), asio::ssl::context::pem);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() { thread_.join(); }
  std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(acceptor_.local_endpoint().port()) + "/x";
  }
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

/// OpenSSL reads SSL_CERT_FILE when the client first needs it, so all tests here share one
/// certificate.
const Pem& trusted() {
  static const Pem pem = [] {
    Pem made = make_certificate();
    const std::string path =
        testing::TempDir() + "reprise_client_tls_" + std::to_string(::getpid());
    std::ofstream(path) << made.certificate;
    ::setenv("SSL_CERT_FILE", path.c_str(), 1);
    std::atexit([] { std::remove(std::getenv("SSL_CERT_FILE")); });
    return made;
  }();
  return pem;
}

TEST(HttpsClient, TalksToATrustedServerOfThatName) {
  TlsServer server(trusted());
  const auto answer = fetch_and_wait({.url = server.url("localhost")});
  ASSERT_TRUE(answer) << answer.error().log_detail;
  EXPECT_EQ(answer->body, "secret");
  EXPECT_EQ(server.server_name, "localhost");
}

TEST(HttpsClient, RefusesACertificateOfAnotherName) {
  TlsServer server(trusted());
  const auto answer = fetch_and_wait({.url = server.url("127.0.0.1")});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().log_detail,
              testing::HasSubstr("handshake: certificate verify failed"));
}

TEST(HttpsClient, RefusesAnUnknownAuthority) {
  trusted();
  TlsServer server(make_certificate());
  const auto answer = fetch_and_wait({.url = server.url("localhost")});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().log_detail,
              testing::HasSubstr("handshake: certificate verify failed"));
}

}  // namespace
}  // namespace reprise::http
