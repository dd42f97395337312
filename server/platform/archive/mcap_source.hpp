#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "platform/archive/parts.hpp"
#include "platform/blob/blob.hpp"

namespace reprise::archive {

/// The chunks `seqs` (ascending) as one indexed MCAP file, made while it is read. A damaged chunk
/// is left out. `next` throws when the recording is erased meanwhile. Archive and pool outlive it.
std::unique_ptr<blob::BlobSource> mcap_source(Contents& archive, BlockingPool& pool, Reach reach,
                                              RecordingId id, std::vector<std::int64_t> seqs);

}  // namespace reprise::archive
