#pragma once

// How recordings are stored in the database. Shared by the sources of this module.

#include <cstdint>
#include <optional>
#include <string>

#include "domain/access/reach.hpp"
#include "domain/session/session.hpp"
#include "platform/archive/archive.hpp"
#include "platform/database/database.hpp"

namespace reprise::archive {

/// `select` list and joins of a Recording; `recording_of` reads the columns from `first_column` on.
/// `moment` tells what is quiet, and until when it is kept.
inline constexpr std::string_view kRecordingColumns =
    "r.recording_id, r.chat_id, r.live_session_id, r.state, r.reason, r.created_utc_ns, "
    "v.duration_ns, coalesce(v.first_words, ''), r.stored_bytes, r.chunk_count, r.last_seq, "
    "r.title, coalesce((select c.title from chat c where c.chat_id = r.chat_id), ''), "
    "coalesce((select l.model from live_session l where l.live_session_id = r.live_session_id), "
    "''), case when r.state = 'recording' then coalesce(r.last_chunk_utc_ns, r.created_utc_ns) "
    "end, coalesce(v.seam, ''), coalesce(v.has_thumbnail, 0), "
    "coalesce(v.missing_microphone_ns, 0), coalesce(v.missing_model_ns, 0), "
    "coalesce(v.missing_camera_ns, 0), coalesce(v.missing_messages_ns, 0), "
    "coalesce(v.left_out, 0), v.started_device_utc_ns, v.fold_version, v.chunk_count, "
    "r.chunk_count - case when v.chunk_count < r.chunk_count then (select count(*) from "
    "recording_chunk_damage d where d.recording_id = r.recording_id) else 0 end, "
    "case when r.state in ('complete', 'complete_with_gaps') then coalesce(r.last_chunk_utc_ns, "
    "r.ended_utc_ns, r.created_utc_ns) end, r.keep_days, r.held_utc_ns, (select u.held_utc_ns from "
    "app_user u where u.user_id = r.owner_id)";
inline constexpr std::size_t kRecordingColumnCount = 30;
session::Recording recording_of(const database::Row& row, const Moment& moment,
                                std::size_t first_column = 0);
/// The same, for lists, where one bad row must not cost the others: a row that breaks the schema's
/// rules gives an empty result and a line in the log.
std::optional<session::Recording> readable_recording_of(const database::Row& row,
                                                        const Moment& moment,
                                                        std::size_t first_column = 0);

/// Fills missing_seqs, and leaves damaged chunks out of chunks_stored. Reads every chunk's row when
/// some are missing.
void add_missing(database::Transaction& transaction, session::Recording& recording);
/// The same, but only for a recording that ended with gaps: lists show which chunks those lack.
void add_missing_of_gaps(database::Transaction& transaction, session::Recording& recording);

/// The recording, with missing_seqs. Errors: NotFound, Gone.
Result<session::Recording> find_recording(database::Transaction& transaction,
                                          const access::Reach& reach,
                                          const session::RecordingId& id, const Moment& moment);

/// The id in the key of a pack's object, `recordings/<recording>/<id>.pack`.
std::string_view id_of_pack(std::string_view pack_key);

/// The errors for a recording that does not exist (empty `state`) or is erased.
Status present(const std::optional<session::RecordingState>& state);

}  // namespace reprise::archive
