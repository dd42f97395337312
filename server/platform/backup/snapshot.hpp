#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::backup {

/// The rows of one table, in the order of its key.
struct SavedTable {
  std::string name;
  std::vector<std::string> columns;
  std::int64_t rows = 0;
  std::vector<std::string> pieces;  ///< each holds lines, a JSON array for each row
};
BOOST_DESCRIBE_STRUCT(SavedTable, (), (name, columns, rows, pieces))

inline constexpr std::int64_t kSnapshotVersion = 1;

/// What one backup holds; JSON, sealed in a file of the vault (docs/formats/backup.md).
struct Snapshot {
  std::int64_t version = kSnapshotVersion;
  std::string made_at;          ///< RFC 3339; also its name
  std::string program;          ///< the version of Reprise that made it
  std::int64_t migrations = 0;  ///< how many had run
  std::string installation;     ///< its id; empty: it has none
  std::string bucket;           ///< its address; empty: objects lie on a disk, and are in here
  std::vector<SavedTable> tables;
  std::int64_t objects = 0;
  std::int64_t object_bytes = 0;
  std::int64_t absent = 0;                ///< objects that were removed before they could be read
  std::vector<std::string> object_lists;  ///< pieces with lines `["key", bytes, "piece", …]`
};
BOOST_DESCRIBE_STRUCT(Snapshot, (),
                      (version, made_at, program, migrations, installation, bucket, tables, objects,
                       object_bytes, absent, object_lists))

/// An object of the disk.
struct SavedObject {
  std::string key;
  std::int64_t bytes = 0;
  std::vector<std::string> pieces;  ///< together its content
};

/// Calls `take` for each line of a piece, without its end.
void for_each_line(std::string_view text, const std::function<void(std::string_view)>& take);

/// Reads the JSON of a snapshot. Errors (Invalid): another text, or a version that this program
/// does not know.
Result<Snapshot> snapshot_of(std::string_view text);

/// One line for each object, and back. Errors (Invalid): another text.
std::string line_of(const SavedObject& object);
Result<SavedObject> object_of(std::string_view line);

}  // namespace reprise::backup
