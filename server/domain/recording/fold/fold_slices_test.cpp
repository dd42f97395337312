// How far one chunk may reach, and the fold in slices.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "domain/recording/clock/front.hpp"
#include "domain/recording/fold/scenario_for_test.hpp"

namespace reprise::recording {
namespace {

using namespace scenario;  // tests only

constexpr std::int64_t kSecond = 48'000;
constexpr std::int64_t kNs = 1'000'000'000;

/// The row of the 391-byte chunk that once kept a fold busy for 45 s: its first position is 24
/// hours ahead.
Bytes far_chunk(std::int64_t frame) {
  ChunkWriter writer;
  const std::string row =
      fmt::format(R"({{"kind":"output","context_frame":{},"page_us":{}}})", frame, kStartUs);
  writer.add(Topic::Clock, 0, kStartUs * 1000, as_bytes(row));
  return writer.seal();
}

std::int64_t folded_ns(const Bytes& bytes, std::optional<std::int64_t> seq) {
  const auto chunk = parse_chunk(bytes);
  EXPECT_TRUE(chunk.has_value());
  Fold fold({}, nullptr);
  fold.add(*chunk, seq);
  fold.finish();
  return fold.view().duration_ns;
}

struct ReachCase {
  const char* name;
  std::int64_t seq;
  std::int64_t seconds;
  bool believed;
};
class ChunkReachTest : public testing::TestWithParam<ReachCase> {};
TEST_P(ChunkReachTest, BoundsTheFirstPosition) {
  const auto& tested = GetParam();
  const auto length = folded_ns(far_chunk(tested.seconds * kSecond), tested.seq);
  EXPECT_EQ(length, tested.believed ? tested.seconds * kNs : 0);
}
INSTANTIATE_TEST_SUITE_P(Chunks, ChunkReachTest,
                         testing::Values(ReachCase{"ADayInTheFirst", 0, 24L * 3600, false},
                                         ReachCase{"TwoMinutesInTheFirst", 0, 120, false},
                                         ReachCase{"AStalledDiskInTheFirst", 0, 65, true},
                                         ReachCase{"ThePlaceOfTheHundredth", 100, 100, true},
                                         ReachCase{"TheHundredthWhenEachStalled", 100, 900, true},
                                         ReachCase{"ADayInTheHundredth", 100, 24L * 3600, false},
                                         ReachCase{"ANumberThatCannotBe", 2'147'483'647,
                                                   24L * 3600 + 1, false}),
                         [](const auto& tested) { return tested.param.name; });

TEST(ChunkReachTest, GrowsWithTheNumberOfTheChunkUpToADay) {
  EXPECT_EQ(possible_frames(0), kFrontSlack + Frame(kChunkFramesMax));
  EXPECT_EQ(possible_frames(2'147'483'647), Frame(kMediaFramesMax));
}

/// Samples are bounded as positions are: each number decides how much memory its envelope takes.
TEST(ChunkReachTest, BoundsTheSamplesOfTheModel) {
  ChunkWriter writer;
  const Bytes pcm(480);
  const auto message = encode_audio({0, pcm, 24'000, 1});
  writer.add(Topic::ModelPcm, 4'000'000'000U, kStartUs * 1000, message);
  const Bytes bytes = writer.seal();
  const auto chunk = parse_chunk(bytes);
  ASSERT_TRUE(chunk.has_value());
  Fold fold({}, nullptr);
  fold.add(*chunk, 0);
  fold.finish();
  EXPECT_EQ(fold.view().loss.model.kept, 0);
}

TEST(FoldSlicesTest, AFarPlaceTakesManySlicesOfABoundedSize) {
  const Bytes bytes = far_chunk(60 * kSecond);
  const auto chunk = parse_chunk(bytes);
  ASSERT_TRUE(chunk.has_value());
  Collector media;
  Fold fold({}, &media);
  fold.begin(*chunk, 1000);
  std::size_t slices = 0;
  std::size_t blocks = 0;
  const auto work = [&] {
    for (bool done = false; !done; ++slices) {
      done = fold.work();
      const std::size_t now = media.left.size() / kSoundBlockFrames;
      EXPECT_LE(now - blocks, kSliceBlocks);
      blocks = now;
    }
  };
  work();
  fold.begin_finish();
  work();
  EXPECT_GE(slices, 60 * 50 / kSliceBlocks);
  EXPECT_EQ(fold.view().duration_ns, 60 * kNs);
}

TEST(FoldSlicesTest, GiveWhatTheWholeGives) {
  Session session;
  session.started();
  Capture plan;
  plan.seconds = 14;
  capture(session, plan);
  session.ended(14 * kSecond);
  const auto chunks = session.chunks([](std::size_t i) { return i % 2500 == 0; });
  Folded whole;
  fold_into(whole, chunks);
  Folded sliced;
  {
    Fold fold({}, &sliced.media);
    for (const Bytes& bytes : chunks) {
      const auto chunk = parse_chunk(bytes);
      ASSERT_TRUE(chunk.has_value());
      fold.begin(*chunk);
      while (!fold.work()) (void)fold.view();  // which may be looked at between slices
    }
    fold.begin_finish();
    while (!fold.work()) (void)fold.view();
    sliced.view = fold.view();
  }
  EXPECT_EQ(whole.media.left, sliced.media.left);
  EXPECT_EQ(whole.media.pictures, sliced.media.pictures);
  EXPECT_EQ(whole.view.duration_ns, sliced.view.duration_ns);
  EXPECT_EQ(whole.view.peaks.person, sliced.view.peaks.person);
}

}  // namespace
}  // namespace reprise::recording
