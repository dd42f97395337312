#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"

// How far a resumable upload is (cloud.google.com/storage/docs/performing-resumable-uploads). Pure.
namespace reprise::gcs {

/// Every piece but the last is a multiple of this; Google stores no other.
inline constexpr std::uint64_t kPieceGrain = 256 * 1024;
/// One piece, and the size above which an object is uploaded in pieces.
inline constexpr std::uint64_t kPieceBytes = 8 * 1024 * 1024;
static_assert(kPieceBytes % kPieceGrain == 0);

/// What is stored, from the first byte on. Google may have stored less than was sent; it never
/// forgets what it has confirmed.
class UploadProgress {
 public:
  /// Everything before this is stored and need not be kept.
  std::uint64_t stored() const { return stored_; }
  /// `Content-Range` of a piece that begins at `stored()`. `total`: the size of the whole, when
  /// this is its last piece.
  std::string range_of(std::uint64_t bytes, std::optional<std::uint64_t> total) const;
  /// The same for the question how far it is.
  static std::string question() { return "bytes */*"; }
  /// An answer 308 with this `Range` (none: nothing is stored), after bytes up to `sent` had been
  /// sent. Errors: Invalid when it claims what was never sent, or takes back what it confirmed.
  Status learn(std::optional<std::string_view> range, std::uint64_t sent);

 private:
  std::uint64_t stored_ = 0;
};

}  // namespace reprise::gcs
