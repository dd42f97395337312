#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "platform/archive/archive.hpp"
#include "platform/database/database.hpp"

// Decides whether a chunk may be stored, from what the database knows of it.
namespace reprise::archive {

/// Whether a chunk may be stored. `stored` is set when the same bytes are stored already.
struct Admission {
  std::optional<ChunkInfo> stored = std::nullopt;
  bool damaged = false;  ///< the stored ones are noted as damaged
  std::string object;    ///< the one for these bytes
  bool running = true;   ///< more chunks are expected
};

/// From the columns seq, byte_count, sha256_hex and crc32c.
ChunkInfo chunk_of(const database::Row& row);

/// What `admit` has to know of a chunk: its recording, and the chunk that is stored.
std::array<database::Statement, 2> admission_of(const Reach& reach, const RecordingId& id, Seq seq);
/// `answers`: those to `admission_of`. Errors: those of Archive::put_chunk that follow from the
/// rows alone. Pure.
Result<Admission> admit(std::span<const database::Rows> answers, const RecordingId& id, Seq seq,
                        const std::string& sha256_hex);

}  // namespace reprise::archive
