#pragma once

// An append-only WebM file: one Opus track, with or without one VP9 track. The subset of RFC 9559
// that we need: header, Clusters of SimpleBlocks, Cues at the end.

#include <functional>
#include <optional>
#include <vector>

#include "platform/media/file.hpp"

namespace reprise::media {

struct AudioTrack {
  Bytes codec_private;  ///< OpusHead
  /// A player shows a block earlier than its time by this much (the pre-skip).
  std::int64_t codec_delay_ns;
};
struct VideoTrack {
  std::uint32_t width;
  std::uint32_t height;
};
enum class Track : std::uint8_t { Video = 1, Audio = 2 };

/// One encoded packet.
struct Block {
  Track track;
  std::int64_t time_ms;  ///< time in the container; for sound it includes the codec delay
  bool key;
  ByteView data;
};

/// Writes while blocks arrive, always whole clusters, so that the file on the disk can always be
/// parsed. The same blocks give the same bytes. Errors: std::system_error. One thread at a time.
class WebmWriter {
 public:
  WebmWriter(std::filesystem::path path, const AudioTrack& audio, std::optional<VideoTrack> video);

  /// Adds the next block; times must not fall. A key block of the video track becomes a cue;
  /// without a video track each cluster does.
  void add(const Block& block);
  /// Writes Cues, sizes, Duration and SeekHead, and fsyncs. Nothing may be added afterwards.
  void finish(std::int64_t duration_ns);
  /// Gives all blocks so far, in order, read back from the file. `data` is valid during the call
  /// only.
  void replay(const std::function<void(const Block&)>& take);

  File& file() { return file_; }

 private:
  struct Cue {
    std::int64_t time_ms;
    std::uint64_t cluster_position;  ///< relative to the segment's content
  };
  void write_header(const AudioTrack& audio, const std::optional<VideoTrack>& video);
  void start_cluster(std::int64_t time_ms);
  void flush_cluster();
  Bytes cues() const;

  File file_;
  bool has_video_;
  std::uint64_t segment_start_ = 0;  ///< file offset of the segment's content
  std::uint64_t seek_head_at_ = 0;
  std::uint64_t info_at_ = 0;
  std::uint64_t duration_at_ = 0;
  std::uint64_t tracks_at_ = 0;
  std::uint64_t clusters_at_ = 0;
  Bytes cluster_;  ///< content of the open cluster; empty: no cluster is open
  std::int64_t cluster_time_ms_ = 0;
  std::vector<Cue> cues_;
};

}  // namespace reprise::media
