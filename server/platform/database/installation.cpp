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

std::string read_id(const fs::path& file) {
  if (!fs::exists(file)) return "";
  std::ifstream stream(file);
  std::string id;
  if (!(stream >> id)) {
    throw std::system_error(EIO, std::generic_category(), "read " + file.string());
  }
  return id;
}

/// Writes the file; it is durable on return.
void write_id(const fs::path& file, const std::string& id) {
  const auto check = [&file](bool done) {
    if (!done) throw std::system_error(errno, std::generic_category(), "write " + file.string());
  };
  const std::string line = id + "\n";
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

}  // namespace

void bind_installation(Transaction& transaction, const fs::path& data_dir) {
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
  const auto row = transaction.first("select installation_id from installation");
  const std::string own = row ? row->text(0) : installation_of(data_dir);
  if (!bucket.owner.empty() && bucket.owner != own) {
    throw PostgresError(
        {Failure::Unavailable, Remedy::Operator},
        fmt::format("the database belongs to another installation ({}) than {} ({}): name the two "
                    "that belong together, here or in REPRISE_BLOB_STORE, or an empty database and "
                    "an empty bucket or prefix",
                    own.empty() ? "a new one" : own, bucket.shown, bucket.owner));
  }
  if (row) return;
  transaction.run("insert into installation (installation_id) values ($1)",
                  {make_installation(data_dir)});
}

std::string installation_of(const fs::path& data_dir) { return read_id(data_dir / kFile); }

std::string make_installation(const fs::path& data_dir) {
  std::string id = installation_of(data_dir);
  if (!id.empty()) return id;
  id = new_uuid7();
  write_id(data_dir / kFile, id);
  return id;
}

}  // namespace reprise::database
