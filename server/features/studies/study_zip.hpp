#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "features/studies/studies.hpp"
#include "platform/archive/parts.hpp"
#include "platform/blob/blob.hpp"
#include "platform/http/http.hpp"

namespace reprise::studies {

/// A file of a recording: its film, texts, or all that was recorded.
struct StudyFile {
  std::string name;
  std::optional<std::uint64_t> bytes;  ///< when they are known ahead
  std::unique_ptr<blob::BlobSource> content;
};
/// All files of a recording. None: it is not there (any more).
using FilesOf = std::function<Task<std::vector<StudyFile>>(access::Reach, std::string recording)>;

/// A zip of a study: `table.csv`, `study.json` and the recordings, by participant. Made while it is
/// read; nothing of it is kept. `pool` outlives it.
std::unique_ptr<http::BodySource> zip_of(access::Reach reach, const Study& study,
                                         const std::vector<Participant>& participants,
                                         FilesOf files_of, BlockingPool& pool,
                                         std::int64_t now_utc_ns);

}  // namespace reprise::studies
