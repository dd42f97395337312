#pragma once

// The page clock on the media axis: `output` and `render` anchors (docs/formats/recording.md 3.5).

#include <cstdint>
#include <deque>
#include <optional>

#include "domain/recording/format/media_time.hpp"

namespace reprise::recording {

/// Anchors kept: at four a second about 16 seconds.
inline constexpr std::size_t kAnchorsMax = 64;
/// A reading this far from the line is trusted only when the next one agrees with it.
inline constexpr double kAnchorSurpriseFrames = 0.020 * 48'000;
/// How closely two readings must agree to make a step of the line.
inline constexpr double kAnchorAgreementFrames = 0.005 * 48'000;
inline constexpr double kFramesPerUs = 0.048;

/// Piecewise linear map from page clock to context frame, through the last anchors. Before and
/// after them it continues at the nominal rate. A single wrong reading is left out; a step,
/// forwards or back, is followed.
class AnchorLine {
 public:
  void add(PageUs page, Frame frame);
  std::optional<double> frame_at(double page_us) const;

 private:
  struct Anchor {
    double page_us;
    double frame;
    double residual(const Anchor& next) const {
      return next.frame - (frame + (next.page_us - page_us) * kFramesPerUs);
    }
  };
  void keep(Anchor anchor);
  std::deque<Anchor> anchors_;
  std::optional<Anchor> surprise_;
};

/// Combines both kinds of anchors.
class PageMap {
 public:
  void add_output(PageUs page, Frame frame);
  void add_render(PageUs page, Frame frame);
  /// Used while there is no anchor: says that this page time is about this frame.
  void set_fallback(PageUs page, Frame frame);
  /// The frame that leaves the device at this page time. Rate and steps are exact; the zero point
  /// is what the browser says (docs/formats/recording.md 5.2, "Zero point").
  double heard_frame(double page_us) const;
  /// The frame that is being rendered at this page time. Events of that moment lie there.
  double rendered_frame(double page_us) const { return heard_frame(page_us) + render_lead(); }
  /// Median of rendered − heard over the last readings, in frames (the output latency).
  double render_lead() const { return render_lead_; }

 private:
  AnchorLine output_;
  AnchorLine render_;
  std::deque<double> leads_;
  double render_lead_ = 0;
  double fallback_page_us_ = 0;
  double fallback_frame_ = 0;
};

}  // namespace reprise::recording
