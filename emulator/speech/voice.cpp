#include "emulator/speech/voice.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>

#include "emulator/speech/resampler.hpp"

extern "C" {
#include <flite/flite.h>
cst_voice* register_cmu_us_slt(const char* voxdir);
}

namespace reprise::emulator {
namespace {

struct UtteranceDeleted {
  void operator()(cst_utterance* utterance) const { delete_utterance(utterance); }
};
using Utterance = std::unique_ptr<cst_utterance, UtteranceDeleted>;

cst_voice* voice() {
  static cst_voice* const loaded = [] {
    flite_init();
    return register_cmu_us_slt(nullptr);
  }();
  return loaded;
}

double end_seconds(const cst_item* word) {
  return flite_ffeature_float(word, "R:SylStructure.daughtern.daughtern.R:Segment.end");
}

std::string text_of(const cst_item* token) {
  const auto feature = [token](const char* name) -> std::string {
    return item_feat_present(token, name) != 0 ? item_feat_string(token, name) : "";
  };
  return feature("prepunctuation") + feature("name") + feature("punc");
}

/// Tokens keep the text as written; flite speaks a token such as "42" as several words.
std::vector<SpokenWord> words_of(cst_utterance* utterance, std::size_t samples) {
  std::vector<SpokenWord> words;
  std::size_t begin = 0;
  for (const cst_item* token = relation_head(utt_relation(utterance, "Token")); token != nullptr;
       token = item_next(token)) {
    const cst_item* last = item_last_daughter(token);
    const double seconds = last == nullptr ? 0 : end_seconds(last);
    const std::size_t end =
        std::clamp(static_cast<std::size_t>(std::max(0.0, seconds) * kSpeechHz), begin, samples);
    words.push_back({text_of(token), begin, end});
    begin = end;
  }
  if (!words.empty()) words.back().end = samples;
  return words;
}

}  // namespace

Speech speak(const std::string& sentence) {
  // flite keeps state in its voice and does not document what is thread-safe
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  std::srand(1);  // flite makes unvoiced sounds with rand(), and equal text must give equal sound
  const Utterance utterance(flite_synth_text(sentence.c_str(), voice()));
  const cst_wave* wave = utterance ? utt_wave(utterance.get()) : nullptr;
  if (wave == nullptr || wave->sample_rate < kRateHzMin) {
    throw std::runtime_error("flite could not speak a sentence.");
  }
  const std::span<const std::int16_t> spoken(wave->samples,
                                             static_cast<std::size_t>(wave->num_samples));
  Speech speech{resample(spoken, {.from_hz = wave->sample_rate, .to_hz = kSpeechHz}), {}};
  speech.words = words_of(utterance.get(), speech.pcm.size());
  return speech;
}

}  // namespace reprise::emulator
