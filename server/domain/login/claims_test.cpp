#include "domain/login/claims.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/clock.hpp"

namespace reprise::login {
namespace {

namespace json = boost::json;

constexpr std::int64_t kNowSeconds = 1'790'000'000;
constexpr std::int64_t kNs = 1'000'000'000;
constexpr const char* kIssuer = "http://127.0.0.1:5556/dex";

Expected expected() {
  return {.issuer = kIssuer,
          .client_id = "reprise",
          .nonce = "the nonce",
          .access_token = "access",
          .code = "code",
          .now_utc_ns = kNowSeconds * kNs};
}

json::object good() {
  return {{"iss", kIssuer},
          {"aud", "reprise"},
          {"exp", kNowSeconds + 600},
          {"iat", kNowSeconds},
          {"nonce", "the nonce"},
          {"sub", "CgExEgVsb2NhbA"},
          {"at_hash", json::string(half_hash("access"))},
          {"c_hash", json::string(half_hash("code"))}};
}

struct ClaimCase {
  const char* name;
  std::function<void(json::object&)> change;
  std::optional<Fault> want;
};
class ClaimTest : public testing::TestWithParam<ClaimCase> {};
TEST_P(ClaimTest, IsChecked) {
  json::object claims = good();
  GetParam().change(claims);
  EXPECT_EQ(check_claims(claims, expected()), GetParam().want) << json::serialize(claims);
}

std::function<void(json::object&)> put(const char* name, const json::value& value) {
  return [name, value](json::object& claims) { claims[name] = value; };
}
std::function<void(json::object&)> put_text(const char* name, const std::string& value) {
  return put(name, json::value(std::string_view(value)));
}
std::function<void(json::object&)> drop(const char* name) {
  return [name](json::object& claims) { claims.erase(name); };
}

INSTANTIATE_TEST_SUITE_P(
    Who, ClaimTest,
    testing::Values(
        ClaimCase{"Good", [](json::object&) {}, std::nullopt},
        ClaimCase{"NoIss", drop("iss"), Fault::IssuerDiffers},
        ClaimCase{"OtherIss", put("iss", "https://evil.test"), Fault::IssuerDiffers},
        ClaimCase{"IssWithSlash", put("iss", "http://127.0.0.1:5556/dex/"), Fault::IssuerDiffers},
        ClaimCase{"IssInCapitals", put("iss", "HTTP://127.0.0.1:5556/dex"), Fault::IssuerDiffers},
        ClaimCase{"IssList", put("iss", json::array{kIssuer}), Fault::IssuerDiffers},
        ClaimCase{"NoAud", drop("aud"), Fault::AudienceDiffers},
        ClaimCase{"OtherAud", put("aud", "other"), Fault::AudienceDiffers},
        ClaimCase{"AudNumber", put("aud", 1), Fault::AudienceDiffers},
        ClaimCase{"EmptyAudList", put("aud", json::array{}), Fault::AudienceDiffers},
        ClaimCase{"AudListOfUs", put("aud", json::array{"reprise"}), std::nullopt},
        ClaimCase{"AudListWithNumber", put("aud", json::array{"reprise", 1}),
                  Fault::AudienceDiffers},
        ClaimCase{"TwoAudWithoutAzp", put("aud", json::array{"reprise", "other"}),
                  Fault::AuthorizedPartyDiffers},
        ClaimCase{"TwoAudWithAzp",
                  [](json::object& claims) {
                    claims["aud"] = json::array{"other", "reprise"};
                    claims["azp"] = "reprise";
                  },
                  Fault::AudienceUntrusted},
        ClaimCase{"Azp", put("azp", "reprise"), std::nullopt},
        ClaimCase{"OtherAzp", put("azp", "other"), Fault::AuthorizedPartyDiffers},
        ClaimCase{"AzpNull", put("azp", nullptr), Fault::AuthorizedPartyDiffers},
        ClaimCase{"NoNonce", drop("nonce"), Fault::NonceDiffers},
        ClaimCase{"OtherNonce", put("nonce", "the noncf"), Fault::NonceDiffers},
        ClaimCase{"EmptyNonce", put("nonce", ""), Fault::NonceDiffers},
        ClaimCase{"NoSub", drop("sub"), Fault::SubjectMalformed},
        ClaimCase{"EmptySub", put("sub", ""), Fault::SubjectMalformed},
        ClaimCase{"NumberSub", put("sub", 7), Fault::ClaimsMalformed},
        ClaimCase{"LongestSub", put_text("sub", std::string(255, 's')), std::nullopt},
        ClaimCase{"TooLongSub", put_text("sub", std::string(256, 's')), Fault::SubjectMalformed}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Hashes, ClaimTest,
    testing::Values(
        ClaimCase{"NoAtHash", drop("at_hash"), std::nullopt},
        ClaimCase{"NoCHash", drop("c_hash"), std::nullopt},
        ClaimCase{"OtherAtHash", put_text("at_hash", half_hash("other")),
                  Fault::AccessTokenHashDiffers},
        ClaimCase{"EmptyAtHash", put("at_hash", ""), Fault::AccessTokenHashDiffers},
        ClaimCase{"AtHashNull", put("at_hash", nullptr), Fault::AccessTokenHashDiffers},
        ClaimCase{"OtherCHash", put_text("c_hash", half_hash("other")), Fault::CodeHashDiffers},
        ClaimCase{"CHashList", put("c_hash", json::array{"a"}), Fault::CodeHashDiffers}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Times, ClaimTest,
    testing::Values(
        ClaimCase{"NoExp", drop("exp"), Fault::ExpiryMissing},
        ClaimCase{"ExpText", put("exp", "1790000600"), Fault::ClaimsMalformed},
        ClaimCase{"ExpNegative", put("exp", -1), Fault::ClaimsMalformed},
        ClaimCase{"ExpBeyondAll", put("exp", 1e300), Fault::ClaimsMalformed},
        ClaimCase{"Expired", put("exp", kNowSeconds - 60), Fault::Expired},
        ClaimCase{"ExpiredWithinSkew", put("exp", kNowSeconds - 59), std::nullopt},
        ClaimCase{"ExpWithFraction", put("exp", double(kNowSeconds) + 0.5), std::nullopt},
        ClaimCase{"NoIat", drop("iat"), Fault::IssuedAtMissing},
        ClaimCase{"IatNull", put("iat", nullptr), Fault::ClaimsMalformed},
        ClaimCase{"IatInFuture", put("iat", kNowSeconds + 61), Fault::IssuedInFuture},
        ClaimCase{"IatWithinSkew", put("iat", kNowSeconds + 60), std::nullopt},
        ClaimCase{"IatAnHourAhead", put("iat", kNowSeconds + 3600), Fault::IssuedInFuture},
        ClaimCase{"IatTenMinutesAgo", put("iat", kNowSeconds - 600), std::nullopt},
        ClaimCase{"IatLongAgo", put("iat", kNowSeconds - 601), Fault::IssuedLongAgo},
        ClaimCase{"Nbf", put("nbf", kNowSeconds + 60), std::nullopt},
        ClaimCase{"NbfLater", put("nbf", kNowSeconds + 61), Fault::NotYetValid},
        ClaimCase{"NbfText", put("nbf", "now"), Fault::ClaimsMalformed}),
    [](const auto& tested) { return tested.param.name; });

TEST(Claims, AFreshLoginIsCheckedWhenItWasAskedFor) {
  Expected fresh = expected();
  fresh.max_age = std::chrono::seconds(300);
  json::object claims = good();
  EXPECT_EQ(check_claims(claims, fresh), Fault::LoggedInLongAgo) << "auth_time is missing";
  claims["auth_time"] = kNowSeconds - 360;
  EXPECT_EQ(check_claims(claims, fresh), std::nullopt);
  claims["auth_time"] = kNowSeconds - 361;
  EXPECT_EQ(check_claims(claims, fresh), Fault::LoggedInLongAgo);
  EXPECT_EQ(check_claims(claims, expected()), std::nullopt);
}

/// OpenID Connect Core, the example of appendix A.3: the code, and the c_hash of its ID token.
TEST(Claims, TheHalfHashIsThatOfTheStandard) {
  EXPECT_EQ(half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA");
}

/// As Dex does it: the access token is signed and has the right issuer, audience and nonce.
TEST(Claims, AnAccessTokenIsNoIdToken) {
  json::object claims = good();
  claims["at_hash"] = json::string(half_hash("the access token of the access token"));
  claims.erase("c_hash");
  EXPECT_EQ(check_claims(claims, expected()), Fault::AccessTokenHashDiffers);
}

TEST(Identity, EmailCountsOnlyWhenItIsConfirmed) {
  const auto email = [](json::value verified, const char* address = "dev@example.test") {
    json::object claims = good();
    claims["email"] = address;
    claims["email_verified"] = std::move(verified);
    return identity_of(claims, "").email;
  };
  EXPECT_EQ(email(true), "dev@example.test");
  for (const json::value& other : {json::value(false), json::value("true"), json::value(1),
                                   json::value(nullptr), json::value(json::array{true})}) {
    EXPECT_EQ(email(other), "") << json::serialize(other);
  }
  EXPECT_EQ(email(true, "dev@evil.test@example.test"), "");
  json::object without = good();
  without["email"] = "dev@example.test";
  EXPECT_EQ(identity_of(without, "").email, "");
}

TEST(Identity, HasANameForPeople) {
  json::object claims = good();
  EXPECT_EQ(identity_of(claims, "").name, "Somebody");
  claims["email"] = "dev@example.test";
  claims["email_verified"] = true;
  EXPECT_EQ(identity_of(claims, "").name, "dev@example.test");
  claims["preferred_username"] = "dev";
  EXPECT_EQ(identity_of(claims, "").name, "dev");
  claims["name"] = " Ada\r\nLovelace ";
  EXPECT_EQ(identity_of(claims, "").name, "Ada Lovelace");
  claims["name"] = "\u200b";
  EXPECT_EQ(identity_of(claims, "").name, "dev");
}

TEST(Identity, GroupsComeFromTheNamedClaimOnly) {
  json::object claims = good();
  claims["groups"] = json::array{"admins", "staff"};
  claims["role"] = "staff";
  using Groups = std::vector<std::string>;
  EXPECT_EQ(identity_of(claims, "groups").groups, (Groups{"admins", "staff"}));
  EXPECT_EQ(identity_of(claims, "role").groups, Groups{"staff"});
  EXPECT_EQ(identity_of(claims, "").groups, Groups{});
  EXPECT_EQ(identity_of(claims, "absent").groups, Groups{});
  claims["realm_access"] = {{"roles", {"boss"}}, {"deep", {{"er", "x"}}}, {"no", 1}};
  EXPECT_EQ(identity_of(claims, "realm_access.roles").groups, Groups{"boss"});
  EXPECT_EQ(identity_of(claims, "realm_access.deep.er").groups, Groups{"x"});
  for (const char* name : {"realm_access", "realm_access.", "realm_access.no", "groups.0", ".roles",
                           "realm_access.deep", "absent.roles"}) {
    EXPECT_EQ(identity_of(claims, name).groups, Groups{}) << name;
  }
  claims["https://a.test/roles"] = "named";
  EXPECT_EQ(identity_of(claims, "https://a.test/roles").groups, Groups{"named"});
  claims["groups"] = json::array{"admins", 1};
  EXPECT_EQ(identity_of(claims, "groups").groups, Groups{});
}

}  // namespace
}  // namespace reprise::login
