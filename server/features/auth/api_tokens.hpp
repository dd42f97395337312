#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/access/principal.hpp"
#include "features/auth/remembered.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/database.hpp"

namespace reprise::auth {

inline constexpr std::size_t kTokenNameLettersMax = 100;
inline constexpr std::int64_t kTokensMax = 100;  ///< of one user
inline constexpr std::chrono::hours kTokenLifeMax{24 * 366};
inline constexpr std::chrono::hours kTokenLifeUsual{24 * 90};
/// By this, programs that look for secrets in texts find tokens of ours.
inline constexpr std::string_view kTokenPrefix = "rpt_";

/// A token for scripts, without its secret.
struct ApiToken {
  std::string id;
  std::string name;
  access::Scopes scopes;
  std::int64_t created_utc_ns = 0;
  std::int64_t expires_utc_ns = 0;
  std::optional<std::int64_t> last_used_utc_ns = {};  ///< to the minute
};

struct NewToken {
  ApiToken token;
  std::string secret;  ///< shown once, stored nowhere
};

/// The tokens of all users. Any thread.
class ApiTokens {
 public:
  ApiTokens(database::Database& database, audit::AuditLog& audit, Remembered& remembered,
            std::function<std::int64_t()> now)
      : database_(database), audit_(audit), remembered_(remembered), now_(std::move(now)) {}
  /// For the doer. Errors: Conflict when they have kTokensMax.
  Task<Result<NewToken>> create(audit::Doer doer, std::string name, access::Scopes scopes,
                                std::int64_t expires_utc_ns, Deadline deadline);
  /// The newest first, with those that have expired.
  Task<std::vector<ApiToken>> list(access::UserId user, Deadline deadline);
  /// False: the doer has no such token.
  Task<bool> remove(audit::Doer doer, std::string id, Deadline deadline);
  /// Who has this secret. Empty: unknown, expired, or the user is disabled.
  Task<std::optional<access::Principal>> find(std::string secret, Deadline deadline);

 private:
  Task<void> touch(std::string id, std::int64_t now, Deadline deadline);

  database::Database& database_;
  audit::AuditLog& audit_;
  Remembered& remembered_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::auth
