#include "app/backup_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

#include "app/about_routes.hpp"
#include "app/serve.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "platform/backup/restoring.hpp"
#include "platform/backup/saving.hpp"
#include "platform/blob/disk.hpp"
#include "platform/database/data_lock.hpp"
#include "platform/database/installation.hpp"
#include "platform/database/postgres.hpp"
#include "platform/database/sqlite.hpp"
#include "platform/database/sqlite_connection.hpp"

namespace reprise::app {
namespace fs = std::filesystem;
using database::PostgresConnection;
using database::SqliteConnection;
using database::Transaction;

namespace {

/// Reading all rows of a large installation takes minutes.
constexpr std::chrono::hours kReadWithin{6};
constexpr std::chrono::minutes kWriteWithin{10};
constexpr std::int64_t kKeepDays = 30;
constexpr const char* kUnfinished = ".restoring";
constexpr const char* kDatabaseFile = "reprise.db";

int refuse_command(int code, std::string sentence) {
  std::ranges::replace(sentence, '\n', ' ');
  fmt::print(stderr, "reprise: {}\n", sentence);
  return code;
}

Setting key_setting() {
  return {.name = "backup-key",
          .kind = Setting::Kind::Secret,
          .help = "64 hexadecimal digits; without them nobody reads the backup"};
}
Setting url_setting() {
  return {.name = "database-url",
          .kind = Setting::Kind::Url,
          .help = "PostgreSQL instead of SQLite: postgres://USER@HOST/DATABASE"};
}

/// Reads the installation's rows in one transaction.
std::function<void(const std::function<void(Transaction&)>&)> reading_of(
    const fs::path& data_dir, const std::optional<database::PostgresTarget>& target) {
  if (target) {
    return [url = *target](const std::function<void(Transaction&)>& work) {
      PostgresConnection connection(url);
      connection.begin(PostgresConnection::Mode::Read, Deadline::after(kReadWithin));
      work(connection);
      connection.commit();
    };
  }
  return [file = data_dir / kDatabaseFile](const std::function<void(Transaction&)>& work) {
    SqliteConnection connection(file, SqliteConnection::Mode::Reader);
    connection.run_script("begin");
    work(connection);
    connection.run_script("rollback");
  };
}

/// Says whether a restore is under way: no server takes the database meanwhile.
void mark(const database::PostgresTarget& target, std::string_view sql) {
  PostgresConnection connection(target);
  connection.begin(PostgresConnection::Mode::Plain, Deadline::after(kWriteWithin));
  connection.run(sql, {database::kCopyUnderWay});
  connection.commit();
}

/// Makes the schema that a snapshot has, and says how rows are written there.
backup::Writing writing_of(const fs::path& data_dir,
                           const std::optional<database::PostgresTarget>& target,
                           std::size_t migrations) {
  const auto first = [migrations](const std::vector<database::Migration>& all) {
    return std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(migrations));
  };
  if (target) {
    const auto refuse_served = [](Transaction& transaction) {
      const auto served = transaction.first("select installation_id from installation");
      if (!served || served->text(0) == database::kCopyUnderWay) return;
      throw backup::BackupFailed("the database serves an installation already: give an empty one");
    };
    const auto steps = first(database::postgres_migrations());
    database::open_postgres({.target = *target, .connections = 2, .admit = refuse_served}, steps)
        ->close();
    mark(*target, "insert into installation (installation_id) values ($1) on conflict do nothing");
    auto connection = std::make_shared<PostgresConnection>(*target);
    return [connection](const std::function<void(Transaction&)>& work) {
      connection->begin(PostgresConnection::Mode::Plain, Deadline::after(kWriteWithin));
      work(*connection);
      connection->commit();
    };
  }
  const fs::path file = data_dir / kDatabaseFile;
  const auto steps = first(database::sqlite_migrations());
  database::open_sqlite({.file = file, .readers = 1}, steps)->close();
  auto connection = std::make_shared<SqliteConnection>(file, SqliteConnection::Mode::Writer);
  return [connection](const std::function<void(Transaction&)>& work) {
    connection->run_script("begin immediate");
    work(*connection);
    connection->run_script("commit");
  };
}

void write_installation(const fs::path& data_dir, const backup::Snapshot& snapshot) {
  if (snapshot.installation.empty()) return;
  std::ofstream file(data_dir / "installation");
  file << snapshot.installation << "\n";
  if (!snapshot.bucket.empty()) file << snapshot.bucket << "\n";
  file.close();
  if (!file) throw backup::BackupFailed("cannot write the file `installation`");
}

/// Where a restore is made, and where it goes in the end.
struct RestorePlace {
  fs::path data_dir;
  fs::path making;
  /// The directory is there and empty, as the root of a mounted disk is: it cannot be replaced.
  bool inside = false;
};

/// Errors: Invalid, when something lies there already.
Result<RestorePlace> restore_place(const fs::path& data_dir) {
  RestorePlace place{.data_dir = data_dir, .making = data_dir.string() + kUnfinished};
  std::error_code none;
  if (fs::is_directory(data_dir, none) && fs::is_empty(data_dir, none)) {
    place.inside = true;
    place.making = data_dir / kUnfinished;
  } else if (fs::exists(data_dir) || fs::exists(place.making)) {
    fs::path first = fs::exists(data_dir) ? data_dir : place.making;
    if (fs::exists(data_dir / kUnfinished)) first = data_dir / kUnfinished;
    return fail(ErrorCode::Invalid,
                fmt::format("{} exists already: name a directory that does not, or an empty one",
                            first.string()));
  }
  return place;
}

/// What was made becomes the data directory. The database comes last: without it no server takes
/// the directory for a whole one.
void put_in_place(const RestorePlace& place) {
  if (!place.inside) {
    fs::rename(place.making, place.data_dir);
    blob::sync_directory(fs::absolute(place.data_dir).parent_path());
    return;
  }
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(place.making)) all.push_back(entry.path());
  const auto is_database = [](const fs::path& path) {
    return path.filename().string().starts_with(kDatabaseFile);
  };
  std::ranges::partition(all, std::not_fn(is_database));
  for (const fs::path& path : all) fs::rename(path, place.data_dir / path.filename());
  fs::remove(place.making);
  blob::sync_directory(place.data_dir);
}

