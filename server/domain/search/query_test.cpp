#include "domain/search/query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fixture_for_test.hpp"

namespace reprise::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(QueryTest, TheLastWordMayGoOn) {
  const auto query = query_of("Long Stor");
  ASSERT_TRUE(query.has_value());
  EXPECT_THAT(query->phrases, ElementsAre(Phrase{.words = {"long"}, .open_ended = false},
                                          Phrase{.words = {"stor"}, .open_ended = true}));
}

TEST(QueryTest, LettersWithoutSpacesAreOnePhrase) {
  const auto query = query_of("東京 大阪へ");
  ASSERT_TRUE(query.has_value());
  EXPECT_THAT(query->phrases, ElementsAre(Phrase{.words = {"東", "京"}, .open_ended = false},
                                          Phrase{.words = {"大", "阪", "へ"}, .open_ended = true}));
}

TEST(QueryTest, ASignBeforeLettersWithoutSpacesIsAGap) {
  for (const char* sign : {"@", "#", "-", "/", "。", "“", "(", "\u200b"}) {
    std::string typed = sign;
    typed += "東京";
    typed += sign;
    typed += "東";
    const auto query = query_of(typed);
    ASSERT_TRUE(query.has_value()) << sign;
    EXPECT_THAT(query->phrases, ElementsAre(Phrase{.words = {"東", "京"}, .open_ended = false},
                                            Phrase{.words = {"東"}, .open_ended = true}))
        << sign;
  }
  EXPECT_THAT(query_of("@แฟ")->phrases,
              ElementsAre(Phrase{.words = {"แ", "ฟ"}, .open_ended = true}));
}

TEST(QueryTest, PunctuationAloneFindsNothing) {
  const auto query = query_of("?! …");
  ASSERT_TRUE(query.has_value());
  EXPECT_THAT(query->phrases, IsEmpty());
}

TEST(QueryTest, ABadQueryIsRefusedWithASentenceThatNamesQ) {
  fixture::for_each_case(fixture::load("search.json"), "refused",
                         [](const boost::json::value& tested) {
                           const auto query = query_of(fixture::text_of(tested.at("q")));
                           ASSERT_FALSE(query.has_value());
                           EXPECT_EQ(query.error().code, ErrorCode::Invalid);
                           EXPECT_THAT(query.error().client_message, testing::StartsWith("`q` "));
                         });
  EXPECT_FALSE(query_of("\xFF").has_value());
}

TEST(QueryTest, HostileQueriesAreUnderstood) {
  fixture::for_each_case(fixture::load("search.json"), "hostile",
                         [](const boost::json::value& tested) {
                           EXPECT_TRUE(query_of(fixture::text_of(tested.at("q"))).has_value());
                         });
}

struct PiecesCase {
  const char* name;
  const char* text;
  const char* query;
  const char* want;  ///< marked pieces are in brackets
};
class PiecesTest : public testing::TestWithParam<PiecesCase> {};
TEST_P(PiecesTest, MarksWholeWords) {
  std::string shown;
  for (const Piece& piece : pieces_of(GetParam().text, *query_of(GetParam().query))) {
    shown += piece.marked ? "[" + piece.text + "]" : piece.text;
  }
  EXPECT_EQ(shown, GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Pieces, PiecesTest,
    testing::Values(PiecesCase{"Begun", "The story, a Story.", "sto", "The [story], a [Story]."},
                    PiecesCase{"Several", "one two three", "two one", "[one] [two] three"},
                    PiecesCase{"WithoutSpaces", "我在北京大学。", "北京", "我在[北京]大学。"},
                    PiecesCase{"Overlapping", "ハハハ", "ハハ", "[ハハハ]"},
                    PiecesCase{"Nothing", "one two", "three", "one two"},
                    PiecesCase{"Accents", "Zürich!", "zur", "[Zürich]!"},
                    PiecesCase{"AcrossPunctuation", "go to example.com now", "com",
                               "go to [example.com] now"},
                    PiecesCase{"Ligature", "The ﬁlter", "fi", "The [ﬁlter]"},
                    PiecesCase{"FullWidth", "ＡＢＣ １２", "abc 12", "[ＡＢＣ] [１２]"},
                    PiecesCase{"BelowTheLine", "CO₂ and H₂O.", "h2o", "CO₂ and [H₂O]."},
                    PiecesCase{"BelowTheLineTwice", "C₁₂H₂₂", "c12h", "[C₁₂H₂₂]"},
                    PiecesCase{"TypedBelowTheLine", "H2O, H₂O", "h₂o", "[H2O], [H₂O]"},
                    PiecesCase{"Power", "5 m² and 10² and x²y", "m2", "5 [m²] and 10² and x²y"},
                    PiecesCase{"Footnote", "theory¹ says", "theory says", "[theory]¹ [says]"},
                    PiecesCase{"Empty", "", "x", ""}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::search
