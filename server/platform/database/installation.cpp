#include "platform/database/installation.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include "base/id.hpp"
#include "platform/database/postgres_failure.hpp"

namespace reprise::database {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "installation";

/// A line with the id, and one with the bucket if there is one. Durable on return.
void write_file(const fs::path& file, const Installation& installation) {
  const auto check = [&file](bool done) {
    if (!done) throw std::system_error(errno, std::generic_category(), "write " + file.string());
  };
  std::string line = installation.id + "\n";
  if (!installation.bucket.empty()) line += installation.bucket + "\n";
  const fs::path temporary = file.string() + ".new";
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  check(descriptor >= 0);
  const bool written =
      ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
      ::fsync(descriptor) == 0;
  ::close(descriptor);
  check(written);
  fs::rename(temporary, file);
  const int directory = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  check(directory >= 0);
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  check(synced);
}

void refuse_half_copied(Transaction& transaction) {
  const auto row = transaction.first("select installation_id from installation");
  if (!row || !row->text(0).starts_with(kCopyUnderWay)) return;
  throw PostgresError({Failure::Unavailable, Remedy::Operator},
                      "the database holds a part of another installation, whose copy has not come "
                      "to its end: run that `reprise db copy` or `reprise restore` again, or give "
                      "an empty database");
}

}  // namespace

void bind_installation(Transaction& transaction, const fs::path& data_dir) {
  refuse_half_copied(transaction);
  std::string own = installation_of(data_dir);
  const auto row = transaction.first("select installation_id from installation");
  if (row && row->text(0) != own) {
    throw PostgresError(
        {Failure::Unavailable, Remedy::Operator},
        fmt::format("the database belongs to another data directory than {} (installation {}, "
                    "here {}): its objects are not here; use that directory, or an empty database; "
                    "two nodes need a bucket (REPRISE_BLOB_STORE)",
                    data_dir.string(), row->text(0), own.empty() ? "none" : own));
  }
  if (row) return;
  if (own.empty()) own = make_installation(data_dir);
  transaction.run("insert into installation (installation_id) values ($1)", {own});
}

void name_installation(Transaction& transaction, const fs::path& data_dir,
                       const SeenBucket& bucket) {
  refuse_half_copied(transaction);
  const Installation here = installation_in(data_dir);
  Installation known = installation_in(transaction);
  const bool named = !known.id.empty();
  const std::string own = named ? known.id : here.id;
  known.id = own;
  // `reprise objects copy` and SQLite know of the bucket by the directory only.
  if (known.bucket.empty() && here.id == own) known.bucket = here.bucket;
  if (const auto why = why_not_free(known, bucket.shown); bucket.free && !why.empty()) {
    throw BucketRefused(why);
  }
  if (!bucket.owner.empty() && bucket.owner != own) {
    throw PostgresError(
        {Failure::Unavailable, Remedy::Operator},
        fmt::format("the database belongs to another installation ({}) than {} ({}): name the two "
                    "that belong together, here or in REPRISE_BLOB_STORE, or an empty database and "
                    "an empty bucket or prefix",
                    own.empty() ? "a new one" : own, bucket.shown, bucket.owner));
  }
  if (named) return;
  transaction.run("insert into installation (installation_id) values ($1)",
                  {make_installation(data_dir)});
}

std::string why_not_free(const Installation& installation, const std::string& shown) {
  if (installation.bucket.empty() || installation.bucket == shown) return "";
  return fmt::format(
      "{} belongs to no installation, and the objects of this one lie in {}: name that bucket in "
      "REPRISE_BLOB_STORE. If {} is to take its place, copy all its objects there, and with them "
      "the object "
      "`installation`, whose text is {}",
      shown, installation.bucket, shown, installation.id);
}

Installation installation_in(const fs::path& data_dir) {
  const fs::path file = data_dir / kFile;
  if (!fs::exists(file)) return {};
  std::ifstream stream(file);
  Installation found;
  if (!(stream >> found.id)) {
    throw std::system_error(EIO, std::generic_category(), "read " + file.string());
  }
  std::getline(stream >> std::ws, found.bucket);
  return found;
}

Installation installation_in(Transaction& transaction) {
  Installation found;
  if (const auto row = transaction.first("select installation_id from installation")) {
    found.id = row->text(0);
  }
  if (const auto row = transaction.first("select bucket from installation_bucket")) {
    found.bucket = row->text(0);
  }
  return found;
}

void note_bucket(const fs::path& data_dir, const std::string& bucket) {
  Installation found = installation_in(data_dir);
  if (found.bucket == bucket) return;
  found.bucket = bucket;
  write_file(data_dir / kFile, found);
}

void note_bucket(Transaction& transaction, const std::string& bucket) {
  if (installation_in(transaction).bucket == bucket) return;
  transaction.run(
      "insert into installation_bucket (bucket) values ($1) on conflict (only_one) do update set "
      "bucket = excluded.bucket",
      {bucket});
}

std::string installation_of(const fs::path& data_dir) { return installation_in(data_dir).id; }

std::string make_installation(const fs::path& data_dir) {
  std::string id = installation_of(data_dir);
  if (!id.empty()) return id;
  id = new_uuid7();
  write_file(data_dir / kFile, {.id = id, .bucket = {}});
  return id;
}

}  // namespace reprise::database
