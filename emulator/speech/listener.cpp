#include "emulator/speech/listener.hpp"

#include <algorithm>

#include "emulator/speech/voice_detector.hpp"

namespace reprise::emulator {
namespace {

constexpr std::chrono::milliseconds kFrame{10};
constexpr std::size_t kWindowFactor = 2;  // the window is twice as long as the voice that is needed
// So many frames of the window must have pitch: noise has one at most (pitch.hpp).
constexpr std::ptrdiff_t kPitchedFramesMin = 2;
constexpr std::size_t kBeforeFrames = 30;  // frames kept from before the window: soft first sounds
constexpr std::size_t kTailFrames = 20;    // frames kept after the last voice
constexpr std::size_t kUtteranceFramesMax = kUtteranceMax / kFrame;

std::size_t frames_of(std::chrono::milliseconds span) {
  return static_cast<std::size_t>(std::max<std::int64_t>(1, span / kFrame));
}

void keep_last(Samples& samples, std::size_t count) {
  if (samples.size() > count) {
    samples.erase(samples.begin(), samples.end() - static_cast<std::ptrdiff_t>(count));
  }
}

}  // namespace

Listener::Listener(ListenerSettings settings,
                   std::function<Hearing(std::span<const std::int16_t>)> hearing)
    : settings_(settings), hearing_(std::move(hearing)) {}

std::vector<SpeechEdge> Listener::hear(std::span<const std::int16_t> pcm) {
  std::vector<SpeechEdge> edges;
  partial_.insert(partial_.end(), pcm.begin(), pcm.end());
  std::size_t at = 0;
  for (; at + kFrameSamples <= partial_.size(); at += kFrameSamples) {
    on_frame(std::span(partial_).subspan(at, kFrameSamples), edges);
  }
  partial_.erase(partial_.begin(), partial_.begin() + static_cast<std::ptrdiff_t>(at));
  return edges;
}

void Listener::on_frame(std::span<const std::int16_t> frame, std::vector<SpeechEdge>& edges) {
  utterance_.insert(utterance_.end(), frame.begin(), frame.end());
  if (!settings_.automatic) {
    if (!speaking_) keep_last(utterance_, 0);  // no sound before the mark in manual mode
    if (utterance_.size() >= kUtteranceFramesMax * kFrameSamples) edges.push_back(finish());
    return;
  }
  const Hearing heard = hearing_(frame);
  if (speaking_) {
    quiet_frames_ = heard == Hearing::Nothing ? quiet_frames_ + 1 : 0;
    const bool full = utterance_.size() >= kUtteranceFramesMax * kFrameSamples;
    if (full || quiet_frames_ >= frames_of(settings_.silence_to_end)) edges.push_back(finish());
    return;
  }
  const std::size_t need = frames_of(settings_.voice_to_start);
  window_.push_back(heard);
  if (window_.size() > need * kWindowFactor) window_.pop_front();
  keep_last(utterance_, (need * kWindowFactor + kBeforeFrames) * kFrameSamples);
  const auto quiet = static_cast<std::size_t>(std::ranges::count(window_, Hearing::Nothing));
  if (window_.size() - quiet < need) return;
  if (std::ranges::count(window_, Hearing::Voice) < kPitchedFramesMin) return;
  speaking_ = true;
  quiet_frames_ = 0;
  window_.clear();
  edges.push_back(SpeechStarted{});
}

SpeechEdge Listener::finish() {
  const std::size_t spare = quiet_frames_ > kTailFrames ? quiet_frames_ - kTailFrames : 0;
  utterance_.resize(utterance_.size() - std::min(utterance_.size(), spare * kFrameSamples));
  speaking_ = false;
  quiet_frames_ = 0;
  window_.clear();
  return SpeechEnded{std::exchange(utterance_, {})};
}

std::vector<SpeechEdge> Listener::stream_ended() {
  partial_.clear();
  window_.clear();
  if (!speaking_) return {};
  return {finish()};
}

std::vector<SpeechEdge> Listener::begin() {
  if (speaking_) return {};
  utterance_.clear();
  speaking_ = true;
  return {SpeechStarted{}};
}

std::vector<SpeechEdge> Listener::end() {
  if (!speaking_) return {};
  utterance_.insert(utterance_.end(), partial_.begin(), partial_.end());
  partial_.clear();
  return {finish()};
}

}  // namespace reprise::emulator
