// How recordings end: finish, erase, abandonment; and the rows of their views.

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/log.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Row;
using database::Transaction;
using session::RecordingEnd;
using session::RecordingState;

namespace {

/// A live session that nobody ended by its own call ends with its recording.
std::string_view session_reason_of(RecordingEnd reason) {
  switch (reason) {
    case RecordingEnd::Hangup:
      return "hangup";
    case RecordingEnd::Lost:
    case RecordingEnd::Crash:
      return "lost";
    case RecordingEnd::Error:
      return "error";
    case RecordingEnd::Abandoned:
      break;
  }
  return "abandoned";
}

void end_live_session(Transaction& transaction, const std::string& id, RecordingEnd reason,
                      std::int64_t now) {
  transaction.run(
      "update live_session set state = 'ended', reason = $2, ended_utc_ns = $3 where "
      "live_session_id = $1 and state = 'live'",
      {id, session_reason_of(reason), now});
}

Status may_finish(Transaction& transaction, const Recording& recording, std::int64_t last_seq,
                  RecordingEnd reason) {
  const bool ended = recording.reason && recording.reason != RecordingEnd::Abandoned;
  if (ended && (recording.last_seq != last_seq || recording.reason != reason)) {
    return fail(ErrorCode::Conflict,
                fmt::format("The recording was already finished with chunk {} and reason {}.",
                            recording.last_seq.value_or(-1), enum_text(*recording.reason)),
                "already-finished");
  }
  const auto newest = transaction.first(
      "select max(seq) from recording_chunk where recording_id = $1", {recording.id.value});
  if (newest && newest->maybe_integer(0).value_or(-1) > last_seq) {
    return fail(ErrorCode::Conflict,
                fmt::format("Chunk {} is stored, so {} cannot be the last one.", newest->integer(0),
                            last_seq),
                "chunk-beyond-last");
  }
  return {};
}

}  // namespace

Task<Result<Recording>> Archive::finish(RecordingId id, std::int64_t last_seq,
                                        RecordingEnd reason) {
  const std::int64_t now = options_.now_utc_ns();
  bool first_time = false;
  auto finished = co_await database_.write([&](Transaction& transaction) -> Result<Recording> {
    first_time = false;
    const auto before = find_recording(transaction, id);
    if (!before) return std::unexpected(before.error());
    if (auto status = may_finish(transaction, *before, last_seq, reason); !status) {
      return std::unexpected(status.error());
    }
    first_time = !before->reason || before->reason == RecordingEnd::Abandoned;
    if (!first_time) return *before;
    transaction.run(
        "update recording set last_seq = $2, reason = $3, ended_utc_ns = $4, state = case when "
        "chunk_count = $2 + 1 then 'complete' else 'complete_with_gaps' end where recording_id = "
        "$1",
        {id.value, last_seq, enum_text(reason), now});
    end_live_session(transaction, before->live_session_id.value, reason, now);
    return find_recording(transaction, id);
  });
  if (finished && first_time) {
    log::info("recording.finished", {{"recording_id", id.value},
                                     {"state", enum_text(finished->state)},
                                     {"reason", enum_text(reason)},
                                     {"chunks", finished->chunks_stored}});
    if (listener_ != nullptr) listener_->on_ended(id);
  }
  co_return finished;
}

Task<Status> Archive::erase(RecordingId id) {
  const std::int64_t now = options_.now_utc_ns();
  const auto known = co_await database_.write([&](Transaction& transaction) {
    if (!transaction.first("select 1 from recording where recording_id = $1", {id.value})) {
      return false;
    }
    transaction.run("delete from recording_view where recording_id = $1", {id.value});
    transaction.run("delete from recording_chunk where recording_id = $1", {id.value});
    transaction.run(
        "update recording set state = 'erased', erased_utc_ns = $2, chunk_count = 0, stored_bytes "
        "= "
        "0 where recording_id = $1 and state <> 'erased'",
        {id.value, now});
    return true;
  });
  if (!known) co_return fail(ErrorCode::NotFound, "There is no such recording.");
  log::info("recording.erased", {{"recording_id", id.value}});
  co_await remove_erased();
  co_return Status{};
}

void Archive::erase_in(Transaction& transaction, const ChatId& chat) const {
  const std::initializer_list<database::Value> of_chat{chat.value};
  transaction.run(
      "delete from recording_view where recording_id in (select recording_id from recording where "
      "chat_id = $1)",
      of_chat);
  transaction.run(
      "delete from recording_chunk where recording_id in (select recording_id from recording "
      "where "
      "chat_id = $1)",
      of_chat);
  transaction.run(
      "update recording set state = 'erased', erased_utc_ns = $2, chunk_count = 0, stored_bytes = "
      "0 "
      "where chat_id = $1 and state <> 'erased'",
      {chat.value, options_.now_utc_ns()});
}

