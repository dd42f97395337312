#pragma once

#include <cstdint>
#include <utility>

#include "platform/archive/archive.hpp"
#include "platform/database/group_commit.hpp"

namespace reprise::archive {

/// A chunk whose object is stored, and whose row is not.
struct NewChunk {
  ChunkWish wish;
  ChunkInfo info;
  std::int64_t first_log_ns = 0;
  std::int64_t last_log_ns = 0;
};

/// Stores the rows of chunks together. No two chunks of a group have the same recording and seq: a
/// later upload of the same chunk waits for the next group, since what it gets depends on this one.
class ChunkRows : public database::GroupCommit<NewChunk, Result<ChunkInfo>> {
 public:
  /// A good bound for a group: it is done again as a whole when another one was in its way.
  static constexpr std::size_t kGroupMax = 64;

  ChunkRows(database::Database& database, std::size_t group_max, Store store)
      : GroupCommit(database,
                    {.name = "chunks",
                     .group_max = group_max,
                     .apart =
                         [](const NewChunk& one, const NewChunk& other) {
                           return one.wish.id == other.wish.id && one.wish.seq == other.wish.seq;
                         }},
                    std::move(store)) {}
};

}  // namespace reprise::archive
