#include "emulator/speech/voice_detector.hpp"

#include <webrtc/modules/audio_processing/include/audio_processing.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.hpp"
#include "emulator/speech/pitch.hpp"

namespace reprise::emulator {
namespace {

// In its first 100 ms the detector takes noise for voice (measured 2026-11-23: for 3.5 % of pink
// noise, all of it in that time).
constexpr int kFramesIgnored = 10;
// Speech may contain exact silence, but hardly this much.
constexpr std::size_t kSilentFramesMin = 30;

// Measured 2026-11-24: sines 1.3e-5 and less (amplitude 300 and up), 3 % of slt's frames, less of
// rms's, below 2e-5.
constexpr double kToneRest = 2e-5;

// Noise rarely comes above this, speech often (pitch.hpp).
constexpr double kPitchMin = 0.25;

double product(std::span<const std::int16_t> frame, std::size_t lag_a, std::size_t lag_b) {
  double sum = 0;
  for (std::size_t n = 2; n < frame.size(); ++n) {
    sum += static_cast<double>(frame[n - lag_a]) * frame[n - lag_b];
  }
  return sum;
}

}  // namespace

bool is_pure_tone(std::span<const std::int16_t> frame) {
  // Least squares for x[n] = a x[n-1] + b x[n-2] (covariance method).
  const double energy = product(frame, 0, 0);
  const double r01 = product(frame, 0, 1);
  const double r02 = product(frame, 0, 2);
  const double r11 = product(frame, 1, 1);
  const double r12 = product(frame, 1, 2);
  const double r22 = product(frame, 2, 2);
  const double determinant = r11 * r22 - r12 * r12;
  if (energy <= 0 || determinant <= 0) return false;
  const double a = (r01 * r22 - r02 * r12) / determinant;
  const double b = (r02 * r11 - r01 * r12) / determinant;
  // A sine of constant amplitude has b = -1.
  return energy - a * r01 - b * r02 < energy * kToneRest && b < -0.9 && b > -1.1;
}

struct VoiceDetector::State {
  State() {
    webrtc::VoiceDetection* detection = processing->voice_detection();
    detection->set_likelihood(webrtc::VoiceDetection::kLowLikelihood);
    detection->set_frame_size_ms(10);
    detection->Enable(true);
  }
  std::unique_ptr<webrtc::AudioProcessing> processing{webrtc::AudioProcessing::Create()};
  Doubt doubt = Doubt::Little;
  int frames = 0;
};

VoiceDetector::VoiceDetector() : state_(std::make_unique<State>()) {}
VoiceDetector::~VoiceDetector() = default;
VoiceDetector::VoiceDetector(VoiceDetector&&) noexcept = default;
VoiceDetector& VoiceDetector::operator=(VoiceDetector&&) noexcept = default;

Hearing VoiceDetector::hearing(std::span<const std::int16_t> frame, Doubt doubt) {
  last_.insert(last_.end(), frame.begin(), frame.end());
  if (last_.size() > kPitchSamples) {
    last_.erase(last_.begin(), last_.end() - static_cast<std::ptrdiff_t>(kPitchSamples));
  }
  if (!voiced(frame, doubt)) return Hearing::Nothing;
  if (last_.size() < kPitchSamples) return Hearing::Voiceless;
  const std::span<const std::int16_t, kPitchSamples> sound(last_.data(), kPitchSamples);
  return pitch_strength(sound) >= kPitchMin ? Hearing::Voice : Hearing::Voiceless;
}

bool VoiceDetector::voiced(std::span<const std::int16_t> frame, Doubt doubt) {
  REPRISE_ASSERT(frame.size() == kFrameSamples);
  if (std::ranges::all_of(frame, [](std::int16_t sample) { return sample == 0; })) {
    ++silent_frames_;
  } else if (std::exchange(silent_frames_, 0) >= kSilentFramesMin) {
    state_ = std::make_unique<State>();
  }
  webrtc::VoiceDetection* detection = state_->processing->voice_detection();
  if (doubt != std::exchange(state_->doubt, doubt)) {
    detection->set_likelihood(doubt == Doubt::Much ? webrtc::VoiceDetection::kVeryLowLikelihood
                                                   : webrtc::VoiceDetection::kLowLikelihood);
  }
  std::array<float, kFrameSamples> samples;
  for (std::size_t n = 0; n < kFrameSamples; ++n) {
    samples[n] = static_cast<float>(frame[n]) / 32768.0F;
  }
  float* const channel = samples.data();
  const webrtc::StreamConfig config(kEarHz, 1);
  state_->processing->ProcessStream(&channel, config, config, &channel);
  if (state_->frames < kFramesIgnored) {
    ++state_->frames;
    return false;
  }
  return detection->stream_has_voice() && !is_pure_tone(frame);
}

}  // namespace reprise::emulator
