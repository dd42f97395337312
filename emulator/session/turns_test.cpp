#include "emulator/session/turns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace reprise::emulator {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Shown = std::vector<std::string>;

/// Short names for what came out. `Talk` adds up the sound.
std::string shown(const SendFrame& frame) {
  const boost::json::value message = boost::json::parse(frame.text);
  const boost::json::object& content = message.at("serverContent").as_object();
  if (content.contains("modelTurn")) return "audio";
  if (content.contains("interrupted")) return "interrupted";
  if (content.contains("generationComplete")) return "generationComplete";
  if (content.contains("turnComplete")) {
    return message.as_object().contains("usageMetadata") ? "turnComplete+usage" : "turnComplete";
  }
  for (const char* side : {"inputTranscription", "outputTranscription"}) {
    if (content.contains(side)) {
      return std::string(side).substr(0, 2) + ":" +
             std::string(content.at(side).at("text").as_string());
    }
  }
  return "?";
}

/// Drives `Turns` with a clock of its own and answers its requests, with made-up sound.
class Talk {
 public:
  explicit Talk(TurnSettings settings = {}) : turns(settings) {}

  void on(TurnEvent event) {
    for (TurnAction& action : turns.on(std::move(event), now)) {
      if (const auto* frame = std::get_if<SendFrame>(&action)) {
        const std::string what = shown(*frame);
        if (what == "audio") ++chunks;
        if (what != "audio" || log.empty() || log.back() != "audio") log.push_back(what);
      } else if (std::holds_alternative<OfferHandle>(action)) {
        log.push_back("handle");
      } else if (const auto* hear = std::get_if<Recognise>(&action)) {
        hearing = hear->hearing;
      } else if (const auto* thought = std::get_if<Think>(&action)) {
        think = *thought;
        log.push_back("think:" + thought->heard);
      } else if (const auto* sentence = std::get_if<Synthesise>(&action)) {
        asked.push_back(*sentence);
      }
    }
  }
  /// One utterance of the person, which is understood as `text`.
  void said(const std::string& text) {
    on(SpeechStarted{});
    on(SpeechEnded{});
    on(Understood{hearing, text});
  }
  /// Decides on an answer of two-second sentences.
  void answer(std::vector<std::string> sentences) {
    on(AnswerDecided{think.generation, std::move(sentences)});
  }
  void speak_next() {
    const Synthesise next = asked.front();
    asked.erase(asked.begin());
    Speech speech{Samples(2 * kSpeechHz, 1), {}};
    speech.words = {{"One", 0, kSpeechHz}, {"two.", kSpeechHz, 2 * kSpeechHz}};
    on(SentenceSpoken{next.generation, speech});
  }
  /// Lets the time run, up to `until`.
  void run_to(TimePoint until) {
    for (auto wake = turns.next_wake(); wake && *wake <= until; wake = turns.next_wake()) {
      now = std::max(now, *wake);
      on(Tick{});
    }
    now = until;
    on(Tick{});
  }
  void run_for(milliseconds span) { run_to(now + span); }
  Shown take() { return std::exchange(log, {}); }

  Turns turns;
  TimePoint now{std::chrono::hours(1)};
  Shown log;
  int chunks = 0;
  std::uint64_t hearing = 0;
  Think think;
  std::vector<Synthesise> asked;
};

TEST(Turns, ANormalTurnComesInTheOrderOfTheProtocol) {
  Talk talk({.offers_handles = true});
  talk.said("tell me a long story please");
  EXPECT_THAT(talk.take(), ElementsAre("in:tell me a", "in: long story please",
                                       "think:tell me a long story please"));
  talk.answer({"One two."});
  talk.speak_next();
  EXPECT_THAT(talk.take(), ElementsAre("ou: One two.", "audio"));
  talk.run_for(milliseconds(510));  // four times as fast as it plays
  EXPECT_THAT(talk.take(), ElementsAre("audio", "generationComplete"));
  talk.run_for(milliseconds(1480));
  EXPECT_THAT(talk.take(), IsEmpty());
  talk.run_for(milliseconds(10));  // two seconds after the first sound
  EXPECT_THAT(talk.take(), ElementsAre("turnComplete+usage", "handle"));
  EXPECT_FALSE(talk.turns.next_wake().has_value());
}

TEST(Turns, SoundComesInPiecesOf40To200Milliseconds) {
  Talk talk;
  talk.said("hello");
  talk.answer({"One two."});
  talk.speak_next();
  talk.run_for(milliseconds(3000));
  EXPECT_GE(talk.chunks, 2000 / 200);
  EXPECT_LE(talk.chunks, 2000 / 40);
}

