#include "platform/gcs/service_account.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/describe/class.hpp>
#include <stdexcept>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "platform/http/loopback.hpp"
#include "platform/http/url.hpp"

namespace reprise::gcs {
namespace {

constexpr int kKeyBitsLeast = 2048;
constexpr std::int64_t kAssertionSeconds = 3600;  // Google's limit
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// The members of a key file that we use.
struct KeyFile {
  std::string type;
  std::string client_email;
  std::string private_key_id;
  std::string private_key;
  std::string token_uri;
};
BOOST_DESCRIBE_STRUCT(KeyFile, (), (type, client_email, private_key_id, private_key, token_uri))

/// Files of other credentials have other members besides.
struct KindOfFile {
  std::string type;
};
BOOST_DESCRIBE_STRUCT(KindOfFile, (), (type))

}  // namespace

struct SigningKey::Key {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> held;
};

Result<SigningKey> SigningKey::read(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  // The callback answers "no password": without one OpenSSL would ask on the terminal.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(text.get(), nullptr, no_password, nullptr), &EVP_PKEY_free);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(key.get()) < kKeyBitsLeast) {
    return fail(ErrorCode::Invalid, "is no private RSA key of 2048 bits or more");
  }
  return SigningKey(std::make_shared<Key>(std::move(key)));
}

Bytes SigningKey::sign(std::string_view message) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t size = 0;
  Bytes signature;
  bool fine =
      context &&
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->held.get()) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) == 1;
  if (fine) {
    signature.resize(size);
    fine = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                          bytes, message.size()) == 1;
  }
  if (!fine) throw std::runtime_error("OpenSSL cannot sign with the service account's key");
  signature.resize(size);
  return signature;
}

Result<ServiceAccount> read_service_account(std::string_view json, std::string_view setting) {
  const auto invalid = [&](std::string_view what) {
    return fail(ErrorCode::Invalid, fmt::format("{}: {}", setting, what));
  };
  const auto kind = from_json<KindOfFile>(json, UnknownMembers::Ignore);
  if (kind && kind->type != "service_account") {
    return invalid(
        "holds other credentials than those of a service account; make a key of a service account "
        "(type \"service_account\").");
  }
  const auto file = from_json<KeyFile>(json, UnknownMembers::Ignore);
  if (!file) {
    // Our parser's message names members, never what they hold.
    return invalid("is no key file of a service account (" + file.error().client_message + ")");
  }
  const auto url = http::parse_url(file->token_uri);
  if (!url || (!url->tls && !http::is_loopback(url->host))) {
    return invalid("its token_uri must be an https URL.");
  }
  auto key = SigningKey::read(file->private_key);
  if (!key) return invalid("its private_key " + key.error().client_message + ".");
  if (file->client_email.empty()) return invalid("its client_email is empty.");
  return ServiceAccount{.email = file->client_email,
                        .key_id = file->private_key_id,
                        .token_url = file->token_uri,
                        .key = *std::move(key)};
}

std::string_view scope_url(Scope scope) {
  return scope == Scope::Bucket ? "https://www.googleapis.com/auth/devstorage.full_control"
                                : "https://www.googleapis.com/auth/devstorage.read_write";
}

std::string token_assertion(const ServiceAccount& account, Scope scope, std::int64_t now_utc_ns) {
  const std::int64_t now = now_utc_ns / kNsPerSecond;
  const boost::json::object header{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", account.key_id}};
  const boost::json::object claims{{"iss", account.email},
                                   {"scope", scope_url(scope)},
                                   {"aud", account.token_url},
                                   {"iat", now},
                                   {"exp", now + kAssertionSeconds}};
  const std::string head = boost::json::serialize(header);
  const std::string body = boost::json::serialize(claims);
  const std::string message =
      base64url_encode(as_bytes(head)) + "." + base64url_encode(as_bytes(body));
  return message + "." + base64url_encode(account.key.sign(message));
}

}  // namespace reprise::gcs
