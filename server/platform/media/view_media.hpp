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

/// The most bytes for all repetitions of held pictures: four hours without a camera at 36 KB a
/// picture. A few bytes of a recording can claim hours, and each repetition could be 4 MiB.
inline constexpr std::uint64_t kHeldBytesMax = std::uint64_t{256} << 20;

/// Writes one version of the view media: a progressive WebM with stereo Opus (and VP9 if there was
/// ever a picture), Cues and Duration. Only appends while it grows; `finish` then only writes the
/// end and changes the header, however long the file is. The same packets give the same bytes.
/// Throws std::system_error when the disk fails. One thread at a time.
class ViewMediaWriter final : public recording::FoldSink {
 public:
  /// Creates (or truncates) `path`. A second file beside it may be used until the first picture
  /// comes.
  explicit ViewMediaWriter(std::filesystem::path path,
                           std::uint64_t held_bytes_max = kHeldBytesMax);
  ~ViewMediaWriter() override;  ///< without `finish`: removes what it wrote
  void sound(const recording::SoundBlock& block) override;
  void picture(const recording::Picture& picture) override;
  void hold(std::int64_t at_ns) override;
  /// Writes Cues, Duration and SeekHead, and fsyncs the file. `duration_ns` is the length of the
  /// recording.
  ViewMediaInfo finish(std::int64_t duration_ns);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::media