TEST(Turns, SpeaksSentencesInOrderAndAsksForNextOnesAhead) {
  Talk talk;
  talk.said("go on");
  talk.answer({"a.", "b.", "c.", "d."});
  ASSERT_EQ(talk.asked.size(), 1U);
  EXPECT_EQ(talk.asked[0].sentence, "a.");
  talk.speak_next();
  talk.speak_next();
  EXPECT_THAT(talk.asked, IsEmpty());  // two are ready, which is enough
  talk.run_for(milliseconds(510));
  ASSERT_EQ(talk.asked.size(), 1U);
  EXPECT_EQ(talk.asked[0].sentence, "c.");
}

TEST(Turns, BargeInSendsInterruptedThenTheTurnsEndAndNoGenerationComplete) {
  Talk talk;
  talk.said("story");
  talk.answer({"a.", "b.", "c."});
  talk.speak_next();
  talk.run_for(milliseconds(100));
  talk.take();
  talk.on(SpeechStarted{});
  EXPECT_THAT(talk.take(), ElementsAre("interrupted", "turnComplete+usage"));
  talk.run_for(milliseconds(5000));
  talk.speak_next();  // a sentence that was being made is dropped
  talk.run_for(milliseconds(5000));
  EXPECT_THAT(talk.take(), IsEmpty());
  talk.on(SpeechEnded{});
  talk.on(Understood{talk.hearing, "stop"});
  EXPECT_THAT(talk.take(), ElementsAre("in:stop", "think:stop"));
}

TEST(Turns, BargeInWhileTheClientStillPlaysInterruptsToo) {
  Talk talk;
  talk.said("hello");
  talk.answer({"a."});
  talk.speak_next();
  talk.run_for(milliseconds(1000));
  EXPECT_THAT(talk.take(), testing::Contains("generationComplete"));
  talk.on(SpeechStarted{});
  EXPECT_THAT(talk.take(), ElementsAre("interrupted", "turnComplete+usage"));
}

TEST(Turns, SpeechThatGoesOnBeforeTheAnswerIsAnsweredAsOne) {
  Talk talk;
  talk.said("tell me");
  talk.answer({"a."});
  talk.on(SpeechStarted{});  // nothing was heard yet, so there is nothing to interrupt
  talk.take();
  talk.speak_next();
  talk.run_for(milliseconds(3000));
  EXPECT_THAT(talk.take(), IsEmpty());
  talk.on(SpeechEnded{});
  talk.on(Understood{talk.hearing, "a story"});
  EXPECT_THAT(talk.take(), ElementsAre("in:a story", "think:tell me a story"));
  EXPECT_EQ(talk.think.turn, 1U);
}

