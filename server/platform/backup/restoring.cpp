#include "platform/backup/restoring.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <fstream>
#include <span>

#include "base/json.hpp"
#include "platform/database/migrations.hpp"
#include "platform/database/tables.hpp"

namespace reprise::backup {
namespace fs = std::filesystem;
using database::Cells;
using database::TableShape;
using database::Value;

namespace {

/// An old backup must not bring back a login that has ended since.
constexpr std::array kLeftOut = {std::string_view("login_transaction"),
                                 std::string_view("login_session")};

/// The row of a line; refuses what is no row of this table.
Cells cells_of(std::string_view line, const TableShape& table) {
  const auto value = parse_json(line);
  const auto* row = value ? value->if_array() : nullptr;
  if (row == nullptr || row->size() != table.columns.size()) {
    throw BackupFailed(fmt::format("a row of {} is not what it should be", table.name));
  }
  Cells cells;
  cells.reserve(row->size());
  for (const auto& cell : *row) {
    if (cell.is_null()) {
      cells.emplace_back(std::nullopt);
    } else if (cell.is_int64()) {
      cells.emplace_back(cell.get_int64());
    } else if (cell.is_string()) {
      cells.emplace_back(std::string_view(cell.get_string()));
    } else {
      throw BackupFailed(fmt::format("a row of {} holds something else", table.name));
    }
  }
  return cells;
}

/// The tables of the snapshot's schema, which this program must know.
std::vector<TableShape> shapes_of(const Snapshot& snapshot) {
  const auto known = static_cast<std::int64_t>(database::sqlite_migrations().size());
  if (snapshot.migrations > known || snapshot.migrations < 1) {
    throw BackupFailed(fmt::format(
        "the backup was made by a newer version ({}): restore it with that one or a newer one",
        snapshot.program));
  }
  return database::tables_after(static_cast<std::size_t>(snapshot.migrations));
}

const SavedTable& saved_of(const Snapshot& snapshot, const TableShape& shape) {
  const auto found = std::ranges::find(snapshot.tables, shape.name, &SavedTable::name);
  const bool fits =
      found != snapshot.tables.end() &&
      std::ranges::equal(found->columns, shape.columns, {}, {}, &database::Column::name);
  if (!fits) throw BackupFailed(fmt::format("the backup's table {} is another one", shape.name));
  return *found;
}

template <class Take>
void each_object(const Vault& vault, const Snapshot& snapshot, Take take) {
  for (const std::string& list : snapshot.object_lists) {
    const Bytes lines = vault.get(list);
    for_each_line(as_text(lines), [&take](std::string_view line) {
      const auto object = object_of(line);
      if (!object) throw BackupFailed(object.error().client_message);
      take(*object);
    });
  }
}

/// The content of an object, a piece at a time; refuses another number of bytes.
void read_object(const Vault& vault, const SavedObject& object,
                 const std::function<void(ByteView)>& take) {
  std::int64_t bytes = 0;
  for (const std::string& piece : object.pieces) {
    const Bytes content = vault.get(piece);
    bytes += static_cast<std::int64_t>(content.size());
    take(content);
  }
  if (bytes == object.bytes) return;
  throw BackupFailed(fmt::format("{} has {} bytes instead of {}", object.key, bytes, object.bytes));
}

void write_object(const Vault& vault, const SavedObject& object, const fs::path& file) {
  fs::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  read_object(vault, object, [&stream](ByteView content) {
    const std::string_view text = as_text(content);
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  });
  stream.close();
  if (!stream) throw BackupFailed(fmt::format("cannot write {}", file.string()));
}

bool is_left_out(const TableShape& shape) {
  return std::ranges::find(kLeftOut, shape.name) != kLeftOut.end();
}

/// Rows that were there before would mingle with those of the snapshot.
void refuse_other_rows(const Writing& writing, const TableShape& shape, std::int64_t wanted) {
  std::int64_t found = 0;
  writing([&](database::Transaction& target) {
    found = target.run(fmt::format("select count(*) from {}", shape.name)).rows.at(0).integer(0);
  });
  if (found == wanted) return;
  throw BackupFailed(fmt::format("{} has {} rows instead of {}: give a database that is empty",
                                 shape.name, found, wanted));
}

}  // namespace

Snapshot read_snapshot(const Vault& vault, const std::string& name) {
  const auto names = vault.snapshots();
  if (names.empty()) throw BackupFailed("the backup holds no snapshot");
  if (!name.empty() && std::ranges::find(names, name) == names.end()) {
    throw BackupFailed(
        fmt::format("there is no snapshot {}; the newest is {}", name, names.back()));
  }
  const Bytes text = vault.snapshot(name.empty() ? names.back() : name);
  auto snapshot = snapshot_of(as_text(text));
  if (!snapshot) throw BackupFailed("the snapshot: " + snapshot.error().client_message);
  return *std::move(snapshot);
}

void check(const Vault& vault, const Snapshot& snapshot) {
  for (const TableShape& shape : shapes_of(snapshot)) {
    const SavedTable& saved = saved_of(snapshot, shape);
    std::int64_t rows = 0;
    for (const std::string& piece : saved.pieces) {
      const Bytes lines = vault.get(piece);
      for_each_line(as_text(lines), [&](std::string_view line) {
        cells_of(line, shape);
        ++rows;
      });
    }
    if (rows != saved.rows) {
      throw BackupFailed(fmt::format("{} has {} rows instead of {}", saved.name, rows, saved.rows));
    }
  }
  std::int64_t objects = 0;
  each_object(vault, snapshot, [&](const SavedObject& object) {
    ++objects;
    read_object(vault, object, [](ByteView) {});
  });
  if (objects != snapshot.objects) {
    throw BackupFailed(fmt::format("{} objects instead of {}", objects, snapshot.objects));
  }
}

std::int64_t restore_rows(const Vault& vault, const Snapshot& snapshot, const Writing& writing) {
  std::int64_t rows = 0;
  for (const TableShape& shape : shapes_of(snapshot)) {
    if (is_left_out(shape)) continue;
    const std::string insert = database::insert_of(shape);
    const SavedTable& saved = saved_of(snapshot, shape);
    for (const std::string& piece : saved.pieces) {
      const Bytes lines = vault.get(piece);
      writing([&](database::Transaction& target) {
        for_each_line(as_text(lines), [&](std::string_view line) {
          const Cells cells = cells_of(line, shape);
          target.run(insert, std::span(cells));
          ++rows;
        });
      });
    }
    refuse_other_rows(writing, shape, saved.rows);
  }
  return rows;
}

std::int64_t restore_objects(const Vault& vault, const Snapshot& snapshot, const fs::path& root) {
  std::int64_t count = 0;
  fs::create_directories(root);
  each_object(vault, snapshot, [&](const SavedObject& object) {
    write_object(vault, object, root / object.key);
    ++count;
  });
  const int descriptor = ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::syncfs(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw BackupFailed(fmt::format("cannot write {}", root.string()));
  return count;
}

}  // namespace reprise::backup
