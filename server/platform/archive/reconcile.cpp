// Compares the rows of chunks with the stored objects.

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "platform/archive/archive.hpp"

namespace reprise::archive {

using database::Row;
using database::Transaction;

namespace {

/// A kill leaves at most this many objects without a row: one for each upload under way. When there
/// are more, and most objects have no row, this is another database.
constexpr std::int64_t kUnknownFew = 64;
const blob::BlobKey kRecordings("recordings");
const blob::BlobKey kViews("views");

blob::BlobKey prefix_of(const std::string& id) { return blob::BlobKey("recordings/" + id); }

/// The recording to which an object below `recordings/` or `views/` belongs.
std::string id_in(const blob::BlobKey& key) {
  const std::string rest = key.value.substr(key.value.find('/') + 1);
  return rest.substr(0, rest.find('/'));
}

/// The recordings that have objects below `prefix`.
Task<std::vector<std::string>> ids_below(blob::BlobStore& blobs, blob::BlobKey prefix) {
  std::set<std::string> ids;
  std::string cursor;
  do {
    const blob::BlobPage page =
        co_await blobs.list(prefix, std::move(cursor), blob::kPageMax, usual_deadline());
    for (const blob::BlobInfo& info : page.objects) ids.insert(id_in(info.key));
    cursor = page.next;
  } while (!cursor.empty());
  co_return std::vector<std::string>(ids.begin(), ids.end());
}

/// The objects of a recording, by key.
Task<std::map<std::string, blob::BlobInfo>> objects_of(blob::BlobStore& blobs, std::string id) {
  std::map<std::string, blob::BlobInfo> objects;
  for (blob::BlobInfo& info : co_await list_all(blobs, prefix_of(id), usual_deadline())) {
    std::string key = info.key.value;
    objects.emplace(std::move(key), std::move(info));
  }
  co_return objects;
}

struct RowsOf {
  database::Rows chunks;  ///< object and its size, seq, when stored, whether damaged, own object
  database::Rows packs;   ///< objects of packs, also of such that are being made
};
RowsOf rows_of(Transaction& transaction, const std::string& id) {
  return {.chunks = transaction.run(
              "select coalesce(c.pack_key, c.blob_key), coalesce(p.byte_count, c.byte_count), "
              "c.seq, c.stored_utc_ns, d.seq, c.blob_key from recording_chunk c left join "
              "recording_chunk_damage d using (recording_id, seq) left join recording_pack p on "
              "p.pack_key = c.pack_key where c.recording_id = $1",
              {id}),
          .packs =
              transaction.run("select pack_key from recording_pack where recording_id = $1", {id})};
}

/// Whether the object in which a chunk lies is there, and has its size.
bool is_right(const std::map<std::string, blob::BlobInfo>& objects, const Row& row) {
  const auto object = objects.find(row.text(0));
  return object != objects.end() &&
         object->second.bytes == static_cast<std::uint64_t>(row.integer(1));
}

std::optional<std::string> mismatch_of(const ReconcileReport& found, bool in_bucket) {
  if (found.chunks_lacking * 2 > found.chunks_seen) {
    return fmt::format(
        "{} of {} stored chunks have no object of their size; {} (If it is: reprise reconcile "
        "--accept)",
        found.chunks_lacking, found.chunks_seen,
        in_bucket ? "is REPRISE_BLOB_STORE the right bucket and prefix?"
                  : "is the right disk mounted at objects/?");
  }
  if (found.objects_unknown > kUnknownFew && found.objects_unknown * 2 > found.objects_seen) {
    return fmt::format(
        "{} of {} objects have no row; is reprise.db the right one? (If it is: reprise reconcile "
        "--accept)",
        found.objects_unknown, found.objects_seen);
  }
  return std::nullopt;
}

}  // namespace

struct Archive::Look {
  std::int64_t before_utc_ns = 0;
  ReconcileReport report;
  struct Finding {
    struct Lacking {
      std::int64_t seq = 0;
      std::string object;  ///< in which it should be
    };
    std::vector<Lacking> lacking;
    std::vector<std::int64_t> noted;  ///< noted as damaged, but now of the right size
    std::vector<blob::BlobKey> unknown;
    bool pack = false;  ///< objects of chunks that lie in a pack are left
  };
  /// Only recordings where something differs, so that memory stays flat however many there are.
  std::map<std::string, Finding> findings;
};

/// Every recording that has objects.
Task<std::vector<std::string>> Archive::ids_in_store() {
  if (auto* disk = blobs_.disk()) co_return co_await disk->children(kRecordings, usual_deadline());
  co_return co_await ids_below(blobs_, kRecordings);
}

/// In a bucket. A node that stood still while it stored a view, and died when it went on, may have
/// left objects of a recording that was erased meanwhile.
Task<void> Archive::remove_views_of_erased(Look& look) {
  try {
    std::vector<RecordingId> ids;
    for (std::string& id : co_await ids_below(blobs_, kViews)) ids.emplace_back(std::move(id));
    for (const Mark& mark : co_await marks(std::move(ids))) {
      if (mark.state != session::RecordingState::Erased || listener_ == nullptr) continue;
      co_await listener_->on_erased(mark.id, usual_deadline());
    }
  } catch (const blob::StoreFailed& error) {
    ++look.report.skipped;
    log::error("archive.reconcile_skipped", {{"what", error.what()}});
  }
}

/// Every recording that has rows or objects. The objects of erased recordings are removed instead.
Task<std::vector<std::string>> Archive::known_ids(Look& look) {
  std::set<std::string> ids;
  try {
    for (std::string& id : co_await ids_in_store()) {
      if (is_uuid(id)) ids.insert(std::move(id));
    }
  } catch (const blob::StoreFailed& error) {
    ++look.report.skipped;
    log::error("archive.reconcile_skipped", {{"what", error.what()}});
  }
  const auto rows = co_await database_.read(usual_deadline(), [](Transaction& transaction) {
    return transaction.run(
        "select recording_id, state = 'erased', chunk_count from recording where chunk_count > 0 "
        "or state = 'erased'");
  });
  std::vector<std::string> erased;
  for (const Row& row : rows.rows) {
    if (row.integer(1) == 0) ids.insert(row.text(0));
    if (row.integer(1) != 0 && ids.erase(row.text(0)) > 0) erased.push_back(row.text(0));
  }
  // The server may have been killed while a chunk came for a recording that was being erased.
  for (const std::string& id : erased) co_await blobs_.remove_all(prefix_of(id), usual_deadline());
  if (blobs_.disk() == nullptr) co_await remove_views_of_erased(look);
  co_return std::vector<std::string>(ids.begin(), ids.end());
}

Task<void> Archive::remove_quarantined_of_erased(Look& look) {
  auto* disk = blobs_.disk();
  if (disk == nullptr) co_return;
  std::set<std::string> ids;
  try {
    for (const blob::BlobInfo& info : co_await disk->quarantined(kRecordings, usual_deadline())) {
      ids.insert(id_in(info.key));
    }
  } catch (const blob::StoreFailed& error) {
    ++look.report.skipped;
    log::error("archive.reconcile_skipped", {{"what", error.what()}});
  }
  for (const std::string& id : ids) {
    const bool erased = co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
      return transaction
          .first("select 1 from recording where recording_id = $1 and state = 'erased'", {id})
          .has_value();
    });
    if (erased) co_await blobs_.remove_all(prefix_of(id), usual_deadline());
  }
}

