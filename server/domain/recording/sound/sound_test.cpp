#include "domain/recording/sound/sound.hpp"

#include <gtest/gtest.h>

namespace reprise::recording {
namespace {

constexpr std::size_t kSamples = 5 * 320;
constexpr std::int64_t kBlocks = 7;

/// The person's side of a sound whose first sample entered the worklet at `frame` and whose samples
/// come in runs of `per_run`.
std::vector<float> rendered(std::int64_t frame, std::size_t per_run) {
  std::vector<std::int16_t> samples;
  std::uint32_t random = 1;
  for (std::size_t i = 0; i < kSamples; ++i) {
    random = random * 48'271 % 65'537;
    samples.push_back(static_cast<std::int16_t>(random - 32'768));
  }
  MicMap map;
  map.add(MicSample(0), Frame(frame));
  PersonSound sound;
  for (std::size_t at = 0; at < kSamples; at += per_run) {
    const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(at);
    sound.add(MicSample(static_cast<std::int64_t>(at)),
              {begin, begin + static_cast<std::ptrdiff_t>(per_run)});
  }
  std::vector<float> all;
  for (std::int64_t block = 0; block < kBlocks; ++block) {
    std::vector<float> out(kSoundBlockFrames);
    BlockLevels levels{};
    if (sound.render(block * kSoundBlockFrames, map, out.data(), levels)) {
      all.insert(all.end(), out.begin(), out.end());
    } else {
      all.resize(all.size() + out.size());
    }
  }
  return all;
}

TEST(SampleQueueTest, HoldsAsManySamplesAsItMay) {
  const auto run = [](std::size_t samples) { return std::vector<std::int16_t>(samples, 1); };
  SampleQueue queue(10);
  queue.add(0, run(4));
  queue.add(4, run(6));
  std::vector<double> out(20);
  EXPECT_EQ(queue.copy(0, out), 10);
  queue.add(10, run(1));
  EXPECT_EQ(queue.copy(0, out), 7) << "the oldest run has gone";
  queue.add(11, run(20));
  EXPECT_EQ(queue.copy(11, out), 20) << "the newest run stays, however long it is";
}

TEST(PersonSoundTest, IsTheSameHoweverItWasCutIntoMessages) {
  // Whole blocks of the microphone end at all places around the end of a block of sound.
  for (std::int64_t frame = 0; frame < kSoundBlockFrames; frame = frame == 64 ? 900 : frame + 1) {
    const auto whole = rendered(frame, kSamples);
    EXPECT_NE(whole, std::vector<float>(whole.size())) << frame;
    EXPECT_EQ(rendered(frame, 320), whole) << frame;
  }
}

}  // namespace
}  // namespace reprise::recording
