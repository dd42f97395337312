#include "platform/oidc/issuer.hpp"

#include <gtest/gtest.h>

#include "base/run_alone.hpp"
#include "platform/oidc/issuer_for_test.hpp"

namespace reprise::oidc {
namespace {

namespace json = boost::json;
using login::Fault;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr const char* kRedirect = "http://localhost:8080/api/auth/dex/callback";

class IssuerTest : public testing::Test {
 protected:
  std::expected<std::shared_ptr<const Metadata>, Failure> discover() {
    return run_alone(issuer_.discover());
  }
  /// One login after which the issuer's answer is checked; empty: it is right.
  std::optional<Fault> log_in() {
    const auto metadata = issuer_.known();
    if (!metadata) return Fault::IssuerUnreachable;
    const std::string verifier = "verifier";
    const auto back = fake_.log_in(
        authorization_url(*metadata, {.client_id = "reprise",
                                      .redirect_uri = kRedirect,
                                      .scope = "openid email",
                                      .state = "state",
                                      .nonce = "nonce",
                                      .code_challenge = login::challenge_s256(verifier)}));
    claims_ = run_alone(issuer_.claims_for({.code = back.front().second,
                                            .redirect_uri = kRedirect,
                                            .verifier = verifier,
                                            .nonce = "nonce"}));
    return claims_ ? std::nullopt : std::optional(claims_.error().fault);
  }

