#pragma once

// The rows of participants, within a transaction.

#include <optional>
#include <string>
#include <string_view>

#include "features/studies/participation.hpp"

namespace reprise::studies {

/// Whether user `u` may run studies now: 1 or 0. Their account is not disabled, and they are a
/// researcher or an admin, by an admin here or by an issuer.
inline constexpr std::string_view kRunsStudies =
    "case when u.state = 'active' and (u.is_researcher = 1 or u.is_admin = 1 or exists (select 1 "
    "from identity i where i.user_id = u.user_id and (i.is_researcher = 1 or i.is_admin = 1))) "
    "then 1 else 0 end";

/// A participant with what the rules about the link need to know.
struct Found {
  Participation shown;
  study::State state = study::State::Draft;
  bool owner_may = true;  ///< the researcher may run studies
  bool revoked = false;
  std::int64_t expires_utc_ns = 0;
  std::string cookie_sha256_hex;  ///< empty: not begun
};

std::optional<Found> by_secret(database::Transaction& transaction, const std::string& secret);
std::optional<Found> by_cookie(database::Transaction& transaction, const std::string& cookie);

}  // namespace reprise::studies
