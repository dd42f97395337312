#pragma once

// Camera pictures at their places on the media axis, and where one is held because none comes
// (docs/formats/recording.md 5.2).

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/types.hpp"
#include "domain/recording/clock/capture_lag.hpp"
#include "domain/recording/clock/latency_fit.hpp"
#include "domain/recording/clock/page_map.hpp"
#include "domain/recording/format/chunk.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// Pictures that wait for their place; over either limit the oldest one is not shown.
inline constexpr std::size_t kPicturesPendingMax = 1000;
inline constexpr std::size_t kPictureBytesPendingMax = 64 * 1024 * 1024;
/// A camera that is on and gives no picture for longer than this stands still: that is a gap.
inline constexpr std::int64_t kPictureHoleFrames = kMediaRate;
/// WebM counts milliseconds: closer pictures would share a time.
inline constexpr std::int64_t kPictureSpacingFrames = kMediaRate / 1000;

class Pictures {
 public:
  /// A frame of /camera/video; numbers grow. False: its frame_id makes no sense or it is empty.
  /// `arrival`: the front when it came.
  bool add(const EncodedPicture& picture, std::uint32_t number, std::int64_t log_time_ns,
           std::int64_t arrival);
  /// The camera was switched off or on at this frame. False: too many switches lie ahead; ignored.
  bool switched(std::int64_t frame, bool on);
  /// What lies in [begin, end) of the media axis goes to `sink` (may be null). `begin` is the
  /// `end` of the call before. `front`: how far the recording has come; `recording_ends` there once
  /// nothing comes any more.
  struct Axis {
    const PageMap& page;
    const CaptureLag& lag;
    std::int64_t front;
    bool recording_ends;
  };
  void emit(std::int64_t begin, std::int64_t end, const Axis& axis, FoldSink* sink);
  /// The recording is `length` frames long: what lies far beyond will never be shown.
  void finish(std::int64_t length, const Axis& axis);

  struct Size {
    std::uint32_t width;
    std::uint32_t height;
  };
  std::optional<Size> first_size() const { return first_size_; }  ///< of the first one shown
  std::int64_t pairs() const { return fit_.pairs(); }
  /// Pictures that are kept in the recording and cannot be decoded: their reference is lost.
  std::int64_t not_shown() const { return not_shown_; }
  /// Pictures whose page clock time cannot be true, so that they lie where they stand in the
  /// record.
  std::int64_t placed_by_order() const { return placed_by_order_; }
  /// Where pictures are missing or could not be shown, or none came although the camera was on.
  const std::vector<TimeRange>& gaps() const { return gaps_; }

 private:
  struct Pending {
    ClockPair pair;
    std::uint32_t number;
    bool key;
    Size size;
    Bytes vp9;
    std::int64_t arrival;
  };
  struct Place {
    std::int64_t frame;
    bool by_order;
  };
  struct Switch {
    std::int64_t frame;
    bool on;
  };
  Place place_of(const Pending& picture, const Axis& axis) const;
  std::optional<std::int64_t> hold_after_picture() const;
  void show(Place place, FoldSink* sink);
  bool follows_its_reference(const Pending& picture) const;
  bool stands_still(std::int64_t frame) const;
  void add_gap(std::int64_t until);
  void drop_oldest();

  LatencyFit fit_;
  std::deque<Pending> pending_;
  std::size_t pending_bytes_ = 0;
  std::deque<Switch> switches_;
  bool on_ = true;               ///< not switched off by the person
  std::int64_t on_since_ = 0;    ///< frame of the switch
  bool shown_since_on_ = false;  ///< a camera that is being opened does not stand still
  bool lost_ = false;            ///< pictures since the last one that was shown
  bool decodable_ = false;       ///< the reference of the next picture was shown
  Size size_{};                  ///< of the last one shown
  std::optional<std::uint32_t> last_number_;
  std::optional<std::int64_t> last_shown_;      ///< place of the last picture
  std::optional<std::int64_t> last_frame_;      ///< place of the last picture, shown or held
  std::optional<std::int64_t> hold_frame_ = 0;  ///< next hold; none while pictures come
  std::optional<Size> first_size_;
  std::int64_t not_shown_ = 0;
  std::int64_t placed_by_order_ = 0;
  std::vector<TimeRange> gaps_;
};

}  // namespace reprise::recording
