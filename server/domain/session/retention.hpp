#pragma once

// How long recordings are kept. Pure.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>

#include "base/types.hpp"

namespace reprise::session {

inline constexpr std::int64_t kKeepDaysMax = 36'500;  ///< a hundred years

/// What the installation wants.
struct RetentionRules {
  std::int64_t days = 0;  ///< of a recording for which nobody has chosen; 0: it is kept
  std::int64_t days_min = 1;
  std::int64_t days_max = kKeepDaysMax;
  friend bool operator==(const RetentionRules&, const RetentionRules&) = default;
};

/// Why a recording may not be erased, not even by its owner.
enum class Hold {
  Own,    ///< its owner wants to be sure not to lose it
  Legal,  ///< an admin holds everything of its owner
};
BOOST_DESCRIBE_ENUM(Hold, Own, Legal)

/// Whether somebody may choose so many days. Errors: Unprocessable `retention-out-of-bounds`.
Status check_keep_days(std::int64_t days, const RetentionRules& rules);

/// When a recording is erased, unless it is held. `stored_utc_ns`: when the last of it was stored;
/// empty while it runs. `keep_days`: what its owner chose; rules that have changed since then
/// bound it. Empty: it is kept.
std::optional<std::int64_t> expires_utc_ns(std::optional<std::int64_t> stored_utc_ns,
                                           std::optional<std::int64_t> keep_days,
                                           const RetentionRules& rules);

}  // namespace reprise::session
