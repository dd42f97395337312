#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "domain/chat/context.hpp"
#include "domain/chat/events.hpp"
#include "domain/chat/message.hpp"
#include "domain/session/session.hpp"

namespace reprise::chat {
namespace {

namespace json = boost::json;

TEST(Message, TextsThatMayBeSent) {
  for (const std::string& text : {std::string("a"), std::string("  a\n\nb\t"), std::string("${X}"),
                                  std::string(kTextCharactersMax, 'a')}) {
    EXPECT_TRUE(check_text(text)) << text.substr(0, 20);
  }
  for (const std::string& text :
       {std::string(), std::string(" \n"), std::string("\u200b"), std::string("a\0b", 3),
        std::string("\xff"), std::string(kTextCharactersMax + 1, 'a')}) {
    const auto status = check_text(text);
    ASSERT_FALSE(status) << text.substr(0, 20);
    EXPECT_TRUE(status.error().client_message.starts_with("`text`"));
  }
}

TEST(Message, AnAnswerIsBegunAnewWhileNobodyHasSeenAnyOfIt) {
  constexpr std::int64_t kSecondNs = 1'000'000'000;
  EXPECT_EQ(take_over(0, 0), TakeOver::BeginAnew);
  EXPECT_EQ(take_over(0, 59 * kSecondNs), TakeOver::BeginAnew);
  EXPECT_EQ(take_over(0, 60 * kSecondNs), TakeOver::Fail);
  EXPECT_EQ(take_over(1, 0), TakeOver::Fail);
}

TEST(Context, TurnsOfOneSpeakerAreOneAndEmptyOnesAreLeftOut) {
  using R = Role;
  EXPECT_EQ(joined({{R::Person, "a"}, {R::Model, ""}, {R::Person, "b"}, {R::Model, "c"}}),
            (std::vector<Turn>{{R::Person, "a\n\nb"}, {R::Model, "c"}}));
  EXPECT_TRUE(joined({{R::Model, ""}}).empty());
}

TEST(Context, TheRequestIsThatOfTheRestApi) {
  EXPECT_EQ(
      json::serialize(request_body(
          Dialect::Gemini,
          {.turns = {{Role::Person, "Hi ${X}"}, {Role::Model, "Yes?"}}, .instruction = "Be brief"},
          "m", Delivery::Streamed)),
      R"({"contents":[{"role":"user","parts":[{"text":"Hi ${X}"}]},)"
      R"({"role":"model","parts":[{"text":"Yes?"}]}],)"
      R"("systemInstruction":{"role":"user","parts":[{"text":"Be brief"}]}})");
  EXPECT_FALSE(
      request_body(Dialect::Gemini, {}, "m", Delivery::Whole).contains("systemInstruction"));
  EXPECT_EQ(
      json::serialize(request_body(Dialect::Gemini, {.reasoning = true, .output_tokens_max = 5},
                                   "m", Delivery::Whole)),
      R"({"contents":[],"generationConfig":{"maxOutputTokens":5,)"
      R"("thinkingConfig":{"includeThoughts":true}}})");
  EXPECT_EQ(json::serialize(request_body(Dialect::OpenAi,
                                         {.turns = {{Role::Person, "Hi"}, {Role::Model, "Yes?"}},
                                          .instruction = "Be brief",
                                          .reasoning = true,
                                          .output_tokens_max = 5},
                                         "org/m:7b", Delivery::Streamed)),
            R"({"model":"org/m:7b","messages":[{"role":"system","content":"Be brief"},)"
            R"({"role":"user","content":"Hi"},{"role":"assistant","content":"Yes?"}],)"
            R"("stream":true,"stream_options":{"include_usage":true}})");
}

TEST(Context, WhatIsTooOldAreWholeMessagesAndNeverTheQuestion) {
  const auto said = [](const char* id, std::size_t tokens) {
    return BranchTurn{MessageId(id), {Role::Person, std::string(tokens * kBytesPerToken, 'a')}};
  };
  const Branch branch{said("a", 10), said("b", 10), said("b", 10), said("c", 10), said("d", 10)};
  EXPECT_EQ(too_old(branch, 50), 0U);
  EXPECT_EQ(too_old(branch, 49), 3U) << "half of what may be is left; b is one message";
  EXPECT_EQ(too_old(branch, 20), 4U);
  EXPECT_EQ(too_old({said("a", 100)}, 20), 0U);
  EXPECT_EQ(too_old({}, 1), 0U);
  const Prompt prompt = summary_prompt(branch, 1);
  ASSERT_EQ(prompt.turns.size(), 1U) << "turns of one speaker are one";
  EXPECT_TRUE(prompt.turns.front().text.ends_with("so far."));
}

TEST(Context, ASummaryTakesThePlaceOfWhatItCovers) {
  Branch branch{{MessageId("a"), {Role::Person, "1"}},
                {MessageId("b"), {Role::Model, "2"}},
                {MessageId("c"), {Role::Person, "3"}}};
  put_summary(branch, MessageId("s"), MessageId("b"), "short");
  ASSERT_EQ(branch.size(), 2U);
  EXPECT_EQ(branch.at(0).origin, Origin::Summary);
  EXPECT_TRUE(branch.at(0).turn.text.ends_with("short"));
  put_summary(branch, MessageId("t"), MessageId("gone"), "again");
  EXPECT_EQ(branch.size(), 3U) << "what it covers is not in this branch: nothing is left out";
}

TEST(Context, ATitleIsOneLineWithoutMarks) {
  const auto title = [](std::string_view said) {
    return title_in(
        words_in(Dialect::Gemini,
                 R"({"candidates":[{"content":{"parts":[{"text":"x","thought":true},{"text":)" +
                     json::serialize(json::value(said)) + "}]}}]}"));
  };
  EXPECT_EQ(title("\"Gears under load.\"\n"), "Gears under load");
  EXPECT_EQ(title("**gears**\nand more"), "Gears");
  EXPECT_EQ(title("  \n"), "");
  for (const char* body :
       {"", "[]", "{}", R"({"candidates":[]})", R"({"candidates":[{"content":1}]})"}) {
    EXPECT_EQ(words_in(Dialect::Gemini, body), "") << body;
    EXPECT_EQ(words_in(Dialect::OpenAi, body), "") << body;
  }
}

TEST(Context, TheWordsOfACompletionAreRead) {
  EXPECT_EQ(words_in(Dialect::OpenAi,
                     R"({"choices":[{"message":{"role":"assistant","content":"Yes."}}]})"),
            "Yes.");
  EXPECT_EQ(words_in(Dialect::OpenAi, R"({"choices":[{"message":{"content":null}}]})"), "");
  EXPECT_EQ(words_in(Dialect::OpenAi, R"({"choices":[{"message":{"content":"a\u0000b"}}]})"), "ab");
}

TEST(Context, TheNewestThatFitBeginWithThePerson) {
  const auto turn = [](Role role, std::size_t letters) {
    return BranchTurn{MessageId("m"), {role, std::string(letters, 'x')}, Origin::Typed};
  };
  const Branch branch{turn(Role::Person, 30), turn(Role::Model, 30), turn(Role::Person, 12),
                      turn(Role::Model, 6), turn(Role::Model, 3)};
  const auto told = [&branch](std::size_t tokens) { return newest_within(branch, tokens).size(); };
  EXPECT_EQ(told(0), 0U);
  EXPECT_EQ(told(6), 0U);  // the last question does not fit
  EXPECT_EQ(told(7), 3U);
  EXPECT_EQ(told(17), 3U);  // never from an answer on
  EXPECT_EQ(told(27), 5U);
  EXPECT_TRUE(newest_within({}, 100).empty());
}

TEST(Events, ADeltaIsOneLineOfJson) {
  EXPECT_EQ(delta_event(3, "a\nb\r\n\"\u00e9"),
            "id: 3\nevent: delta\ndata: {\"text\":\"a\\nb\\r\\n\\\"\u00e9\"}\n\n");
}

TEST(Events, TheLastNumberIsReadStrictly) {
  EXPECT_EQ(last_event_of(std::nullopt), 0);
  EXPECT_EQ(last_event_of(""), 0);
  EXPECT_EQ(last_event_of("0"), 0);
  EXPECT_EQ(last_event_of("12"), 12);
  for (const char* bad : {"-1", "1x", " 1", "1.0", "99999999999999999999", "x"}) {
    EXPECT_FALSE(last_event_of(bad)) << bad;
  }
}

TEST(Events, PiecesOfATextAreFoundAgain) {
  const std::vector<std::string> pieces{"A", " c\u00e4t", "!"};
  EXPECT_EQ(ends_of(pieces), "1 6 7");
  EXPECT_EQ(pieces_of("A c\u00e4t!", "1 6 7"), pieces);
  EXPECT_EQ(ends_of({}), "");
  EXPECT_TRUE(pieces_of("", "").empty());
  EXPECT_EQ(pieces_of("all", ""), std::vector<std::string>{"all"});
  EXPECT_EQ(pieces_of("abc", "1 x"), (std::vector<std::string>{"a", "bc"}));
  EXPECT_EQ(pieces_of("abc", "2 1"), (std::vector<std::string>{"ab", "c"}));
  EXPECT_EQ(pieces_of("abc", "9"), std::vector<std::string>{"abc"});
}

}  // namespace
}  // namespace reprise::chat
