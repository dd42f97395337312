#include "platform/backup/saving.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "platform/blob/disk.hpp"
#include "platform/blob/local_files.hpp"
#include "platform/database/migrations.hpp"
#include "platform/database/tables.hpp"

namespace reprise::backup {
namespace fs = std::filesystem;
namespace json = boost::json;
using database::Cells;
using database::TableShape;
using database::Transaction;

namespace {

/// Rows are cut into pieces behind certain lines, by their content: so a row that comes, goes or
/// changes alters one or two pieces, whatever lies before them.
constexpr std::size_t kPieceLeast = std::size_t{64} << 10;
constexpr std::size_t kPieceMost = std::size_t{4} << 20;
constexpr std::uint32_t kCutsOneIn = 1'024;  // lines
/// Objects are read and sealed in parts of this size.
constexpr std::size_t kObjectPart = std::size_t{16} << 20;
/// Walks until nothing is removed between the rows and the end of the walk.
constexpr int kRounds = 3;
constexpr std::int64_t kNsPerDay = 86'400'000'000'000;
constexpr std::int64_t kClockSlackNs = 600'000'000'000;

ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// Puts lines together into pieces.
class Lines {
 public:
  explicit Lines(Vault& vault) : vault_(vault) {}
  void add(std::string_view line) {
    text_.append(line).push_back('\n');
    const bool cut = text_.size() >= kPieceLeast && crc32c(bytes_of(line)) % kCutsOneIn == 0;
    if (cut || text_.size() >= kPieceMost) store();
  }
  std::vector<std::string> finish() {
    if (!text_.empty()) store();
    return std::move(pieces_);
  }

