#pragma once

#include <filesystem>

#include "platform/database/database.hpp"

namespace reprise::database {

/// Binds a database to the data directory whose objects it names: both hold the same id, the
/// directory in its file `installation`. Whichever is used first makes the id; a database without
/// one (after `reprise db copy`) takes the id of the directory. Must run with the lock on the
/// schema. Throws PostgresError (Remedy::Operator) when the database belongs to another directory,
/// and std::system_error when the file cannot be read or written.
void bind_installation(Transaction& transaction, const std::filesystem::path& data_dir);
/// The same for a database whose objects lie in a bucket: the directory only gives its id to a
/// database that has none, and the bucket says whether they belong together.
void name_installation(Transaction& transaction, const std::filesystem::path& data_dir);
/// The id of the directory; empty: it has none yet. Blocks. Throws std::system_error.
std::string installation_of(const std::filesystem::path& data_dir);
/// The same, and makes an id for a directory that has none; it is durable on return.
std::string make_installation(const std::filesystem::path& data_dir);

}  // namespace reprise::database
