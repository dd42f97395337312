#include "platform/archive/rows.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/log.hpp"
#include "domain/recording/format/gaps.hpp"
#include "domain/recording/view/view_row.hpp"

namespace reprise::archive {
namespace {

using session::RecordingState;

template <class E>
E known(std::string_view text) {
  const auto value = enum_from_text<E>(text);
  if (value) return *value;
  throw database::DatabaseError(database::Failure::Damaged,
                                fmt::format("'{}' is not what the schema's check allows", text));
}

/// Chunks that can be read, in order.
std::vector<std::int64_t> stored_seqs(database::Transaction& transaction,
                                      const session::RecordingId& id) {
  const auto answer = transaction.run(
      "select c.seq from recording_chunk c where c.recording_id = $1 and not exists (select 1 from "
      "recording_chunk_damage d where d.recording_id = c.recording_id and d.seq = c.seq) "
      "order by c.seq",
      {id.value});
  std::vector<std::int64_t> seqs;
  seqs.reserve(answer.rows.size());
  for (const database::Row& row : answer.rows) seqs.push_back(row.integer(0));
  return seqs;
}

}  // namespace

session::Recording recording_of(const database::Row& row, const Moment& moment,
                                std::size_t first_column) {
  std::size_t at = first_column;
  session::Recording recording{.id = session::RecordingId(row.text(at)),
                               .chat_id = session::ChatId(row.text(at + 1)),
                               .live_session_id = session::LiveSessionId(row.text(at + 2))};
  recording.state = known<RecordingState>(row.text(at + 3));
  if (const auto reason = row.maybe_text(at + 4)) {
    recording.reason = known<session::RecordingEnd>(*reason);
  }
  recording.created_utc_ns = row.integer(at + 5);
  recording.duration_ns = row.maybe_integer(at + 6);
  recording.first_words = row.text(at + 7);
  recording.stored_bytes = row.integer(at + 8);
  recording.chunks_stored = row.integer(at + 9);
  recording.last_seq = row.maybe_integer(at + 10);
  recording.title = row.maybe_text(at + 11);
  recording.chat_title = row.text(at + 12);
  recording.model = row.text(at + 13);
  const auto heard_utc_ns = row.maybe_integer(at + 14);
  recording.quiet = heard_utc_ns && *heard_utc_ns < moment.now_utc_ns - session::kQuietAfterNs;
  recording.seam = row.text(at + 15);
  recording.has_thumbnail = row.integer(at + 16) != 0;
  recording.missing = {.microphone_ns = row.integer(at + 17),
                       .model_ns = row.integer(at + 18),
                       .camera_ns = row.integer(at + 19),
                       .messages_ns = row.integer(at + 20)};
  recording.left_out = row.integer(at + 21) != 0;
  recording.started_device_utc_ns = row.maybe_integer(at + 22);
  const auto fold_version = row.maybe_integer(at + 23);
  recording.refolding =
      recording.reason && fold_version &&
      !recording::is_newest_view(*fold_version, row.integer(at + 24), row.integer(at + 25));
  recording.keep_days = row.maybe_integer(at + 27);
  recording.expires_utc_ns =
      session::expires_utc_ns(row.maybe_integer(at + 26), recording.keep_days, moment.retention);
  if (row.maybe_integer(at + 28)) recording.hold = session::Hold::Own;
  if (row.maybe_integer(at + 29)) recording.hold = session::Hold::Legal;
  return recording;
}

std::optional<session::Recording> readable_recording_of(const database::Row& row,
                                                        const Moment& moment,
                                                        std::size_t first_column) {
  try {
    return recording_of(row, moment, first_column);
  } catch (const database::DatabaseError& error) {
    if (error.failure() != database::Failure::Damaged) throw;
    log::error("archive.row_damaged",
               {{"recording_id", row.text(first_column)}, {"what", error.what()}});
  }
  return std::nullopt;
}

std::string_view id_of_pack(std::string_view pack_key) {
  const auto name = pack_key.substr(pack_key.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

Status present(const std::optional<RecordingState>& state) {
  if (!state) return fail(ErrorCode::NotFound, "There is no such recording.");
  if (*state == RecordingState::Erased) {
    return fail(ErrorCode::Gone, "This recording was deleted for good.", "recording-erased");
  }
  return {};
}

void add_missing(database::Transaction& transaction, session::Recording& recording) {
  // While the recording runs, every chunk up to the newest one is expected, damaged or not.
  const auto counts = transaction.first(
      "select (select max(seq) from recording_chunk where recording_id = $1), (select count(*) "
      "from "
      "recording_chunk_damage where recording_id = $1)",
      {recording.id.value});
  const std::int64_t last = recording.last_seq.value_or(counts->maybe_integer(0).value_or(-1));
  const bool whole = counts->integer(1) == 0 && recording.chunks_stored == last + 1;
  if (whole) return;  // nearly always: no need to look at each chunk
  const auto seqs = stored_seqs(transaction, recording.id);
  recording.chunks_stored = static_cast<std::int64_t>(seqs.size());
  recording.missing_seqs = reprise::recording::missing_seqs(seqs, last);
}

void add_missing_of_gaps(database::Transaction& transaction, session::Recording& recording) {
  if (recording.state == RecordingState::CompleteWithGaps) add_missing(transaction, recording);
}

Result<session::Recording> find_recording(database::Transaction& transaction,
                                          const access::Reach& reach,
                                          const session::RecordingId& id, const Moment& moment) {
  static const std::string sql = fmt::format(
      "select {} from recording r left join recording_view v using (recording_id) "
      "where r.recording_id = $1 and r.owner_id = coalesce($2, r.owner_id)",
      kRecordingColumns);
  const auto row = transaction.first(sql, {id.value, reach.owner()});
  std::optional<session::Recording> found;
  if (row) found = recording_of(*row, moment);
  if (auto status = present(found ? std::optional(found->state) : std::nullopt); !status) {
    return std::unexpected(status.error());
  }
  add_missing(transaction, *found);
  return *std::move(found);
}

}  // namespace reprise::archive
