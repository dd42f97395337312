#include "domain/access/access.hpp"

#include <gtest/gtest.h>

#include <boost/mp11/algorithm.hpp>
#include <set>

namespace reprise::access {
namespace {

constexpr const char* kAda = "0194a000-0000-7000-8000-00000000000a";
constexpr const char* kBen = "0194a000-0000-7000-8000-00000000000b";

/// What each action needs, written down once more: a rule that changes by mistake differs here.
struct Want {
  Action action;
  Role role;
  bool with_read_token;
  bool with_write_token;
  Shared shared = Shared::Nothing;  ///< what it needs of an object that is shared
};
constexpr auto kP = Role::Participant;
constexpr Want kWants[] = {
    {Action::AskUnknownAddress, kP, true, false},
    {Action::ListChats, kP, true, false},
    {Action::CreateChat, kP, false, true},
    {Action::ReadChat, kP, true, false, Shared::View},
    {Action::RenameChat, kP, false, true},
    {Action::DeleteChat, kP, false, true},
    {Action::SendMessage, kP, false, true},
    {Action::FollowAnswer, kP, true, false},
    {Action::StopAnswer, kP, false, true},
    {Action::RemoveMessage, kP, false, true},
    {Action::StartLiveSession, kP, false, true},
    {Action::ReadLiveSession, kP, true, false},
    {Action::MintToken, kP, false, true},
    {Action::KeepLiveSession, kP, false, true},
    {Action::WithdrawConsent, kP, false, true},
    {Action::EndLiveSession, kP, false, true},
    {Action::ListRecordings, kP, true, false},
    {Action::ReadRecording, kP, true, false, Shared::View},
    {Action::PlayRecording, kP, true, false, Shared::View},
    {Action::DownloadRecording, kP, true, false, Shared::Download},
    {Action::DownloadRecord, kP, true, false},
    {Action::RenameRecording, kP, false, true},
    {Action::SetRetention, kP, false, true},
    {Action::EraseRecording, kP, false, true},
    {Action::ListChunks, kP, true, false},
    {Action::StoreChunk, kP, false, true},
    {Action::FinishRecording, kP, false, true},
    {Action::ReadBookmarks, kP, true, false},
    {Action::AddBookmark, kP, false, true},
    {Action::ChangeBookmark, kP, false, true},
    {Action::RemoveBookmark, kP, false, true},
    {Action::Search, kP, true, false},
    {Action::ReadOwnAccount, kP, true, false},
    {Action::ManageOwnSessions, kP, false, false},
    {Action::ManageOwnTokens, kP, false, false},
    {Action::ManageOwnExports, kP, false, false},
    {Action::ExportAccount, kP, false, false},
    {Action::DownloadExport, kP, false, false},
    {Action::EraseAccount, kP, false, false},
    {Action::ManageUsers, Role::Admin, false, false},
    {Action::ReadAudit, Role::Admin, false, false},
    {Action::ListShares, kP, true, false},
    {Action::MakeShare, kP, false, false},
    {Action::RemoveShare, kP, false, true},
    {Action::ListSharedWithMe, kP, true, false},
    {Action::ReadViews, kP, true, false},
    {Action::ListTasks, kP, true, false},
    {Action::CreateTask, kP, false, true},
    {Action::ReadTask, kP, true, false},
    {Action::ChangeTask, kP, false, true},
    {Action::DeleteTask, kP, false, true},
    {Action::TickTask, kP, false, true},
    {Action::LogInteraction, kP, false, true},
    {Action::ReadInteractions, kP, true, false},
    {Action::AddUpload, kP, false, true},
    {Action::ReadUpload, kP, true, false},
    {Action::RemoveUpload, kP, false, true},
    {Action::ReadMetrics, kP, true, false},
    {Action::ReadMetricsOfAll, Role::Admin, false, false},
    {Action::ReadStudies, Role::Researcher, true, false},
    {Action::ManageStudies, Role::Researcher, false, true},
    {Action::TakePart, kP, false, false},
};

Principal ada(Roles roles) {
  return {.user = UserId(kAda), .roles = roles, .authenticated_by = AuthenticatedBy::Session};
}
Principal with_token(Scopes scopes) {
  return {.user = UserId(kAda),
          .roles = {Role::Participant, Role::Admin},
          .authenticated_by = AuthenticatedBy::ApiToken,
          .scopes = scopes};
}

TEST(Access, EveryActionHasItsRowHere) {
  std::size_t actions = 0;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Action>>([&](auto described) {
    EXPECT_EQ(kWants[actions].action, described.value) << described.name;
    ++actions;
  });
  EXPECT_EQ(actions, std::size(kWants));
}

TEST(Access, EachRoleMayDoItsActionsToItsOwn) {
  for (const Want& want : kWants) {
    const bool for_all = want.role == kP;
    const auto with = [&](Roles roles) { return may(ada(roles), want.action, own(ada(roles))); };
    const auto number = static_cast<int>(want.action);
    EXPECT_EQ(with({Role::Participant}), for_all) << number;
    EXPECT_EQ(with({Role::Researcher}), for_all || want.role == Role::Researcher) << number;
    EXPECT_TRUE(with({Role::Admin})) << number;
    EXPECT_FALSE(with({})) << number;
  }
}

TEST(Access, NobodyReachesWhatIsForeignOrAbsent) {
  for (const Want& want : kWants) {
    for (const Role role : {Role::Participant, Role::Researcher, Role::Admin}) {
      EXPECT_FALSE(may(ada({role}), want.action, {.owner = UserId(kBen)}));
      EXPECT_FALSE(may(ada({role}), want.action, {}));
    }
    EXPECT_FALSE(may(local_principal(), want.action, {.owner = UserId(kBen)}));
  }
}

TEST(Access, AShareGivesReadingAndNothingElse) {
  for (const Want& want : kWants) {
    for (const Shared shared : {Shared::Nothing, Shared::View, Shared::Download}) {
      const bool enough = want.shared != Shared::Nothing && shared >= want.shared;
      const ObjectFacts facts{.owner = UserId(kBen), .shared = shared};
      const auto number = static_cast<int>(want.action);
      for (const Role role : {Role::Participant, Role::Researcher, Role::Admin}) {
        EXPECT_EQ(may(ada({role}), want.action, facts), enough) << number;
      }
      EXPECT_FALSE(may(ada({}), want.action, facts)) << number;
      EXPECT_EQ(may(visitor(), want.action, facts), enough) << number;
      EXPECT_EQ(may(with_token({Scope::Read}), want.action, facts), enough) << number;
      EXPECT_FALSE(may(with_token({Scope::Write}), want.action, facts)) << number;
      EXPECT_FALSE(may(ada({Role::Participant}), want.action, {.shared = shared})) << number;
    }
  }
}

TEST(Access, WhoeverATaskIsAssignedToMayTickItsStepsAndNothingElse) {
  for (const Want& want : kWants) {
    const bool ticks = want.action == Action::TickTask;
    const ObjectFacts facts{.owner = UserId(kBen), .assigned = true};
    const auto number = static_cast<int>(want.action);
    EXPECT_EQ(may(ada({Role::Participant}), want.action, facts), ticks) << number;
    EXPECT_EQ(may(with_token({Scope::Write}), want.action, facts), ticks) << number;
    EXPECT_FALSE(may(with_token({Scope::Read}), want.action, facts)) << number;
    EXPECT_FALSE(may(ada({}), want.action, facts)) << number;
    EXPECT_FALSE(may(visitor(), want.action, facts)) << number;
    EXPECT_FALSE(may(study_participant(kAda), want.action, facts)) << number;
    EXPECT_FALSE(may(ada({Role::Participant}), want.action, {.assigned = true})) << number;
  }
}

TEST(Access, AVisitorOwnsNothingAndComesOnlyToWhatCanBeShared) {
  for (const Want& want : kWants) {
    EXPECT_FALSE(may(visitor(), want.action, own(visitor())));
    EXPECT_EQ(may_ever(visitor(), want.action), want.shared != Shared::Nothing);
    EXPECT_EQ(may_ever(ada({Role::Participant}), want.action), want.role == kP);
    EXPECT_EQ(may_ever(with_token({Scope::Read}), want.action), want.with_read_token);
  }
}

TEST(Access, AParticipantOfAStudyComesToTheTalkAndOwnsNothing) {
  using enum Action;
  const std::set<Action> talk = {StartLiveSession, MintToken,       KeepLiveSession,
                                 WithdrawConsent,  EndLiveSession,  ListChunks,
                                 StoreChunk,       FinishRecording, TakePart};
  const Principal participant = study_participant(kAda);
  for (const Want& want : kWants) {
    const bool shared = want.shared != Shared::Nothing;
    EXPECT_EQ(may_ever(participant, want.action), shared || talk.contains(want.action))
        << static_cast<int>(want.action);
    EXPECT_FALSE(may(participant, want.action, own(participant)));
    EXPECT_FALSE(may(participant, want.action, {.owner = UserId(kAda)}));
  }
}

TEST(Access, AnApiTokenDoesWhatItsScopesSay) {
  for (const Want& want : kWants) {
    const auto with = [&](Scopes scopes) {
      return may(with_token(scopes), want.action, own(with_token(scopes)));
    };
    EXPECT_EQ(with({Scope::Read}), want.with_read_token);
    EXPECT_EQ(with({Scope::Write}), want.with_write_token);
    EXPECT_FALSE(with({}));
  }
}

TEST(Access, TheLocalUserMayEverythingOfItsOwn) {
  for (const Want& want : kWants) {
    EXPECT_TRUE(may(local_principal(), want.action, own(local_principal())));
  }
}

TEST(Access, ALoginIsFreshForTenMinutes) {
  constexpr std::int64_t kNow = 1'800'000'000'000'000'000;
  const auto at = [](AuthenticatedBy by, std::int64_t auth_time_utc_ns) {
    Principal who = ada({Role::Participant});
    who.authenticated_by = by;
    who.auth_time_utc_ns = auth_time_utc_ns;
    return who;
  };
  EXPECT_TRUE(has_fresh_login(at(AuthenticatedBy::Session, kNow), kNow));
  EXPECT_TRUE(has_fresh_login(at(AuthenticatedBy::Session, kNow - kFreshLoginNs + 1), kNow));
  EXPECT_FALSE(has_fresh_login(at(AuthenticatedBy::Session, kNow - kFreshLoginNs), kNow));
  EXPECT_FALSE(has_fresh_login(at(AuthenticatedBy::ApiToken, kNow), kNow));
  EXPECT_TRUE(has_fresh_login(local_principal(), kNow));
}

TEST(Access, AValueThatIsNoActionIsDenied) {
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): that is what is tested
  EXPECT_FALSE(may(local_principal(), static_cast<Action>(255), own(local_principal())));
}

}  // namespace
}  // namespace reprise::access
