#include "base/text.hpp"

#include "base/fixture_for_test.hpp"

namespace reprise::text {
namespace {
namespace json = boost::json;
using fixture::text_of;
using fixture::texts_of;

/// The cases of tests/fixtures/text.json, which web/src/media/text.test.ts reads too.
template <class Check>
void for_each_case(const char* group, Check check) {
  fixture::for_each_case(fixture::load("text.json"), group, check);
}

TEST(TextTest, LettersAreCountedAndFound) {
  for_each_case("letters", [](const json::value& tested) {
    const auto text = text_of(tested.at("text"));
    std::vector<std::string> letters;
    auto starts = letter_starts(text);
    EXPECT_EQ(letter_count(text), starts.size());
    starts.push_back(text.size());
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
      letters.push_back(text.substr(starts[i], starts[i + 1] - starts[i]));
    }
    EXPECT_EQ(letters, texts_of(tested.at("want")));
  });
}

TEST(TextTest, WordsAreFound) {
  for_each_case("words", [](const json::value& tested) {
    const auto text = text_of(tested.at("text"));
    std::vector<std::string> found;
    for (const auto word : words(text)) found.emplace_back(word);
    EXPECT_EQ(found, texts_of(tested.at("want")));
  });
}

TEST(TextTest, PiecesAreJoinedToOneText) {
  for_each_case("join", [](const json::value& tested) {
    const auto pieces = texts_of(tested.at("pieces"));
    std::string joined;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const bool anew = i > 0 && tested.at("borders").as_array().at(i - 1).as_int64() == 1;
      joined = join(std::move(joined), pieces[i], anew ? Border::Utterance : Border::None);
    }
    EXPECT_EQ(joined, text_of(tested.at("want")));
  });
}

TEST(TextTest, ALongTextIsCutAfterAWholeLetter) {
  for_each_case("cut", [](const json::value& tested) {
    const auto letters = static_cast<std::size_t>(tested.at("letters").as_int64());
    EXPECT_EQ(cut(text_of(tested.at("text")), letters), text_of(tested.at("want")));
  });
}

TEST(TextTest, OnlyWhatCanBeSeenIsVisible) {
  for_each_case("visible", [](const json::value& tested) {
    EXPECT_EQ(is_visible(text_of(tested.at("text"))), tested.at("want").as_bool());
  });
}

TEST(TextTest, WellFormedTakesAnyBytes) {
  EXPECT_EQ(well_formed("a\xF0\x9F\x98\x80 żółć"), "a😀 żółć");
  EXPECT_EQ(well_formed("\xED\xA0\xBD\xED\xB8\x80"), "😀");
  EXPECT_EQ(well_formed("a\xED\xA0\xBD"), "a\xEF\xBF\xBD");
  EXPECT_EQ(well_formed("\xED\xB8\x80z\xFF\xC3"), "\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(well_formed(""), "");
}

TEST(TextTest, JsonKeepsLoneHalvesAndNothingElseChanges) {
  EXPECT_EQ(with_lone_halves(R"({"t":"\ud83d"})"), "{\"t\":\"\xED\xA0\xBD\"}");
  EXPECT_EQ(with_lone_halves(R"("\uDE00\ud83d\ude00")"), "\"\xED\xB8\x80\\ud83d\\ude00\"");
  for (const std::string same : {R"("\\ud83d")", R"("\u00e9\n\"")", R"("\ud8)", R"("\)", ""}) {
    EXPECT_EQ(with_lone_halves(same), same);
  }
}

TEST(TextTest, BrokenBytesNeitherCrashNorVanish) {
  for (const std::string broken : {"\xFF\xC3 \xE4", "\xF0\x9F", "a\xED\xA0\xBD b"}) {
    std::string all;
    for (const auto word : words(broken)) all += word;
    EXPECT_EQ(all, broken);
    EXPECT_EQ(join(broken, "\xB8", Border::None), broken + "\xB8");
    EXPECT_GE(letter_count(broken), 1U);
  }
}

TEST(TextTest, ATitleIsOneLineThatBeginsWithACapital) {
  EXPECT_EQ(one_line("  what is\n the\u3000 time\x07 "), "what is the time");
  EXPECT_EQ(with_capital("żółć"), "Żółć");
  EXPECT_EQ(with_capital("مرحبا"), "مرحبا");
  EXPECT_EQ(with_capital(""), "");
}

}  // namespace
}  // namespace reprise::text
