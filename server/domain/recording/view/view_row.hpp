#pragma once

// What a list shows of a recording. Made once, when the recording is folded.

#include <cstdint>
#include <string>

#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// Must change whenever the fold or the writer would make other bytes, or another row, from the
/// same chunks. Stored views are then made again.
inline constexpr std::int64_t kFoldVersion = 12;

/// Whether a stored view is what the fold would make today: of this version, from all chunks that
/// can be read. Pure.
constexpr bool is_newest_view(std::int64_t fold_version, std::int64_t chunks_folded,
                              std::int64_t chunks_readable) {
  return fold_version == kFoldVersion && chunks_folded >= chunks_readable;
}

/// Bars of a row's seam: a row is too narrow to show more.
inline constexpr std::size_t kRowSeamBars = 100;

/// The seam of a whole recording in 188 characters of base64 (docs/formats/view-media.md): one byte
/// per bar, the person's height in the upper four bits and the model's in the lower; then, one bit
/// per bar from the highest bit on, where somebody cut in, where the person's voice is missing and
/// where the model's is. Empty for a recording without length. Pure.
std::string row_seam(const View& view);

/// How long anything of a channel is missing: the union of its gaps. Gaps below 50 ms are left out,
/// since people do not notice them (web/src/ui/loss.ts counts in the same way). Pure.
std::int64_t missing_ns(const ChannelLoss& loss);

/// Whether messages are missing of which `missing_ns` tells nothing, because they have no place in
/// time (repeated, out of order) or a short one. Pictures that the camera skipped do not count: the
/// events tell of them. Words and events beyond what is shown do not count either: the recording
/// has them (web/src/ui/loss.ts counts alike). Pure.
bool left_out(const Loss& loss);

}  // namespace reprise::recording