  FakeIssuer fake_;
  Issuer issuer_{fake_.settings(), fake_.send(), fake_.clock()};
  std::expected<json::object, Failure> claims_;
};

TEST_F(IssuerTest, GivesTheClaimsOfALogin) {
  ASSERT_TRUE(discover());
  EXPECT_TRUE(issuer_.is_reachable());
  EXPECT_EQ(log_in(), std::nullopt);
  EXPECT_EQ(claims_->at("email"), "dev@example.test");
}

TEST_F(IssuerTest, EveryRequestOfALoginIsMadeForItsTrace) {
  const Send send = fake_.send();
  int asked = 0;
  int traced = 0;
  Issuer issuer(
      fake_.settings(),
      [&](http::ClientRequest request) {
        ++asked;
        if (request.deadline.trace()) ++traced;
        return send(std::move(request));
      },
      fake_.clock());
  const Deadline deadline = Deadline::after(std::chrono::seconds(5)).for_trace(CallTrace{});
  ASSERT_TRUE(run_alone(issuer.discover(deadline)));
  EXPECT_EQ(asked, 2) << "metadata and keys";
  EXPECT_FALSE(run_alone(issuer.claims_for({.code = "none",
                                            .redirect_uri = kRedirect,
                                            .verifier = "verifier",
                                            .nonce = "nonce",
                                            .deadline = deadline})));
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(traced, asked);
}

TEST_F(IssuerTest, ANameThatIsNotItsOwnIsRefused) {
  fake_.change_metadata = [](json::object& metadata) {
    metadata["issuer"] = "http://127.0.0.1:5556/dex/";
  };
  EXPECT_FALSE(discover());
  EXPECT_FALSE(issuer_.is_reachable());
  EXPECT_EQ(issuer_.known(), nullptr);
}

TEST_F(IssuerTest, AddressesAreHttpsOrItsOwn) {
  for (const char* member : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    for (const json::value& address :
         {json::value("http://10.0.0.1/x"), json::value("http://127.0.0.1:8080/x"),
          json::value("ftp://x"), json::value("javascript:alert(1)"), json::value(nullptr),
          json::value("https://user@evil.test/x")}) {
      fake_.change_metadata = [&](json::object& metadata) { metadata[member] = address; };
      EXPECT_FALSE(discover()) << member << ' ' << json::serialize(address);
    }
  }
  fake_.change_metadata = [](json::object& metadata) {
    metadata["authorization_endpoint"] = "https://login.example.test/auth";
    metadata["end_session_endpoint"] = "http://10.0.0.1/logout";
  };
  const auto metadata = discover();
  ASSERT_TRUE(metadata);
  EXPECT_EQ((*metadata)->end_session_endpoint, "");
}

TEST_F(IssuerTest, WhatWasKnownStaysWhileItIsAway) {
  ASSERT_TRUE(discover());
  fake_.away = true;
  EXPECT_FALSE(discover());
  EXPECT_FALSE(issuer_.is_reachable());
  ASSERT_NE(issuer_.known(), nullptr);
  fake_.away = false;
  EXPECT_EQ(log_in(), std::nullopt) << "old keys still count";
}

TEST_F(IssuerTest, NewKeysAreFetchedOnceForAnUnknownName) {
  ASSERT_TRUE(discover());
  fake_.key = &second_key();
  fake_.published = {&second_key()};  // as Dex does it with storage in memory
  EXPECT_EQ(log_in(), std::nullopt);
  EXPECT_EQ(fake_.asked["keys"], 2);
}

TEST_F(IssuerTest, UnknownKeysDoNotFloodTheIssuer) {
  ASSERT_TRUE(discover());
  fake_.header["kid"] = "unheard";
  for (int times = 0; times < 10; ++times) EXPECT_EQ(log_in(), Fault::KeyUnknown);
  EXPECT_EQ(fake_.asked["keys"], 2);
  fake_.now += 59 * kSecond;
  EXPECT_EQ(log_in(), Fault::KeyUnknown);
  EXPECT_EQ(fake_.asked["keys"], 2);
  fake_.now += kSecond;
  EXPECT_EQ(log_in(), Fault::KeyUnknown);
  EXPECT_EQ(fake_.asked["keys"], 3);
  fake_.header.erase("kid");
  EXPECT_EQ(log_in(), std::nullopt) << "right logins go on";
}

TEST_F(IssuerTest, OldKeysAreReplacedAfterAnHour) {
  ASSERT_TRUE(discover());
  fake_.published = {&second_key()};
  ASSERT_TRUE(discover());
  EXPECT_EQ(log_in(), std::nullopt) << "not yet";
  fake_.now += 3601 * kSecond;
  ASSERT_TRUE(discover());
  EXPECT_EQ(log_in(), Fault::KeyUnknown);
}

struct Defect {
  const char* name;
  std::function<void(FakeIssuer&)> make;
  Fault want;
};
class DefectTest : public IssuerTest, public testing::WithParamInterface<Defect> {};
TEST_P(DefectTest, IsRefusedWithItsReason) {
  ASSERT_TRUE(discover());
  GetParam().make(fake_);
  EXPECT_EQ(log_in(), GetParam().want);
}

std::function<void(FakeIssuer&)> claim(const char* name, const json::value& value) {
  return [name, value](FakeIssuer& issuer) {
    issuer.change_claims = [name, value](json::object& claims) { claims[name] = value; };
  };
}
std::function<void(FakeIssuer&)> in_answer(const char* name, const json::value& value) {
  return [name, value](FakeIssuer& issuer) {
    issuer.change_answer = [name, value](json::object& answer) { answer[name] = value; };
  };
}
std::function<void(FakeIssuer&)> answering(int status, const std::string& body) {
  return [status, body](FakeIssuer& issuer) {
    issuer.instead_of_token = http::ClientResponse{.status = status, .body = body};
    issuer.instead_of_token->headers.add("Content-Type", "application/json; charset=utf-8");
  };
}

INSTANTIATE_TEST_SUITE_P(
    Tokens, DefectTest,
    testing::Values(
        Defect{"OtherIssuer", claim("iss", "http://127.0.0.1:5557/dex"), Fault::IssuerDiffers},
        Defect{"OtherAudience", claim("aud", "other"), Fault::AudienceDiffers},
        Defect{"OtherNonce", claim("nonce", "x"), Fault::NonceDiffers},
        Defect{"Expired", claim("exp", 1), Fault::Expired},
        Defect{"AlgorithmNone", [](FakeIssuer& issuer) { issuer.header["alg"] = "none"; },
               Fault::AlgorithmRefused},
        Defect{"PublicKeyAsSecret", [](FakeIssuer& issuer) { issuer.header["alg"] = "HS256"; },
               Fault::AlgorithmRefused},
        Defect{"OtherAlgorithmThanTheKey",
               [](FakeIssuer& issuer) { issuer.header["alg"] = "ES256"; }, Fault::KeyUnknown},
        Defect{"KeyInTheHeader",
               [](FakeIssuer& issuer) {
                 issuer.header["jwk"] = second_key().jwk();
                 issuer.header["kid"] = "first";
                 issuer.key = &second_key();
               },
               Fault::SignatureWrong},
        Defect{"KeyElsewhere",
               [](FakeIssuer& issuer) {
                 issuer.header["jku"] = "http://127.0.0.1:5556/dex/evil";
                 issuer.key = &second_key();
               },
               Fault::KeyUnknown},
        Defect{"AccessTokenAsIdToken",
               [](FakeIssuer& issuer) {
                 issuer.change_answer = [&issuer](json::object& answer) {
                   const std::string token = issuer.id_token("nonce", "code", "another");
                   answer["access_token"] = json::string(token);
                   answer["id_token"] = json::string(token);
                 };
               },
               Fault::AccessTokenHashDiffers}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Answers, DefectTest,
    testing::Values(
        Defect{"Refused", answering(400, R"({"error":"invalid_grant"})"),
               Fault::TokenRequestRefused},
        Defect{"Redirected", answering(302, ""), Fault::TokenRequestRefused},
        Defect{"Html", answering(200, "<html>"), Fault::TokenAnswerMalformed},
        Defect{"List", answering(200, "[]"), Fault::TokenAnswerMalformed},
        Defect{"DoubleNames", answering(200, R"({"id_token":"a","id_token":"b"})"),
               Fault::TokenAnswerMalformed},
        Defect{"OtherContentType",
               [](FakeIssuer& issuer) {
                 issuer.instead_of_token = http::ClientResponse{.status = 200, .body = "{}"};
                 issuer.instead_of_token->headers.add("Content-Type", "text/html");
               },
               Fault::TokenAnswerMalformed},
        Defect{"NoIdToken", in_answer("id_token", nullptr), Fault::TokenAnswerMalformed},
        Defect{"NoAccessToken", in_answer("access_token", 1), Fault::TokenAnswerMalformed},
        Defect{"OtherType", in_answer("token_type", "mac"), Fault::TokenTypeUnknown},
        Defect{"NoType", in_answer("token_type", nullptr), Fault::TokenTypeUnknown},
        Defect{"TwoSegments", in_answer("id_token", "a.b"), Fault::TokenMalformed},
        Defect{"TooLarge", in_answer("id_token", json::string(20'000, 'a')), Fault::TokenTooLarge},
        Defect{"Away", [](FakeIssuer& issuer) { issuer.away = true; }, Fault::IssuerUnreachable}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(IssuerTest, APinIsForItsOwnOriginOnly) {
  IssuerSettings settings = fake_.settings();
  settings.reach_at = http::Pin{"10.1.2.3", "5556"};
  fake_.change_metadata = [](json::object& metadata) {
    metadata["jwks_uri"] = "https://keys.example.test/keys";
  };
  Issuer pinned(settings, fake_.send(), fake_.clock());
  (void)run_alone(pinned.discover());
  ASSERT_EQ(fake_.requests.size(), 2U);
  ASSERT_TRUE(fake_.requests[0].pin);
  EXPECT_EQ(fake_.requests[0].pin->host, "10.1.2.3");
  EXPECT_EQ(fake_.requests[0].url, "http://127.0.0.1:5556/dex/.well-known/openid-configuration");
  EXPECT_FALSE(fake_.requests[1].pin);
}

TEST(AuthorizationUrl, CarriesEverythingEncoded) {
  const Metadata metadata{.authorization_endpoint = "https://i.test/auth?tenant=1"};
  EXPECT_EQ(
      authorization_url(metadata, {.client_id = "re prise",
                                   .redirect_uri = "http://localhost:8080/api/auth/dex/callback",
                                   .scope = "openid email",
                                   .state = "s",
                                   .nonce = "n&x",
                                   .code_challenge = "c"}),
      "https://i.test/auth?tenant=1&response_type=code&client_id=re%20prise&redirect_uri="
      "http%3A%2F%2Flocalhost%3A8080%2Fapi%2Fauth%2Fdex%2Fcallback&scope=openid%20email&"
      "state=s&nonce=n%26x&code_challenge=c&code_challenge_method=S256");
}

}  // namespace
}  // namespace reprise::oidc
