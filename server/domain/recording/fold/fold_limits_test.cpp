// The last position, sample and message that the fold takes, the first one that it leaves out, and
// the blocks that this makes final.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/recording/clock/front.hpp"
#include "domain/recording/fold/fold.hpp"
#include "domain/recording/fold/scenario_for_test.hpp"
#include "domain/recording/sound/peaks.hpp"
#include "domain/recording/sound/sound.hpp"

namespace reprise::recording {
namespace {

using namespace scenario;  // tests only

constexpr std::int64_t kSecond = 48'000;
constexpr std::int64_t kNs = 1'000'000'000;
constexpr std::int64_t kBlockNs = 20'000'000;

std::int64_t left_out(const View& view, std::string_view topic) {
  for (std::int64_t count = 1; count < 10; ++count) {
    const auto detail = fmt::format(R"({{"topic":"{}","count":{}}})", topic, count);
    for (const Event& event : view.events) {
      if (event.kind == "left_out" && event.detail_json == detail) return count;
    }
  }
  return 0;
}

/// A chunk whose only message is this one.
Bytes chunk_of(Topic topic, std::uint32_t sequence, ByteView data) {
  ChunkWriter writer;
  writer.add(topic, sequence, kStartUs * 1000, data);
  return writer.seal();
}
Bytes place_of(std::int64_t frame) {
  const auto row =
      fmt::format(R"({{"kind":"output","context_frame":{},"page_us":{}}})", frame, kStartUs);
  return chunk_of(Topic::Clock, 0, as_bytes(row));
}
View folded(const Bytes& bytes, std::int64_t seq = 0) {
  Fold fold({}, nullptr);
  fold.add(parse_chunk(bytes).value(), seq);
  fold.finish();
  return fold.view();
}

TEST(FoldLimitsTest, ABlockIsFinalTwoSecondsLater) {
  Fold fold({}, nullptr);
  const std::vector<std::pair<std::int64_t, std::int64_t>> frames_and_blocks{
      {kSoundBlockFrames + 2 * kSecond - 1, 0},
      {kSoundBlockFrames + 2 * kSecond, 1},
      {2 * kSoundBlockFrames + 2 * kSecond - 1, 1},
      {2 * kSoundBlockFrames + 2 * kSecond, 2}};
  for (const auto& [frame, blocks] : frames_and_blocks) {
    const Bytes bytes = place_of(frame);
    fold.add(parse_chunk(bytes).value());
    EXPECT_EQ(fold.view().duration_ns, blocks * kBlockNs) << frame;
  }
}

TEST(FoldLimitsTest, ASliceHasALimitedNumberOfMessages) {
  for (const std::int64_t more : {0, 1}) {
    ChunkWriter writer;
    const auto count = static_cast<std::uint32_t>(kSliceMessages + more);
    for (std::uint32_t i = 0; i < count; ++i) {
      writer.add(Topic::Events, i, kStartUs * 1000,
                 as_bytes(R"({"kind":"mark","page_us":1,"context_frame":7})"));
    }
    const Bytes bytes = writer.seal();
    const auto chunk = parse_chunk(bytes);
    ASSERT_TRUE(chunk);
    Fold fold({}, nullptr);
    fold.begin(*chunk);
    EXPECT_EQ(fold.work(), more == 0);
    if (more > 0) EXPECT_TRUE(fold.work());
    EXPECT_EQ(fold.view().events.size(), count);
  }
}

Bytes sound_of(std::size_t samples, std::uint32_t rate, std::uint32_t channels = 1) {
  const Bytes pcm(samples * 2);
  return encode_audio({.timestamp_ns = 0, .pcm = pcm, .sample_rate = rate, .channels = channels});
}

TEST(FoldLimitsTest, TheMicrophoneEndsWhereItsChunkMayEnd) {
  const auto limit = static_cast<std::uint32_t>(possible_frames(0).value / 3);
  const View last = folded(chunk_of(Topic::MicPcm, limit - 320, sound_of(320, 16'000)));
  EXPECT_EQ(last.loss.microphone.kept, 1);
  EXPECT_EQ(last.duration_ns, 70 * kNs);
  EXPECT_EQ(left_out(last, "/mic/pcm"), 0);
  const View beyond = folded(chunk_of(Topic::MicPcm, limit - 319, sound_of(320, 16'000)));
  EXPECT_EQ(beyond.duration_ns, 0);
  EXPECT_EQ(left_out(beyond, "/mic/pcm"), 1);
}

TEST(FoldLimitsTest, TheModelMayBeTenMinutesAhead) {
  const auto limit =
      static_cast<std::uint32_t>(possible_frames(0).value / 2 + kModelPendingSamplesMax.value);
  const View last = folded(chunk_of(Topic::ModelPcm, limit - 480, sound_of(480, 24'000)));
  EXPECT_EQ(last.loss.model.kept, 1);
  EXPECT_EQ(left_out(last, "/model/pcm"), 0);
  const View beyond = folded(chunk_of(Topic::ModelPcm, limit - 479, sound_of(480, 24'000)));
  EXPECT_EQ(beyond.loss.model.kept, 0);
  EXPECT_EQ(left_out(beyond, "/model/pcm"), 1);
}

struct OtherSoundCase {
  const char* name;
  Topic topic;
  std::uint32_t rate;
  std::uint32_t channels;
  std::int64_t left_out;
};
class OtherSoundTest : public testing::TestWithParam<OtherSoundCase> {};
TEST_P(OtherSoundTest, HasTheRateAndTheOneChannelOfItsTopic) {
  const auto& tested = GetParam();
  const View view = folded(chunk_of(tested.topic, 0, sound_of(480, tested.rate, tested.channels)));
  EXPECT_EQ(left_out(view, name_of(tested.topic)), tested.left_out);
  const auto& loss = tested.topic == Topic::MicPcm ? view.loss.microphone : view.loss.model;
  EXPECT_EQ(loss.kept, 1 - tested.left_out);
}
INSTANTIATE_TEST_SUITE_P(
    Sounds, OtherSoundTest,
    testing::Values(OtherSoundCase{"Microphone", Topic::MicPcm, 16'000, 1, 0},
                    OtherSoundCase{"MicrophoneInStereo", Topic::MicPcm, 16'000, 2, 1},
                    OtherSoundCase{"MicrophoneAtTheRateOfTheModel", Topic::MicPcm, 24'000, 1, 1},
                    OtherSoundCase{"Model", Topic::ModelPcm, 24'000, 1, 0},
                    OtherSoundCase{"ModelInStereo", Topic::ModelPcm, 24'000, 2, 1},
                    OtherSoundCase{"ModelAtTheRateOfTheMicrophone", Topic::ModelPcm, 16'000, 1, 1}),
    [](const auto& tested) { return tested.param.name; });

TEST(FoldLimitsTest, SoundWithoutSamplesIsNothing) {
  for (const Topic topic : {Topic::MicPcm, Topic::ModelPcm}) {
    const View view =
        folded(chunk_of(topic, 0, sound_of(0, topic == Topic::MicPcm ? 16'000 : 24'000)));
    EXPECT_EQ(view.loss.microphone.kept + view.loss.microphone.missing, 0);
    EXPECT_EQ(view.loss.model.kept + view.loss.model.missing, 0);
    EXPECT_TRUE(view.events.empty());
  }
}

struct OtherPictureCase {
  const char* name;
  std::string format;
  std::int64_t device_us;
  bool taken;
};
class OtherPictureTest : public testing::TestWithParam<OtherPictureCase> {};
TEST_P(OtherPictureTest, IsVp9WithATimeThatCanBe) {
  const auto& tested = GetParam();
  const Bytes data(40);
  const Bytes message = encode_video({tested.device_us * 1000, "key 640x480", tested.format, data});
  Session session;
  session.started();
  session.anchors(0, 4 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(4 * 16'000));
  session.add(Topic::CameraVideo, 0, kStartUs + 1'000'000, message);
  session.ended(4 * kSecond);
  const auto view = fold(session).view;
  EXPECT_EQ(view.loss.camera.kept, tested.taken ? 1 : 0);
  EXPECT_EQ(view.loss.camera.missing, tested.taken ? 0 : 1);
  EXPECT_EQ(left_out(view, "/camera/video"), tested.taken ? 0 : 1);
  EXPECT_EQ(view.has_pictures, tested.taken);
}
INSTANTIATE_TEST_SUITE_P(Pictures, OtherPictureTest,
                         testing::Values(OtherPictureCase{"Usual", "vp9", 5, true},
                                         OtherPictureCase{"LastTime", "vp9", kClockUsMax, true},
                                         OtherPictureCase{"FirstTime", "vp9", -kClockUsMax, true},
                                         OtherPictureCase{"TooLate", "vp9", kClockUsMax + 1, false},
                                         OtherPictureCase{"TooEarly", "vp9", -kClockUsMax - 1,
                                                          false},
                                         OtherPictureCase{"AnotherFormat", "jpeg", 5, false}),
                         [](const auto& tested) { return tested.param.name; });

/// Where the person's speech begins, who is muted up to a frame. The sound is loud from a sample
/// on.
std::int64_t speech_begins_ns(std::int64_t first_loud, std::int64_t muted_until) {
  Session session;
  session.started();
  session.anchors(0, 4 * kSecond);
  std::vector<std::int16_t> mic(4 * 16'000);
  for (auto i = static_cast<std::size_t>(first_loud); i < 3 * 16'000; ++i) {
    mic[i] = i / 20 % 2 == 0 ? 5'000 : -5'000;
  }
  session.mic(0, 47, mic);
  if (muted_until > 0) {
    session.event(0, R"("kind":"mute","on":true)");
    session.event(static_cast<double>(muted_until), R"("kind":"mute","on":false)");
  }
  session.ended(4 * kSecond);
  const auto view = fold(session, {.render_sound = false}).view;
  EXPECT_EQ(view.turns.size(), 1U);
  return view.turns.empty() ? -1 : view.turns[0].start_ns;
}

TEST(FoldLimitsTest, SpeechIsFoundToTenMilliseconds) {
  for (const std::int64_t hop : {100, 101, 102, 103}) {
    EXPECT_EQ(speech_begins_ns(hop * 160, 0), hop * 10'000'000);
  }
}

TEST(FoldLimitsTest, AMutedPersonSpeaksFromTheSwitchOn) {
  EXPECT_EQ(speech_begins_ns(0, 48'000), 1'000'000'000);
  EXPECT_EQ(speech_begins_ns(0, 48'480), 1'010'000'000);
  EXPECT_EQ(speech_begins_ns(0, 48'481), 1'020'000'000);
}

TEST(FoldLimitsTest, TellsOfWordsWhoseTimeCannotBe) {
  Session session;
  session.worker_shift_us = 3 * 3'600'000'000;
  session.started();
  session.anchors(0, 4 * kSecond);
  session.said(2.0 * kSecond, "hello");
  session.ended(4 * kSecond);
  const auto view = fold(session).view;
  ASSERT_EQ(view.events.size(), 1U);
  EXPECT_EQ(view.events[0].kind, "clock_doubted");
  EXPECT_EQ(view.events[0].detail_json, R"({"count":1})");
}

TEST(FoldLimitsTest, CountsThePairsOfBothClocks) {
  Session session;
  session.started();
  const Capture plan{.seconds = 4};
  const auto places = capture(session, plan);
  session.ended(4 * kSecond);
  const auto view = fold(session, {.render_sound = false}).view;
  EXPECT_EQ(view.fit.pairs, std::ssize(places) + 15 * 25);
}

/// Sound that nobody heard, of so many bins of 10 ms. Only the last bin was received.
View with_ghost(std::int64_t bins) {
  const std::int64_t samples = bins * ModelEnvelope::kBinSamples;
  Session session;
  session.started();
  session.anchors(0, 2 * kSecond);
  session.playout(kSecond, R"("kind":"item","item":0,"first_sample":0)");
  session.says(kSecond, "hello");
  session.model(samples - 240, kSecond, std::vector<std::int16_t>(240, 9'000));
  session.playout(kSecond + 1, fmt::format(R"("kind":"item_end","item":0,"sample_count":{},)"
                                           R"("complete":false)",
                                           samples));
  session.ended(2 * kSecond);
  return fold(session, {.render_sound = false}).view;
}

TEST(FoldLimitsTest, GhostsTakeEightMebibytes) {
  constexpr std::int64_t kBins = std::int64_t{4} << 20;  // of two bytes
  const View most = with_ghost(kBins);
  ASSERT_EQ(most.ghosts.size(), 1U);
  EXPECT_EQ(std::ssize(most.ghosts[0].peaks), 2 * kBins);
  EXPECT_EQ(most.loss.turns.missing, 0);
  const View beyond = with_ghost(kBins + 1);
  EXPECT_TRUE(beyond.ghosts.empty());
  EXPECT_EQ(beyond.loss.turns.missing, 1);
}

}  // namespace
}  // namespace reprise::recording
