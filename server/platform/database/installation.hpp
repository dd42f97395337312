#pragma once

#include <filesystem>
#include <string>

#include "platform/database/database.hpp"
#include "platform/database/postgres_failure.hpp"

namespace reprise::database {

/// Which installation this is, and where its objects lie.
struct Installation {
  std::string id;      ///< empty: none yet
  std::string bucket;  ///< the address of the bucket that became its own; empty: none did yet
};

/// Stands for the id while `reprise restore` fills the database, and with a source behind it while
/// `reprise db copy` does: no server takes it then.
inline constexpr const char* kCopyUnderWay = "copy-under-way";

/// Binds a database to the data directory whose objects it names: both hold the same id, the
/// directory in its file `installation`. Whichever is used first makes the id; a database without
/// one (after `reprise db copy`) takes the id of the directory. Must run with the lock on the
/// schema. Throws PostgresError (Remedy::Operator) when the database belongs to another directory
/// or holds a part of an installation, and std::system_error when the file cannot be read or
/// written.
void bind_installation(Transaction& transaction, const std::filesystem::path& data_dir);
/// The bucket that a server has looked at.
struct SeenBucket {
  std::string shown;  ///< its address, for people
  std::string owner;  ///< the id of its installation; empty: it has none, or does not answer
  bool free = false;  ///< it answers and belongs to no installation
};
/// The bucket is not the one that holds the objects of this database.
class BucketRefused : public PostgresError {
 public:
  explicit BucketRefused(const std::string& why)
      : PostgresError({Failure::Unavailable, Remedy::Operator}, why) {}
};
/// The same for a database whose objects lie in a bucket: the directory only gives its id to a
/// database that has none. Throws PostgresError (Remedy::Operator) when the bucket belongs to
/// another installation than the database, and BucketRefused when it belongs to none while the
/// objects of the database lie in another bucket; then nothing is written.
void name_installation(Transaction& transaction, const std::filesystem::path& data_dir,
                       const SeenBucket& bucket);
/// Why an installation whose objects lie in a bucket may not take another one that is free; empty:
/// it may. `shown`: the free one.
std::string why_not_free(const Installation& installation, const std::string& shown);
/// What the directory's file says. Blocks. Throws std::system_error.
Installation installation_in(const std::filesystem::path& data_dir);
/// What the database says.
Installation installation_in(Transaction& transaction);
/// Notes the bucket that has become the installation's own, if another one or none is noted. The
/// directory must have an id.
void note_bucket(const std::filesystem::path& data_dir, const std::string& bucket);
void note_bucket(Transaction& transaction, const std::string& bucket);
/// The id of the directory; empty: it has none yet. Blocks. Throws std::system_error.
std::string installation_of(const std::filesystem::path& data_dir);
/// The same, and makes an id for a directory that has none; it is durable on return.
std::string make_installation(const std::filesystem::path& data_dir);

}  // namespace reprise::database
