#include "emulator/speech/listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/speech/sound_fixtures.hpp"
#include "emulator/speech/voice_detector.hpp"

namespace reprise::emulator {
namespace {

using namespace fixtures;
using testing::IsEmpty;
using testing::SizeIs;

/// A listener that judges by a script: frames of value 1 are voice, of value 2 have no pitch.
Listener scripted(ListenerSettings settings = {}) {
  return Listener(settings, [](std::span<const std::int16_t> frame) {
    if (frame[0] == 1) return Hearing::Voice;
    return frame[0] == 2 ? Hearing::Voiceless : Hearing::Nothing;
  });
}
Samples frames(int count, std::int16_t value) {
  return Samples(static_cast<std::size_t>(count) * kFrameSamples, value);
}
Listener real() {
  auto detector = std::make_shared<VoiceDetector>();  // owned by the listener's function
  return Listener(
      {}, [detector](std::span<const std::int16_t> frame) { return detector->hearing(frame); });
}

TEST(Listener, StartsAfterTwoTenthsOfVoiceAndEndsAfterTheSilence) {
  Listener listener = scripted();
  EXPECT_THAT(listener.hear(frames(19, 1)), IsEmpty());
  EXPECT_THAT(listener.hear(frames(1, 1)), testing::ElementsAre(SpeechEdge{SpeechStarted{}}));
  EXPECT_TRUE(listener.speaking());
  EXPECT_THAT(listener.hear(frames(79, 0)), IsEmpty());
  const std::vector<SpeechEdge> edges = listener.hear(frames(1, 0));
  ASSERT_THAT(edges, SizeIs(1));
  const Samples& pcm = std::get<SpeechEnded>(edges[0]).pcm;
  EXPECT_EQ(pcm, frames(20, 1) + frames(20, 0));  // 200 ms of the silence are kept
  EXPECT_FALSE(listener.speaking());
}

TEST(Listener, VoiceInShortPiecesNeverStarts) {
  Listener listener = scripted();
  for (int second = 0; second < 20; ++second) {
    EXPECT_THAT(listener.hear(frames(19, 1)), IsEmpty());
    EXPECT_THAT(listener.hear(frames(60, 0)), IsEmpty());
  }
}

TEST(Listener, WhatHasNoPitchBeginsNothingButGoesWithAVoice) {
  Listener listener = scripted();
  EXPECT_THAT(listener.hear(frames(500, 2)), IsEmpty());
  EXPECT_THAT(listener.hear(frames(1, 1)), IsEmpty());
  EXPECT_THAT(listener.hear(frames(1, 1)), SizeIs(1));
  EXPECT_THAT(listener.hear(frames(500, 2)), IsEmpty());  // only silence ends it
  EXPECT_THAT(listener.hear(frames(80, 0)), SizeIs(1));
}

TEST(Listener, KeepsSoundFromBeforeTheStart) {
  Listener listener = scripted();
  listener.hear(frames(500, 7));
  listener.hear(frames(20, 1));
  const std::vector<SpeechEdge> edges = listener.stream_ended();
  ASSERT_THAT(edges, SizeIs(1));
  EXPECT_EQ(std::get<SpeechEnded>(edges[0]).pcm, frames(50, 7) + frames(20, 1));
}

TEST(Listener, APauseOfTheStreamCommitsAtOnceAndIsNothingInSilence) {
  Listener listener = scripted();
  listener.hear(frames(10, 1));
  EXPECT_THAT(listener.stream_ended(), IsEmpty());
  EXPECT_THAT(listener.hear(frames(19, 1)), IsEmpty());  // the frames before were dropped
}

TEST(Listener, HonoursTheSetupsSilence) {
  Listener listener = scripted({.silence_to_end = std::chrono::milliseconds(100)});
  listener.hear(frames(20, 1));
  EXPECT_THAT(listener.hear(frames(9, 0)), IsEmpty());
  EXPECT_THAT(listener.hear(frames(1, 0)), SizeIs(1));
}

TEST(Listener, CutsAnEndlessUtterance) {
  Listener listener = scripted();
  std::vector<SpeechEdge> edges;
  for (int second = 0; second < 61; ++second) {
    for (SpeechEdge& edge : listener.hear(frames(100, 1))) edges.push_back(std::move(edge));
  }
  ASSERT_THAT(edges, SizeIs(3));  // started, ended, and started again
  EXPECT_EQ(std::get<SpeechEnded>(edges[1]).pcm.size(), kUtteranceMax.count() * kEarHz);
}

TEST(Listener, ManualMarksBracketExactlyTheSoundBetween) {
  Listener listener = scripted({.automatic = false});
  EXPECT_THAT(listener.hear(frames(30, 1)), IsEmpty());
  EXPECT_THAT(listener.begin(), SizeIs(1));
  EXPECT_THAT(listener.begin(), IsEmpty());
  listener.hear(frames(3, 5));
  listener.hear(Samples(10, 6));
  const std::vector<SpeechEdge> edges = listener.end();
  ASSERT_THAT(edges, SizeIs(1));
  EXPECT_EQ(std::get<SpeechEnded>(edges[0]).pcm, frames(3, 5) + Samples(10, 6));
  EXPECT_THAT(listener.end(), IsEmpty());
}

TEST(Listener, HearsSpeechOnceAndWithClearEdges) {
  Listener listener = real();
  EXPECT_THAT(listener.hear(silence(1)), IsEmpty());
  const Samples speech = said("rms", "tell me a long story");
  const std::vector<SpeechEdge> edges = listener.hear(speech + silence(1.2));
  ASSERT_THAT(edges, SizeIs(2));
  EXPECT_EQ(edges[0], SpeechEdge{SpeechStarted{}});
  const double seconds = static_cast<double>(std::get<SpeechEnded>(edges[1]).pcm.size()) / kEarHz;
  const double spoken = static_cast<double>(speech.size()) / kEarHz;
  EXPECT_GT(seconds, spoken - 0.2);
  EXPECT_LT(seconds, spoken + 1.0);
}

struct QuietCase {
  const char* name;
  Samples sound;
};
class NeverStarts : public testing::TestWithParam<QuietCase> {};

TEST_P(NeverStarts, OnSoundThatIsNoSpeech) {
  Listener listener = real();
  EXPECT_THAT(listener.hear(GetParam().sound + silence(1)), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Sounds, NeverStarts,
    testing::Values(QuietCase{"Silence", silence(5)}, QuietCase{"PinkNoise", pink_noise(5, 60)},
                    QuietCase{"QuietPinkNoise", pink_noise(5, 100)},
                    QuietCase{"Hiss", white_noise(5, 20)},
                    QuietCase{"Beep50", silence(1) + tone(1000, 0.05)},
                    QuietCase{"Beep150", silence(1) + tone(1000, 0.15)},
                    QuietCase{"LowBeep", silence(1) + tone(300, 0.15)},
                    QuietCase{"QuietBeep", silence(1) + tone(2000, 0.1, 300)},
                    QuietCase{"LongTone", tone(1000, 2)},
                    QuietCase{"BeepEachSecond", tone(1000, 0.05) + silence(0.95) +
                                                    tone(1000, 0.05) + silence(0.95) +
                                                    tone(1000, 0.05)}),
    [](const auto& tested) { return tested.param.name; });

// ---- digital silence, and the model that speaks
// --------------------------------------------------

Listener doubting(Doubt doubt) {
  auto detector = std::make_shared<VoiceDetector>();  // owned by the listener's function
  return Listener({}, [detector, doubt](std::span<const std::int16_t> frame) {
    return detector->hearing(frame, doubt);
  });
}

/// Whether any of `sound` counts as speech.
bool starts(Listener listener, const Samples& sound) {
  for (const SpeechEdge& edge : listener.hear(sound)) {
    if (std::holds_alternative<SpeechStarted>(edge)) return true;
  }
  return false;
}

struct NoiseCase {
  const char* name;
  Samples (*noise)(double seconds, double amplitude);
};
class AfterDigitalSilence : public testing::TestWithParam<NoiseCase> {};

TEST_P(AfterDigitalSilence, NoiseIsNoVoice) {
  // The room, the muted microphone, and the room again; also the room as the first sound.
  for (const double level_db : {-20.0, -30.0, -40.0, -50.0, -60.0}) {
    const Samples room = at_level(GetParam().noise(2, 3000), level_db);
    EXPECT_FALSE(starts(doubting(Doubt::Much), room + silence(2) + room)) << level_db;
    EXPECT_FALSE(starts(doubting(Doubt::Little), silence(2) + room)) << level_db;
  }
}

INSTANTIATE_TEST_SUITE_P(Noises, AfterDigitalSilence,
                         testing::Values(NoiseCase{"White", white_noise},
                                         NoiseCase{"Pink", pink_noise},
                                         NoiseCase{"Brown", brown_noise}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Listener, HearsSoftSpeechAlsoWhileTheModelSpeaks) {
  for (const char* voice : {"rms", "slt"}) {
    for (const char* text : {"stop", "no", "please stop", "tell me a long story"}) {
      const Samples speech = at_level(said(voice, text), -38);
      const Samples room = at_level(pink_noise(3, 3000), -70);
      EXPECT_TRUE(starts(doubting(Doubt::Much), silence(3) + speech + silence(1))) << text;
      EXPECT_TRUE(starts(doubting(Doubt::Much), room + speech + room)) << text;
      EXPECT_TRUE(starts(doubting(Doubt::Much), room + silence(2) + speech + room)) << text;
    }
  }
}

TEST(PureTone, IsFoundInTonesAndNotInVowels) {
  EXPECT_TRUE(is_pure_tone(tone(1000, 0.01)));
  EXPECT_TRUE(is_pure_tone(tone(250, 0.01, 500)));
  EXPECT_FALSE(is_pure_tone(silence(0.01)));
  for (const char* voice : {"rms", "slt"}) {
    const Samples speech = said(voice, "who moved the blue moon to your room");
    int tones = 0;
    int total = 0;
    for (std::size_t at = 0; at + kFrameSamples <= speech.size(); at += kFrameSamples, ++total) {
      tones += is_pure_tone(std::span(speech).subspan(at, kFrameSamples)) ? 1 : 0;
    }
    EXPECT_LT(tones, total / 20) << voice << ": " << tones << " of " << total;
  }
}

}  // namespace
}  // namespace reprise::emulator