/// Runs a command that needs the key; says in one line why it fails.
template <class Work>
int with_key(const Config& config, Work work) {
  log::set_level(log::Level::Error);  // what it does is said in words
  if (!config.has("backup-key")) {
    return refuse_command(kBadConfiguration,
                          "REPRISE_BACKUP_KEY (or REPRISE_BACKUP_KEY_FILE) is missing; `openssl "
                          "rand -hex 32` makes a key, which belongs into another place than the "
                          "backup");
  }
  const auto key = backup::read_key(config.text("backup-key"));
  if (!key) return refuse_command(kBadConfiguration, key.error().client_message);
  try {
    return work(*key);
  } catch (const std::exception& error) {
    return refuse_command(1, error.what());
  }
}

Result<std::optional<database::PostgresTarget>> target_of(const Config& config) {
  if (!config.has("database-url")) return std::nullopt;
  auto target = database::read_target(config.text("database-url"));
  if (!target) return std::unexpected(target.error());
  return *std::move(target);
}

}  // namespace

const std::vector<Setting>& backup_settings() {
  static const std::vector<Setting> all{
      {.name = "to", .help = "a folder of its own"},
      {.name = "data-dir", .default_value = "data", .help = "of the server, which may run"},
      url_setting(),
      {.name = "blob-store", .help = "the bucket, whose objects stay there"},
      {.name = "keep-days",
       .kind = Setting::Kind::Integer,
       .default_value = std::to_string(kKeepDays),
       .help = "days after which a snapshot is removed, and what was erased with it",
       .least = 1,
       .most = 3650},
      key_setting()};
  return all;
}

const std::vector<Setting>& restore_settings() {
  static const std::vector<Setting> all{
      {.name = "from", .help = "the folder of the backup"},
      {.name = "data-dir",
       .default_value = "data",
       .help = "a directory that does not exist yet, or is empty"},
      url_setting(),
      {.name = "snapshot", .help = "the time of a snapshot; the newest, if nothing is said"},
      key_setting()};
  return all;
}

const std::vector<Setting>& verify_backup_settings() {
  static const std::vector<Setting> all{
      {.name = "from", .help = "the folder of the backup"},
      {.name = "snapshot", .help = "the time of a snapshot; the newest, if nothing is said"},
      key_setting()};
  return all;
}

