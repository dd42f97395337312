#include "domain/recording/clock/page_map.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace reprise::recording {

void AnchorLine::add(PageUs page, Frame frame) {
  const Anchor anchor{static_cast<double>(page.value), static_cast<double>(frame.value)};
  if (anchors_.empty()) return keep(anchor);
  const auto& last = anchors_.back();
  if (anchor.frame < last.frame) return;
  if (std::abs(last.residual(anchor)) <= kAnchorSurpriseFrames) {
    if (anchor.page_us <= last.page_us) return;
    surprise_.reset();
    return keep(anchor);
  }
  const bool confirmed = surprise_ && anchor.page_us > surprise_->page_us &&
                         std::abs(surprise_->residual(anchor)) <= kAnchorAgreementFrames;
  if (confirmed) {
    // After the clock went back, its old times have a second meaning; only the new one counts.
    if (surprise_->page_us <= last.page_us) anchors_.clear();
    keep(*surprise_);
    surprise_.reset();
    return keep(anchor);
  }
  surprise_ = anchor;
}

void AnchorLine::keep(Anchor anchor) {
  anchors_.push_back(anchor);
  if (anchors_.size() > kAnchorsMax) anchors_.pop_front();
}

std::optional<double> AnchorLine::frame_at(double page_us) const {
  if (anchors_.empty()) return std::nullopt;
  const auto after = std::ranges::upper_bound(anchors_, page_us, {}, &Anchor::page_us);
  if (after == anchors_.begin() || after == anchors_.end()) {
    const auto& near = after == anchors_.begin() ? anchors_.front() : anchors_.back();
    return near.frame + (page_us - near.page_us) * kFramesPerUs;
  }
  const auto before = std::prev(after);
  if (std::abs(before->residual(*after)) > kAnchorSurpriseFrames) {  // the clock jumped in between
    const double on = before->frame + (page_us - before->page_us) * kFramesPerUs;
    const double back = after->frame - (after->page_us - page_us) * kFramesPerUs;
    const bool is_before = page_us - before->page_us < after->page_us - page_us;
    return std::clamp(is_before ? on : back, before->frame, after->frame);
  }
  const double part = (page_us - before->page_us) / (after->page_us - before->page_us);
  return before->frame + part * (after->frame - before->frame);
}

void PageMap::add_output(PageUs page, Frame frame) { output_.add(page, frame); }

void PageMap::add_render(PageUs page, Frame frame) {
  constexpr std::size_t kLeads = 16;
  render_.add(page, frame);
  const auto heard = output_.frame_at(static_cast<double>(page.value));
  if (!heard) return;
  leads_.push_back(static_cast<double>(frame.value) - *heard);
  if (leads_.size() > kLeads) leads_.pop_front();
  std::vector<double> sorted(leads_.begin(), leads_.end());
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
  render_lead_ = sorted[sorted.size() / 2];
}

void PageMap::set_fallback(PageUs page, Frame frame) {
  fallback_page_us_ = static_cast<double>(page.value);
  fallback_frame_ = static_cast<double>(frame.value);
}

double PageMap::heard_frame(double page_us) const {
  if (const auto frame = output_.frame_at(page_us)) return *frame;
  if (const auto frame = render_.frame_at(page_us)) return *frame;
  return fallback_frame_ + (page_us - fallback_page_us_) * kFramesPerUs;
}

}  // namespace reprise::recording
