#pragma once

// Places camera pictures on the media axis, and repeats one where none comes
// (docs/formats/recording.md 5.2).

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/types.hpp"
#include "domain/recording/clock/capture_lag.hpp"
#include "domain/recording/clock/holes.hpp"
#include "domain/recording/clock/latency_fit.hpp"
#include "domain/recording/clock/page_map.hpp"
#include "domain/recording/format/chunk.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// Limits on pictures that wait for their place. When one is exceeded, the oldest picture is not
/// shown.
inline constexpr std::size_t kPicturesPendingMax = 1000;
inline constexpr std::size_t kPictureBytesPendingMax = 64 * 1024 * 1024;
/// When a camera that is on gives no picture for longer than this, it stands still, which is a gap.
inline constexpr Frame kPictureHole = frame_of_ms(1000);
/// WebM counts milliseconds: closer pictures would share a time.
inline constexpr Frame kPictureSpacing = frame_of_ms(1);

class Pictures {
 public:
  /// Adds a frame of /camera/video; numbers grow. False: its frame_id is malformed, or it has no
  /// bytes. `arrival`: the front when it came.
  bool add(const EncodedPicture& picture, std::uint32_t number, LogNs log, Frame arrival);
  /// The camera was switched off or on at this frame. False: ignored, since too many switches lie
  /// ahead.
  bool switched(Frame frame, bool on);
  /// `emit` passes everything in [begin, end) of the media axis to `sink` (may be null). `begin` is
  /// the `end` of the call before. `front`: how far the recording has come. `recording_ends`: no
  /// more messages come, and the recording ends at `front`.
  struct Axis {
    const PageMap& page;
    const CaptureLag& lag;
    const Holes& holes;
    Frame front;
    bool recording_ends;
  };
  void emit(Frame begin, Frame end, const Axis& axis, FoldSink* sink);
  /// Ends the recording at `length`: pictures far after it will never be shown.
  void finish(Frame length, const Axis& axis);

  struct Size {
    std::uint32_t width;
    std::uint32_t height;
  };
  /// Size of the first picture that was shown.
  std::optional<Size> first_size() const { return first_size_; }
  std::int64_t pairs() const { return fit_.pairs(); }
  /// The number of pictures that are in the recording but cannot be decoded: their reference is
  /// lost.
  std::int64_t not_shown() const { return not_shown_; }
  /// The number of pictures whose page clock time cannot be true, so that they lie where they stand
  /// in the record.
  std::int64_t placed_by_order() const { return placed_by_order_; }
  /// Where pictures are missing, could not be shown, or did not come although the camera was on.
  const std::vector<TimeRange>& gaps() const { return gaps_; }
  /// Where the camera was off although nothing says so, since the switch was in missing chunks.
  const std::vector<Frame>& off_in_hole() const { return off_in_hole_; }

 private:
  struct Pending {
    ClockPair pair;
    std::uint32_t number;
    bool key;
    Size size;
    Bytes vp9;
    Frame arrival;
  };
  struct Place {
    Frame frame;
    bool by_order;
  };
  struct Switch {
    Frame frame;
    bool on;
  };
  Place place_of(const Pending& picture, const Axis& axis) const;
  std::optional<Frame> hold_after_picture() const;
  void show(Place place, const Holes& holes, FoldSink* sink);
  bool follows_its_reference(const Pending& picture) const;
  /// A hole from before a switch. It is a gap when the number of the next picture says that some
  /// are missing.
  struct Unsure {
    Frame from;
    Frame until;
    bool was_on;     ///< the camera, before it
    bool off_in_it;  ///< the camera was off after it
  };
  bool gives_pictures() const { return on_ && shown_since_switch_; }
  bool stands_still(Frame frame) const;
  Frame missing_since(Frame until, const Holes& holes) const;
  void take(Switch next, const Holes& holes);
  bool came_before(Frame frame) const;
  void find_switch_in_hole(Frame now, const Holes& holes);
  void doubt_switch_in_hole(const Holes& holes, Frame frame);
  void decide(bool missing);
  void add_gap(Frame from, Frame until);
  void note_number();
  void drop_oldest();

  LatencyFit fit_;
  std::deque<Pending> pending_;
  std::size_t pending_bytes_ = 0;
  std::deque<Switch> switches_;
  bool on_ = true;                   ///< the person has not switched the camera off
  Frame switched_at_{0};             ///< the last switch
  bool shown_since_switch_ = false;  ///< until then a camera that is on still opens: no gap
  /// Pictures were lost since the last one that was shown; where the recording was when the first
  /// of them came.
  std::optional<Frame> lost_;
  std::vector<Unsure> unsure_;
  bool seems_off_ = false;  ///< since a hole after which no pictures came
  bool jumped_ = false;     ///< numbers are missing since the last picture that was shown
  bool explained_ = false;  ///< and a gap since then says where
  std::vector<Frame> off_in_hole_;
  bool decodable_ = false;  ///< the picture that the next one refers to was shown
  Size size_{};             ///< size of the last picture that was shown
  std::optional<std::uint32_t> last_number_;
  std::optional<Frame> last_shown_;             ///< place of the last picture
  std::optional<Frame> last_frame_;             ///< place of the last picture, shown or held
  std::optional<Frame> hold_frame_ = Frame(0);  ///< next hold; empty while pictures come
  std::optional<Size> first_size_;
  std::int64_t not_shown_ = 0;
  std::int64_t placed_by_order_ = 0;
  std::vector<TimeRange> gaps_;
};

}  // namespace reprise::recording
