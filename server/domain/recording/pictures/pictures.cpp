#include "domain/recording/pictures/pictures.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "domain/recording/clock/front.hpp"
#include "domain/recording/format/media_time.hpp"
#include "domain/recording/format/rows.hpp"

namespace reprise::recording {
namespace {

constexpr Frame kFitHorizonFrames = frame_of_ms(kFitHorizon.count());
constexpr Frame kHoldIntervalFrames = frame_of_ms(kHoldInterval.count());
constexpr std::size_t kGapsMax = 10'000;
constexpr std::uint32_t kPictureSideMax = 16'384;

/// The frame_id `key 640x480` (docs/formats/recording.md 3.4).
struct FrameId {
  bool key;
  std::uint32_t width;
  std::uint32_t height;
};
std::optional<FrameId> parse_frame_id(std::string_view text) {
  FrameId id{text.starts_with("key "), 0, 0};
  if (!id.key && !text.starts_with("delta ")) return std::nullopt;
  text.remove_prefix(text.find(' ') + 1);
  const auto* const end = text.data() + text.size();
  const auto width = std::from_chars(text.data(), end, id.width);
  if (width.ec != std::errc{} || width.ptr == end || *width.ptr != 'x') return std::nullopt;
  const auto height = std::from_chars(width.ptr + 1, end, id.height);
  if (height.ec != std::errc{} || height.ptr != end) return std::nullopt;
  const bool sane =
      id.width > 0 && id.width <= kPictureSideMax && id.height > 0 && id.height <= kPictureSideMax;
  return sane ? std::optional(id) : std::nullopt;
}

}  // namespace

bool Pictures::add(const EncodedPicture& picture, std::uint32_t number, LogNs log, Frame arrival) {
  const auto id = parse_frame_id(picture.frame_id);
  if (!id || picture.data.empty()) return false;
  pending_.push_back({fit_.add(DeviceUs(picture.timestamp_ns / 1000), page_us_of(log)),
                      number,
                      id->key,
                      {id->width, id->height},
                      Bytes(picture.data.begin(), picture.data.end()),
                      arrival});
  pending_bytes_ += picture.data.size();
  while (pending_.size() > kPicturesPendingMax || pending_bytes_ > kPictureBytesPendingMax) {
    drop_oldest();
  }
  return true;
}

bool Pictures::switched(Frame frame, bool on) {
  constexpr std::size_t kSwitchesMax = 1000;
  if (switches_.size() >= kSwitchesMax) return false;
  switches_.push_back({frame, on});
  return true;
}

void Pictures::drop_oldest() {
  pending_bytes_ -= pending_.front().vp9.size();
  note_number();
  if (!lost_) lost_ = pending_.front().arrival;
  pending_.pop_front();
  decodable_ = false;
  ++not_shown_;
}

void Pictures::note_number() {
  const auto number = pending_.front().number;
  if (number != (last_number_ ? *last_number_ + 1 : 0)) jumped_ = true;
  last_number_ = number;
}

Pictures::Place Pictures::place_of(const Pending& picture, const Axis& axis) const {
  const auto moment = static_cast<double>(fit_.moment(picture.pair).value);
  const double heard = axis.page.heard_frame(moment);
  const double most = static_cast<double>(kMediaFramesMax);
  const double about = std::clamp(heard + axis.page.render_lead(), 0.0, most);
  const auto [frame, by_order] = checked_place(
      heard + axis.lag.lag_at(Frame(std::llround(about)), kFitHorizonFrames, axis.page),
      picture.arrival, axis.front);
  const Frame least = last_frame_ ? *last_frame_ + kPictureSpacing : Frame(0);
  return {std::max(Frame(std::llround(std::clamp(frame, 0.0, most))), least), by_order};
}

/// A decoder must never get a picture without the picture that it refers to.
bool Pictures::follows_its_reference(const Pending& picture) const {
  return picture.key || (decodable_ && last_number_ && picture.number == *last_number_ + 1 &&
                         picture.size.width == size_.width && picture.size.height == size_.height);
}

void Pictures::add_gap(Frame from, Frame until) {
  explained_ = true;
  if (gaps_.size() >= kGapsMax) return;
  gaps_.push_back({ns_of_frame(std::min(from, until)), ns_of_frame(until)});
}

bool Pictures::stands_still(Frame frame) const {
  return gives_pictures() && frame - *last_shown_ > kPictureHole;
}

/// Where the camera's pictures began to be missing when the next one is shown at `until`. A camera
/// that was off came back in the hole before it.
Frame Pictures::missing_since(Frame until, const Holes& holes) const {
  if (gives_pictures()) return *last_shown_;
  const Frame from = std::max(last_shown_.value_or(Frame(0)), switched_at_);
  const auto hole = holes.last_in(from, lost_.value_or(until));
  return hole ? std::max(from, hole->start) : from;
}

/// A switch ends what came before it: no later picture tells from when to when pictures were lost.
void Pictures::take(Switch next, const Holes& holes) {
  const bool lost = lost_ && *lost_ <= next.frame;
  const Frame from = missing_since(next.frame, holes);
  const auto hole = holes.last_in(from, next.frame);
  if (lost || (!next.on && stands_still(next.frame))) {
    // A camera that is switched on was off: the switch before it was lost with the hole.
    add_gap(from, next.on && hole ? std::min(hole->end, next.frame) : next.frame);
  } else if (hole && unsure_.size() < kGapsMax) {
    const bool off = next.on && gives_pictures() && next.frame - from > kPictureHole;
    unsure_.push_back({from, std::min(hole->end, next.frame), on_, off});
  }
  if (lost) lost_.reset();
  seems_off_ = false;
  on_ = next.on;
  switched_at_ = next.frame;
  shown_since_switch_ = false;
}

/// Whether a picture that is not shown yet, or never will be, came before `frame`.
bool Pictures::came_before(Frame frame) const {
  if (lost_) return *lost_ < frame;
  return !pending_.empty() && pending_.front().arrival < frame;
}

/// Pictures came until a hole and none after it: the switch to off must have been in it.
void Pictures::find_switch_in_hole(Frame now, const Holes& holes) {
  if (!gives_pictures()) return;
  const auto hole = holes.first_in(*last_shown_, now);
  if (!hole || hole->start > *last_shown_ + kPictureHole) return;
  if (hole->end + kPictureHole > now || came_before(hole->end + kPictureHole)) return;
  unsure_.push_back({*last_shown_, hole->end, true, true});
  seems_off_ = true;
  on_ = shown_since_switch_ = false;
  switched_at_ = hole->end;
}

/// A picture came after the camera seemed off: without another hole in which it was switched on, it
/// stood still.
void Pictures::doubt_switch_in_hole(const Holes& holes, Frame frame) {
  if (!seems_off_ || holes.last_in(switched_at_, frame)) return;
  seems_off_ = false;
  unsure_.clear();
  on_ = shown_since_switch_ = true;
}

/// Whether pictures are `missing` is known now. They were lost where the camera was on, when there
/// is such a hole: that it came and went within another one is less likely.
void Pictures::decide(bool missing) {
  const bool on = explained_ || std::ranges::any_of(unsure_, &Unsure::was_on);
  for (const auto& [from, until, was_on, off_in_it] : unsure_) {
    if (missing && was_on == on) add_gap(from, until);
    if (off_in_it && off_in_hole_.size() < kGapsMax) off_in_hole_.push_back(missing ? until : from);
  }
  unsure_.clear();
}

/// The first hold after the last picture, which itself is shown until then.
std::optional<Frame> Pictures::hold_after_picture() const {
  // A hold here would take away the reference of the delta picture that waits.
  if (!pending_.empty() && !pending_.front().key) return std::nullopt;
  return *last_frame_ + kHoldIntervalFrames;
}

void Pictures::emit(Frame begin, Frame end, const Axis& axis, FoldSink* sink) {
  find_switch_in_hole(end, axis.holes);
  for (;;) {
    while (!pending_.empty() && !follows_its_reference(pending_.front())) drop_oldest();
    std::optional<Place> next;
    if (!pending_.empty()) {
      next = place_of(pending_.front(), axis);
      next->frame = std::max(begin, next->frame);
    }
    auto hold = hold_frame_ ? hold_frame_ : hold_after_picture();
    if (hold) hold = std::max(*hold, begin);
    const bool picture_first = next && (!hold || next->frame <= *hold);
    const auto at = picture_first ? next->frame : hold.value_or(end);
    if (!switches_.empty() && switches_.front().frame < std::min(end, at + Frame(1))) {
      take(switches_.front(), axis.holes);
      switches_.pop_front();
      continue;
    }
    if (at >= end) break;
    if (picture_first) {
      show(*next, axis.holes, sink);
    } else {
      if (sink != nullptr) sink->hold(ns_of_frame(at));
      decodable_ = false;
      last_frame_ = at;
      hold_frame_ = at + kHoldIntervalFrames;
    }
  }
  if (axis.recording_ends && end >= axis.front) {
    if (lost_ || stands_still(axis.front)) {
      add_gap(missing_since(axis.front, axis.holes), axis.front);
    }
    decide(true);
    lost_.reset();
    shown_since_switch_ = false;
  }
}

void Pictures::finish(Frame length, const Axis& axis) {
  while (!pending_.empty()) {
    // The camera may run on for a moment after the end of the recording.
    if (place_of(pending_.front(), axis).frame > length + kPictureHole) {
      drop_oldest();
      continue;
    }
    pending_bytes_ -= pending_.front().vp9.size();
    pending_.pop_front();
  }
  if (lost_) add_gap(missing_since(length, axis.holes), length);
  lost_.reset();
}

void Pictures::show(Place place, const Holes& holes, FoldSink* sink) {
  const auto frame = place.frame;
  doubt_switch_in_hole(holes, frame);
  placed_by_order_ += place.by_order ? 1 : 0;
  note_number();
  decide(jumped_);
  const bool unexplained = jumped_ && (!explained_ || holes.last_in(switched_at_, frame));
  if (lost_ || unexplained || stands_still(frame)) add_gap(missing_since(frame, holes), frame);
  lost_.reset();
  jumped_ = explained_ = seems_off_ = false;
  const auto picture = std::move(pending_.front());
  pending_.pop_front();
  pending_bytes_ -= picture.vp9.size();
  if (sink != nullptr) {
    sink->picture(
        {ns_of_frame(frame), picture.key, picture.size.width, picture.size.height, picture.vp9});
  }
  if (!first_size_) first_size_ = picture.size;
  size_ = picture.size;
  decodable_ = true;
  last_shown_ = last_frame_ = frame;
  shown_since_switch_ = true;
  hold_frame_.reset();
}

}  // namespace reprise::recording
