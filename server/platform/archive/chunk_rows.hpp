#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "platform/archive/archive.hpp"
#include "platform/database/database.hpp"

namespace reprise::archive {

/// A chunk whose object is stored, and whose row is not.
struct NewChunk {
  ChunkWish wish;
  ChunkInfo info;
  std::int64_t first_log_ns = 0;
  std::int64_t last_log_ns = 0;
};

/// Stores the rows of chunks: those that wait at the same moment share one transaction, so that
/// they share its round trips and its wait for the disk (docs/adr/2026-11-29-group-commit.md). Any
/// thread. The database outlives it; it outlives its calls.
class ChunkRows {
 public:
  /// A good bound for a group: it is done again as a whole when another one was in its way.
  static constexpr std::size_t kGroupMax = 64;
  using Group = std::vector<const NewChunk*>;
  using Outcomes = std::vector<Result<ChunkInfo>>;
  /// Stores a group and returns the outcome of each chunk in its order. No two chunks of a group
  /// have the same recording and seq. May be called more than once for a group (Database::write).
  using Store = std::function<Outcomes(database::Transaction&, const Group&)>;

  /// `group_max`: how many rows one transaction holds at most; 1: none waits for another.
  ChunkRows(database::Database& database, std::size_t group_max, Store store)
      : database_(database), group_max_(group_max), store_(std::move(store)) {}

  /// Returns when the row is durable, or refused by `store`. When a group fails by something that
  /// one of its chunks may be the cause of, each is stored alone. Throws DatabaseError. Cannot be
  /// cancelled: others may wait for the one that stores them.
  Task<Result<ChunkInfo>> add(NewChunk chunk, Deadline deadline);

 private:
  struct Waiting;
  using WaitingPtr = std::shared_ptr<Waiting>;  // owned by its own call and by the one that leads
  Task<Result<ChunkInfo>> wait_and_add(NewChunk chunk, Deadline deadline);
  Task<void> take_part(WaitingPtr own);
  Task<void> lead();
  std::vector<WaitingPtr> take();
  void pass_on();
  Task<void> store_all(std::vector<WaitingPtr> group);
  Task<std::exception_ptr> store_once(std::vector<WaitingPtr> group);

  database::Database& database_;
  const std::size_t group_max_;
  const Store store_;
  std::mutex mutex_;
  std::deque<WaitingPtr> waiting_;  // under the mutex
  bool led_ = false;                // under the mutex: a call stores a group, or is about to
};

}  // namespace reprise::archive
