#pragma once

#include <cstdint>
#include <memory>

#include "base/async.hpp"
#include "platform/archive/parts.hpp"

namespace reprise::playback {

/// A stored chunk with its content, as a fold takes it; parsed in `pool`. Null when it cannot be
/// read: the archive has noted the damage, or the recording is erased. Throws while database or
/// store are away. Archive and pool outlive it.
Task<std::shared_ptr<const archive::StoredChunk>> read_chunk(archive::Contents& archive,
                                                             BlockingPool& pool,
                                                             session::RecordingId id,
                                                             std::int64_t seq);

}  // namespace reprise::playback
