#include "domain/access/share.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace reprise::access {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000'000'000;
constexpr ShareTerms kForUser{.kind = ShareKind::User};
constexpr ShareTerms kOpenLink{.kind = ShareKind::Link, .needs_login = false};
constexpr ShareTerms kLoginLink{.kind = ShareKind::Link, .needs_login = true};

TEST(Share, GivesWhatTheSettingAndTheLoginAllow) {
  struct Case {
    ShareTerms terms;
    Sharing allowed;
    bool logged_in;
    Shared want;
  };
  using enum Shared;
  const Case cases[] = {
      {kForUser, Sharing::Off, true, Nothing},     {kForUser, Sharing::Users, true, View},
      {kForUser, Sharing::Links, true, View},      {kForUser, Sharing::Links, false, Nothing},
      {kOpenLink, Sharing::Off, true, Nothing},    {kOpenLink, Sharing::Users, true, Nothing},
      {kOpenLink, Sharing::Users, false, Nothing}, {kOpenLink, Sharing::Links, false, View},
      {kOpenLink, Sharing::Links, true, View},     {kLoginLink, Sharing::Links, false, Nothing},
      {kLoginLink, Sharing::Links, true, View},    {kLoginLink, Sharing::Users, true, Nothing},
  };
  for (const Case& one : cases) {
    const auto index = &one - cases;
    EXPECT_EQ(given_by(one.terms, one.allowed, one.logged_in, kNow), one.want) << index;
    ShareTerms keeps = one.terms;
    keeps.may_download = true;
    const Shared want = one.want == Nothing ? Nothing : Download;
    EXPECT_EQ(given_by(keeps, one.allowed, one.logged_in, kNow), want) << index;
  }
}

TEST(Share, EndsAtItsTime) {
  ShareTerms terms = kOpenLink;
  terms.expires_utc_ns = kNow;
  EXPECT_EQ(given_by(terms, Sharing::Links, false, kNow - 1), Shared::View);
  EXPECT_EQ(given_by(terms, Sharing::Links, false, kNow), Shared::Nothing);
}

TEST(Share, TheOneThatGivesMostCountsAndThenTheOneThatNamesThePerson) {
  ShareTerms keeps = kOpenLink;
  keeps.may_download = true;
  ShareTerms over = keeps;
  over.expires_utc_ns = kNow;
  const auto best = [](std::vector<ShareTerms> shares) {
    return best_share(shares, Sharing::Links, true, kNow);
  };
  EXPECT_EQ(best({}), std::nullopt);
  EXPECT_EQ(best({over}), std::nullopt);
  EXPECT_EQ(best({kOpenLink, kForUser}), 1U);
  EXPECT_EQ(best({kForUser, kOpenLink}), 0U);
  EXPECT_EQ(best({kForUser, keeps}), 1U);
  EXPECT_EQ(best({over, kForUser, kLoginLink}), 1U);
}

}  // namespace
}  // namespace reprise::access
