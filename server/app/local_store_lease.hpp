#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "platform/jobs/jobs.hpp"

namespace reprise::app {

/// With PostgreSQL and objects on the local disk one server may use the database: another one would
/// not find the objects of the first. This notices a copy of a data directory, which has the right
/// installation id. Any thread.
class LocalStoreLease {
 public:
  /// The database outlives it.
  LocalStoreLease(database::Database& database, const std::filesystem::path& data_dir);

  /// Blocks for as long as a lease lasts at most, when the last server has just died. Throws
  /// SettingRefused when another server is there. A database that is away is asked later, by
  /// `renew`.
  void hold();
  /// Call it every jobs::kRenewEvery.
  Task<void> renew();
  /// Lets the next server begin at once. Never throws.
  Task<void> release();
  /// Why the server is not ready; empty while no other one has the lease.
  std::optional<std::string> refused() const;

 private:
  Task<bool> take();

  jobs::Jobs jobs_;
  mutable std::mutex mutex_;
  bool elsewhere_ = false;  // under the mutex
};

}  // namespace reprise::app
