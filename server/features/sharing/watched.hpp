#pragma once

#include <cstdint>
#include <string>

#include "base/page.hpp"
#include "domain/access/reach.hpp"
#include "platform/database/database.hpp"

namespace reprise::sharing {

/// One time that somebody other than its owner played or kept a recording.
struct View {
  std::string id;
  std::int64_t at_utc_ns = 0;
  bool downloaded = false;
  std::string user_id;   ///< empty: by a link, without a login
  std::string name;      ///< of the user; empty when their account is gone
  std::string share_id;  ///< of the link, without a login
};

/// Who watched, as the audit log tells it. Any thread; the database outlives it.
class Watched {
 public:
  explicit Watched(database::Database& database) : database_(database) {}
  /// Newest first. Empty for a recording that is out of reach.
  Task<Page<View>> list(access::Reach reach, std::string recording_id, PageWish wish,
                        Deadline deadline);

 private:
  database::Database& database_;
};

}  // namespace reprise::sharing
