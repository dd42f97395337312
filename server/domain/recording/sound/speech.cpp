#include "domain/recording/sound/speech.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace reprise::recording {
namespace {

constexpr Frame kHop = frame_of_ms(10);
constexpr double kFullScaleSquare = 32768.0 * 32768.0;
/// The lowest noise floor. Below it noise makes no difference, because of kSpeechDbfsMin; and a
/// talk that begins with the first sample must not count as noise.
constexpr double kNoiseDbMin = kSpeechDbfsMin - kSpeechAboveNoiseDb;
constexpr double kFirstNoiseDbMax = -50;
/// The noise floor follows quieter sound at once and louder sound by 2 dB a second.
constexpr double kNoiseFall = 0.3;
constexpr double kNoiseRiseDb = 0.02;
constexpr std::uint32_t kOnsetMask = (1U << kOnsetWindow) - 1;

}  // namespace

void SpeechDetector::add(Frame first, double mean_square, bool muted) {
  bool loud = false;
  if (!muted) {
    const double db =
        std::max(kNoiseDbMin, 10 * std::log10(std::max(mean_square, 1e-9) / kFullScaleSquare));
    if (!noise_db_) noise_db_ = std::min(db, kFirstNoiseDbMax);
    loud = db >= kSpeechDbfsMin && db >= *noise_db_ + kSpeechAboveNoiseDb;
    *noise_db_ = db < *noise_db_ ? *noise_db_ + (db - *noise_db_) * kNoiseFall
                                 : std::min(db, *noise_db_ + kNoiseRiseDb);
  }
  add_hop(first, loud, muted);
}

void SpeechDetector::add_hop(Frame first, bool loud, bool muted) {
  loud_ = (loud_ << 1 | (loud ? 1U : 0U)) & kOnsetMask;
  if (open_) {
    quiet_hops_ = loud ? 0 : quiet_hops_ + 1;
    if (loud) open_->end = first + kHop;
    if (muted || quiet_hops_ >= kSpeechPauseHops) close();
  } else if (std::popcount(loud_) >= kOnsetCount) {
    const auto hops = std::bit_width(loud_);  // from the oldest loud value to this one
    const Frame since_onset((hops - 1) * kHop.value);
    open_ = Segment{std::max(Frame(0), first - since_onset), first + kHop};
    quiet_hops_ = 0;
  }
}

void SpeechDetector::close() {
  if (open_->length() >= kSpeechFramesMin) segments_.push_back(*open_);
  open_.reset();
  loud_ = 0;
}

void SpeechDetector::finish() {
  if (open_) close();
}

}  // namespace reprise::recording
