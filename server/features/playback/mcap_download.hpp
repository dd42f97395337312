#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/async.hpp"
#include "platform/archive/parts.hpp"
#include "platform/http/http.hpp"

namespace reprise::playback {

/// The chunks `seqs` (ascending) as one indexed MCAP file, made while it is sent. A damaged chunk
/// is left out. `next` throws when the recording is erased meanwhile. Archive and pool outlive it.
std::unique_ptr<http::BodySource> mcap_download(archive::Contents& archive, BlockingPool& pool,
                                                access::Reach reach, session::RecordingId id,
                                                std::vector<std::int64_t> seqs);

}  // namespace reprise::playback
