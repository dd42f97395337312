#pragma once

#include <expected>
#include <string_view>

#include "base/types.hpp"

namespace reprise::access {

/// For SQL: a row while an admin holds the account of user $1 (none when $1 is null). Everything
/// that deletes what a person made asks it in the transaction that deletes, and answers with
/// `held_by_admin`.
inline constexpr std::string_view kHeldByAdmin =
    "select 1 from app_user where user_id = $1 and held_utc_ns is not null";

inline std::unexpected<Error> held_by_admin() {
  return fail(ErrorCode::Conflict, "Nothing of this account can be deleted now: an admin holds it.",
              "legal-hold");
}

}  // namespace reprise::access
