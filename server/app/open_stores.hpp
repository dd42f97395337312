#pragma once

#include <memory>
#include <optional>

#include "app/bucket.hpp"
#include "app/settings.hpp"
#include "base/async.hpp"
#include "features/analytics/interactions.hpp"
#include "features/playback/playback_routes.hpp"
#include "features/playback/view_objects.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/database.hpp"
#include "platform/http/metrics.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/limits/limiter.hpp"

// The stores and pools of a server, as the settings want them. Each closes itself, also when the
// start fails half-way.
namespace reprise::app {

struct OpenPool {
  OpenPool(const char* name, std::size_t threads, int niceness = 0)
      : pool(name, threads, niceness) {}
  ~OpenPool() { pool.close(); }
  OpenPool(const OpenPool&) = delete;
  OpenPool& operator=(const OpenPool&) = delete;
  BlockingPool pool;
};

/// Null without a bucket. Throws SettingRefused for a wrong one, before anything is written.
/// `metrics` outlives it, and gets the spans of its requests.
std::unique_ptr<OpenBucket> open_bucket(const ServeOptions& options, const http::Metrics& metrics,
                                        gcs::BucketStore::OwnId own_id, gcs::BucketStore::Note note,
                                        UtcClock now);

/// Whether the store takes writes now. Work that waits for one that does not would wait in vain.
Task<bool> answers(blob::BlobStore& store);

struct OpenDatabase {
  /// `bucket`: the one that the server has looked at; null without one.
  OpenDatabase(const ServeOptions& options, const OpenBucket* bucket);
  ~OpenDatabase() { database->close(); }
  OpenDatabase(const OpenDatabase&) = delete;
  OpenDatabase& operator=(const OpenDatabase&) = delete;
  const std::unique_ptr<database::Database> database;
};

/// Views as objects of the bucket, and the cache through which they are read. Empty without a
/// bucket.
struct OpenViewObjects {
  OpenViewObjects(const ServeOptions& options, blob::BlobStore& store, BlockingPool& pool,
                  const boost::asio::any_io_executor& executor);
  playback::ViewObjects* get() { return objects ? &*objects : nullptr; }
  std::optional<blob::RangeCache> cache;
  std::optional<playback::ViewObjects> objects;
};

/// Links to films in the bucket, as the settings want them; empty: films come through this server.
/// They begin by Google's clock. `bucket` outlives them; null without one.
playback::MediaLink media_link(const ServeOptions& options, const OpenBucket* bucket);

/// What the settings mean for the archive. Several nodes may share a database when objects lie in a
/// bucket.
archive::ArchiveOptions archive_options(const ServeOptions& options);
/// The same options; what the server itself erases is noted like what people erase.
archive::ArchiveOptions with_audit(archive::ArchiveOptions options, const audit::AuditLog& audit);
analytics::LogOptions log_options(const ServeOptions& options);

/// Whose clock counts for rates: the database's, when nodes share it.
limits::LimiterOptions limiter_options(const ServeOptions& options);

/// The id that an installation and its bucket share: that of the data directory with SQLite, that
/// of the database with PostgreSQL (then `data_dir` is empty). With the address of a bucket that is
/// `free`: whether it may have it. Errors (Conflict): its objects lie in another one. Throws while
/// the database is away.
Task<Result<std::string>> installation_id(std::filesystem::path data_dir, BlockingPool& pool,
                                          database::Database& database,
                                          std::optional<std::string> free);
/// Notes there that the bucket has become its own.
Task<void> note_bucket(std::filesystem::path data_dir, BlockingPool& pool,
                       database::Database& database, std::string bucket);

}  // namespace reprise::app
