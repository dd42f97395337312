// How recordings are erased: rows first, in one transaction; then files; then what deleted rows
// left in the database files.

#include "base/json.hpp"
#include "base/log.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/chat_titles.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::DatabaseError;
using database::Row;
using database::Transaction;

namespace {

/// The part of kEraseWait that files may take. The rest is for what deleted rows left in the
/// database: words.
constexpr std::chrono::milliseconds kFilesWait = kEraseWait * 3 / 4;
/// How many jobs one sweep takes.
constexpr std::int64_t kAtOnce = 1'000;

/// An export that was made before holds what is erased now, so it goes, too. One that is being made
/// begins anew.
void drop_exports(Transaction& transaction, const jobs::Jobs& jobs, const std::string& owner) {
  const auto dropped = transaction.run(
      "update account_export set state = 'removing' where user_id = $1 and state = 'ready' "
      "returning account_export_id",
      {owner});
  for (const Row& row : dropped.rows) {
    jobs.add(transaction, jobs::Kind::RemoveExport, row.text(0), {});
  }
  transaction.run(
      "update account_export set attempt = null where user_id = $1 and state = 'making'", {owner});
}

void erase_rows(Transaction& transaction, const search::SearchIndex& index, const jobs::Jobs& jobs,
                const std::string& id, std::int64_t now) {
  jobs.add(transaction, jobs::Kind::Erase, id, {});
  index.remove_said(transaction, RecordingId(id));
  transaction.run("delete from bookmark where recording_id = $1", {id});
  transaction.run("delete from share where recording_id = $1", {id});
  transaction.run("delete from recording_view where recording_id = $1", {id});
  transaction.run("delete from recording_chunk where recording_id = $1", {id});
  transaction.run("delete from recording_pack where recording_id = $1", {id});
  transaction.run(
      "update recording set state = 'erased', erased_utc_ns = $2, chunk_count = 0, stored_bytes = "
      "0, title = null where recording_id = $1 and state <> 'erased'",
      {id, now});
  index.sync_title(transaction, RecordingId(id));
}

}  // namespace

Task<Result<Erased>> Archive::erase(Reach reach, RecordingId id, Deadline deadline) {
  co_return co_await erase(std::move(reach), std::move(id), Why::Asked, deadline);
}

/// Whether a recording that exists may be erased now. Looks at the holds alone when somebody asked:
/// a row that breaks the rules can be erased, too.
Status Archive::may_erase(Transaction& transaction, const RecordingId& id, Why why) const {
  const auto holds = transaction.first(
      "select r.held_utc_ns, u.held_utc_ns from recording r left join app_user u on u.user_id = "
      "r.owner_id where r.recording_id = $1 and r.state <> 'erased'",
      {id.value});
  if (!holds) return {};  // a tombstone: once more does no harm
  const bool legal = holds->maybe_integer(1).has_value();
  if (legal || holds->maybe_integer(0)) {
    return fail(ErrorCode::Conflict,
                legal ? "Nothing of this account can be deleted: an admin holds it."
                      : "This recording is held. Take the hold away first.",
                "recording-held");
  }
  if (why == Why::Asked) return {};
  const Moment moment = this->moment();
  const auto recording = find_recording(transaction, Reach::everything(), id, moment);
  if (recording && recording->expires_utc_ns.value_or(INT64_MAX) > moment.now_utc_ns) {
    return fail(ErrorCode::Conflict, "It is kept longer now.");
  }
  return {};
}

Task<Result<Erased>> Archive::erase(Reach reach, RecordingId id, Why why, Deadline deadline) {
  const std::int64_t now = options_.now_utc_ns();
  const Status known =
      co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Status {
        const auto row = transaction.first(
            "select owner_id from recording where recording_id = $1 and owner_id = coalesce($2, "
            "owner_id)",
            {id.value, reach.owner()});
        if (!row) return fail(ErrorCode::NotFound, "There is no such recording.");
        if (Status may = may_erase(transaction, id, why); !may) return may;
        drop_exports(transaction, jobs_, row->text(0));
        take_chat_title_back(transaction, id);
        sync_title_of(transaction, id);
        erase_rows(transaction, *options_.search, jobs_, id.value, now);
        if (why == Why::Expired && options_.on_expired) options_.on_expired(transaction, id);
        return {};
      });
  if (!known) co_return std::unexpected(known.error());
  log::info("recording.erased",
            {{"recording_id", id.value}, {"why", why == Why::Expired ? "expired" : "asked"}});
  co_return co_await remove_files({std::move(id)});
}

std::vector<RecordingId> Archive::erase_in(Transaction& transaction, const Reach& reach,
                                           const ChatId& chat) const {
  const std::int64_t now = options_.now_utc_ns();
  if (reach.owner()) drop_exports(transaction, jobs_, *reach.owner());
  std::vector<RecordingId> ids;
  const auto rows = transaction.run(
      "select recording_id from recording where chat_id = $1 and owner_id = coalesce($2, owner_id)",
      {chat.value, reach.owner()});
  for (const Row& row : rows.rows) {
    erase_rows(transaction, *options_.search, jobs_, row.text(0), now);
    ids.emplace_back(row.text(0));
  }
  // The tombstones keep nothing of the chat and its live sessions.
  transaction.run(
      "update recording set chat_id = '', live_session_id = recording_id where chat_id = $1 and "
      "owner_id = coalesce($2, owner_id)",
      {chat.value, reach.owner()});
  return ids;
}