Task<void> Archive::remove_erased() {
  const auto left = co_await database_.read([](Transaction& transaction) {
    return transaction.run(
        "select recording_id from recording where state = 'erased' and files_removed = 0");
  });
  for (const Row& row : left.rows) {
    const RecordingId id(row.text(0));
    if (listener_ != nullptr) co_await listener_->on_erased(id);
    co_await blobs_.remove_all(blob::BlobKey("recordings/" + id.value));
    co_await database_.write([&](Transaction& transaction) {
      transaction.run("update recording set files_removed = 1 where recording_id = $1", {id.value});
    });
  }
}

Task<void> Archive::sweep() {
  const std::int64_t now = options_.now_utc_ns();
  const std::int64_t quiet_since =
      now - std::chrono::duration_cast<std::chrono::nanoseconds>(options_.abandon_after).count();
  const auto abandoned = co_await database_.write([&](Transaction& transaction) {
    const auto rows = transaction.run(
        "update recording set state = 'complete_with_gaps', reason = 'abandoned', ended_utc_ns = "
        "$2 "
        "where state = 'recording' and coalesce(last_chunk_utc_ns, created_utc_ns) < $1 "
        "returning recording_id, live_session_id",
        {quiet_since, now});
    for (const Row& row : rows.rows) {
      end_live_session(transaction, row.text(1), RecordingEnd::Abandoned, now);
    }
    // Without a recording nothing is heard of a talk but its tokens.
    transaction.run(
        "update live_session set state = 'ended', reason = 'abandoned', ended_utc_ns = $2 where "
        "state "
        "= 'live' and not exists (select 1 from recording r where r.live_session_id = "
        "live_session.live_session_id and r.state = 'recording') and not exists (select 1 from "
        "live_token t where t.live_session_id = live_session.live_session_id and t.expires_utc_ns "
        "> "
        "$1)",
        {quiet_since, now});
    return rows;
  });
  for (const Row& row : abandoned.rows) {
    log::warn("recording.abandoned", {{"recording_id", row.text(0)}});
    if (listener_ != nullptr) listener_->on_ended(RecordingId(row.text(0)));
  }
  co_await remove_erased();
}

Task<Result<std::optional<ViewRow>>> Archive::find_view(RecordingId id) {
  using Found = Result<std::optional<ViewRow>>;
  co_return co_await database_.read([&](Transaction& transaction) -> Found {
    const auto row = transaction.first(
        "select r.state, v.version, v.fold_version, v.chunk_count, v.duration_ns, v.first_words, "
        "v.media_bytes, v.has_video, v.width, v.height from recording r left join recording_view "
        "v using (recording_id) where r.recording_id = $1",
        {id.value});
    const auto state = row ? enum_from_text<RecordingState>(row->text(0)) : std::nullopt;
    if (auto status = present(state); !status) return std::unexpected(status.error());
    if (!row->maybe_integer(1)) return std::nullopt;
    return ViewRow{.version = row->integer(1),
                   .fold_version = row->integer(2),
                   .chunk_count = row->integer(3),
                   .duration_ns = row->integer(4),
                   .first_words = row->text(5),
                   .media_bytes = row->integer(6),
                   .has_video = row->integer(7) != 0,
                   .width = row->integer(8),
                   .height = row->integer(9)};
  });
}

Task<bool> Archive::store_view(RecordingId id, ViewRow view) {
  const std::int64_t now = options_.now_utc_ns();
  co_return co_await database_.write([&](Transaction& transaction) {
    transaction.run("delete from recording_view where recording_id = $1", {id.value});
    if (const auto title = session::title_from(view.first_words); !title.empty()) {
      transaction.run(
          "update chat set title = $2, untitled = 0 where untitled = 1 and chat_id = (select "
          "chat_id from recording where recording_id = $1 and state in ('complete', "
          "'complete_with_gaps'))",
          {id.value, title});
    }
    return transaction
               .run(
                   "insert into recording_view select recording_id, $2, $3, $4, $5, $6, $7, $8, "
                   "$9, $10, "
                   "$11 from recording where recording_id = $1 and state <> 'erased'",
                   {id.value, view.version, view.fold_version, view.chunk_count, view.duration_ns,
                    view.first_words, view.media_bytes, std::int64_t{view.has_video ? 1 : 0},
                    view.width, view.height, now})
               .changed == 1;
  });
}

Task<std::vector<RecordingId>> Archive::without_view(std::int64_t fold_version) {
  co_return co_await database_.read([&](Transaction& transaction) {
    std::vector<RecordingId> found;
    const auto answer = transaction.run(
        "select r.recording_id from recording r left join recording_view v using (recording_id) "
        "where r.state in ('complete', 'complete_with_gaps') and (v.recording_id is null or "
        "v.fold_version <> $1 or v.chunk_count < r.chunk_count - (select count(*) from "
        "recording_chunk_damage d where d.recording_id = r.recording_id)) order by "
        "r.created_utc_ns",
        {fold_version});
    found.reserve(answer.rows.size());
    for (const Row& row : answer.rows) found.emplace_back(row.text(0));
    return found;
  });
}

}  // namespace reprise::archive
