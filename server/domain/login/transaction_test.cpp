#include "domain/login/transaction.hpp"

#include <gtest/gtest.h>

namespace reprise::login {
namespace {

constexpr std::int64_t kNow = 1'000'000'000;
constexpr const char* kIssuer = "https://login.example.test/dex";

Transaction begun() {
  return {.state = "state",
          .nonce = "nonce",
          .verifier = "verifier",
          .issuer_id = "dex",
          .redirect_uri = "https://reprise.example.test/api/auth/dex/callback",
          .return_path = "/",
          .expires_utc_ns = kNow + 1};
}

struct CallbackCase {
  const char* name;
  Callback callback;
  std::optional<Fault> want;
};
class CallbackTest : public testing::TestWithParam<CallbackCase> {};
TEST_P(CallbackTest, IsCheckedInOrder) {
  EXPECT_EQ(check_callback(begun(), GetParam().callback, {"dex", kIssuer}, kNow), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Callbacks, CallbackTest,
    testing::Values(
        CallbackCase{"Right", {.state = "state", .code = "c"}, std::nullopt},
        CallbackCase{"RightWithIss", {.state = "state", .iss = kIssuer, .code = "c"}, std::nullopt},
        CallbackCase{"Error", {.error = "access_denied", .state = "state"}, Fault::IssuerError},
        CallbackCase{
            "EmptyError", {.error = "", .state = "state", .code = "c"}, Fault::IssuerError},
        CallbackCase{"NoState", {.code = "c"}, Fault::StateMissing},
        CallbackCase{"EmptyState", {.state = "", .code = "c"}, Fault::StateDiffers},
        CallbackCase{"OtherState", {.state = "statE", .code = "c"}, Fault::StateDiffers},
        CallbackCase{"PartOfState", {.state = "stat", .code = "c"}, Fault::StateDiffers},
        CallbackCase{"OtherIss",
                     {.state = "state", .iss = "https://login.example.test/dex/", .code = "c"},
                     Fault::IssParameterDiffers},
        CallbackCase{"NoCode", {.state = "state"}, Fault::CodeMissing},
        CallbackCase{"EmptyCode", {.state = "state", .code = ""}, Fault::CodeMissing}),
    [](const auto& tested) { return tested.param.name; });

TEST(CallbackRules, NeedsTheLoginOfThisBrowserAndIssuerInTime) {
  const Callback right{.state = "state", .code = "c"};
  EXPECT_EQ(check_callback(std::nullopt, right, {"dex", kIssuer}, kNow), Fault::NoTransaction);
  EXPECT_EQ(check_callback(begun(), right, {"dex", kIssuer}, kNow + 1), Fault::NoTransaction);
  EXPECT_EQ(check_callback(begun(), right, {"other", kIssuer}, kNow), Fault::IssuerOfOtherLogin);
}

TEST(CallbackRules, AnIssuerThatAlwaysSendsIssMustSendIt) {
  const Callback without{.state = "state", .code = "c"};
  EXPECT_EQ(check_callback(begun(), without, {"dex", kIssuer, true}, kNow),
            Fault::IssParameterMissing);
}

/// RFC 7636, appendix B.
TEST(Pkce, TheChallengeIsThatOfTheStandard) {
  EXPECT_EQ(challenge_s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

}  // namespace
}  // namespace reprise::login
