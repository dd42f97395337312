#include "platform/oidc/key_set.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/base64.hpp"

namespace reprise::oidc {
namespace {

namespace json = boost::json;
using login::Algorithm;

// Made with Node's crypto (generateKeyPairSync, sign with sha256; ECDSA as ieee-p1363).
constexpr const char* kMessage = "head.payload";
constexpr const char* kModulus =
    "tln_9fVCR9MVg_j1gHnUtmt8AMkJtqAEgPU4qdFnTbaw8IRgOu3R-0pR-5KPUtQBJEWmPq8SBWBqK6JN"
    "trkiqphu1WbffiKmFH3QPjs7Dpc7B___UpuZ-PKRcG8XZlVCoQD9D7_DEFHYQB1rIMfF-HX8cTC5hdmC"
    "DJqXhNNSckIVl9IrUMMmmeBegUfz6Xo0krQz0lR1fyiggkMN1lT0CYBQTFQNCZ0_awDbYZKGqTaa534L"
    "i3Tj88b_VIEo960IoXCxPwEdDjqSp85hxbGV7lMm3jkOb_d68Uc7XIuZ92cOKc6aeojAIuTw0SDlW08k"
    "jZxx3vdlDfhMaxnHFT6LQQ";
constexpr const char* kRsaSignature =
    "VusCl2XpVNKlCxgpNSuGUZWUoQ9qbd-_T-n7H1Ng2_4E32Z-SYJbLeyyGLsMjNKsR_k97kY4t9GPad8N"
    "9UzvhIOfWr7VsLLpJ7VKwMM9l1i9YNZJHEjMzQwNymBP0CAuXWzSCz1MRE-gSZDLXdpjnTKg5eqn5fYj"
    "Pm2KahvqR-3dcE1b3uj35b69Hj-uXzCAJJaWQQjiU9WXoxa6_GP_u5BH3MdXYRHWNmuZvgeo85FZz4AL"
    "JAAFVjEt8Wbksn0jbd2ZcRxNNNO3T5EyQI2LBUdBPQ_96DeQkzOsTzsXbwjjA9PE9eJRneFww_oHZus_"
    "1zTLPodgajKyIlYhS4aL2Q";
constexpr const char* kShortModulus =  // 2040 bits
    "wzrw2oxYklHE36i4z7njMq0kAqMS9RZgTDdqRgwvKaUSfsii4pq-L-Ss6kJKHFmoJ06QMgCuhORHpiKI"
    "_39CYPcbrqqeJMsBkIox3cAsJbY2_26f6Y4VwVtZ3wNIxwgoUsXTlCYNZ7m-45SsoVaNg5v_GwVpiaDY"
    "4txz7PniFnP2rXnWJlnwotnPqsinsGpCb3NEQXoH8-g9UJPruR1TXpWLa9RKZaavWJE6wdyRXILTinv0"
    "2khh6jo8989PNqa19BYBH1ld90xKBcCo0PkulzuqjYu-SbBjkHcn1QI77ByN-4rh6LvGh9JmDmq7LIdH"
    "lzFf_1J3QMJ-EdG67Ky9";
constexpr const char* kX = "vCiAU8whe2mJmL6b0CXCc7m-hwDiosA-6qDbaFLduuM";
constexpr const char* kY = "uQZ3NflWNW0D3Rk_eozwlkQRePVh7rGyUUl-pD7ToUI";
constexpr const char* kEcSignature =
    "6zM3aM6p8C6BYwmfgUFwWR5wipAlX6YwZ2wtzegjPQtx98ntsZCjwUbwTUto_iW2AwQw0XIxz-gpFxAk"
    "HfD3Sg";

json::object rsa() { return {{"kty", "RSA"}, {"kid", "r"}, {"n", kModulus}, {"e", "AQAB"}}; }
json::object ec() { return {{"kty", "EC"}, {"kid", "e"}, {"crv", "P-256"}, {"x", kX}, {"y", kY}}; }
Result<KeySet> set_of(json::array keys) {
  return KeySet::read(json::serialize(json::object{{"keys", std::move(keys)}}));
}
login::UncheckedToken token(Algorithm algorithm, std::string key_id, std::string_view signature) {
  return {.algorithm = algorithm,
          .key_id = std::move(key_id),
          .signed_part = kMessage,
          .signature = base64url_decode(signature).value()};
}

TEST(KeySet, VerifiesWhatItsKeysSigned) {
  const auto set = set_of({rsa(), ec()});
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 2U);
  EXPECT_TRUE(set->verifies(token(Algorithm::Rs256, "r", kRsaSignature)));
  EXPECT_TRUE(set->verifies(token(Algorithm::Es256, "e", kEcSignature)));
}

TEST(KeySet, RefusesOtherNamesAlgorithmsAndMessages) {
  const auto set = set_of({rsa(), ec()});
  EXPECT_FALSE(set->verifies(token(Algorithm::Rs256, "e", kRsaSignature)));
  EXPECT_FALSE(set->verifies(token(Algorithm::Es256, "r", kRsaSignature)));
  EXPECT_FALSE(set->verifies(token(Algorithm::Es256, "e", kRsaSignature)));
  EXPECT_FALSE(set->verifies(token(Algorithm::Rs256, "R", kRsaSignature)));
  auto other = token(Algorithm::Rs256, "r", kRsaSignature);
  other.signed_part += "x";
  EXPECT_FALSE(set->verifies(other));
  for (const auto& right :
       {token(Algorithm::Rs256, "r", kRsaSignature), token(Algorithm::Es256, "e", kEcSignature)}) {
    for (const std::size_t at : {std::size_t{0}, right.signature.size() - 1}) {
      auto tampered = right;
      tampered.signature[at] ^= std::byte{1};
      EXPECT_FALSE(set->verifies(tampered));
    }
    auto longer = right;
    longer.signature.push_back(std::byte{0});
    EXPECT_FALSE(set->verifies(longer));
    auto none = right;
    none.signature.clear();
    EXPECT_FALSE(set->verifies(none));
    auto zero = right;
    std::ranges::fill(zero.signature, std::byte{0});
    EXPECT_FALSE(set->verifies(zero)) << "CVE-2022-21449";
  }
}

TEST(KeySet, LeavesOutKeysThatMayNotSign) {
  const auto with = [](json::object key, const char* name, json::value value) {
    key[name] = std::move(value);
    return key;
  };
  const auto without = [](json::object key, const char* name) {
    key.erase(name);
    return key;
  };
  const std::vector<json::object> refused{
      with(rsa(), "use", "enc"),
      with(rsa(), "use", 1),
      with(rsa(), "alg", "RS512"),
      with(rsa(), "alg", "ES256"),
      with(rsa(), "key_ops", json::array{"encrypt"}),
      with(rsa(), "kty", "oct"),
      with(rsa(), "kty", "OKP"),
      without(rsa(), "kid"),
      with(rsa(), "kid", ""),
      with(rsa(), "n", kShortModulus),
      with(rsa(), "e", "AQ"),
      with(rsa(), "e", "Ag"),
      with(rsa(), "e", ""),
      with(rsa(), "e", "AQABAQABAQABAQAB"),
      with(rsa(), "n", json::string(std::string(kModulus) + "=")),
      without(rsa(), "n"),
      with(rsa(), "n", json::string(2000, 'A')),
      with(ec(), "crv", "P-384"),
      with(ec(), "x", kY),
      with(ec(), "x", "AA"),
      without(ec(), "y"),
      with(ec(), "alg", "RS256"),
      {{"kty", "oct"}, {"kid", "o"}, {"k", "AAAA"}}};
  for (const json::object& key : refused) {
    const auto set = set_of({key});
    ASSERT_TRUE(set) << json::serialize(key);
    EXPECT_EQ(set->size(), 0U) << json::serialize(key);
  }
  for (const json::object& key :
       {with(rsa(), "use", "sig"), with(rsa(), "alg", "RS256"), with(ec(), "alg", "ES256"),
        with(ec(), "key_ops", json::array{"verify"})}) {
    EXPECT_EQ(set_of({key})->size(), 1U) << json::serialize(key);
  }
}

TEST(KeySet, RefusesWhatIsNoSet) {
  for (const char* text :
       {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[1]})", R"({"keys":[],"keys":[]})"}) {
    EXPECT_FALSE(KeySet::read(text)) << text;
  }
  json::array many(kKeysMax + 1, rsa());
  EXPECT_FALSE(set_of(many));
}

}  // namespace
}  // namespace reprise::oidc