Task<void> Archive::look_at(std::string id, Look& look) {
  // Objects first: one whose row is committed before the rows are read is not taken for unknown.
  const auto objects = co_await objects_of(blobs_, id);
  look.report.objects_seen += static_cast<std::int64_t>(objects.size());
  const auto [chunks, packs] = co_await database_.read(
      usual_deadline(), [&](Transaction& transaction) { return rows_of(transaction, id); });
  Look::Finding finding;
  std::set<std::string> named;  // objects that a row knows
  for (const Row& row : packs.rows) named.insert(row.text(0));
  std::vector<const Row*> absent;
  for (const Row& row : chunks.rows) {
    ++look.report.chunks_seen;
    bool right = is_right(objects, row);
    auto* disk = blobs_.disk();
    if (!objects.contains(row.text(0)) && disk != nullptr &&
        co_await disk->take_back(blob::BlobKey(row.text(0)), usual_deadline())) {
      ++look.report.objects_taken_back;
      right = true;  // the hash is checked when the object is read
    }
    named.insert(row.text(0));
    if (row.text(0) != row.text(5) && objects.contains(row.text(5))) {
      named.insert(row.text(5));
      finding.pack = true;
    }
    if (right && row.maybe_integer(4)) finding.noted.push_back(row.integer(2));
    if (right || row.integer(3) >= look.before_utc_ns) continue;
    absent.push_back(&row);
  }
  // A chunk may have been stored between the two reads, by a node whose clock is behind ours, or
  // gone into a pack. Its object came before its row, so it is there now.
  if (!absent.empty()) {
    const auto again = co_await objects_of(blobs_, id);
    std::erase_if(absent, [&again](const Row* row) { return is_right(again, *row); });
  }
  for (const Row* row : absent) {
    ++look.report.chunks_lacking;
    finding.lacking.push_back({.seq = row->integer(2), .object = row->text(0)});
  }
  for (const auto& [key, info] : objects) {
    if (named.contains(key)) continue;
    if (info.modified_utc_ns >= look.before_utc_ns) continue;  // its row may be about to be written
    ++look.report.objects_unknown;
    finding.unknown.push_back(info.key);
  }
  if (finding.lacking.empty() && finding.noted.empty() && finding.unknown.empty() &&
      !finding.pack) {
    co_return;
  }
  look.findings.emplace(std::move(id), std::move(finding));
}

