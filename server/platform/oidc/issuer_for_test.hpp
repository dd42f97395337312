#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "domain/login/claims.hpp"
#include "domain/login/transaction.hpp"
#include "platform/http/target.hpp"
#include "platform/http/url.hpp"
#include "platform/oidc/issuer.hpp"

// For tests: an issuer inside of the test program, with a real key, that can do everything wrong.
namespace reprise::oidc {

/// An RSA key that signs tokens.
class TestKey {
 public:
  explicit TestKey(std::string key_id)
      : key_id_(std::move(key_id)), key_(EVP_RSA_gen(2048), &EVP_PKEY_free) {}
  const std::string& key_id() const { return key_id_; }
  boost::json::object jwk() const {
    return {{"kty", "RSA"},
            {"kid", key_id_},
            {"use", "sig"},
            {"alg", "RS256"},
            {"n", number(OSSL_PKEY_PARAM_RSA_N)},
            {"e", number(OSSL_PKEY_PARAM_RSA_E)}};
  }
  std::string sign(std::string_view message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size());
    Bytes signature(size);
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                   message.size());
    return base64url_encode(signature);
  }

 private:
  std::string number(const char* name) const {
    BIGNUM* held = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), name, &held) != 1) throw std::runtime_error("no key");
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(held)));
    BN_bn2bin(held, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(held);
    return base64url_encode(bytes);
  }
  std::string key_id_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

/// Making a key takes a tenth of a second, so all tests share two.
inline const TestKey& first_key() {
  static const TestKey key("first");
  return key;
}
inline const TestKey& second_key() {
  static const TestKey key("second");
  return key;
}

class FakeIssuer {
 public:
  explicit FakeIssuer(std::string issuer = "http://127.0.0.1:5556/dex")
      : issuer_(std::move(issuer)) {}

  std::int64_t now = 1'790'000'000'000'000'000;
  bool away = false;
  const TestKey* key = &first_key();
  std::vector<const TestKey*> published{&first_key()};
  boost::json::object person{{"sub", "CgExEgVsb2NhbA"},
                             {"email", "dev@example.test"},
                             {"email_verified", true},
                             {"name", "Dev"},
                             {"groups", boost::json::array{"staff"}}};
  boost::json::object header{{"alg", "RS256"}};
  std::function<void(boost::json::object& claims)> change_claims = [](auto&) {};
  std::function<void(boost::json::object& answer)> change_answer = [](auto&) {};
  std::function<void(boost::json::object& metadata)> change_metadata = [](auto&) {};
  std::optional<http::ClientResponse> instead_of_token = {};
  /// The requests by the last part of their path.
  std::map<std::string, int> asked;
  std::vector<http::ClientRequest> requests;

  IssuerSettings settings(std::string id = "dex") const {
    return {.id = std::move(id),
            .name = "Dex",
            .issuer = issuer_,
            .client_id = "reprise",
            .client_secret = "a:secret/1"};
  }
  Send send() {
    return [this](http::ClientRequest request) { return answer(this, std::move(request)); };
  }
  std::function<std::int64_t()> clock() {
    return [this] { return now; };
  }

  /// What the person's browser brings back from this address: the query of the callback.
  std::vector<std::pair<std::string, std::string>> log_in(const std::string& authorization_url) {
    const auto url = http::parse_url(authorization_url);
    const auto target = http::parse_target(url.value().target, false);
    std::map<std::string, std::string> wish(target.value().query.begin(),
                                            target.value().query.end());
    if (wish["response_type"] != "code" || wish["code_challenge_method"] != "S256") {
      return {{"error", "invalid_request"}, {"state", wish["state"]}};
    }
    const std::string code = "code " + std::to_string(++codes_made_);
    codes_[code] = {wish["code_challenge"], wish["redirect_uri"], wish["nonce"]};
    return {{"code", code}, {"state", wish["state"]}};
  }

  /// The token as it would be given for this nonce, code and access token.
  std::string id_token(const std::string& nonce, const std::string& code,
                       const std::string& access_token) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    boost::json::object claims = person;
    claims["iss"] = boost::json::string(issuer_);
    claims["aud"] = "reprise";
    claims["iat"] = now / kSecond;
    claims["exp"] = now / kSecond + 600;
    claims["nonce"] = boost::json::string(nonce);
    claims["at_hash"] = boost::json::string(login::half_hash(access_token));
    claims["c_hash"] = boost::json::string(login::half_hash(code));
    change_claims(claims);
    boost::json::object head = header;
    if (!head.contains("kid")) head["kid"] = boost::json::string(key->key_id());
    const std::string message = base64url_encode(as_bytes(boost::json::serialize(head))) + "." +
                                base64url_encode(as_bytes(boost::json::serialize(claims)));
    return message + "." + key->sign(message);
  }

 private:
  struct Code {
    std::string challenge;
    std::string redirect_uri;
    std::string nonce;
  };
  static http::ClientResponse response(int status, const boost::json::value& body) {
    http::ClientResponse made{.status = status, .body = boost::json::serialize(body)};
    made.headers.add("Content-Type", "application/json");
    return made;
  }
  static Task<std::expected<http::ClientResponse, http::FetchError>> answer(
      FakeIssuer* self, http::ClientRequest request) {
    const std::string path = request.url.substr(self->issuer_.size());
    ++self->asked[path.substr(path.rfind('/') + 1)];
    self->requests.push_back(request);
    if (self->away) co_return std::unexpected(http::FetchError{http::FetchFault::Refused, "away"});
    if (path == "/.well-known/openid-configuration") co_return response(200, self->metadata());
    if (path == "/keys") co_return response(200, self->keys());
    if (path == "/token") co_return self->token(request);
    co_return response(404, {});
  }
  boost::json::object metadata() {
    boost::json::object made{
        {"issuer", issuer_},
        {"authorization_endpoint", issuer_ + "/auth"},
        {"token_endpoint", issuer_ + "/token"},
        {"jwks_uri", issuer_ + "/keys"},
        {"scopes_supported", boost::json::array{"openid", "email", "groups", "profile"}}};
    change_metadata(made);
    return made;
  }
  boost::json::object keys() const {
    boost::json::array list;
    for (const TestKey* one : published) list.push_back(one->jwk());
    return {{"keys", list}};
  }
  http::ClientResponse token(const http::ClientRequest& request) {
    if (instead_of_token) return *instead_of_token;
    if (request.headers.find("Authorization") !=
        "Basic " + base64_encode(as_bytes("reprise:a%3Asecret%2F1"))) {
      return response(401, {{"error", "invalid_client"}});
    }
    const auto form = http::parse_target("/?" + request.body, false);
    std::map<std::string, std::string> wish(form.value().query.begin(), form.value().query.end());
    const auto code = codes_.find(wish["code"]);
    if (wish["grant_type"] != "authorization_code" || code == codes_.end() ||
        login::challenge_s256(wish["code_verifier"]) != code->second.challenge ||
        wish["redirect_uri"] != code->second.redirect_uri) {
      return response(400, {{"error", "invalid_grant"}});
    }
    boost::json::object given{{"access_token", "access"},
                              {"token_type", "bearer"},
                              {"id_token", id_token(code->second.nonce, code->first, "access")}};
    codes_.erase(code);
    change_answer(given);
    return response(200, given);
  }

  const std::string issuer_;
  std::map<std::string, Code> codes_;
  int codes_made_ = 0;
};

}  // namespace reprise::oidc
