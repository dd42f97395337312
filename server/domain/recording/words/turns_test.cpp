#include "domain/recording/words/turns.hpp"

#include <gtest/gtest.h>

namespace reprise::recording {
namespace {

/// An item of `count` samples from sample 1000 on, rendered from frame 48 000 on up to `heard`.
ModelItem item(std::int64_t count, std::int64_t heard) {
  ModelItem item;
  item.first_sample = ModelSample(1000);
  item.end_sample = ModelSample(1000 + count);
  item.arrival_frame = Frame(40'000);
  if (heard > 0) {
    item.runs.push_back({ModelSample(1000), ModelSample(heard), Frame(48'000)});
  }
  return item;
}
std::vector<Turn> turns_of(const std::vector<ModelItem>& items) {
  return assemble_turns({items, {}, {}});
}

TEST(TurnsTest, FragmentsCoverTheSoundUntilTheNextOne) {
  auto spoken = item(24'000, 24'000);
  // The last one has no sound.
  spoken.fragments = {
      {ModelSample(1000), "one"}, {ModelSample(13'000), " two"}, {ModelSample(25'000), " three"}};
  const auto turns = turns_of({spoken});
  ASSERT_EQ(turns.size(), 1);
  ASSERT_EQ(turns[0].words.size(), 3);
  EXPECT_EQ(turns[0].words[0].start_ns, 1'000'000'000);
  EXPECT_EQ(turns[0].words[1].start_ns, 1'500'000'000);
  EXPECT_GT(turns[0].words[2].start_ns, 1'500'000'000);
  EXPECT_EQ(turns[0].words[1].end_ns, turns[0].words[2].start_ns);
  EXPECT_LT(turns[0].words[2].start_ns, 1'900'000'000) << "it shares the sound of the one before";
  EXPECT_EQ(turns[0].words[2].end_ns, 2'000'000'000);
  EXPECT_EQ(heard_text(turns[0]), "one two three");
}

TEST(TurnsTest, TextAfterAllSoundCoversTheItem) {
  auto spoken = item(24'000, 24'000);
  spoken.fragments = {{ModelSample(25'000), "late"}};
  EXPECT_EQ(turns_of({spoken})[0].words[0].start_ns, 1'000'000'000);
  EXPECT_EQ(turns_of({spoken})[0].words[0].end_ns, 2'000'000'000);
}

TEST(TurnsTest, FragmentsAtOnePlaceShareTheSound) {
  auto spoken = item(24'000, 24'000);
  spoken.fragments = {{ModelSample(1000), "one"}, {ModelSample(1000), " two"}};
  const auto turn = turns_of({spoken}).at(0);
  ASSERT_EQ(turn.words.size(), 2);
  EXPECT_EQ(turn.words[0].end_ns, 1'500'000'000);
  EXPECT_EQ(turn.words[1].start_ns, 1'500'000'000);
}

TEST(TurnsTest, WordsOfAnItemThatWasNeverHeardLieWhereItWouldHaveBeen) {
  auto unheard = item(24'000, 0);
  unheard.fragments = {{ModelSample(1000), "ab cd"}};
  for (const std::int64_t flush : {0, 60'000}) {
    if (flush > 0) unheard.flush_frame = Frame(flush);
    const auto turn = turns_of({unheard}).at(0);
    const auto start = flush > 0 ? flush : 40'000;
    ASSERT_EQ(turn.words.size(), 2);
    EXPECT_EQ(turn.words[0].start_ns, ns_of_frame(start));
    EXPECT_EQ(turn.words[1].start_ns, ns_of_frame(start + 24'000));
    EXPECT_EQ(turn.words[1].end_ns, ns_of_frame(start + 48'000));
  }
}

TEST(TurnsTest, LateWordsAreNotHeardAndStandApart) {
  auto cut = item(24'000, 12'000);
  cut.complete = false;
  cut.fragments = {{ModelSample(1000), "aa"}, {ModelSample(13'000), "bb cc", true}};
  auto turn = turns_of({cut}).at(0);
  ASSERT_EQ(turn.words.size(), 3);
  EXPECT_EQ(turn.words[1].text, " bb");
  EXPECT_EQ(turn.words[2].text, " cc");
  EXPECT_FALSE(turn.words[1].heard || turn.words[2].heard);
  EXPECT_EQ(turn.words[1].start_ns, 1'500'000'000);
  EXPECT_EQ(turn.words[2].end_ns, 2'000'000'000);
  cut.fragments.erase(cut.fragments.begin());
  turn = turns_of({cut}).at(0);
  ASSERT_EQ(turn.words.size(), 2);
  EXPECT_EQ(turn.words[0].text, "bb") << "no space at the beginning of a turn";
}

TEST(TurnsTest, AnItemNeedsSoundOrWords) {
  const auto silent = item(0, 0);
  auto words_only = silent;
  words_only.fragments = {{ModelSample(1000), "hi"}};
  EXPECT_TRUE(turns_of({silent}).empty());
  EXPECT_EQ(turns_of({words_only}).size(), 1);
  EXPECT_EQ(turns_of({item(100, 0)}).size(), 1);
}

struct CutCase {
  const char* name;
  std::int64_t heard;
  bool complete;
  bool model_said_interrupted;
  std::int64_t dropped;
  bool want_interrupted;
  std::string want_text;
};
class CutTest : public testing::TestWithParam<CutCase> {};
TEST_P(CutTest, TellsInterruptionsFromEndings) {
  const auto& tested = GetParam();
  auto cut = item(40'000, tested.heard);
  cut.fragments = {{ModelSample(1000), "aa bb cc dd"}};  // a word each 10 000 samples
  cut.complete = tested.complete;
  cut.interrupted = tested.model_said_interrupted;
  cut.dropped_samples = ModelSample(tested.dropped);
  cut.flush_frame = Frame(96'000);
  const auto turn = turns_of({cut}).at(0);
  EXPECT_EQ(turn.interrupted, tested.want_interrupted);
  EXPECT_EQ(heard_text(turn), tested.want_text);
  EXPECT_EQ(turn.ghost_ns, ns_of_frame(2 * (40'000 - tested.heard)));
  const auto end = tested.heard > 0 ? 48'000 + 2 * tested.heard : 96'000;
  EXPECT_EQ(turn.end_ns, ns_of_frame(end));
  EXPECT_EQ(turn.interrupted_at_ns.has_value(), tested.want_interrupted);
  const auto ghosts = ghosts_of({cut});
  ASSERT_EQ(ghosts.size(), tested.heard < 40'000 ? 1 : 0);
  if (!ghosts.empty()) EXPECT_EQ(ghosts[0].start_frame, Frame(end));
}
INSTANTIATE_TEST_SUITE_P(
    Cuts, CutTest,
    testing::Values(CutCase{"HeardWhole", 40'000, true, false, 0, false, "aa bb cc dd"},
                    CutCase{"CutWhileGenerating", 20'000, false, true, 20'000, true, "aa bb"},
                    CutCase{"CutAfterGeneration", 20'000, true, true, 20'000, true, "aa bb"},
                    CutCase{"CutBeforeItsFirstSound", 0, false, true, 0, true, ""},
                    CutCase{"InterruptedAfterItsEnd", 40'000, true, true, 0, false, "aa bb cc dd"},
                    CutCase{"HangUp", 20'000, true, false, 20'000, false, "aa bb"},
                    CutCase{"HalfAWordIsHeard", 25'200, false, true, 14'800, true, "aa bb cc"},
                    CutCase{"NotMoreThanHalfIsNot", 25'000, false, true, 15'000, true, "aa bb"},
                    CutCase{"LessThanHalfIsNot", 24'800, false, true, 15'200, true, "aa bb"}),
    [](const auto& tested) { return tested.param.name; });

constexpr std::int64_t kSecond = 48'000;

/// A transcription that arrives at a frame.
Transcription at(std::int64_t frame, std::string text) { return {frame / 48, std::move(text)}; }

using Stretches = std::vector<std::pair<std::int64_t, std::int64_t>>;  ///< of frames
std::vector<Segment> segments_of(const Stretches& speech) {
  std::vector<Segment> segments;
  for (const auto& [start, end] : speech) segments.push_back({Frame(start), Frame(end)});
  return segments;
}

struct SpeechCase {
  const char* name;
  Stretches speech;
  std::vector<Transcription> texts;
  std::vector<std::int64_t> model_starts;  ///< each turn lasts a second
  std::vector<std::string> want;           ///< person's turns
};
class SpeechTurnsTest : public testing::TestWithParam<SpeechCase> {};
TEST_P(SpeechTurnsTest, TextFindsItsSpeech) {
  const auto& tested = GetParam();
  std::vector<ModelItem> items;
  for (const auto start : tested.model_starts) {
    auto& spoken = items.emplace_back(item(24'000, 24'000));
    spoken.runs[0].context_frame = Frame(start);
  }
  std::vector<std::string> got;
  for (const auto& turn : assemble_turns({items, segments_of(tested.speech), tested.texts})) {
    if (turn.speaker == Speaker::Person) got.push_back(heard_text(turn));
  }
  EXPECT_EQ(got, tested.want);
}
INSTANTIATE_TEST_SUITE_P(
    Speech, SpeechTurnsTest,
    testing::Values(
        SpeechCase{"LateText", {{0, 2 * kSecond}}, {at(3 * kSecond, "hello")}, {}, {"hello"}},
        SpeechCase{"PauseInATurn",
                   {{0, kSecond}, {2 * kSecond, 3 * kSecond}},
                   {at(4 * kSecond, "hello you")},
                   {},
                   {"hello you"}},
        SpeechCase{"AnswerSeparatesTurns",
                   {{0, kSecond}, {2 * kSecond, 3 * kSecond}},
                   {at(kSecond, "one"), at(4 * kSecond, "two")},
                   {kSecond * 3 / 2},
                   {"one", "two"}},
        SpeechCase{"TextOfTheTurnBeforeComesDuringTheNext",
                   {{0, kSecond}, {2 * kSecond, 3 * kSecond}},
                   {at(2 * kSecond + kSecond / 5, "one"), at(4 * kSecond, "two")},
                   {kSecond * 3 / 2},
                   {"one", "two"}},
        SpeechCase{"AndSoItIsLateInATalk",
                   {{60 * kSecond, 61 * kSecond}, {62 * kSecond, 63 * kSecond}},
                   {at(62 * kSecond + kSecond / 5, "one"), at(64 * kSecond, "two")},
                   {61 * kSecond + kSecond / 2},
                   {"one", "two"}},
        SpeechCase{"AnAnswerAsTheyGoOnIsNotInThePause",
                   {{0, kSecond}, {2 * kSecond, 3 * kSecond}},
                   {at(4 * kSecond, "hello you")},
                   {2 * kSecond},
                   {"hello you"}},
        SpeechCase{"APauseOfTwoSecondsSeparatesTurns",
                   {{0, kSecond}, {3 * kSecond, 4 * kSecond}},
                   {at(5 * kSecond, "hello")},
                   {},
                   {"", "hello"}},
        SpeechCase{"CoughLongBeforeGetsNoWords",
                   {{0, kSecond / 4}, {5 * kSecond, 6 * kSecond}},
                   {at(7 * kSecond, "hello")},
                   {},
                   {"hello"}},
        SpeechCase{"CoughAfterTheQuestionGetsNoWords",
                   {{0, 2 * kSecond}, {3 * kSecond, 3 * kSecond + kSecond / 4}},
                   {at(4 * kSecond, "what is the time")},
                   {kSecond * 5 / 2},
                   {"what is the time"}},
        SpeechCase{"ShortWordAfterTranscribedSpeech",
                   {{0, kSecond}, {3 * kSecond, 3 * kSecond + kSecond / 4}},
                   {at(2 * kSecond, "a long question for you"), at(4 * kSecond, "stop")},
                   {kSecond * 5 / 2},
                   {"a long question for you", "stop"}},
        SpeechCase{"LongSpeechWithoutTextIsATurn", {{0, kSecond}}, {}, {}, {""}},
        SpeechCase{"EchoOfTheModelIsNot", {{kSecond, 2 * kSecond}}, {}, {kSecond}, {}},
        SpeechCase{"SpaceIsNoText", {{0, kSecond / 4}}, {at(kSecond, " ")}, {}, {}},
        SpeechCase{"TwoUtterancesInOneTurn",
                   {{0, kSecond}, {2 * kSecond, 3 * kSecond}},
                   {at(kSecond, "Hello."), at(4 * kSecond, "How are you?")},
                   {},
                   {"Hello. How are you?"}},
        SpeechCase{"HindiNeedsNoMoreTimeThanItsLetters",
                   {{0, 2 * kSecond}, {5 * kSecond, 5 * kSecond + kSecond / 2}},
                   {at(2 * kSecond, "नमस्ते"), at(6 * kSecond, "क्षमा कीजिए")},
                   {kSecond * 5 / 2},
                   {"नमस्ते", "क्षमा कीजिए"}},
        SpeechCase{"TranscribedTwice",
                   {{0, kSecond}},
                   {at(kSecond, "What is the time?"), at(kSecond * 3 / 2, "What is the time?")},
                   {},
                   {"What is the time?"}},
        SpeechCase{"HalvesOfACharacterInTwoFrames",
                   {{0, kSecond}},
                   {at(kSecond, "Hi \xED\xA0\xBD"), at(kSecond, "\xED\xB8\x80 you")},
                   {},
                   {"Hi 😀 you"}},
        SpeechCase{"PiecesWithoutSpeechStayTogether",
                   {},
                   {at(5 * kSecond, "hel"), at(5 * kSecond, "lo"), at(9 * kSecond, "you")},
                   {},
                   {"hello", "you"}},
        SpeechCase{"TextWithoutSpeechIsCutByAPause",
                   {},
                   {at(5 * kSecond, "a"), at(7 * kSecond - 48, "b"), at(9 * kSecond - 48, "c")},
                   {},
                   {"a b", "c"}},
        SpeechCase{"TextWithoutSpeechIsCutByAnAnswer",
                   {},
                   {at(5 * kSecond, "a"), at(6 * kSecond, "b"), at(7 * kSecond, "c")},
                   {6 * kSecond},
                   {"a b", "c"}},
        SpeechCase{"TextWithoutSpeechIsCutByAnExchange",
                   {},
                   {{5000, "a", false, 0}, {5100, "b", false, 1}, {5200, "c", false, 1}},
                   {},
                   {"a", "bc"}},
        // Four letters take 4800 frames.
        SpeechCase{"ShortSpeechHasRoomForItsText",
                   {{0, 2 * kSecond}, {4 * kSecond, 4 * kSecond + 4800}},
                   {at(5 * kSecond, "stop")},
                   {3 * kSecond},
                   {"", "stop"}},
        SpeechCase{"ShorterSpeechHasNot",
                   {{0, 2 * kSecond}, {4 * kSecond, 4 * kSecond + 4799}},
                   {at(5 * kSecond, "stop")},
                   {3 * kSecond},
                   {"stop"}},
        SpeechCase{"TheTextBeforeTakesTheRoom",
                   {{0, kSecond}, {3 * kSecond, 3 * kSecond + kSecond / 4}},
                   {at(2 * kSecond, "thirty-six letters, no more, no less"),
                    at(4 * kSecond, "twelve signs")},
                   {kSecond * 5 / 2},
                   {"thirty-six letters, no more, no less", "twelve signs"}},
        SpeechCase{"TextOfTenSecondsIsNotTooLate",
                   {{0, kSecond}, {11 * kSecond - 48, 12 * kSecond}},
                   {at(11 * kSecond, "late")},
                   {},
                   {"late", ""}},
        SpeechCase{"TextOfMoreThanTenSecondsIs",
                   {{0, kSecond}, {11 * kSecond, 12 * kSecond}},
                   {at(11 * kSecond + 48, "a")},
                   {},
                   {"", "a"}},
        SpeechCase{"SpeechIsOldEnoughAt400Ms",
                   {{0, kSecond}, {3 * kSecond, 4 * kSecond}},
                   {at(3 * kSecond + 399 * 48, "a"), at(3 * kSecond + 400 * 48, "b")},
                   {2 * kSecond},
                   {"a", "b"}},
        SpeechCase{"SixHundredMsWithoutTextAreATurn", {{0, 28'800}}, {}, {}, {""}},
        SpeechCase{"LessIsNone", {{0, 28'799}, {5 * kSecond, 5 * kSecond + 28'799}}, {}, {}, {}},
        SpeechCase{"HalfCoveredByTheModel", {{24'000, 120'000}}, {}, {kSecond}, {}},
        SpeechCase{"LessThanHalfCovered", {{24'000, 120'002}}, {}, {kSecond}, {""}},
        SpeechCase{"TheModelsEndInside", {{72'000, 120'000}}, {}, {kSecond}, {}},
        SpeechCase{"TheModelsEndInsideOfMore", {{72'000, 120'002}}, {}, {kSecond}, {""}},
        SpeechCase{"TheModelsBeginningInside", {{24'000, 72'000}}, {}, {kSecond}, {}},
        SpeechCase{"TheModelsBeginningInsideOfMore", {{23'998, 72'000}}, {}, {kSecond}, {""}},
        SpeechCase{
            "TheModelLongBefore", {{8 * kSecond, 9 * kSecond}}, {}, {kSecond, 3 * kSecond}, {""}},
        SpeechCase{"TextWithoutSpeechIsKept",
                   {{9 * kSecond, 10 * kSecond}},
                   {at(5 * kSecond, "hi"), {11 * kSecond, "you"}},
                   {},
                   {"hi", "you"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(TurnsTest, WordsAvoidThePausesOfATurn) {
  std::vector<Transcription> texts{at(9 * kSecond, "ab cd")};
  const std::vector<ModelItem> none;
  const auto turns = assemble_turns(
      {none, segments_of({{0, kSecond}, {2 * kSecond, 3 * kSecond}}), std::move(texts)});
  ASSERT_EQ(turns.size(), 1);
  ASSERT_EQ(turns[0].words.size(), 2);
  EXPECT_EQ(turns[0].words[0].end_ns, 1'000'000'000);
  EXPECT_GE(turns[0].words[1].end_ns, 3'000'000'000);
}

}  // namespace
}  // namespace reprise::recording
