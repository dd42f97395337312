#include <map>

#include "base/id.hpp"
#include "base/log.hpp"
#include "platform/archive/archive.hpp"

namespace reprise::archive {

using database::Row;
using database::Transaction;

Task<ReconcileReport> Archive::reconcile(std::int64_t before_utc_ns) {
  ReconcileReport report;
  co_await remove_erased();
  std::vector<std::string> ids = co_await blobs_.children(blob::BlobKey("recordings"));
  const auto with_chunks = co_await database_.read([](Transaction& transaction) {
    return transaction.run("select recording_id from recording where chunk_count > 0");
  });
  for (const Row& row : with_chunks.rows) ids.push_back(row.text(0));
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  // One recording at a time, so that memory stays flat however many there are.
  for (std::string& id : ids) {
    if (is_uuid(id)) co_await reconcile_one(std::move(id), before_utc_ns, report);
  }
  log::info("archive.reconciled", {{"chunks", report.chunks_seen},
                                   {"objects_quarantined", report.objects_quarantined},
                                   {"chunks_damaged", report.chunks_damaged}});
  co_return report;
}

Task<void> Archive::reconcile_one(std::string id, std::int64_t before_utc_ns,
                                  ReconcileReport& report) {
  // Objects first: a chunk whose row is committed between the two looks is then seen in both.
  std::map<std::string, blob::BlobInfo> objects;
  for (blob::BlobInfo& info : co_await blobs_.list(blob::BlobKey("recordings/" + id))) {
    std::string key = info.key.value;
    objects.emplace(std::move(key), std::move(info));
  }
  const auto rows = co_await database_.read([&](Transaction& transaction) {
    return transaction.run(
        "select blob_key, byte_count, seq, stored_utc_ns from recording_chunk where recording_id = "
        "$1",
        {id});
  });
  for (const Row& row : rows.rows) {
    ++report.chunks_seen;
    const auto object = objects.find(row.text(0));
    const bool right = object != objects.end() &&
                       object->second.bytes == static_cast<std::uint64_t>(row.integer(1));
    if (object != objects.end()) objects.erase(object);
    if (right || row.integer(3) >= before_utc_ns) continue;
    ++report.chunks_damaged;
    co_await note_damage(RecordingId(id), Seq(row.integer(2)), "absent or of another size");
  }
  for (const auto& [key, info] : objects) {
    if (info.modified_utc_ns >= before_utc_ns) continue;  // may be on its way to its row
    ++report.objects_quarantined;
    log::warn("archive.object_without_row", {{"key", key}});
    co_await blobs_.quarantine(info.key);
  }
}

}  // namespace reprise::archive
