#pragma once

// The rows of participants, within a transaction.

#include <optional>
#include <string>

#include "features/studies/participation.hpp"

namespace reprise::studies {

/// A participant with what the rules about the link need to know.
struct Found {
  Participation shown;
  study::State state = study::State::Draft;
  bool owner_disabled = false;
  bool revoked = false;
  std::int64_t expires_utc_ns = 0;
  std::string cookie_sha256_hex;  ///< empty: not begun
};

std::optional<Found> by_secret(database::Transaction& transaction, const std::string& secret);
std::optional<Found> by_cookie(database::Transaction& transaction, const std::string& cookie);

}  // namespace reprise::studies
