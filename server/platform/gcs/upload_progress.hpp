#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"

// Knows how much of a resumable upload is stored
// (cloud.google.com/storage/docs/performing-resumable-uploads). Pure.
namespace reprise::gcs {

/// Google takes pieces whose length is a multiple of this. Only the last piece may have any length.
inline constexpr std::uint64_t kPieceGrain = 256 * 1024;
/// The length of a piece. Larger objects are uploaded in pieces.
inline constexpr std::uint64_t kPieceBytes = 8 * 1024 * 1024;
static_assert(kPieceBytes % kPieceGrain == 0);

/// Counts the bytes that are stored, from the first one on. Google may store less than was sent,
/// but never forgets what it has confirmed.
class UploadProgress {
 public:
  /// How many bytes are stored. They need not be kept any more.
  std::uint64_t stored() const { return stored_; }
  /// The `Content-Range` of a piece that begins at `stored()`. `total` is the size of the whole,
  /// and is given with the last piece only.
  std::string range_of(std::uint64_t bytes, std::optional<std::uint64_t> total) const;
  /// The `Content-Range` of a request that asks how much is stored.
  static std::string question() { return "bytes */*"; }
  /// Takes in an answer 308. `range` is its `Range`, which is absent when nothing is stored; `sent`
  /// is the end of what was sent. Errors: Invalid when the answer claims bytes that were never
  /// sent, or fewer than were confirmed before.
  Status learn(std::optional<std::string_view> range, std::uint64_t sent);

 private:
  std::uint64_t stored_ = 0;
};

}  // namespace reprise::gcs
