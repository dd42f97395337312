// What is missing, and where.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "domain/recording/fold/scenario_for_test.hpp"
#include "domain/recording/view/view_row.hpp"

namespace reprise::recording {
namespace {

using namespace scenario;  // tests only

constexpr std::int64_t kSecond = 48'000;
constexpr std::int64_t kNs = 1'000'000'000;

struct LostVoiceCase {
  const char* name;
  /// The first sample that is kept, of the 24 000 that were heard from 2 s on.
  std::int64_t first_kept;
  std::int64_t missing;  ///< number of messages
  double gap_end_s;
};
class LostVoiceTest : public testing::TestWithParam<LostVoiceCase> {};

TEST_P(LostVoiceTest, IsAGapWhereItWasHeard) {
  const auto& [name, first_kept, missing, gap_end_s] = GetParam();
  Session session;
  session.started();
  session.anchors(0, 6 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(6 * 16'000));
  if (first_kept < 24'000) {
    session.model(first_kept, kSecond, voice_samples(0, 24'000 - first_kept, 24'000));
  }
  session.span(4, 0, 24'000, 2 * kSecond);
  session.ended(6 * kSecond);
  const auto [media, view] = fold(session);
  EXPECT_EQ(view.loss.model.missing, missing);
  ASSERT_EQ(view.loss.model.gaps.size(), 1);
  EXPECT_EQ(view.loss.model.gaps[0].start_ns, 2 * kNs);
  EXPECT_NEAR(view.loss.model.gaps[0].end_ns, gap_end_s * kNs, 0.001 * kNs);
}

INSTANTIATE_TEST_SUITE_P(LostVoice, LostVoiceTest,
                         testing::Values(LostVoiceCase{"TheFirstHalf", 12'000, 1, 2.5},
                                         LostVoiceCase{"AllOfIt", 24'000, 25, 3}),
                         [](const auto& tested) { return tested.param.name; });

/// Folds without the chunks (about half a second each) that have one of these texts.
View without_chunks_of(const Session& session, const std::vector<std::string_view>& lost) {
  auto chunks = session.chunks([](std::size_t i) { return i % 30 == 0; });
  for (auto& bytes : chunks) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (std::ranges::any_of(lost, [&](auto words) { return text.contains(words); })) bytes.clear();
  }
  Folded result;
  fold_into(result, chunks);
  return result.view;
}

/// A session in which hardly anything is said.
Session quiet_session() {
  Session session;
  session.started();
  session.anchors(0, 20 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(20 * 16'000));
  for (const int at : {1, 5, 9, 12, 19}) {
    session.says(at * kSecond, "second " + std::to_string(at) + ".");
  }
  session.ended(20 * kSecond);
  return session;
}

TEST(FoldLossTest, LostMessagesAreMissingWhereTheirChunkIs) {
  for (const auto& lost : {std::vector<std::string_view>{"second 5."},
                           {"second 5.", "second 12."},
                           {"second 1."},
                           {"second 5.", "second 9.", "second 12."}}) {
    const View view = without_chunks_of(quiet_session(), lost);
    EXPECT_EQ(view.loss.messages.missing, std::ssize(lost));
    ASSERT_EQ(view.loss.messages.gaps.size(), lost.size());
    ASSERT_EQ(view.loss.microphone.gaps.size(), lost.size());
    for (std::size_t i = 0; i < lost.size(); ++i) {
      const TimeRange& words = view.loss.messages.gaps[i];
      const TimeRange& voice = view.loss.microphone.gaps[i];
      EXPECT_NEAR(words.start_ns, voice.start_ns, 0.05 * kNs) << lost[i];
      EXPECT_NEAR(words.end_ns, voice.end_ns, 0.05 * kNs) << lost[i];
    }
  }
}

/// Four seconds of the model, which came at once, are heard from 2 s to 6 s. Each second has a row.
Session answered_session() {
  Session session;
  session.started();
  session.anchors(0, 10 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(10 * 16'000));
  session.playout(1.0 * kSecond, R"("kind":"item","item":4,"first_sample":0,"page_us":1)");
  for (int part = 0; part < 4; ++part) {
    session.model(part * 24'000, (1 + 0.01 * part) * kSecond, voice_samples(part, 24'000, 24'000));
    session.span(4, part * 24'000, 24'000, (2 + part) * kSecond);
  }
  session.playout(1.1 * kSecond,
                  R"("kind":"item_end","item":4,"sample_count":96000,"complete":true)");
  session.ended(10 * kSecond);
  return session;
}

TEST(FoldLossTest, WordsWhoseRowsAreLostWereHeard) {
  for (const std::string_view lost :
       {R"("first_sample":0,"sample_count":24000)", R"("first_sample":72000,"sample_count")"}) {
    auto session = answered_session();
    session.wire_audio(1.05 * kSecond, 4, 0, 4 * 24'000);
    session.says(1.06 * kSecond, "one two three four five six seven eight");
    const View view = without_chunks_of(session, {lost});
    ASSERT_EQ(view.turns.size(), 1);
    const Turn& turn = view.turns[0];
    EXPECT_NEAR(turn.start_ns, 2 * kNs, 0.02 * kNs) << lost;
    EXPECT_NEAR(turn.end_ns, 6 * kNs, 0.02 * kNs) << lost;
    EXPECT_EQ(turn.ghost_ns, 0) << lost;
    EXPECT_TRUE(std::ranges::all_of(turn.words, &Word::heard)) << lost;
    EXPECT_TRUE(view.ghosts.empty()) << lost;
  }
}

TEST(FoldLossTest, AVoiceIsMissingWhereNothingTellsWhenItWasHeard) {
  struct Case {
    std::vector<std::string_view> lost;
    double gap_start_s;
    double gap_end_s;
  };
  constexpr std::string_view kFirst = R"("first_sample":0,"sample_count":24000)";
  constexpr std::string_view kSecondRow = R"("first_sample":24000,"sample_count")";
  constexpr std::string_view kThird = R"("first_sample":48000,"sample_count")";
  constexpr std::string_view kLast = R"("first_sample":72000,"sample_count")";
  for (const auto& [lost, gap_start_s, gap_end_s] :
       {Case{{kFirst}, 2, 3}, Case{{kFirst, kSecondRow}, 2, 4}, Case{{kThird, kLast}, 4, 6},
        Case{{kLast}, 5, 6}}) {
    const View view = without_chunks_of(answered_session(), lost);
    EXPECT_EQ(view.loss.model.missing, std::ssize(lost)) << lost[0];
    EXPECT_EQ(view.loss.model.kept, 4 - std::ssize(lost)) << lost[0];
    ASSERT_FALSE(view.loss.model.gaps.empty()) << lost[0];
    EXPECT_NEAR(view.loss.model.gaps.front().start_ns, gap_start_s * kNs, 0.02 * kNs) << lost[0];
    EXPECT_NEAR(view.loss.model.gaps.back().end_ns, gap_end_s * kNs, 0.02 * kNs) << lost[0];
    EXPECT_NEAR(missing_ns(view.loss.model), (gap_end_s - gap_start_s) * kNs, 0.02 * kNs)
        << lost[0];
  }
  const View whole = without_chunks_of(answered_session(), {"not lost"});
  EXPECT_TRUE(whole.loss.model.gaps.empty());
  EXPECT_EQ(whole.loss.model.missing, 0);
}

TEST(FoldLossTest, ALostUnmuteDoesNotTakeTheWordsAfterIt) {
  constexpr std::int64_t kEnd = 20;
  for (const std::string_view lost : {"not lost", R"("mute","on":false)"}) {
    Session session;
    session.started();
    session.anchors(0, kEnd * kSecond);
    auto sound = voice_samples(0, 16'000, kEnd * 16'000);
    std::fill(sound.begin(), sound.begin() + 10 * 16'000, 0);
    session.mic(0, 0, sound);
    session.event(3.0 * kSecond, R"("kind":"mute","on":true)");
    session.event(9.2 * kSecond, R"("kind":"mute","on":false)");
    session.ended(kEnd * kSecond);
    const View view = without_chunks_of(session, {lost});
    ASSERT_EQ(view.turns.size(), 1) << lost;
    EXPECT_NEAR(view.turns[0].start_ns, 10 * kNs, 0.3 * kNs) << lost;
  }
}

TEST(FoldLossTest, ALostSwitchOfTheCameraMakesNoLongGap) {
  struct Case {
    std::string_view lost;
    double gap_start_s;
    double gap_end_s;
    bool off_assumed;
  };
  for (const auto& [lost, gap_start_s, gap_end_s, off_assumed] :
       {Case{R"("camera","on":true)", 12, 14.4, false},
        Case{R"("camera","on":false)", 5, 5.6, true}}) {
    Session session;
    session.started();
    session.anchors(0, 20 * kSecond);
    session.mic(0, 0, std::vector<std::int16_t>(20 * 16'000));
    std::uint32_t number = 0;
    for (const auto& [from_ms, until_ms] : {std::pair(0, 5'300), std::pair(12'200, 19'800)}) {
      for (int ms = from_ms; ms < until_ms; ms += 100) {
        session.picture(number++, (ms - from_ms) % 2000 == 0, ms * 1000LL, kStartUs + ms * 1000LL);
      }
    }
    session.event(5.3 * kSecond, R"("kind":"camera","on":false)");
    session.event(12.1 * kSecond, R"("kind":"camera","on":true)");
    session.ended(20 * kSecond);
    const View view = without_chunks_of(session, {lost});
    ASSERT_EQ(view.loss.camera.gaps.size(), 1) << lost;
    EXPECT_NEAR(view.loss.camera.gaps[0].start_ns, gap_start_s * kNs, 0.5 * kNs) << lost;
    EXPECT_NEAR(view.loss.camera.gaps[0].end_ns, gap_end_s * kNs, 0.5 * kNs) << lost;
    EXPECT_EQ(
        std::ranges::count_if(
            view.events, [](const Event& event) { return event.detail_json.contains("assumed"); }),
        off_assumed ? 1 : 0)
        << lost;
  }
}

/// An answer of 5 s, heard from 2 s on, whose samples all came at 1.5 s; rows tell of each quarter
/// of a second, and chunks are half a second long.
Session answering_session() {
  Session session;
  session.started();
  session.anchors(0, 12 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(12 * 16'000));
  session.model(0, 1.5 * kSecond, voice_samples(0, 24'000, 5 * 24'000));
  session.wire_audio(1.5 * kSecond, 4, 0, 5 * 24'000);
  for (std::int64_t i = 0; i < 20; ++i) {
    session.span(4, i * 6'000, 6'000, 2 * kSecond + i * 12'000);
  }
  session.ended(12 * kSecond);
  return session;
}

/// Folds without the chunks in which rows tell of sound that began in these half seconds.
Folded without_rows_of(const Session& session, const std::vector<std::int64_t>& half_seconds) {
  auto chunks = session.chunks([](std::size_t i) { return i % 30 == 0; });
  for (auto& bytes : chunks) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const auto has = [&](std::int64_t half) {
      return text.contains(R"("kind":"span","item":4,"first_sample":)" +
                           std::to_string(half * 12'000) + ",");
    };
    if (std::ranges::any_of(half_seconds, has)) bytes.clear();
  }
  Folded result;
  fold_into(result, chunks);
  return result;
}

/// How many seconds of the right channel are not as they are without loss.
double seconds_unlike(const Folded& lossy, const Folded& whole) {
  std::int64_t unlike = 0;
  for (std::size_t i = 0; i < std::min(lossy.media.right.size(), whole.media.right.size()); ++i) {
    unlike += lossy.media.right[i] == whole.media.right[i] ? 0 : 1;
  }
  return static_cast<double>(unlike) / kSecond;
}

TEST(FoldLossTest, TheVoiceGoesOnWhereOnlyItsRowsAreLost) {
  const auto session = answering_session();
  const auto whole = without_rows_of(session, {});
  EXPECT_EQ(whole.view.loss.microphone.missing, 0);
  for (const auto& lost : std::vector<std::vector<std::int64_t>>{{3}, {5}, {3, 6}, {3, 4, 5, 6}}) {
    const auto folded = without_rows_of(session, lost);
    EXPECT_GT(folded.view.loss.microphone.missing, 0);
    EXPECT_EQ(seconds_unlike(folded, whole), 0) << lost.size() << " from " << lost[0];
    EXPECT_TRUE(folded.view.loss.model.gaps.empty());
    EXPECT_EQ(folded.view.loss.model.missing, 0);
  }
}

TEST(FoldLossTest, LostBeginningLeavesTheRestInItsPlace) {
  Session session;
  session.started();
  session.anchors(0, 100 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(95 * 16'000));
  session.mic(95 * 16'000, 95 * kSecond, voice_samples(0, 16'000, 5 * 16'000));
  session.ended(100 * kSecond);
  auto chunks = session.chunks([](std::size_t i) { return i % 500 == 0; });
  const auto lost = chunks.size() * 9 / 10;
  for (std::size_t i = 0; i < lost; ++i) chunks[i].clear();
  Folded result;
  fold_into(result, chunks);
  EXPECT_EQ(result.view.duration_ns, 100 * kNs);
  EXPECT_EQ(result.view.loss.microphone.kept + result.view.loss.microphone.missing, 5000);
  EXPECT_GT(result.view.loss.microphone.missing, 4000);
  ASSERT_EQ(result.view.turns.size(), 1);
  EXPECT_NEAR(result.view.turns[0].start_ns, 95 * kNs, 0.3 * kNs);
}

}  // namespace
}  // namespace reprise::recording
