#include "domain/recording/fold/fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "domain/recording/fold/scenario_for_test.hpp"
#include "domain/recording/view/webvtt.hpp"
#include "domain/recording/words/turns.hpp"

namespace reprise::recording {
namespace {

using namespace scenario;  // tests only

constexpr std::int64_t kSecond = 48'000;
constexpr std::int64_t kNs = 1'000'000'000;

std::string heard_words(const Turn& turn) { return heard_text(turn); }

/// The person speaks for two seconds; an answer of two seconds is cut at 1.2 s with a fade; hang-up
/// at 8 s.
Session talk() {
  Session session;
  session.started();
  session.anchors(0, 8 * kSecond);
  std::vector<std::int16_t> mic(8 * 16'000);
  const auto spoken = voice_samples(0, 16'000, 2 * 16'000);
  std::ranges::copy(spoken, mic.begin() + 16'000);
  const auto barge_in = voice_samples(3, 16'000, 16'000);
  std::ranges::copy(barge_in, mic.begin() + 5 * 16'000 - 8'000);
  session.mic(0, 0, mic);
  session.said(3.4 * kSecond, "what is the");
  session.said(3.5 * kSecond, " time");
  // 2 s of sound in four messages, each after its words.
  const auto answer = voice_samples(10, 24'000, 48'000);
  session.playout(3.6 * kSecond, R"("kind":"item","item":0,"first_sample":0,"page_us":)" +
                                     std::to_string(session.page_us(3.6 * kSecond)));
  const std::vector<std::string> words{"It is", " ten past", " nine in", " the evening"};
  for (std::int64_t part = 0; part < 4; ++part) {
    const double frame = (3.6 + 0.01 * static_cast<double>(part)) * kSecond;
    session.says(frame, words[static_cast<std::size_t>(part)]);
    session.wire_audio(frame + 10, 0, part * 12'000, 12'000);
    session.model(part * 12'000, frame + 10,
                  {answer.begin() + part * 12'000, answer.begin() + (part + 1) * 12'000});
  }
  // Rendered from 3.7 s on: 28 800 samples, the last 120 of them faded.
  const std::int64_t begin = 177'664;
  session.span(0, 0, 24'000, begin);
  session.span(0, 24'000, 4'800, begin + 48'000);
  const auto stop = begin + 57'600;
  session.playout(stop, R"("kind":"fade","context_frame":)" + std::to_string(stop - 240) +
                            R"(,"sample_count":120)");
  session.wire(stop - 300, R"({"serverContent":{"interrupted":true}})");
  session.playout(stop, R"("kind":"flush","context_frame":)" + std::to_string(stop) +
                            R"(,"item":0,"dropped_samples":19200,"page_us":0)");
  session.playout(stop + 1, R"("kind":"item_end","item":0,"sample_count":48000,"complete":false)");
  session.wire(stop + 2, R"({"serverContent":{"turnComplete":true}})");
  session.event(stop, R"("kind":"interrupted","item":0)");
  session.said(6.2 * kSecond, "stop it");
  session.event(8 * kSecond - 100, R"("kind":"hang_up")");
  session.ended(8 * kSecond);
  return session;
}

TEST(FoldTest, TellsATalkWithAnInterruption) {
  const auto [media, view] = fold(talk());
  EXPECT_TRUE(media.ordered);
  EXPECT_EQ(view.duration_ns, 8 * kNs);
  EXPECT_EQ(view.model, "gemini-test");
  EXPECT_EQ(view.started_device_ns, kStartUs * 1000);
  EXPECT_EQ(view.end_reason, "hangup");
  EXPECT_EQ(view.first_words, "what is the time");
  ASSERT_EQ(view.turns.size(), 3);
  const auto& question = view.turns[0];
  EXPECT_EQ(question.speaker, Speaker::Person);
  EXPECT_EQ(heard_words(question), "what is the time");
  EXPECT_NEAR(question.start_ns, 1 * kNs, 0.2 * kNs);
  EXPECT_NEAR(question.end_ns, 3 * kNs, 0.3 * kNs);
  const auto& answer = view.turns[1];
  EXPECT_EQ(answer.speaker, Speaker::Model);
  EXPECT_EQ(answer.start_ns, ns_of_frame(177'664));
  EXPECT_EQ(answer.end_ns, ns_of_frame(177'664 + 57'600));
  EXPECT_TRUE(answer.interrupted);
  EXPECT_EQ(answer.interrupted_at_ns, answer.end_ns);
  EXPECT_EQ(answer.ghost_ns, 800'000'000);
  // 1.2 s of four half seconds were heard: two fragments, and of " nine in" (1 to 1.5 s) the word "
  // nine".
  EXPECT_EQ(heard_words(answer), "It is ten past nine");
  ASSERT_EQ(answer.words.size(), 8);
  EXPECT_FALSE(answer.words.back().heard);
  EXPECT_EQ(answer.words.back().end_ns, ns_of_frame(177'664 + 96'000));
  EXPECT_EQ(answer.gap_before_ns, answer.start_ns - question.end_ns);
  const auto& stop = view.turns[2];
  EXPECT_EQ(heard_words(stop), "stop it");
  EXPECT_EQ(stop.overlap_ns, answer.end_ns - stop.start_ns);
  EXPECT_FALSE(stop.gap_before_ns.has_value());
  ASSERT_EQ(view.ghosts.size(), 1);
  EXPECT_EQ(view.ghosts[0].range.start_ns, answer.end_ns);
  EXPECT_EQ(view.ghosts[0].peaks.size(), 2 * 80);
}

TEST(FoldTest, PerfectRecordingMissesNothing) {
  const auto [media, view] = fold(talk());
  EXPECT_EQ(view.loss.microphone.kept, 400);
  EXPECT_EQ(view.loss.model.kept, 4);
  EXPECT_EQ(view.loss.messages.kept, 13);
  for (const auto& channel :
       {view.loss.microphone, view.loss.model, view.loss.camera, view.loss.messages}) {
    EXPECT_EQ(channel.missing, 0);
    EXPECT_TRUE(channel.gaps.empty());
  }
  EXPECT_EQ(view.peaks.person.size(), 2 * 800);
  EXPECT_EQ(view.peaks.model.size(), 2 * 800);
}

TEST(FoldTest, RightChannelIsWhatTheWorkletRendered) {
  const auto [media, view] = fold(talk());
  // The worklet's computation in its plainest form: r at 24 kHz, then both phases of the filter.
  const auto answer = voice_samples(10, 24'000, 48'000);
  std::vector<double> r(8 * 24'000);
  for (std::size_t i = 0; i < 28'800; ++i) r[177'664 / 2 + i] = answer[i] / 32768.0;
  for (std::size_t i = 0; i < 120; ++i) {
    r[177'664 / 2 + 28'680 + i] *= 1.0 - static_cast<double>(i + 1) / 120.0;
  }
  const auto taps = pcm::taps_of(pcm::FirTable::ModelUp2);
  ASSERT_EQ(media.right.size(), 8 * 48'000);
  std::size_t different = 0;
  for (std::size_t frame = 0; frame < media.right.size(); ++frame) {
    double sum = 0;
    for (std::size_t k = 0; 2 * k + frame % 2 < taps.size() && k <= frame / 2; ++k) {
      sum += taps[2 * k + frame % 2] * r[frame / 2 - k];
    }
    different += media.right[frame] == static_cast<float>(sum) ? 0 : 1;
  }
  EXPECT_EQ(different, 0);
}

TEST(FoldTest, LeftChannelLiesWhereTheSoundEnteredTheWorklet) {
  Session session;
  session.started();
  session.anchors(0, 3 * kSecond);
  // The sound at context frame c is voice(c / 48 000), so sample i is the sound at frame 3i + 480 −
  // 47.
  std::vector<std::int16_t> mic = voice_samples((480 - 47) / 48'000.0, 16'000, 2 * 16'000);
  session.mic(0, 480, mic);
  session.ended(3 * kSecond);
  const auto [media, view] = fold(session);
  double worst = 0;
  for (std::size_t frame = 1'000; frame < 90'000; ++frame) {
    const double truth = voice(static_cast<double>(frame) / 48'000);
    worst = std::max(worst, std::abs(truth - double{media.left[frame]}));
  }
  EXPECT_LT(worst, 0.01);
}

TEST(FoldTest, BreakOfTheMicrophoneMovesWhatFollows) {
  for (const std::int64_t gap : {1'000, 1'001, 1'002}) {
    Session session;
    session.started();
    session.anchors(0, 3 * kSecond);
    session.mic(0, 0, voice_samples(0, 16'000, 16'000));
    session.mic(16'000, kSecond + gap, voice_samples((kSecond + gap) / 48'000.0, 16'000, 16'000));
    session.ended(3 * kSecond);
    const auto [media, view] = fold(session);
    double worst = 0;
    for (std::size_t frame = kSecond + 2'000; frame < 2 * kSecond - 2'000; ++frame) {
      const double truth = voice(static_cast<double>(frame + 47) / 48'000);
      worst = std::max(worst, std::abs(truth - double{media.left[frame]}));
    }
    EXPECT_LT(worst, 0.01) << gap;
  }
}

TEST(FoldTest, SilentSessionIsSilent) {
  Session session;
  session.started();
  session.anchors(0, 20 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(20 * 16'000));
  session.ended(20 * kSecond, "lost");
  const auto [media, view] = fold(session);
  EXPECT_EQ(media.silent_blocks, 1000);
  EXPECT_TRUE(view.turns.empty());
  EXPECT_EQ(view.first_words, "");
  EXPECT_EQ(view.end_reason, "lost");
  EXPECT_FALSE(view.has_pictures);
  EXPECT_EQ(media.holds.size(), 10);
  EXPECT_EQ(media.holds[1], 2 * kNs);
}

TEST(FoldTest, ASessionWithoutMessagesGivesAnEmptyView) {
  Collector sink;
  Fold empty({}, &sink);
  empty.finish();
  EXPECT_EQ(empty.view().duration_ns, 0);
  EXPECT_TRUE(sink.left.empty());
}

TEST(FoldTest, MutedSoundIsNotSpeech) {
  auto session = talk();
  session.event(0.9 * kSecond, R"("kind":"mute","on":true)");
  session.event(3.1 * kSecond, R"("kind":"mute","on":false)");
  session.rows.erase(std::remove_if(session.rows.begin(), session.rows.end(),
                                    [](const Row& row) {
                                      return as_text(row.data).find("inputTranscription") !=
                                             std::string_view::npos;
                                    }),
                     session.rows.end());
  const auto [media, view] = fold(session);
  for (const auto& turn : view.turns) EXPECT_GT(turn.start_ns, 3 * kNs);
}

TEST(FoldTest, UnderrunLeavesAHoleAndOneTurn) {
  Session session;
  session.started();
  session.anchors(0, 6 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(6 * 16'000));
  session.playout(kSecond, R"("kind":"item","item":4,"first_sample":0)");
  session.says(kSecond, "one two");
  session.wire_audio(kSecond, 4, 0, 24'000);
  session.model(0, kSecond, voice_samples(0, 24'000, 24'000));
  session.span(4, 0, 12'000, kSecond);
  session.span(4, 12'000, 12'000, 3 * kSecond);
  session.playout(1.5 * kSecond, R"("kind":"underrun","context_frame":72000,"prebuffer_ms":60)");
  session.playout(4 * kSecond,
                  R"("kind":"item_end","item":4,"sample_count":24000,"complete":true)");
  session.ended(6 * kSecond);
  const auto [media, view] = fold(session);
  ASSERT_EQ(view.turns.size(), 1);
  EXPECT_EQ(view.turns[0].start_ns, 1 * kNs);
  EXPECT_EQ(view.turns[0].end_ns, 3 * kNs + kNs / 2);
  EXPECT_FALSE(view.turns[0].interrupted);
  EXPECT_EQ(view.turns[0].words.at(1).start_ns, 3 * kNs);
  EXPECT_EQ(view.turns[0].words.at(1).end_ns, view.turns[0].end_ns);
  ASSERT_EQ(view.events.size(), 1);
  EXPECT_EQ(view.events[0].kind, "underrun");
  EXPECT_EQ(view.events[0].detail_json, R"({"prebuffer_ms":60})");
  const auto loudest = [&](std::int64_t from, std::int64_t to) {
    return *std::max_element(media.right.begin() + from, media.right.begin() + to);
  };
  EXPECT_EQ(loudest(74'000, 3 * kSecond), 0);
  EXPECT_GT(loudest(3 * kSecond, 3 * kSecond + 24'000), 0.05);
}

TEST(FoldTest, MissingChunkIsAGapOfThatLength) {
  const auto session = talk();
  auto chunks = session.chunks([](std::size_t i) { return i % 60 == 0; });
  ASSERT_GT(chunks.size(), 4);
  chunks[2].clear();
  Folded result;
  fold_into(result, chunks);
  const auto& loss = result.view.loss.microphone;
  EXPECT_GT(loss.missing, 30);
  EXPECT_EQ(loss.kept + loss.missing, 400);
  ASSERT_EQ(loss.gaps.size(), 1);
  const auto gap = loss.gaps[0];
  EXPECT_NEAR(gap.end_ns - gap.start_ns, loss.missing * 20'000'000, 1000);
  for (auto frame = gap.start_ns * 48 / 1'000'000 + 100; frame < gap.end_ns * 48 / 1'000'000 - 100;
       ++frame) {
    ASSERT_EQ(result.media.left[static_cast<std::size_t>(frame)], 0);
  }
  EXPECT_EQ(result.view.duration_ns, 8 * kNs);
  // Everything after the lost messages keeps its place.
  const auto whole = fold(session);
  for (auto frame = gap.end_ns * 48 / 1'000'000 + 200; frame < 8 * kSecond; ++frame) {
    ASSERT_EQ(result.media.left[static_cast<std::size_t>(frame)],
              whole.media.left[static_cast<std::size_t>(frame)]);
  }
}

void expect_equal(const Folded& a, const Folded& b) {
  EXPECT_EQ(a.media.left, b.media.left);
  EXPECT_EQ(a.media.right, b.media.right);
  EXPECT_EQ(a.media.pictures, b.media.pictures);
  EXPECT_EQ(a.media.holds, b.media.holds);
  EXPECT_EQ(a.view.peaks.person, b.view.peaks.person);
  EXPECT_EQ(a.view.peaks.model, b.view.peaks.model);
  EXPECT_EQ(a.view.duration_ns, b.view.duration_ns);
  EXPECT_EQ(to_webvtt(a.view), to_webvtt(b.view));
  EXPECT_EQ(a.view.events.size(), b.view.events.size());
}

TEST(FoldTest, ChunkBoundariesDoNotMatter) {
  auto session = talk();
  for (std::uint32_t i = 0; i < 150; ++i) {
    session.picture(i, i % 60 == 0, 1'000 + i * 33'333,
                    session.page_us(kSecond) + i * 33'333 + (i * 7919) % 5000);
  }
  Folded reference;
  fold_into(reference, session.chunks([](std::size_t) { return false; }));
  std::mt19937 random(1);
  for (int round = 0; round < 8; ++round) {
    const auto one_in = 1 + random() % 100;
    Folded split;
    fold_into(split, session.chunks([&](std::size_t) { return random() % one_in == 0; }));
    expect_equal(reference, split);
  }
}

TEST(FoldTest, RowsMayLagBehindTheirMedia) {
  auto session = talk();
  Folded prompt;
  fold_into(prompt, session.chunks());
  session.row_lag_us = 900'000;
  Folded late;
  fold_into(late, session.chunks());
  EXPECT_EQ(prompt.media.left, late.media.left);
  EXPECT_EQ(prompt.media.right, late.media.right);
  EXPECT_EQ(to_webvtt(prompt.view), to_webvtt(late.view));
}

TEST(FoldTest, WithoutRenderingTheViewIsTheSame) {
  const auto heard = fold(talk());
  const auto unheard = fold(talk(), {.render_sound = false});
  EXPECT_TRUE(unheard.media.left.empty());
  EXPECT_EQ(heard.view.peaks.person, unheard.view.peaks.person);
  EXPECT_EQ(heard.view.peaks.model, unheard.view.peaks.model);
  EXPECT_EQ(to_webvtt(heard.view), to_webvtt(unheard.view));
}

TEST(FoldTest, ViewGrowsWhileTheSessionRuns) {
  const auto chunks = talk().chunks();
  Fold running({}, nullptr);
  std::int64_t duration = 0;
  for (const auto& bytes : chunks) {
    running.add(*parse_chunk(bytes));
    EXPECT_GE(running.view().duration_ns, duration);
    duration = running.view().duration_ns;
  }
  EXPECT_EQ(duration, 6 * kNs);  // all but the last second
  EXPECT_FALSE(running.view().turns.empty());
}

TEST(FoldTest, AViewThatIsAskedForTwiceIsMadeOnce) {
  const auto chunks = talk().chunks();
  Fold running({}, nullptr);
  for (const auto& bytes : chunks) running.add(*parse_chunk(bytes));
  const auto* const turns = running.view().turns.data();
  EXPECT_EQ(running.view().turns.data(), turns);
}

}  // namespace
}  // namespace reprise::recording
