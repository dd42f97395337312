#include "platform/gcs/service_account.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.hpp"
#include "base/clock.hpp"
#include "base/fixture_for_test.hpp"
#include "platform/gcs/signed_url.hpp"

namespace reprise::gcs {
namespace {

const boost::json::object& published() {
  static const boost::json::object table = fixture::load("gcs-signed-urls.json");
  return table;
}

boost::json::object key_file() {
  return {{"type", "service_account"},
          {"client_email", published().at("email")},
          {"private_key_id", "key-1"},
          {"private_key", published().at("private_key")},
          {"token_uri", "https://oauth2.googleapis.com/token"},
          {"project_id", "what we do not need"}};
}

Result<ServiceAccount> read_file(const boost::json::object& file) {
  return read_service_account(boost::json::serialize(file), "GOOGLE_APPLICATION_CREDENTIALS");
}

Bytes from_base64url(std::string text) {
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (text.size() % 4 != 0) text += '=';
  return base64_decode(text).value();
}

/// Verifies a signature with OpenSSL and the public half of the key.
bool verifies(std::string_view pem, std::string_view message, const Bytes& signature) {
  BIO* text = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
  const int verdict = EVP_DigestVerify(
      context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
      reinterpret_cast<const unsigned char*>(message.data()), message.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  BIO_free(text);
  return verdict == 1;
}

TEST(GcsServiceAccount, TheSignatureOfAnAssertionVerifies) {
  const auto account = read_file(key_file());
  ASSERT_TRUE(account.has_value()) << account.error().client_message;
  constexpr std::int64_t kNow = 1'700'000'000'999'000'000;
  const std::string jwt = token_assertion(*account, Scope::Objects, kNow);
  const auto first = jwt.find('.');
  const auto second = jwt.find('.', first + 1);
  ASSERT_NE(second, jwt.npos);
  EXPECT_EQ(jwt.find_first_of("=+/"), jwt.npos);
  const Bytes head_text = from_base64url(jwt.substr(0, first));
  const Bytes claims_text = from_base64url(jwt.substr(first + 1, second - first - 1));
  const auto head = boost::json::parse(as_text(head_text)).as_object();
  const auto claims = boost::json::parse(as_text(claims_text)).as_object();
  EXPECT_EQ(head.at("alg").as_string(), "RS256");
  EXPECT_EQ(head.at("kid").as_string(), "key-1");
  EXPECT_EQ(claims.at("iss"), published().at("email"));
  EXPECT_EQ(claims.at("aud").as_string(), "https://oauth2.googleapis.com/token");
  EXPECT_EQ(claims.at("iat").as_int64(), 1'700'000'000);
  EXPECT_EQ(claims.at("exp").as_int64(), 1'700'003'600);
  EXPECT_EQ(claims.at("scope").as_string(), scope_url(Scope::Objects));
  const std::string pem = fixture::text_of(published().at("private_key"));
  const Bytes signature = from_base64url(jwt.substr(second + 1));
  EXPECT_TRUE(verifies(pem, jwt.substr(0, second), signature));
  EXPECT_FALSE(verifies(pem, jwt.substr(0, second - 1), signature));
}

TEST(GcsServiceAccount, ABadKeyFileIsRefusedWithoutShowingItsContent) {
  struct Case {
    const char* member;
    boost::json::value value;  // null: the member is missing
    const char* words;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"type", "authorized_user", "other credentials than those of a service account"},
           {"type", nullptr, "no key file of a service account"},
           {"client_email", nullptr, "`client_email`"},
           {"client_email", "", "client_email is empty"},
           {"client_email", 5, "`client_email` must be a string"},
           {"private_key", "SECRET", "no private RSA key"},
           {"private_key", "", "no private RSA key"},
           {"token_uri", "http://elsewhere.example/token", "token_uri must be an https URL"},
           {"token_uri", "SECRET", "token_uri must be an https URL"}}) {
    boost::json::object file = key_file();
    if (one.value.is_null()) {
      file.erase(one.member);
    } else {
      file[one.member] = one.value;
    }
    const auto account = read_file(file);
    ASSERT_FALSE(account.has_value()) << one.member;
    EXPECT_THAT(
        account.error().client_message,
        testing::AllOf(testing::StartsWith("GOOGLE_APPLICATION_CREDENTIALS: "),
                       testing::HasSubstr(one.words), testing::Not(testing::HasSubstr("SECRET"))));
  }
  for (const char* text : {"", "SECRET", "[]", "{\"type\":"}) {
    const auto account = read_service_account(text, ".gcp-key.json");
    ASSERT_FALSE(account.has_value()) << text;
    EXPECT_THAT(account.error().client_message,
                testing::AllOf(testing::StartsWith(".gcp-key.json: is no key file"),
                               testing::Not(testing::HasSubstr("SECRET"))));
  }
}

TEST(GcsServiceAccount, FilesOfOtherCredentialsAreNamedAsSuch) {
  for (const char* text :
       {R"({"type": "authorized_user", "client_id": "a", "refresh_token": "SECRET"})",
        R"({"type": "external_account", "audience": "a", "credential_source": {}})"}) {
    const auto account = read_service_account(text, "GOOGLE_APPLICATION_CREDENTIALS");
    ASSERT_FALSE(account.has_value()) << text;
    EXPECT_THAT(account.error().client_message,
                testing::HasSubstr("holds other credentials than those of a service account"));
  }
}

TEST(GcsServiceAccount, TheTokenServiceMayBeOnThisMachine) {
  boost::json::object file = key_file();
  file["token_uri"] = "http://localhost:8085/token";
  EXPECT_TRUE(read_file(file).has_value());
}

TEST(GcsServiceAccount, AShortKeyOrOneOfAnotherKindIsRefused) {
  for (EVP_PKEY* made : {EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024}),
                         EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")}) {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, made, nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    EXPECT_FALSE(SigningKey::read({data, static_cast<std::size_t>(size)}).has_value());
    BIO_free(out);
    EVP_PKEY_free(made);
  }
}

UrlWish wish_of(const boost::json::object& one) {
  const auto text = [&](const char* name, const char* missing) {
    return one.contains(name) ? fixture::text_of(one.at(name)) : std::string(missing);
  };
  const std::string style = text("style", "PATH_STYLE");
  const std::string object = text("object", "");
  UrlWish wish{.method = text("method", ""),
               .scheme = text("scheme", "https"),
               .host = "storage.googleapis.com",
               .path = "/" + text("bucket", "") + (object.empty() ? "" : "/" + object),
               .lives = std::chrono::seconds(one.at("expires_s").as_int64())};
  if (style == "VIRTUAL_HOSTED_STYLE") wish.host = text("bucket", "") + ".storage.googleapis.com";
  if (style == "BUCKET_BOUND_HOSTNAME") wish.host = text("host", "");
  if (style != "PATH_STYLE") wish.path = "/" + object;
  for (const auto& [member, to] : {std::pair{"headers", &wish.headers}, {"query", &wish.query}}) {
    if (!one.contains(member)) continue;
    for (const auto& [name, value] : one.at(member).as_object()) {
      to->emplace_back(name, fixture::text_of(value));
    }
  }
  return wish;
}

TEST(GcsSignedUrl, EqualsGooglesPublishedVectors) {
  const auto account = read_file(key_file());
  ASSERT_TRUE(account.has_value());
  std::size_t compared = 0;
  fixture::for_each_case(published(), "cases", [&](const boost::json::value& one) {
    const auto at = parse_rfc3339(fixture::text_of(one.at("at")));
    ASSERT_TRUE(at.has_value());
    EXPECT_EQ(signed_url(*account, wish_of(one.as_object()), *at), fixture::text_of(one.at("url")));
    ++compared;
  });
  EXPECT_EQ(compared, 20U);
}

TEST(GcsSignedUrl, AnObjectOfOursIsReadUnderItsNameInTheBucket) {
  const auto account = read_file(key_file());
  ASSERT_TRUE(account.has_value());
  const std::string google = signed_read_url(
      *account, *read_address("gs://films/own/place"),
      {.key = "views/a b.webm", .content_type = "video/webm", .disposition = "attachment"}, 0);
  EXPECT_THAT(google, testing::StartsWith(
                          "https://storage.googleapis.com/films/own/place/views/a%20b.webm?"));
  EXPECT_THAT(google, testing::HasSubstr("X-Goog-Expires=60&"));
  EXPECT_THAT(google, testing::HasSubstr("&response-content-type=video%2Fwebm&"));
  EXPECT_THAT(google, testing::HasSubstr("&response-content-disposition=attachment&"));
  const std::string near =
      signed_read_url(*account, *read_address("gs://films?endpoint=http://localhost:4443"),
                      {.key = "x", .lives = std::chrono::seconds(300)}, 0);
  EXPECT_THAT(near, testing::StartsWith("http://localhost:4443/films/x?"));
  EXPECT_THAT(near, testing::HasSubstr("X-Goog-Expires=300&"));
  EXPECT_THAT(near, testing::Not(testing::HasSubstr("response-")));
}

}  // namespace
}  // namespace reprise::gcs
