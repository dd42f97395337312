#pragma once

#include <filesystem>
#include <string>

#include "platform/database/database.hpp"

namespace reprise::database {

/// Binds a database to the data directory whose objects it names: both hold the same id, the
/// directory in its file `installation`. Whichever is used first makes the id; a database without
/// one (after `reprise db copy`) takes the id of the directory. Must run with the lock on the
/// schema. Throws PostgresError (Remedy::Operator) when the database belongs to another directory,
/// and std::system_error when the file cannot be read or written.
void bind_installation(Transaction& transaction, const std::filesystem::path& data_dir);
/// The bucket that a server has looked at.
struct SeenBucket {
  std::string shown;  ///< its address, for people
  std::string owner;  ///< the id of its installation; empty: it has none, or does not answer
};
/// The same for a database whose objects lie in a bucket: the directory only gives its id to a
/// database that has none. Throws PostgresError (Remedy::Operator) when the bucket belongs to
/// another installation than the database; then nothing is written.
void name_installation(Transaction& transaction, const std::filesystem::path& data_dir,
                       const SeenBucket& bucket);
/// The id of the directory; empty: it has none yet. Blocks. Throws std::system_error.
std::string installation_of(const std::filesystem::path& data_dir);
/// The same, and makes an id for a directory that has none; it is durable on return.
std::string make_installation(const std::filesystem::path& data_dir);

}  // namespace reprise::database
