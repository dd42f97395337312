#pragma once

// The table of the audit log (docs/formats/audit-log.md).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/page.hpp"
#include "domain/audit/chain.hpp"
#include "platform/database/database.hpp"

namespace reprise::audit {

/// Who did something, as an entry keeps it.
struct Doer {
  std::string user_id;  ///< empty: the server itself
  std::string request_id;
  std::string address;
};

/// What was done to what.
struct Deed {
  Event event;
  ObjectKind kind;
  std::string object_id;
  std::string detail = {};  ///< words of ours (Entry::detail)
};

/// Which entries a list shows.
struct Wanted {
  std::optional<std::string> object_id = {};  ///< also finds entries that name it by `hidden_id`
  std::optional<std::string> actor = {};
  std::optional<std::string> event = {};
  std::optional<std::int64_t> from_utc_ns = {};
  std::optional<std::int64_t> before_utc_ns = {};
};

/// What `reprise audit verify` tells.
struct Verdict {
  Head head;
  std::int64_t open = 0;              ///< entries that have no place in the chain yet
  std::optional<std::string> broken;  ///< a sentence; empty: the chain holds
};

/// Any thread. The database outlives it. Throws DatabaseError.
class AuditLog {
 public:
  explicit AuditLog(database::Database& database,
                    std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns)
      : database_(database), now_(std::move(now_utc_ns)) {}

  /// Writes an entry inside the transaction that does the deed: neither is there without the other.
  void add(database::Transaction& transaction, const Doer& doer, const Deed& deed) const;
  /// Writes an entry of something that changes no row, such as a view.
  Task<void> add(Doer doer, Deed deed, Deadline deadline = database::usual_deadline());
  /// The same, unless this person did the same to the same object within `quiet_ns`: a player asks
  /// for its recording many times.
  Task<void> add_once(Doer doer, Deed deed, std::int64_t quiet_ns,
                      Deadline deadline = database::usual_deadline());

  /// Gives entries that have none yet their places in the chain, oldest first. Any node may do it
  /// at any time: two at once wait for each other. Returns how many it placed.
  Task<std::int64_t> seal(Deadline deadline = database::usual_deadline());
  /// Newest first.
  Task<Page<Entry>> list(Wanted wanted, PageWish wish,
                         Deadline deadline = database::usual_deadline());
  /// Follows the whole chain, some entries at a time.
  Task<Verdict> verify(std::optional<Head> known);

 private:
  database::Database& database_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::audit