/// Clears the note of damage for chunks that are right again, byte for byte.
Task<void> Archive::heal(RecordingId id, Look& look) {
  for (const std::int64_t seq : look.findings.at(id.value).noted) {
    const auto bytes = co_await read_chunk(Reach::everything(), id, Seq(seq));
    if (!bytes) continue;
    ++look.report.chunks_healed;
    log::info("archive.chunk_healed", {{"recording_id", id.value}, {"seq", seq}});
    co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run("delete from recording_chunk_damage where recording_id = $1 and seq = $2",
                      {id.value, seq});
      transaction.run("update recording set needs_view = 1 where recording_id = $1", {id.value});
    });
  }
}

Task<void> Archive::put_aside(std::vector<blob::BlobKey> unknown, ReconcileReport& report) {
  auto* disk = blobs_.disk();
  if (disk == nullptr) co_return;
  for (blob::BlobKey& key : unknown) {
    ++report.objects_put_aside;
    co_await disk->quarantine(std::move(key), usual_deadline());
  }
}

void Archive::note_mismatch(std::optional<std::string> why) {
  if (why) log::error("archive.mismatch", {{"what", *why}});
  const std::lock_guard lock(mismatch_mutex_);
  mismatch_ = std::move(why);
}

std::optional<std::string> Archive::mismatch() const {
  const std::lock_guard lock(mismatch_mutex_);
  return mismatch_;
}

void Archive::refuse_to_guess() const {
  if (const auto why = mismatch()) throw blob::StoreFailed(blob::StoreFailure::Passing, *why);
  if (looked_) return;
  throw blob::StoreFailed(blob::StoreFailure::Passing,
                          "an object is absent, and the store was not looked through yet");
}

Task<ReconcileReport> Archive::reconcile(Reconcile may, std::int64_t before_utc_ns) {
  if (reconciling_.exchange(true)) {
    co_return ReconcileReport{.refused = "Another comparison is under way."};
  }
  // Gives the flag back, however this function ends.
  const std::unique_ptr<std::atomic<bool>, void (*)(std::atomic<bool>*)> mine(
      &reconciling_, [](std::atomic<bool>* flag) { *flag = false; });
  Look look{.before_utc_ns = before_utc_ns};
  co_await remove_quarantined_of_erased(look);
  for (const std::string& id : co_await known_ids(look)) {
    try {
      co_await look_at(id, look);
    } catch (const blob::StoreFailed& error) {  // what could not be read is not absent
      ++look.report.skipped;
      log::error("archive.reconcile_skipped", {{"recording_id", id}, {"what", error.what()}});
    }
  }
  ReconcileReport& report = look.report;
  if (may != Reconcile::Accept) {
    report.refused = mismatch_of(report, blobs_.disk() == nullptr);
  }
  note_mismatch(report.refused);
  // A look that could see nothing says nothing about an absent object.
  if (report.skipped == 0 || report.chunks_seen > 0) looked_ = true;
  for (const auto& [id, finding] : look.findings) {
    if (report.refused) break;
    for (const auto& [seq, object] : finding.lacking) {
      co_await note_damage(RecordingId(id), Seq(seq), object, "absent or of another size");
    }
    co_await heal(RecordingId(id), look);
    if (finding.pack) {
      co_await database_.write(
          usual_deadline(),
          [&, key = RecordingId(id)](Transaction& transaction) { want_packs(transaction, key); });
    }
    if (may != Reconcile::Look) co_await put_aside(finding.unknown, report);
  }
  log::info("archive.reconciled", {{"chunks", report.chunks_seen},
                                   {"chunks_lacking", report.chunks_lacking},
                                   {"chunks_healed", report.chunks_healed},
                                   {"objects_unknown", report.objects_unknown},
                                   {"objects_put_aside", report.objects_put_aside},
                                   {"objects_taken_back", report.objects_taken_back},
                                   {"skipped", report.skipped}});
  co_return report;
}

Task<std::int64_t> Archive::take_back_all() {
  std::int64_t taken = 0;
  auto* disk = blobs_.disk();
  if (disk == nullptr) co_return taken;
  for (const blob::BlobInfo& info : co_await disk->quarantined(std::nullopt, usual_deadline())) {
    if (co_await disk->take_back(info.key, usual_deadline())) ++taken;
  }
  log::info("archive.quarantine_taken_back", {{"objects", taken}});
  co_return taken;
}

}  // namespace reprise::archive
