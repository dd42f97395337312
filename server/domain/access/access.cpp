#include "domain/access/access.hpp"

namespace reprise::access {
namespace {

/// What one action needs.
struct Rule {
  Role role;
  /// Empty: an API token never may, since a token that leaks must not make other tokens or take an
  /// account away.
  std::optional<Scope> scope;
  /// What somebody else needs who does it to an object that is shared with them. Nothing: only
  /// owners may.
  Shared shared = Shared::Nothing;
  /// Whether a participant of a study needs it for the talk.
  bool talk = false;
  /// Whether somebody else may do it to an object that is assigned to them.
  bool assigned = false;
};

constexpr Rule kReads{.role = Role::Participant, .scope = Scope::Read};
constexpr Rule kViews{.role = Role::Participant, .scope = Scope::Read, .shared = Shared::View};
constexpr Rule kKeeps{.role = Role::Participant, .scope = Scope::Read, .shared = Shared::Download};
constexpr Rule kWrites{.role = Role::Participant, .scope = Scope::Write};
constexpr Rule kDoes{.role = Role::Participant, .scope = Scope::Write, .assigned = true};
constexpr Rule kListens{.role = Role::Participant, .scope = Scope::Read, .talk = true};
constexpr Rule kTalks{.role = Role::Participant, .scope = Scope::Write, .talk = true};
constexpr Rule kTakesPart{.role = Role::Participant, .scope = std::nullopt, .talk = true};
constexpr Rule kAccount{.role = Role::Participant, .scope = std::nullopt};
constexpr Rule kAdmin{.role = Role::Admin, .scope = std::nullopt};
constexpr Rule kSeesStudies{.role = Role::Researcher, .scope = Scope::Read};
constexpr Rule kRunsStudies{.role = Role::Researcher, .scope = Scope::Write};

/// Empty for a value that is not in the enum.
// NOLINTNEXTLINE(readability-function-size): one table, whose completeness the compiler checks
constexpr std::optional<Rule> rule_of(Action action) {
  switch (action) {
    case Action::AskUnknownAddress:
    case Action::ListChats:
    case Action::FollowAnswer:
    case Action::ReadLiveSession:
    case Action::ListRecordings:
    case Action::DownloadRecord:
    case Action::ReadBookmarks:
    case Action::Search:
    case Action::ReadOwnAccount:
    case Action::ListShares:
    case Action::ListSharedWithMe:
    case Action::ReadViews:
    case Action::ListTasks:
    case Action::ReadTask:
    case Action::ReadInteractions:
    case Action::ReadUpload:
    case Action::ReadMetrics:
      return kReads;
    case Action::ListChunks:
      return kListens;
    case Action::ReadChat:
    case Action::ReadRecording:
    case Action::PlayRecording:
      return kViews;
    case Action::DownloadRecording:
      return kKeeps;
    case Action::CreateChat:
    case Action::RenameChat:
    case Action::DeleteChat:
    case Action::SendMessage:
    case Action::StopAnswer:
    case Action::RemoveMessage:
    case Action::RenameRecording:
    case Action::SetRetention:
    case Action::EraseRecording:
    case Action::AddBookmark:
    case Action::ChangeBookmark:
    case Action::RemoveBookmark:
    case Action::RemoveShare:
    case Action::CreateTask:
    case Action::ChangeTask:
    case Action::DeleteTask:
    case Action::LogInteraction:
    case Action::AddUpload:
    case Action::RemoveUpload:
      return kWrites;
    case Action::TickTask:
      return kDoes;
    case Action::StartLiveSession:
    case Action::MintToken:
    case Action::KeepLiveSession:
    case Action::WithdrawConsent:
    case Action::EndLiveSession:
    case Action::StoreChunk:
    case Action::FinishRecording:
      return kTalks;
    case Action::ManageOwnSessions:
    case Action::ManageOwnTokens:
    case Action::ManageOwnExports:
    case Action::ExportAccount:
    case Action::DownloadExport:
    case Action::EraseAccount:
    case Action::MakeShare:
      return kAccount;
    case Action::ManageUsers:
    case Action::ReadAudit:
    case Action::ReadMetricsOfAll:
      return kAdmin;
    case Action::ReadStudies:
      return kSeesStudies;
    case Action::ManageStudies:
      return kRunsStudies;
    case Action::TakePart:
      return kTakesPart;
  }
  return std::nullopt;
}

/// Researchers and admins may what participants may, and admins what researchers may.
bool has_role(const Principal& principal, Role wanted) {
  if (principal.roles.has(wanted)) return true;
  if (wanted == Role::Researcher) return principal.roles.has(Role::Admin);
  return wanted == Role::Participant &&
         (principal.roles.has(Role::Researcher) || principal.roles.has(Role::Admin));
}

bool in_scope(const Principal& principal, const Rule& rule) {
  if (principal.authenticated_by != AuthenticatedBy::ApiToken) return true;
  return rule.scope && principal.scopes.has(*rule.scope);
}

/// Whether the principal is somebody for whom this rule is at all.
bool is_for(const Rule& rule, const Principal& principal) {
  if (principal.authenticated_by == AuthenticatedBy::ShareLink) {
    return rule.shared != Shared::Nothing || (rule.talk && principal.roles.has(Role::Participant));
  }
  return has_role(principal, rule.role) && in_scope(principal, rule);
}

}  // namespace

Principal visitor() {
  return {.user = UserId(""), .roles = {}, .authenticated_by = AuthenticatedBy::ShareLink};
}

Principal study_participant(const std::string& participant_id) {
  return {.user = UserId("participant " + participant_id),
          .roles = {Role::Participant},
          .authenticated_by = AuthenticatedBy::ShareLink,
          .credential_id = participant_id};
}

Principal local_principal() {
  return {.user = local_user(), .roles = {Role::Participant, Role::Researcher, Role::Admin}};
}

bool has_fresh_login(const Principal& principal, std::int64_t now_utc_ns) {
  switch (principal.authenticated_by) {
    case AuthenticatedBy::LocalUser:
      return true;
    case AuthenticatedBy::Session:
      return principal.auth_time_utc_ns > now_utc_ns - kFreshLoginNs;
    case AuthenticatedBy::ApiToken:
    case AuthenticatedBy::ShareLink:
      break;
  }
  return false;
}

bool may(const Principal& principal, Action action, const ObjectFacts& facts) {
  const std::optional<Rule> rule = rule_of(action);
  if (!rule || !facts.owner || !is_for(*rule, principal)) return false;
  const bool visits = principal.authenticated_by == AuthenticatedBy::ShareLink;
  if (!visits && facts.owner == principal.user) return true;
  if (!visits && rule->assigned && facts.assigned) return true;
  return rule->shared != Shared::Nothing && facts.shared >= rule->shared;
}

bool may_ever(const Principal& principal, Action action) {
  const std::optional<Rule> rule = rule_of(action);
  return rule && is_for(*rule, principal);
}

}  // namespace reprise::access
