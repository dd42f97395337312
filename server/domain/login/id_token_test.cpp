#include "domain/login/id_token.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"

namespace reprise::login {
namespace {

constexpr const char* kGood = R"({"alg":"RS256","kid":"k1"})";

std::string token_of(std::string_view header, std::string_view payload = "{}") {
  return base64url_encode(as_bytes(header)) + "." + base64url_encode(as_bytes(payload)) + ".c2ln";
}

TEST(IdToken, ItsPartsAreRead) {
  const auto token =
      read_token(token_of(R"({"alg":"ES256","kid":"k 1","typ":"jwt"})", "{\"a\":1}"));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->algorithm, Algorithm::Es256);
  EXPECT_EQ(token->key_id, "k 1");
  EXPECT_EQ(as_text(token->signature), "sig");
  EXPECT_EQ(token->payload, "{\"a\":1}");
  EXPECT_EQ(token->signed_part + ".c2ln",
            token_of(R"({"alg":"ES256","kid":"k 1","typ":"jwt"})", "{\"a\":1}"));
}

struct HeaderCase {
  const char* header;
  std::optional<Fault> want;
};

TEST(IdToken, ItsHeaderIsChecked) {
  for (const auto& [header, want] : std::initializer_list<HeaderCase>{
           {kGood, std::nullopt},
           {R"({"alg":"RS256","kid":"k1","typ":"JWT","jku":"https://evil.test","x5c":["x"],
               "x5u":"https://evil.test","jwk":{"kty":"RSA"}})",
            std::nullopt},  // what it says about keys is not looked at
           {R"({"alg":"none","kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"alg":"None","kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"alg":"","kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"alg":"HS256","kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"alg":"RS512","kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"alg":"PS256","kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"alg":"rs256","kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"alg":["RS256"],"kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"kid":"k1"})", Fault::AlgorithmRefused},
           {R"({"alg":"RS256","kid":"k1","crit":[]})", Fault::CriticalHeader},
           {R"({"alg":"RS256","kid":"k1","crit":["b64"],"b64":false})", Fault::CriticalHeader},
           {R"({"alg":"RS256","kid":"k1","typ":"at+jwt"})", Fault::TypeRefused},
           {R"({"alg":"RS256","kid":"k1","typ":"JWE"})", Fault::TypeRefused},
           {R"({"alg":"RS256","kid":"k1","typ":1})", Fault::TypeRefused},
           {R"({"alg":"RS256"})", Fault::KeyIdMissing},
           {R"({"alg":"RS256","kid":""})", Fault::KeyIdMissing},
           {R"({"alg":"RS256","kid":7})", Fault::KeyIdMissing},
           {R"({"alg":"RS256","alg":"none","kid":"k1"})", Fault::HeaderMalformed},
           {R"({"alg":"none","\u0061lg":"RS256","kid":"k1"})", Fault::HeaderMalformed},
           {R"(["alg"])", Fault::HeaderMalformed},
           {R"({"alg":"RS256","kid":"k1"} x)", Fault::HeaderMalformed},
           {"", Fault::HeaderMalformed}}) {
    const auto token = read_token(token_of(header));
    EXPECT_EQ(token ? std::nullopt : std::optional(token.error()), want) << header;
  }
}

TEST(IdToken, ItHasThreeStrictSegments) {
  const std::string good = token_of(kGood);
  ASSERT_TRUE(read_token(good));
  const std::string head = good.substr(0, good.find('.'));
  for (const std::string& token :
       {std::string(), std::string("."), std::string(".."), head, head + ".e30", good + ".e30",
        good + ".", good + "=", good + "\n", " " + good, head + "=.e30.c2ln", head + ".e3 0.c2ln",
        head + ".e30=.c2ln", head + ".e31.c2ln", head + ".e30.c2lnA", head + ".e30.+/8",
        "Bearer " + good}) {
    const auto read = read_token(token);
    EXPECT_FALSE(read) << token;
    if (!read && token != "..") EXPECT_EQ(read.error(), Fault::TokenMalformed) << token;
  }
}

TEST(IdToken, ItHasALimit) {
  const auto sized = [](std::size_t bytes) {
    const std::string start = token_of(kGood, "") + "";
    std::string token = start;
    while (token.size() < bytes) token.insert(token.find('.') + 1, "AAAA");
    return token;
  };
  EXPECT_TRUE(read_token(sized(kTokenBytesMax - 4)));
  const auto larger = read_token(sized(kTokenBytesMax + 1));
  ASSERT_FALSE(larger);
  EXPECT_EQ(larger.error(), Fault::TokenTooLarge);
}

TEST(IdToken, ClaimsAreOneObjectWithoutDoubleNames) {
  EXPECT_TRUE(read_claims(R"({"sub":"a"})"));
  for (const char* payload : {"", "[]", "1", "{", R"({"sub":"a","sub":"b"})", "{} {}"}) {
    EXPECT_FALSE(read_claims(payload)) << payload;
  }
}

}  // namespace
}  // namespace reprise::login
