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
  EXPECT_EQ(json::serialize(
                gemini_request({{Role::Person, "Hi ${X}"}, {Role::Model, "Yes?"}}, "Be brief")),
            R"({"contents":[{"role":"user","parts":[{"text":"Hi ${X}"}]},)"
            R"({"role":"model","parts":[{"text":"Yes?"}]}],)"
            R"("systemInstruction":{"role":"user","parts":[{"text":"Be brief"}]}})");
  EXPECT_FALSE(gemini_request({}, "").contains("systemInstruction"));
}

TEST(Context, ATitleIsOneLineWithoutMarks) {
  const auto title = [](std::string_view said) {
    return gemini_title(
        R"({"candidates":[{"content":{"parts":[{"text":"x","thought":true},{"text":)" +
        json::serialize(json::value(said)) + "}]}}]}");
  };
  EXPECT_EQ(title("\"Gears under load.\"\n"), "Gears under load");
  EXPECT_EQ(title("**gears**\nand more"), "Gears");
  EXPECT_EQ(title("  \n"), "");
  for (const char* body :
       {"", "[]", "{}", R"({"candidates":[]})", R"({"candidates":[{"content":1}]})"}) {
    EXPECT_EQ(gemini_title(body), "") << body;
  }
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