TEST(Turns, NothingUnderstoodIsNotAnswered) {
  Talk talk;
  talk.said("");
  talk.run_for(milliseconds(10'000));
  EXPECT_THAT(talk.take(), IsEmpty());
}

TEST(Turns, ASilentAnswerEndsTheTurnWithoutAWord) {
  Talk talk;
  talk.said("hello");
  talk.take();
  talk.answer({});
  talk.run_for(milliseconds(10'000));
  EXPECT_THAT(talk.take(), IsEmpty());
  talk.said("again");
  EXPECT_THAT(talk.take(), ElementsAre("in:again", "think:again"));
  EXPECT_EQ(talk.think.turn, 2U);
}

TEST(Turns, WithoutInterruptionSpeechWaitsForTheEnd) {
  Talk talk({.interrupts = false});
  talk.said("one");
  talk.answer({"a."});
  talk.speak_next();
  talk.said("two");
  talk.take();
  talk.run_for(milliseconds(1990));
  EXPECT_THAT(talk.take(), ElementsAre("audio", "generationComplete"));
  talk.run_for(milliseconds(10));
  EXPECT_THAT(talk.take(), ElementsAre("turnComplete+usage", "think:two"));
}

TEST(Turns, TypedTextInterruptsAndIsAnswered) {
  Talk talk;
  talk.said("one");
  talk.answer({"a."});
  talk.speak_next();
  talk.take();
  talk.on(TextArrived{"two"});
  EXPECT_THAT(talk.take(), ElementsAre("interrupted", "turnComplete+usage", "think:two"));
}

TEST(Turns, UnfinishedContentStopsAndWaits) {
  Talk talk;
  talk.said("one");
  talk.answer({"a."});
  talk.speak_next();
  talk.take();
  talk.on(ContentArrived{{.user_text = "first part", .all_text = "first part"}});
  talk.run_for(milliseconds(5000));
  EXPECT_THAT(talk.take(), ElementsAre("interrupted", "turnComplete+usage"));
  talk.on(ContentArrived{{.user_text = "second", .all_text = "second", .turn_complete = true}});
  EXPECT_THAT(talk.take(), ElementsAre("think:second"));
}

TEST(Turns, TheLastUserTurnIsAnsweredWhenTheEndComesWithoutOne) {
  Talk talk;
  talk.on(ContentArrived{{.user_text = "first", .all_text = "first"}});
  talk.on(ContentArrived{{.user_text = "second", .all_text = "second"}});
  talk.on(ContentArrived{{.turn_complete = true}});
  EXPECT_THAT(talk.take(), ElementsAre("think:second"));
}

TEST(Turns, TypedTextIsAnsweredAloneAlsoWhenSpeechStillWaits) {
  for (const bool content : {false, true}) {
    Talk talk;
    talk.on(SpeechEnded{});
    const std::uint64_t first = talk.hearing;
    talk.on(SpeechStarted{});
    talk.on(Understood{first, "spoken"});
    talk.take();
    if (content) {
      talk.on(ContentArrived{{.user_text = "typed", .all_text = "typed", .turn_complete = true}});
    } else {
      talk.on(TextArrived{"typed"});
    }
    talk.on(SpeechEnded{});
    talk.on(Understood{talk.hearing, ""});
    EXPECT_THAT(talk.take(), ElementsAre("think:typed"));
  }
}

TEST(Turns, TheModelSpeaksFromItsFirstSoundUntilItHasPlayed) {
  Talk talk;
  talk.said("hello");
  EXPECT_FALSE(talk.turns.model_speaks());
  talk.answer({"a."});
  EXPECT_FALSE(talk.turns.model_speaks());
  talk.speak_next();
  EXPECT_TRUE(talk.turns.model_speaks());
  talk.run_for(milliseconds(1990));
  EXPECT_TRUE(talk.turns.model_speaks());
  talk.run_for(milliseconds(10));
  EXPECT_FALSE(talk.turns.model_speaks());
}

TEST(Turns, HistoryIsLoadedWithoutAnAnswerAndHoldsTheRestBack) {
  Talk talk({.history_comes_first = true});
  talk.said("hello");
  EXPECT_THAT(talk.take(), ElementsAre("in:hello"));
  talk.on(ContentArrived{{.user_text = "old", .all_text = "old", .turn_complete = true}});
  EXPECT_THAT(talk.take(), ElementsAre("think:hello"));
}

TEST(Turns, WaitsAsLongAsTheScenarioSays) {
  Talk talk;
  talk.said("hello");
  talk.on(AnswerDecided{talk.think.generation, {"a."}, milliseconds(700)});
  talk.take();
  talk.speak_next();
  talk.run_for(milliseconds(690));
  EXPECT_THAT(talk.take(), IsEmpty());
  talk.run_for(milliseconds(10));
  EXPECT_THAT(talk.take(), ElementsAre("ou: One two.", "audio"));
}

TEST(Turns, SendNoTranscriptionThatWasNotAskedFor) {
  Talk talk({.transcribe_input = false, .transcribe_output = false});
  talk.said("hello");
  talk.answer({"a."});
  talk.speak_next();
  EXPECT_THAT(talk.take(), ElementsAre("think:hello", "audio"));
}

TEST(Turns, ResumeTheStoryWhenItsNextSentenceIsLate) {
  Talk talk;
  talk.said("story");
  talk.answer({"a.", "b."});
  talk.speak_next();
  // All of the first sentence was sent; the second is not made yet.
  talk.run_for(milliseconds(5000));
  talk.take();
  EXPECT_FALSE(talk.turns.next_wake().has_value());
  talk.speak_next();
  talk.run_for(milliseconds(600));
  EXPECT_THAT(talk.take(),
              ElementsAre("ou: One two.", "audio", "generationComplete", "turnComplete+usage"));
}

TEST(Turns, CountTokensOfTheWholeContext) {
  Talk talk;
  for (int piece = 0; piece < 100; ++piece)
    talk.on(SoundArrived{EarSamples(320)});  // two seconds in 20 ms
  talk.on(PictureArrived{});
  talk.on(TextArrived{"12345678"});
  EXPECT_EQ(talk.turns.context().prompt_audio, 50);
  EXPECT_EQ(talk.turns.context().prompt_image, 70);
  EXPECT_EQ(talk.turns.context().prompt_text, 2);
  talk.answer({"a."});
  talk.speak_next();
  talk.run_for(milliseconds(2000));
  EXPECT_EQ(talk.turns.context().prompt_audio, 100);  // the answer has become part of the context
}

TEST(Turns, EqualSeedsCutTheSoundEqually) {
  const auto frames = [](std::uint64_t seed) {
    Turns turns({.seed = seed});
    TimePoint now{};
    turns.on(TextArrived{"x"}, now);
    turns.on(AnswerDecided{1, {"a."}}, now);
    std::vector<std::size_t> sizes;
    const auto keep = [&](const std::vector<TurnAction>& actions) {
      for (const TurnAction& action : actions) {
        if (const auto* frame = std::get_if<SendFrame>(&action))
          sizes.push_back(frame->text.size());
      }
    };
    keep(turns.on(SentenceSpoken{1, {Samples(kSpeechHz * 4, 0), {}}}, now));
    keep(turns.on(Tick{}, now + std::chrono::seconds(3)));
    return sizes;
  };
  EXPECT_EQ(frames(1), frames(1));
  EXPECT_NE(frames(1), frames(2));
}

}  // namespace
}  // namespace reprise::emulator
