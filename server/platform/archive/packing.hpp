#pragma once

// Puts the chunks of finished recordings into packs (docs/adr/2026-11-29-packs.md). A chunk counts
// where its row says; a pack is read back and compared before the rows change, and the chunks' own
// objects go afterwards. So a kill at any step costs nothing but work.

#include <atomic>
#include <string>

#include "platform/archive/archive.hpp"

namespace reprise::archive {

/// Runs in one task at a time. All references outlive it. Throws DatabaseError.
class Packer {
 public:
  Packer(Archive& archive, database::Database& database, blob::BlobStore& blobs, BlockingPool& pool)
      : archive_(archive), database_(database), blobs_(blobs), pool_(pool) {}

  /// Looks for jobs that are due, again and again, until `stop`. First for recordings that ended
  /// before it began.
  Task<void> run(std::chrono::seconds every);
  /// Does the jobs that are due. A recording that fails is tried again later.
  Task<void> work();
  /// Ends the present work at its next chunk; its job goes to another node.
  void stop() { stopping_ = true; }

  /// Adds jobs for ended recordings with chunks that no pack holds, and for packs that were not
  /// finished; at most kFoundAtOnce. Returns how many.
  Task<std::int64_t> find_work();
  static constexpr std::int64_t kFoundAtOnce = 1'000;

 private:
  struct Plan;
  class Source;
  Task<void> pack(RecordingId id);
  Task<void> drop_unfinished(RecordingId id);
  Task<void> remove_singles(RecordingId id);
  Task<std::optional<Plan>> plan(RecordingId id);
  Task<void> make(const Plan& plan);
  Task<void> compare(const Plan& plan);
  Task<bool> keep(const Plan& plan);
  Task<void> drop(const Plan& plan);
  void stop_if_asked() const;

  Archive& archive_;
  database::Database& database_;
  blob::BlobStore& blobs_;
  BlockingPool& pool_;
  std::atomic<bool> stopping_{false};
};

}  // namespace reprise::archive
