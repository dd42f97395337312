#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "domain/recording/view/view.hpp"

namespace reprise::media {

struct ViewMediaInfo {
  std::uint64_t bytes = 0;
  std::int64_t duration_ns = 0;
  bool has_video = false;
};

/// What all repetitions of held pictures may take: four hours without a camera at 36 KB a picture.
/// A few bytes can claim hours, and each repetition could be 4 MiB.
inline constexpr std::uint64_t kHeldBytesMax = std::uint64_t{256} << 20;

/// Writes one version of the view media: a progressive WebM with stereo Opus (and VP9 when there
/// ever was a picture), Cues and Duration. Append-only while it grows; `finish` leaves only the
/// trailer and the patched header to write, whatever the length. The same packets give the same
/// bytes. Throws std::system_error when the disk fails. One thread at a time.
class ViewMediaWriter final : public recording::FoldSink {
 public:
  /// Creates (or truncates) `path`; a second file beside it may be used while there has been no
  /// picture yet.
  explicit ViewMediaWriter(std::filesystem::path path,
                           std::uint64_t held_bytes_max = kHeldBytesMax);
  ~ViewMediaWriter() override;  ///< without `finish`: removes what it wrote
  void sound(const recording::SoundBlock& block) override;
  void picture(const recording::Picture& picture) override;
  void hold(std::int64_t at_ns) override;
  /// Writes Cues, Duration and SeekHead, fsyncs the file. `duration_ns` is the length of the
  /// recording.
  ViewMediaInfo finish(std::int64_t duration_ns);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::media