/// True once nothing of the recording is left in the store. Waits until `use` for those who use its
/// files, and until `store` for the turn in the store.
Task<bool> Archive::remove_files_of(RecordingId id, Deadline use, Deadline store) {
  try {
    if (listener_ != nullptr && !co_await listener_->on_erased(id, use)) co_return false;
    // Packing ends at its next chunk, since that has no row any more.
    if (jobs_.is_at_work(jobs::Kind::Pack, id.value)) co_return false;
    co_await blobs_.remove_all(blob::BlobKey("recordings/" + id.value), store);
    co_return true;
  } catch (const std::exception& error) {
    log::error("erase.files_stay", {{"recording_id", id.value}, {"what", error.what()}});
  }
  co_return false;
}

Task<Erased> Archive::remove_files(std::vector<RecordingId> ids) {
  if (ids.empty()) co_return Erased::Whole;
  const Deadline files = Deadline::after(kFilesWait);
  const Deadline whole = Deadline::after(kEraseWait);
  std::vector<std::string> told;
  told.reserve(ids.size());
  for (const RecordingId& id : ids) told.push_back(id.value);
  co_await jobs_.tell("erased", std::move(told));
  // Each may wait for its share of the time, so that one in use does not take that of the others.
  const auto share = kFilesWait / std::ssize(ids);
  std::vector<RecordingId> removed;
  for (const RecordingId& id : ids) {
    if (files.passed()) break;
    if (co_await remove_files_of(id, Deadline::after(share), files)) removed.push_back(id);
  }
  const bool all = removed.size() == ids.size();
  const bool forgotten = co_await forget(std::move(removed), whole);
  co_return all&& forgotten ? Erased::Whole : Erased::FilesFollow;
}

/// The last step of an erase. False while another node still folds or packs the recording: it may
/// store one more object, which the next attempt removes.
bool Archive::forget_job(Transaction& transaction, const RecordingId& id) const {
  for (const jobs::Kind kind : {jobs::Kind::Fold, jobs::Kind::Pack}) {
    if (jobs_.is_elsewhere(transaction, kind, id.value)) return false;
  }
  jobs::Jobs::remove(transaction, jobs::Kind::Fold, id.value);
  jobs::Jobs::remove(transaction, jobs::Kind::Pack, id.value);
  jobs::Jobs::remove(transaction, jobs::Kind::Erase, id.value);
  return true;
}

/// Removes what the deleted rows left in the index and in the log, and the jobs of those whose
/// files are gone. False when it had no turn until the deadline, or readers or another node were in
/// the way.
Task<bool> Archive::forget(std::vector<RecordingId> removed, Deadline deadline) {
  constexpr std::chrono::milliseconds kScrubAgain{20};
  bool all = true;
  try {
    // The log goes after the purge: it holds what the index contained before.
    const bool purged = co_await options_.search->purge(database_, deadline);
    while (!co_await database_.scrub(deadline)) {
      if (deadline.passed()) co_return false;
      co_await sleep_for(kScrubAgain);
    }
    if (!purged || removed.empty()) co_return purged;
    all = co_await database_.write(deadline, [&](Transaction& transaction) {
      bool forgotten = true;
      for (const RecordingId& id : removed) forgotten &= forget_job(transaction, id);
      return forgotten;
    });
  } catch (const DatabaseError& error) {
    if (error.failure() != database::Failure::Busy) throw;
    log::warn("erase.files_stay", {{"what", error.what()}});
    co_return false;
  }
  co_return all;
}

Task<void> Archive::remove_erased() {
  std::vector<RecordingId> taken;
  for (std::string& id : co_await jobs_.due(jobs::Kind::Erase, kAtOnce)) {
    if (co_await jobs_.take(jobs::Kind::Erase, id, jobs::Wish::Due)) {
      taken.emplace_back(std::move(id));
    }
  }
  if (taken.empty()) co_return;
  std::vector<RecordingId> removed;
  std::string failed =
      "files are in use or cannot be removed, a reader is in the way, or another node folds it";
  try {
    for (const RecordingId& id : taken) {
      // No request waits here, so each has its full time.
      if (co_await remove_files_of(id, Deadline::after(kFilesWait), usual_deadline())) {
        removed.push_back(id);
      }
    }
    co_await forget(std::move(removed), usual_deadline());
  } catch (const std::exception& error) {
    failed = error.what();
  }
  // Does nothing for those whose job has gone.
  for (const RecordingId& id : taken) {
    co_await jobs_.failed(jobs::Kind::Erase, id.value, failed);
  }
}

}  // namespace reprise::archive
