#pragma once

// The inside of Recording: what was planned, and how far each device has come.

#include <algorithm>
#include <boost/json/array.hpp>
#include <deque>
#include <random>
#include <span>

#include "tests/tools/synthetic_journal.hpp"
#include "tests/tools/synthetic_recording.hpp"
#include "tests/tools/synthetic_sources.hpp"

namespace reprise::synthetic {

inline constexpr std::int64_t kSecondUs = 1'000'000;
inline constexpr std::int64_t kQuantum = 128;
inline constexpr int kVoiceSeconds = 8;

struct Interval {
  std::int64_t first;
  std::int64_t end;
};

Bytes pcm_message(std::int64_t page_us, const std::vector<std::int16_t>& samples,
                  std::uint32_t rate);
/// `ref:/mic/pcm#<first>+<count>`
std::string reference(std::string_view topic, std::int64_t first, std::int64_t count);

struct Recording::State {
  explicit State(Options wanted) : options(wanted), random(wanted.seed) {
    if (options.camera) camera_loop = make_camera_loop();
    start();
  }

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  }
  std::int64_t end_us() const { return kStartUs + options.seconds * kSecondUs - 20'000; }

  void start();
  void end();
  void plan_turns(std::int64_t until_us);
  void plan_person(std::int64_t start_us, std::int64_t length_us);
  std::int64_t plan_answer(std::int64_t start_us, std::int64_t samples);
  void plan_playout(std::int64_t first_sample, std::int64_t samples, std::int64_t first_frame);
  std::int64_t cut_answer(std::int64_t first_sample, std::int64_t samples,
                          std::int64_t first_frame);
  void microphone_until(std::int64_t page_us);
  void envelope_until(std::int64_t page_us);
  void camera_until(std::int64_t page_us);
  void clocks(std::int64_t second_us);
  std::int16_t captured(std::int64_t index);

  Options options;
  std::mt19937 random;
  Journal journal;
  std::vector<std::int16_t> person_voice = make_voice(16'000, kVoiceSeconds, 120);
  std::vector<std::int16_t> model_voice = make_voice(24'000, kVoiceSeconds, 190);
  std::vector<CameraPicture> camera_loop;
  Bytes jpeg = make_jpeg();

  std::int64_t second = 0;  ///< next chunk
  std::int64_t next_turn_us = kStartUs + 2 * kSecondUs;
  std::int64_t turns = 0;
  std::deque<Interval> talks;   ///< in captured samples
  std::int64_t mic_sample = 0;  ///< next one
  std::int64_t batch = 0;       ///< next 250 ms of the microphone's own sound
  std::int64_t model_sample = 0;
  std::int64_t items = 0;
  std::int64_t camera_tick = 0;  ///< of 1/15 s since second 1
  std::uint32_t pictures = 0;
  std::uint32_t jpegs = 0;
  std::size_t loop_at = 0;
  bool camera_on = false;
};

}  // namespace reprise::synthetic
