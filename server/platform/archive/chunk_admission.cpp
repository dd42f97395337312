#include "platform/archive/chunk_admission.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Row;
using database::Rows;
using database::Statement;
using session::RecordingState;

namespace {

constexpr std::size_t kHashCharactersInKey = 16;

/// The hash in the name keeps two different uploads of one seq apart; the row decides which one
/// counts.
std::string object_name(const RecordingId& id, Seq seq, const std::string& sha256_hex) {
  return fmt::format("recordings/{}/{:010}-{}", id.value, seq.value,
                     sha256_hex.substr(0, kHashCharactersInKey));
}

/// What a new upload of a stored chunk is stored as. Whoever removes the objects whose chunks lie
/// in a pack does not know the name that it gets when it lay in one.
Admission again(const Row& row, const std::string& name, bool running) {
  const auto pack = row.maybe_text(6);
  return {.stored = chunk_of(row),
          .damaged = row.maybe_integer(4).has_value(),
          .object = pack ? fmt::format("{}-{}.mcap", name, id_of_pack(*pack)) : row.text(5),
          .running = running};
}

}  // namespace

ChunkInfo chunk_of(const Row& row) {
  return ChunkInfo{.seq = row.integer(0),
                   .bytes = row.integer(1),
                   .sha256_hex = row.text(2),
                   .crc32c = static_cast<std::uint32_t>(row.integer(3))};
}

std::array<Statement, 2> admission_of(const Reach& reach, const RecordingId& id, Seq seq) {
  return {
      Statement{.sql = "select r.state, r.last_seq, (select w.last_seq from consent_withdrawal w "
                       "where w.live_session_id = r.live_session_id) from recording r where "
                       "r.recording_id = $1 and r.owner_id = coalesce($2, r.owner_id)",
                .values = {id.value, reach.owner()}},
      Statement{.sql = "select c.seq, c.byte_count, c.sha256_hex, c.crc32c, d.seq, c.blob_key, "
                       "c.pack_key from recording_chunk c left join recording_chunk_damage d "
                       "using (recording_id, seq) where c.recording_id = $1 and c.seq = $2",
                .values = {id.value, seq.value}}};
}

Result<Admission> admit(std::span<const Rows> answers, const RecordingId& id, Seq seq,
                        const std::string& sha256_hex) {
  const Row* recording = answers[0].rows.empty() ? nullptr : &answers[0].rows.front();
  const auto state =
      recording == nullptr ? std::nullopt : enum_from_text<RecordingState>(recording->text(0));
  if (auto status = present(state); !status) return std::unexpected(status.error());
  const Row* row = answers[1].rows.empty() ? nullptr : &answers[1].rows.front();
  const std::string name = object_name(id, seq, sha256_hex);
  const bool running = *state == RecordingState::Recording;
  if (row != nullptr) {
    if (row->text(2) == sha256_hex) return again(*row, name, running);
    return fail(
        ErrorCode::Conflict,
        fmt::format("Chunk {} is already stored with other bytes; the first ones stay.", seq.value),
        "chunk-conflict");
  }
  const auto last_seq = recording->maybe_integer(1);
  if (last_seq && seq.value > *last_seq) {
    return fail(ErrorCode::Conflict,
                fmt::format("The recording was finished with chunk {} as its last.", *last_seq),
                "chunk-beyond-last");
  }
  const auto covered = recording->maybe_integer(2);
  if (covered && seq.value > *covered) {
    return fail(ErrorCode::Conflict,
                "The consent to this recording was withdrawn: nothing more of it is stored.",
                "consent-withdrawn");
  }
  return Admission{.object = name + ".mcap", .running = running};
}

}  // namespace reprise::archive
