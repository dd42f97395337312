// How recordings end: finish and abandonment.

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

/// How a live session ended that was never ended by its own call: as its recording did.
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
      "update live_session set state = 'ended', told = '', reason = $2, ended_utc_ns = case when "
      "$3 > "
      "created_utc_ns then $3 else created_utc_ns end where live_session_id = $1 and state = "
      "'live'",
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

/// Inside the transaction that gives an ended recording a chunk, or ends one.
void Archive::want_packs(Transaction& transaction, const RecordingId& id) const {
  if (options_.pack_after) {
    jobs_.add(transaction, jobs::Kind::Pack, id.value, *options_.pack_after);
  }
}

Task<Result<Recording>> Archive::finish(Reach reach, RecordingId id, std::int64_t last_seq,
                                        RecordingEnd reason, Deadline deadline) {
  const Moment moment = this->moment();
  const std::int64_t now = moment.now_utc_ns;
  bool first_time = false;
  auto finished =
      co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Recording> {
        const auto before = find_recording(transaction, reach, id, moment);
        if (!before) return std::unexpected(before.error());
        if (auto status = may_finish(transaction, *before, last_seq, reason); !status) {
          return std::unexpected(status.error());
        }
        first_time = !before->reason || before->reason == RecordingEnd::Abandoned;
        if (!first_time) return *before;
        transaction.run(
            "update recording set last_seq = $2, reason = $3, ended_utc_ns = case when $4 > "
            "created_utc_ns then $4 else created_utc_ns end, state = case when "
            "chunk_count = $2 + 1 then 'complete' else 'complete_with_gaps' end where "
            "recording_id = $1",
            {id.value, last_seq, enum_text(reason), now});
        end_live_session(transaction, before->live_session_id.value, reason, now);
        want_packs(transaction, id);
        return find_recording(transaction, reach, id, moment);
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

Task<void> Archive::sweep() {
  if (sweeping_.exchange(true)) co_return;
  std::exception_ptr failed;
  try {
    co_await end_abandoned();
    co_await erase_expired();
    co_await remove_erased();
  } catch (...) {
    failed = std::current_exception();
  }
  sweeping_ = false;
  if (failed) std::rethrow_exception(failed);
}

Task<void> Archive::end_abandoned() {
  struct Running {
    std::vector<QuietWatch::Talk> recordings;
    std::vector<QuietWatch::Talk> sessions;
  };
  const QuietWatch::Clock::duration patience = options_.abandon_after;
  Running running = co_await database_.read(usual_deadline(), [patience](Transaction& transaction) {
    Running found;
    const auto recordings = transaction.run(
        "select recording_id, chunk_count from recording where state = 'recording'");
    for (const Row& row : recordings.rows) {
      found.recordings.push_back({.id = row.text(0), .mark = row.integer(1), .patience = patience});
    }
    // A talk that is not recorded shows no other sign of life than its tokens, so it may last as
    // long as its newest token.
    const auto sessions = transaction.run(
        "select s.live_session_id, count(t.live_token_id), coalesce(max(t.expires_utc_ns - "
        "t.created_utc_ns), 0) from live_session s left join live_token t using (live_session_id) "
        "where s.state = 'live' and not exists (select 1 from recording r where r.live_session_id "
        "= s.live_session_id and r.state = 'recording') group by s.live_session_id");
    for (const Row& row : sessions.rows) {
      const std::chrono::nanoseconds of_token(std::max<std::int64_t>(row.integer(2), 0));
      found.sessions.push_back(
          {.id = row.text(0), .mark = row.integer(1), .patience = patience + of_token});
    }
    return found;
  });
  const auto now_steady = options_.now_steady();
  const auto recordings = quiet_recordings_.look(std::move(running.recordings), now_steady);
  const auto sessions = quiet_sessions_.look(std::move(running.sessions), now_steady);
  if (recordings.empty() && sessions.empty()) co_return;
  const std::int64_t now = options_.now_utc_ns();
  const auto ended = co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    std::vector<std::string> ids;
    for (const QuietWatch::Talk& talk : recordings) {
      const auto row = transaction.first(
          "update recording set state = 'complete_with_gaps', reason = 'abandoned', ended_utc_ns = "
          "case when $3 > created_utc_ns then $3 else created_utc_ns end where recording_id = $1 "
          "and state = 'recording' and chunk_count = $2 returning live_session_id",
          {talk.id, talk.mark, now});
      if (!row) continue;  // a chunk came meanwhile
      end_live_session(transaction, row->text(0), RecordingEnd::Abandoned, now);
      want_packs(transaction, RecordingId(talk.id));
      ids.push_back(talk.id);
    }
    for (const QuietWatch::Talk& talk : sessions) {
      end_live_session(transaction, talk.id, RecordingEnd::Abandoned, now);
    }
    return ids;
  });
  for (const std::string& id : ended) {
    log::warn("recording.abandoned", {{"recording_id", id}});
    if (listener_ != nullptr) listener_->on_ended(RecordingId(id));
  }
}

}  // namespace reprise::archive
