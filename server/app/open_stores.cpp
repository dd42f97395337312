#include "app/open_stores.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "platform/archive/chunk_rows.hpp"
#include "platform/database/installation.hpp"
#include "platform/database/postgres.hpp"
#include "platform/database/postgres_connection.hpp"
#include "platform/database/sqlite.hpp"
#include "platform/gcs/signed_url.hpp"

namespace reprise::app {
namespace {

/// A bucket that is not away answers in a tenth of it.
constexpr std::chrono::seconds kAnswersWithin{1};
/// Long enough to begin to play; an open connection may go on for longer.
constexpr std::chrono::minutes kLinkLives{5};

/// The second way to the database; null: there is none, or it is away, which its listener says.
/// Throws SettingRefused when a person has to change it.
std::unique_ptr<database::PostgresConnection> open_direct(const ServeOptions& options) {
  if (!options.database_direct) return nullptr;
  try {
    return std::make_unique<database::PostgresConnection>(*options.database_direct);
  } catch (const database::PostgresError& error) {
    if (error.remedy() != database::Remedy::Operator) return nullptr;
    throw SettingRefused(fmt::format("REPRISE_DATABASE_DIRECT_URL: {}", error.what()));
  }
}

/// The same for every way to one database, also after a standby has become its primary. Empty: this
/// account may not know.
std::string identity_of(database::PostgresConnection& connection) {
  constexpr std::chrono::seconds kWithin{5};
  connection.begin(database::PostgresConnection::Mode::Read, Deadline::after(kWithin));
  std::string identity;
  try {
    identity = connection
                   .first(
                       "select concat(system_identifier, ' ', oid) from pg_control_system(), "
                       "pg_database where datname = current_database()")
                   ->text(0);
  } catch (const database::DatabaseError& error) {
    log::debug("database.not_identified", {{"what", error.what()}});
  }
  connection.rollback();
  return identity;
}

/// Throws SettingRefused when the second way does not lead to the database. Writes nothing.
void check_direct(const ServeOptions& options) {
  const auto direct = open_direct(options);
  if (!direct) return;
  std::string there;
  std::string own;
  try {
    there = identity_of(*direct);
    database::PostgresConnection connection(*options.database);
    own = identity_of(connection);
  } catch (const database::DatabaseError&) {  // whoever opens the database says it
    return;
  }
  if (there.empty() || own.empty() || there == own) return;
  throw SettingRefused(
      "REPRISE_DATABASE_DIRECT_URL: it leads to another database than REPRISE_DATABASE_URL: name "
      "the same one, without the pooler");
}

std::unique_ptr<database::Database> open_database(const ServeOptions& options,
                                                  const OpenBucket* bucket) {
  if (!options.database) {
    return database::open_sqlite({.file = options.data_dir / "reprise.db"},
                                 database::sqlite_migrations());
  }
  std::optional<database::SeenBucket> seen;
  if (bucket != nullptr) {
    seen = {
        .shown = bucket->address().shown(), .owner = bucket->owner(), .free = bucket->is_free()};
  }
  const auto admit = [data_dir = options.data_dir,
                      seen = std::move(seen)](database::Transaction& transaction) {
    if (seen) return database::name_installation(transaction, data_dir, *seen);
    database::bind_installation(transaction, data_dir);
  };
  check_direct(options);
  return database::open_postgres(
      {.target = *options.database, .connections = options.database_connections, .admit = admit},
      database::postgres_migrations());
}

jobs::JobsOptions jobs_options(const ServeOptions& options) {
  jobs::JobsOptions made;
  if (options.database) made.now_sql = jobs::kPostgresNow;
  if (options.database && options.bucket) made.nodes = jobs::Nodes::Several;
  made.tells = made.nodes == jobs::Nodes::Several && options.database_direct.has_value();
  return made;
}

}  // namespace

analytics::LogOptions log_options(const ServeOptions& options) {
  constexpr std::size_t kGroupMax = 32;
  return {.group_max = options.database ? kGroupMax : 1,
          .partitions = options.database.has_value(),
          .keep_days = options.interaction_days};
}

archive::ArchiveOptions with_audit(archive::ArchiveOptions options, const audit::AuditLog& audit) {
  options.on_expired = [&audit](database::Transaction& transaction,
                                const session::RecordingId& id) {
    audit.add(transaction, {},
              {.event = audit::Event::RecordingErased,
               .kind = audit::ObjectKind::Recording,
               .object_id = id.value,
               .detail = "retention"});
  };
  return options;
}

archive::ArchiveOptions archive_options(const ServeOptions& options) {
  archive::ArchiveOptions made{.abandon_after = options.abandon_after,
                               .min_free_bytes = options.min_free_bytes,
                               .search = options.database ? &search::postgres_search_index()
                                                          : &search::sqlite_search_index(),
                               .jobs = jobs_options(options),
                               .retention = options.retention};
  if (options.database) made.chunks_together = archive::ChunkRows::kGroupMax;
  // On a disk of our own chunks stay files: opening one costs next to nothing there.
  if (options.bucket) made.pack_after = options.pack_after;
  return made;
}

limits::LimiterOptions limiter_options(const ServeOptions& options) {
  limits::LimiterOptions made;
  if (options.database) made.now_sql = jobs::kPostgresNow;
  return made;
}

std::unique_ptr<OpenBucket> open_bucket(const ServeOptions& options, const http::Metrics& metrics,
                                        gcs::BucketStore::OwnId own_id, gcs::BucketStore::Note note,
                                        UtcClock now) {
  if (!options.bucket) return nullptr;
  auto bucket = std::make_unique<OpenBucket>(*options.bucket, std::move(own_id), std::move(note),
                                             metrics.outgoing("bucket"), std::move(now));
  std::optional<database::Installation> own;
  if (!options.database) own = database::installation_in(options.data_dir);
  bucket->look(own);
  return bucket;
}

OpenViewObjects::OpenViewObjects(const ServeOptions& options, blob::BlobStore& store,
                                 BlockingPool& pool, const boost::asio::any_io_executor& executor) {
  if (!options.bucket) return;
  cache.emplace(store, options.data_dir / "view-cache", pool, executor, options.view_cache_bytes);
  objects.emplace(store, *cache, pool);
}

playback::MediaLink media_link(const ServeOptions& options, const OpenBucket* bucket) {
  if (!options.link_account) return {};
  return [account = *options.link_account, bucket](const std::string& key,
                                                   const std::string& content_type,
                                                   const std::string& disposition) {
    return gcs::signed_read_url(
        account, bucket->address(),
        {.key = key, .content_type = content_type, .disposition = disposition, .lives = kLinkLives},
        bucket->now_utc_ns());
  };
}

Task<Result<std::string>> installation_id(std::filesystem::path data_dir, BlockingPool& pool,
                                          database::Database& database,
                                          std::optional<std::string> free) {
  database::Installation own;
  if (data_dir.empty()) {
    own = co_await database.read(database::usual_deadline(), [](database::Transaction& read) {
      return database::installation_in(read);
    });
  } else {
    own = co_await pool.run([&data_dir] {
      database::make_installation(data_dir);
      return database::installation_in(data_dir);
    });
  }
  if (free) {
    std::string why = database::why_not_free(own, *free);
    if (!why.empty()) co_return fail(ErrorCode::Conflict, std::move(why));
  }
  co_return own.id;
}

Task<void> note_bucket(std::filesystem::path data_dir, BlockingPool& pool,
                       database::Database& database, std::string bucket) {
  if (!data_dir.empty()) {
    co_await pool.run([&] { database::note_bucket(data_dir, bucket); });
    co_return;
  }
  co_await database.write(database::usual_deadline(), [&bucket](database::Transaction& write) {
    database::note_bucket(write, bucket);
  });
}

OpenDatabase::OpenDatabase(const ServeOptions& options, const OpenBucket* bucket)
    : database(options.around_database ? options.around_database(open_database(options, bucket))
                                       : open_database(options, bucket)) {}

Task<bool> answers(blob::BlobStore& store) {
  try {
    co_return (co_await store.probe(Deadline::after(kAnswersWithin))).has_value();
  } catch (const blob::StoreFailed&) {
    co_return false;
  }
}

}  // namespace reprise::app