int back_up(const Config& config, std::int64_t (*clock)(), std::FILE* out) {
  const std::int64_t now = clock();
  if (!config.has("to")) return refuse_command(kBadConfiguration, "--to is missing");
  const auto target = target_of(config);
  if (!target) return refuse_command(kBadConfiguration, target.error().client_message);
  const fs::path data_dir = config.text("data-dir");
  if (!*target && !fs::exists(data_dir / kDatabaseFile)) {
    return refuse_command(kBadConfiguration,
                          fmt::format("--data-dir {}: there is no reprise.db", data_dir.string()));
  }
  return with_key(config, [&](const backup::Key& key) {
    backup::Vault vault(config.text("to"), key, backup::Vault::Use::Write);
    const auto here = database::installation_in(data_dir);
    backup::Source source{.reading = reading_of(data_dir, *target),
                          .objects = std::nullopt,
                          .bucket = config.text("blob-store"),
                          .installation = here.id};
    if (source.bucket.empty()) source.objects = data_dir / "objects";
    const std::chrono::days keep(config.integer("keep-days"));
    const auto saved = backup::save(source, vault, now, keep, kVersion);
    std::int64_t rows = 0;
    for (const auto& table : saved.snapshot.tables) rows += table.rows;
    fmt::print(out, "{}: {} rows, {} objects ({} bytes{}), {} pieces ({} bytes) added now\n",
               saved.snapshot.made_at, rows, saved.snapshot.objects, saved.snapshot.object_bytes,
               source.bucket.empty() ? "" : ", the others stay in the bucket", vault.added_pieces(),
               vault.added_bytes());
    if (saved.snapshot.absent > 0) {
      fmt::print(out,
                 "{} objects were removed while this was made: the snapshot may name some that it "
                 "does not hold. Make another one.\n",
                 saved.snapshot.absent);
    }
    fmt::print(out,
               "{} old snapshots and {} pieces were removed; what is erased today is gone "
               "from here with the first backup after {}\n",
               saved.removed_snapshots, saved.removed_pieces,
               rfc3339(now + std::chrono::nanoseconds(keep).count()));
    return 0;
  });
}

int restore(const Config& config, std::FILE* out) {
  if (!config.has("from")) return refuse_command(kBadConfiguration, "--from is missing");
  const auto target = target_of(config);
  if (!target) return refuse_command(kBadConfiguration, target.error().client_message);
  const auto place = restore_place(fs::path(config.text("data-dir")));
  if (!place) return refuse_command(kBadConfiguration, place.error().client_message);
  return with_key(config, [&](const backup::Key& key) {
    const backup::Vault vault(config.text("from"), key, backup::Vault::Use::Read);
    const auto snapshot = backup::read_snapshot(vault, config.text("snapshot"));
    backup::check(vault, snapshot);
    const fs::path& making = place->making;
    fs::create_directories(making);
    fs::permissions(making, fs::perms::owner_all);
    std::int64_t rows = 0;
    {
      const auto writing =
          writing_of(making, *target, static_cast<std::size_t>(snapshot.migrations));
      rows = backup::restore_rows(vault, snapshot, writing);
    }
    const auto objects = backup::restore_objects(vault, snapshot, making / "objects");
    write_installation(making, snapshot);
    put_in_place(*place);
    if (*target) mark(**target, "delete from installation where installation_id = $1");
    fmt::print(out,
               "{} rows and {} objects of {} are restored. Serve them with --data-dir {}{}: films "
               "are made anew, and people log in again. What was erased or taken back after that "
               "time is there again.\n",
               rows, objects, snapshot.made_at, place->data_dir.string(),
               *target ? " and REPRISE_DATABASE_URL" : "");
    return 0;
  });
}

int verify_backup(const Config& config, std::FILE* out) {
  if (!config.has("from")) return refuse_command(kBadConfiguration, "--from is missing");
  return with_key(config, [&](const backup::Key& key) {
    const backup::Vault vault(config.text("from"), key, backup::Vault::Use::Read);
    const auto snapshot = backup::read_snapshot(vault, config.text("snapshot"));
    backup::check(vault, snapshot);
    fmt::print(out, "{}: every piece opens; {} objects ({} bytes)\n", snapshot.made_at,
               snapshot.objects, snapshot.object_bytes);
    return 0;
  });
}

}  // namespace reprise::app
