#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/page.hpp"
#include "domain/access/grant.hpp"
#include "domain/access/principal.hpp"
#include "domain/access/share.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/database.hpp"

namespace reprise::sharing {

/// The most shares of one object: more than a dialog can show.
inline constexpr std::int64_t kSharesMax = 100;
/// A link works for this long unless its maker says otherwise, and at most for kLinkLifeMax.
inline constexpr std::int64_t kLinkLifeUsualNs = std::int64_t{7} * 86'400 * 1'000'000'000;
inline constexpr std::int64_t kShareLifeMaxNs = std::int64_t{366} * 86'400 * 1'000'000'000;
/// A share that has expired is shown to its maker for this long.
inline constexpr std::int64_t kExpiredShownNs = std::int64_t{30} * 86'400 * 1'000'000'000;
/// How long a browser that has opened a link may look without opening it again.
inline constexpr std::int64_t kVisitNs = std::int64_t{12} * 3'600 * 1'000'000'000;
/// Somebody who opens the same thing again within this time is not counted again.
inline constexpr std::int64_t kQuietNs = std::int64_t{600} * 1'000'000'000;

/// What is shared: its shares give reading of it and of nothing else. A chat stands for its
/// recordings, too, also for those to come.
struct Object {
  audit::ObjectKind kind = audit::ObjectKind::Recording;  ///< or Chat
  std::string id;
};

/// The name of an object in the audit log, which keeps no id of a chat: it must be gone once the
/// chat is erased.
std::string noted_id(const Object& object);

/// What the owner wants.
struct Wish {
  access::ShareKind kind = access::ShareKind::User;
  std::string email = {};  ///< of User
  bool needs_login = false;
  bool may_download = false;
  std::optional<std::int64_t> start_ms = std::nullopt;
  std::optional<std::int64_t> expires_utc_ns = std::nullopt;  ///< empty: never
};

/// A share as the owner sees it.
struct Share {
  std::string id;
  Object object;
  Wish terms;
  std::int64_t created_utc_ns = 0;
  std::int64_t opened = 0;  ///< how many times
  std::optional<std::int64_t> last_opened_utc_ns = std::nullopt;
};

struct NewShare {
  Share share;
  std::string secret;  ///< of a link: shown once
};

/// Something that somebody else shares with a user.
struct SharedWithMe {
  std::string share_id;
  Object object;
  access::UserId owner;
  std::string owner_name;
  bool may_download = false;
  std::int64_t created_utc_ns = 0;
  std::optional<std::int64_t> expires_utc_ns = std::nullopt;
};

/// A link as somebody sees it who has opened it.
struct OpenedLink {
  std::string share_id;
  /// Empty: they must log in first.
  std::optional<Object> object = std::nullopt;
  bool may_download = false;
  std::optional<std::int64_t> start_ms = std::nullopt;
  std::optional<std::int64_t> expires_utc_ns = std::nullopt;
};

/// Who opens a link.
struct Opener {
  audit::Doer doer;         ///< the user; empty id: nobody who has logged in
  std::string cookie = {};  ///< of an earlier visit; may be empty
};

/// Who asks for an object that is not their own.
struct Seeker {
  access::Principal principal;
  std::string cookie = {};  ///< of a visit; may be empty
};

/// Who else may see recordings and chats. Any thread. Errors are NotFound (also for what is not the
/// owner's) unless said otherwise. Throws DatabaseError.
class Shares {
 public:
  /// Both outlive it.
  Shares(database::Database& database, audit::AuditLog& audit, access::Sharing allowed,
         std::function<std::int64_t()> now_utc_ns)
      : database_(database), audit_(audit), allowed_(allowed), now_(std::move(now_utc_ns)) {}

  access::Sharing allowed() const { return allowed_; }

  /// The shares of an object, oldest first; of a recording also those of its chat.
  Task<Result<std::vector<Share>>> list(access::Reach reach, Object object, Deadline deadline);
  /// Whether an address belongs to somebody here, nobody learns. Errors: also Conflict
  /// `sharing-off`, `already-shared` and `shares-full`; Unprocessable `own-address`.
  Task<Result<NewShare>> add(audit::Doer doer, Object object, Wish wish, Deadline deadline);
  /// Ends a share: from now on it gives nothing.
  Task<Status> remove(audit::Doer doer, std::string id, Deadline deadline);

  /// What others share with a user by name, newest first.
  Task<Page<SharedWithMe>> shared_with(access::UserId user, PageWish wish, Deadline deadline);
  /// What a share lets somebody do with an object that is not their own. Empty: nothing of it.
  Task<std::optional<access::Grant>> grant(Seeker seeker, access::Action action, Object object,
                                           Deadline deadline);
  /// Counts a look by a share for one person.
  Task<void> note_opened(audit::Doer doer, std::string share_id, Object object, Deadline deadline);

  /// Opens a link: counts it, and lets the browser with the returned cookie look for kVisitNs.
  Task<Result<std::pair<OpenedLink, std::string>>> open(Opener opener, std::string secret,
                                                        Deadline deadline);
  /// A link that was opened with this cookie before.
  Task<Result<OpenedLink>> opened(Opener opener, std::string share_id, Deadline deadline);
  /// Whether a cookie is one that `open` gave and that has not ended.
  Task<bool> is_visitor(std::string cookie, Deadline deadline);

  /// Removes what has ended.
  Task<void> sweep();

 private:
  database::Database& database_;
  audit::AuditLog& audit_;
  const access::Sharing allowed_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::sharing