 private:
  void store() {
    pieces_.push_back(vault_.put(bytes_of(text_)));
    text_.clear();
  }
  Vault& vault_;
  std::string text_;
  std::vector<std::string> pieces_;
};

struct AsJson {
  json::value operator()(std::monostate) const { return nullptr; }
  json::value operator()(std::int64_t number) const { return number; }
  json::value operator()(const std::string& text) const { return json::string(text); }
  json::value operator()(const Bytes&) const {
    throw BackupFailed("a column holds bytes, which no table of ours does");
  }
};

std::string line_of(const Cells& cells) {
  json::array row;
  row.reserve(cells.size());
  for (const database::Value& cell : cells) row.push_back(std::visit(AsJson(), cell.held()));
  return json::serialize(row);
}

SavedTable save_table(Transaction& from, const TableShape& table, Vault& vault) {
  SavedTable saved{.name = table.name};
  saved.columns.reserve(table.columns.size());
  for (const database::Column& column : table.columns) saved.columns.push_back(column.name);
  Lines lines(vault);
  database::TableReader reader(from, table);
  for (auto rows = reader.batch(); !rows.empty(); rows = reader.batch()) {
    for (const Cells& cells : rows) lines.add(line_of(cells));
    saved.rows += static_cast<std::int64_t>(rows.size());
  }
  saved.pieces = lines.finish();
  return saved;
}

/// Objects by their keys.
using Objects = std::map<std::string, SavedObject>;

Snapshot snapshot_in(const Vault& vault, const std::string& name) {
  const Bytes text = vault.snapshot(name);
  auto snapshot = snapshot_of(as_text(text));
  if (!snapshot) throw BackupFailed(name + ": " + snapshot.error().client_message);
  return *std::move(snapshot);
}

template <class Take>
void each_object(const Vault& vault, const Snapshot& snapshot, Take take) {
  for (const std::string& list : snapshot.object_lists) {
    const Bytes lines = vault.get(list);
    for_each_line(as_text(lines), [&take](std::string_view line) {
      auto object = object_of(line);
      if (!object) throw BackupFailed(object.error().client_message);
      take(*std::move(object));
    });
  }
}

/// What the newest snapshot says of each object: an object never changes.
Objects known_objects(const Vault& vault) {
  Objects known;
  const auto names = vault.snapshots();
  if (names.empty()) return known;
  each_object(vault, snapshot_in(vault, names.back()), [&known](SavedObject object) {
    std::string key = object.key;
    known.emplace(std::move(key), std::move(object));
  });
  return known;
}

/// Stores the file's content; nothing, when it was removed meanwhile.
std::optional<SavedObject> store(const fs::path& root, const blob::BlobInfo& info, Vault& vault) {
  SavedObject object{.key = info.key.value, .bytes = 0, .pieces = {}};
  const fs::path path = root / object.key;
  const blob::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) return std::nullopt;
  const auto refuse_unreadable = [&path](bool fine) {
    if (fine) return;
    throw BackupFailed(
        fmt::format("cannot read {}: {}", path.string(), std::generic_category().message(errno)));
  };
  refuse_unreadable(file.get() >= 0);
  for (Bytes part(std::min<std::size_t>(info.bytes, kObjectPart)); !part.empty();) {
    const ssize_t got = ::pread(file.get(), part.data(), part.size(), object.bytes);
    refuse_unreadable(got >= 0);
    if (got == 0) break;
    object.pieces.push_back(vault.put(ByteView(part).first(static_cast<std::size_t>(got))));
    object.bytes += got;
  }
  return object;
}

/// Adds every object of the disk that `objects` does not have; returns how many were removed before
/// they could be read.
std::int64_t add_objects(const fs::path& root, const Objects& known, Vault& vault,
                         Objects& objects) {
  std::int64_t absent = 0;
  for (const blob::BlobInfo& info : blob::files_below(root, root)) {
    if (objects.contains(info.key.value)) continue;
    const auto found = known.find(info.key.value);
    const bool there = found != known.end() && std::cmp_equal(found->second.bytes, info.bytes) &&
                       std::ranges::all_of(found->second.pieces, [&vault](const auto& piece) {
                         return vault.has(piece);
                       });
    auto object = there ? std::optional(found->second) : store(root, info, vault);
    if (object) {
      objects.emplace(info.key.value, *std::move(object));
    } else {
      ++absent;
    }
  }
  return absent;
}

void read_rows(const Source& source, Vault& vault, Snapshot& snapshot) {
  source.reading([&](Transaction& from) {
    snapshot.tables.clear();
    const auto applied = from.run(database::kAppliedMigrations);
    snapshot.migrations = static_cast<std::int64_t>(applied.rows.size());
    for (const TableShape& table : database::tables_after(applied.rows.size())) {
      snapshot.tables.push_back(save_table(from, table, vault));
    }
  });
}

/// An object is stored before its row and removed after it. So the rows name only what was there
/// before they were read, or came meanwhile and is there afterwards.
void read_all(const Source& source, Vault& vault, Snapshot& snapshot, Objects& objects) {
  if (!source.objects) {
    read_rows(source, vault, snapshot);
    return;
  }
  const Objects known = known_objects(vault);
  add_objects(*source.objects, known, vault, objects);
  for (int round = 0; round < kRounds; ++round) {
    read_rows(source, vault, snapshot);
    snapshot.absent = add_objects(*source.objects, known, vault, objects);
    if (snapshot.absent == 0) return;
  }
}

std::set<std::string> pieces_of(const Vault& vault, const Snapshot& snapshot) {
  std::set<std::string> wanted(snapshot.object_lists.begin(), snapshot.object_lists.end());
  for (const SavedTable& table : snapshot.tables) {
    wanted.insert(table.pieces.begin(), table.pieces.end());
  }
  each_object(vault, snapshot, [&wanted](const SavedObject& object) {
    wanted.insert(object.pieces.begin(), object.pieces.end());
  });
  return wanted;
}

/// A snapshot of the future would stay the newest one and keep what is erased.
void refuse_future(const Vault& vault, std::int64_t now_utc_ns) {
  const auto names = vault.snapshots();
  const auto newest = names.empty() ? std::nullopt : parse_rfc3339(names.back());
  if (!newest || *newest <= now_utc_ns + kClockSlackNs) return;
  throw BackupFailed(
      fmt::format("the newest snapshot, {}, is later than this machine's clock ({}): set the "
                  "clock, or remove that file below snapshots/",
                  names.back(), rfc3339(now_utc_ns)));
}

/// Removes old snapshots, never the newest, and then what no other one needs.
void age(Vault& vault, std::int64_t now_utc_ns, std::chrono::days keep, Saved& saved) {
  auto names = vault.snapshots();
  const std::string newest = names.back();
  std::set<std::string> wanted;
  for (const std::string& name : names) {
    const auto made = parse_rfc3339(name);
    if (name != newest && made && *made < now_utc_ns - keep.count() * kNsPerDay) {
      vault.remove_snapshot(name);
      ++saved.removed_snapshots;
      continue;
    }
    wanted.merge(pieces_of(vault, snapshot_in(vault, name)));
  }
  saved.removed_pieces = vault.sweep(wanted);
}

}  // namespace

Saved save(const Source& source, Vault& vault, std::int64_t now_utc_ns, std::chrono::days keep,
           std::string_view program) {
  Saved saved;
  Snapshot& snapshot = saved.snapshot;
  snapshot = {.made_at = rfc3339(now_utc_ns),
              .program = std::string(program),
              .installation = source.installation,
              .bucket = source.bucket};
  refuse_future(vault, now_utc_ns);
  Objects objects;
  read_all(source, vault, snapshot, objects);
  Lines lines(vault);
  for (const auto& [key, object] : objects) {
    lines.add(line_of(object));
    snapshot.object_bytes += object.bytes;
  }
  snapshot.objects = static_cast<std::int64_t>(objects.size());
  snapshot.object_lists = lines.finish();
  vault.put_snapshot(snapshot.made_at, bytes_of(to_json(snapshot)));
  age(vault, now_utc_ns, keep, saved);
  return saved;
}

}  // namespace reprise::backup
