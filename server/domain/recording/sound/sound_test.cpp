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

TEST(SamplesOfTest, AreLittleEndianAndWhole) {
  const Bytes bytes{std::byte{1}, std::byte{2}, std::byte{0xFF}, std::byte{0xFF}, std::byte{9}};
  EXPECT_EQ(samples_of(bytes), (std::vector<std::int16_t>{0x0201, -1}));
  EXPECT_TRUE(samples_of({}).empty());
}

std::vector<std::int16_t> run(std::size_t samples, std::int16_t value = 1) {
  return std::vector<std::int16_t>(samples, value);
}

TEST(SampleQueueTest, HoldsAsManySamplesAsItMay) {
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

TEST(SampleQueueTest, CopiesWhatIsThereToItsPlace) {
  SampleQueue queue(100);
  queue.add(4, run(2, 0x2000));
  queue.add(5, run(3, 0x1000));  // overlaps, so it is ignored
  queue.add(10, run(3, 0x4000));
  std::vector<double> out(8, 9);
  EXPECT_EQ(queue.copy(3, out), 3);
  EXPECT_EQ(out, (std::vector<double>{9, 0.25, 0.25, 9, 9, 9, 9, 0.5}));
  out.assign(2, 9);
  EXPECT_EQ(queue.copy(11, out), 2);
  EXPECT_EQ(out, (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(queue.copy(7, out), 0) << "between two runs";
}

TEST(SampleQueueTest, DropsTheRunsThatHaveEnded) {
  SampleQueue queue(100);
  for (const std::int64_t first : {0, 10, 20}) queue.add(first, run(10));
  queue.drop_before(19);
  EXPECT_EQ(queue.runs().size(), 2);
  queue.drop_before(20);
  EXPECT_EQ(queue.runs().size(), 1);
  queue.drop_before(1000);
  EXPECT_TRUE(queue.runs().empty());
}

TEST(PersonSoundTest, IsTheSameHoweverItWasCutIntoMessages) {
  // Whole blocks of the microphone end at all places around the end of a block of sound.
  for (std::int64_t frame = 0; frame < kSoundBlockFrames; frame = frame == 64 ? 900 : frame + 1) {
    const auto whole = rendered(frame, kSamples);
    EXPECT_NE(whole, std::vector<float>(whole.size())) << frame;
    EXPECT_EQ(rendered(frame, 320), whole) << frame;
  }
}

TEST(PersonSoundTest, MovesWithItsPlace) {
  constexpr std::int64_t kFrame = 200;
  const auto sound = rendered(kFrame, kSamples);
  for (std::int64_t later = 1; later < 7; ++later) {
    const auto moved = rendered(kFrame + later, kSamples);
    EXPECT_TRUE(std::equal(sound.begin(), sound.end() - later, moved.begin() + later)) << later;
  }
}

TEST(PersonSoundTest, IsSilentAfterItsEnd) {
  for (const std::int64_t frame : {0, 1, 2}) {
    MicMap map;
    map.add(MicSample(0), Frame(frame));
    PersonSound sound;
    sound.add(MicSample(0), run(100, 9000));
    std::vector<bool> heard;
    for (std::int64_t block = 0; block < 4; ++block) {
      std::vector<float> out(kSoundBlockFrames);
      BlockLevels levels{};
      heard.push_back(sound.render(block * kSoundBlockFrames, map, out.data(), levels));
    }
    EXPECT_EQ(heard, (std::vector<bool>{true, false, false, false})) << frame;
  }
}

/// The levels of `blocks` blocks, of samples each of which is the number of its 10 ms, from 1 on.
std::vector<Level> person_levels(std::int64_t frame, std::int64_t blocks) {
  MicMap map;
  map.add(MicSample(0), Frame(frame));
  PersonSound sound;
  std::vector<std::int16_t> samples;
  for (auto at = frame; at < blocks * kSoundBlockFrames; at += 3) {
    samples.push_back(static_cast<std::int16_t>(at / kPeakFrames + 1));
  }
  sound.add(MicSample(0), std::move(samples));
  std::vector<Level> all;
  for (std::int64_t block = 0; block < blocks; ++block) {
    BlockLevels levels{};
    EXPECT_FALSE(sound.render(block * kSoundBlockFrames, map, nullptr, levels)) << "no output";
    all.insert(all.end(), levels.begin(), levels.end());
  }
  return all;
}

TEST(PersonSoundTest, LevelsAreOfTheirTenMilliseconds) {
  // The first samples come too early for the filter's delay.
  for (const std::int64_t frame : {47, 48, 49, 478, 479, 480, 481, 959, 960, 961}) {
    const auto levels = person_levels(frame, 4);
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(levels.size()); ++i) {
      const auto& level = levels[static_cast<std::size_t>(i)];
      const auto begin = std::max(frame, i * kPeakFrames);
      const auto first = frame + (begin - frame + 2) / 3 * 3;
      const auto count = std::max<std::int64_t>(0, ((i + 1) * kPeakFrames - first + 2) / 3);
      EXPECT_EQ(level.count, count) << frame << " " << i;
      EXPECT_EQ(level.high, count > 0 ? i + 1 : 0) << frame << " " << i;
      EXPECT_EQ(level.square_sum, static_cast<double>(count * (i + 1) * (i + 1)));
    }
  }
}

SpanRow span(std::int64_t first_sample, std::int64_t count, std::int64_t frame) {
  return {0, ModelSample(first_sample), ModelSample(count), Frame(frame)};
}

std::int64_t squares(std::span<const Level> levels) {
  double sum = 0;
  for (const auto& level : levels) sum += level.square_sum;
  return static_cast<std::int64_t>(sum);
}

TEST(ModelSoundTest, SpansAndFadesComeInOrder) {
  ModelSound sound;
  EXPECT_TRUE(sound.add(span(0, 100, 0)));
  EXPECT_FALSE(sound.add(span(100, 100, 199)));
  EXPECT_TRUE(sound.add(span(100, 100, 200)));
  EXPECT_TRUE(sound.add(FadeRow{Frame(0), ModelSample(100)}));
  EXPECT_FALSE(sound.add(FadeRow{Frame(199), ModelSample(100)}));
  EXPECT_TRUE(sound.add(FadeRow{Frame(200), ModelSample(100)}));
}

TEST(ModelSoundTest, IsSilentWithoutSpans) {
  ModelSound sound;
  sound.add(ModelSample(0), run(100, 9000));  // received and never heard
  std::vector<float> out(kSoundBlockFrames);
  BlockLevels levels{};
  EXPECT_FALSE(sound.render(0, out.data(), levels));
  EXPECT_EQ(squares(levels), 0);
  EXPECT_FALSE(sound.render(kSoundBlockFrames, nullptr, levels)) << "no output";
}

TEST(ModelSoundTest, SpansOverBlocksAreHeardWhole) {
  ModelSound sound;
  sound.add(ModelSample(0), run(600, 3));
  sound.add(ModelSample(600), run(300, 7));
  // 200 samples in the first block, 480 in the second, 20 in the third, then a part of the rest.
  sound.add(span(0, 500, 560));
  sound.add(span(500, 200, 1560));
  sound.add(span(800, 50, 2000));
  std::vector<std::int64_t> got;
  for (std::int64_t block = 0; block < 4; ++block) {
    BlockLevels levels{};
    sound.render(block * kSoundBlockFrames, nullptr, levels);
    got.push_back(squares(levels));
  }
  // At 24 kHz: [280, 780) and [780, 980) with 100 of each loudness; [1000, 1050).
  EXPECT_EQ(got, (std::vector<std::int64_t>{200 * 9, 400 * 9 + 80 * 49, 70 * 49, 0}));
  EXPECT_TRUE(sound.gaps().empty());
  EXPECT_EQ(sound.missing_samples(), ModelSample(0));
}

TEST(ModelSoundTest, AFadeEndsInSilenceAlsoOverABlocksEnd) {
  ModelSound sound;
  sound.add(ModelSample(0), run(960, 1000));
  sound.add(span(0, 960, 0));
  sound.add(FadeRow{Frame(956), ModelSample(4)});  // two samples before the end of the block
  std::vector<std::int64_t> got;
  for (const std::int64_t block : {0, 1}) {
    BlockLevels levels{};
    sound.render(block * kSoundBlockFrames, nullptr, levels);
    got.push_back(squares(levels));
  }
  EXPECT_EQ(got, (std::vector<std::int64_t>{478 * 1'000'000 + 750 * 750 + 500 * 500,
                                            478 * 1'000'000 + 250 * 250}));
}

struct JoinCase {
  const char* name;
  std::int64_t pause_frames;  ///< between two pieces that are missing
  std::size_t want_gaps;
};
class JoinTest : public testing::TestWithParam<JoinCase> {};
TEST_P(JoinTest, OfGapsThatAreClose) {
  constexpr std::int64_t kFirst = 960;
  ModelSound sound;
  sound.add(ModelSample(0), run(20));
  sound.add(span(0, 60, kFirst));  // 40 samples of it are missing
  const auto next = kFirst + 120 + GetParam().pause_frames;
  sound.add(span(60, 100, next));
  BlockLevels levels{};
  for (std::int64_t block = 0; block * kSoundBlockFrames < next + 200; ++block) {
    sound.render(block * kSoundBlockFrames, nullptr, levels);
  }
  EXPECT_EQ(sound.missing_samples(), ModelSample(140));
  ASSERT_EQ(sound.gaps().size(), GetParam().want_gaps);
  EXPECT_EQ(sound.gaps().front().start_ns, ns_of_frame(kFirst));
  EXPECT_EQ(sound.gaps().back().end_ns, ns_of_frame(next + 200));
}
INSTANTIATE_TEST_SUITE_P(Gaps, JoinTest,
                         testing::Values(JoinCase{"AtOnce", 0, 1}, JoinCase{"Below", 11'998, 1},
                                         JoinCase{"AtTheLimit", 12'000, 2},
                                         JoinCase{"Above", 24'000, 2}),
                         [](const auto& tested) { return tested.param.name; });

TEST(ModelSoundTest, HoldsAsManySpansAndFadesAsItMay) {
  for (const std::size_t more : {0, 1}) {
    ModelSound sound;
    ModelSound faded;
    sound.add(ModelSample(0), {500});
    faded.add(ModelSample(0), {500});
    faded.add(span(0, 1, 0));
    for (std::size_t i = 0; i < kSpansPendingMax + more; ++i) {
      const auto frame = 2 * static_cast<std::int64_t>(i);
      sound.add(span(static_cast<std::int64_t>(i), 1, frame));
      faded.add(FadeRow{Frame(frame), ModelSample(1)});
    }
    BlockLevels levels{};
    sound.render(0, nullptr, levels);
    EXPECT_EQ(levels[0].high, more == 0 ? 500 : 0) << "the oldest span has gone";
    levels = {};
    faded.render(0, nullptr, levels);
    EXPECT_EQ(levels[0].high, more == 0 ? 0 : 500) << "the oldest fade has gone";
  }
}

TEST(ModelSoundTest, GapsAreBounded) {
  constexpr auto kGaps = static_cast<std::int64_t>(kGapsPerChannelMax) + 1;
  constexpr std::int64_t kApart = 14 * kSoundBlockFrames;
  ModelSound sound;
  for (std::int64_t i = 0; i < kGaps; ++i) {
    sound.add(span(i, 1, i * kApart));
    BlockLevels levels{};
    sound.render(i * kApart, nullptr, levels);  // nothing is heard in the blocks between
  }
  EXPECT_EQ(sound.gaps().size(), kGapsPerChannelMax);
  EXPECT_EQ(sound.missing_samples(), ModelSample(kGaps));
}

}  // namespace
}  // namespace reprise::recording
