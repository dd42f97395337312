#include "domain/study/questionnaire.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace reprise::study {
namespace {

namespace json = boost::json;

Result<Part> part_of(const char* body) { return read_part(json::parse(body), "before"); }

constexpr const char* kAsked = R"([{"title":"About you","questions":[
  {"kind":"choice","text":"Often?","choices":["Yes","No"]},
  {"kind":"likert","text":"How easy?","points":7,"low":"Hard","high":"Easy"},
  {"id":"words","kind":"text","text":"Anything else?","required":false}]}])";

Answers points(const Questionnaire& asked, const std::vector<std::int64_t>& values) {
  Answers answers;
  for (std::size_t at = 0; at < values.size(); ++at) {
    answers[asked.questions.at(at).id] = values[at];
  }
  return answers;
}

TEST(Questionnaires, GiveIdsToWhatHasNone) {
  const auto part = part_of(kAsked);
  ASSERT_TRUE(part) << part.error().client_message;
  ASSERT_EQ(part->size(), 1U);
  EXPECT_EQ(part->front().questions[0].id, "q1");
  EXPECT_EQ(part->front().questions[1].id, "q2");
  EXPECT_EQ(part->front().questions[2].id, "words");
}

TEST(Questionnaires, ReadyMadeOnesKeepTheirQuestions) {
  const auto part = part_of(R"([{"instrument":"sus","title":"Mine"},{"instrument":"nasa_tlx"}])");
  ASSERT_TRUE(part) << part.error().client_message;
  EXPECT_EQ(part->at(0), sus());
  EXPECT_EQ(part->at(1), nasa_tlx());
  EXPECT_EQ(sus().questions.size(), 10U);
  EXPECT_EQ(nasa_tlx().questions.size(), 6U);
  EXPECT_FALSE(part_of(R"([{"instrument":"sus"},{"instrument":"sus"}])")) << "asked twice";
}

TEST(Questionnaires, RefuseWhatCannotBeAnswered) {
  for (
      const char* body :
      {R"([{"questions":[{"kind":"choice","text":"T","choices":["One"]}]}])",
       R"([{"questions":[{"kind":"choice","text":"T","choices":["A","A"]}]}])",
       R"([{"questions":[{"kind":"likert","text":"T","points":22}]}])",
       R"([{"questions":[{"kind":"text","text":" "}]}])",
       R"([{"questions":[{"kind":"text","text":"T","id":"A b"}]}])",
       R"([{"questions":[{"kind":"text","text":"T","id":"sus_1"}]}])",
       R"([{"questions":[{"kind":"text","text":"T","id":"a"},{"kind":"text","text":"T","id":"a"}]}])",
       R"([{"questions":[]}])", R"([{"instrument":"other"}])", R"({})"}) {
    const auto part = part_of(body);
    ASSERT_FALSE(part) << body;
    EXPECT_NE(part.error().client_message.find("`before"), std::string::npos)
        << part.error().client_message;
  }
}

TEST(Questionnaires, AnswersFitTheirQuestions) {
  const Part part = *part_of(kAsked);
  const auto good = read_answers(part, json::parse(R"({"q1":"No","q2":7,"words":" Fine. "})"));
  ASSERT_TRUE(good) << good.error().client_message;
  EXPECT_EQ(good->at("words"), "Fine.");
  EXPECT_TRUE(read_answers(part, json::parse(R"({"q1":"Yes","q2":1,"words":null})")));
  struct Row {
    const char* body;
    const char* question;
  };
  for (const auto& [body, question] :
       {Row{R"({"q2":1})", "`answers.q1`"}, Row{R"({"q1":"Perhaps","q2":1})", "`answers.q1`"},
        Row{R"({"q1":"No","q2":0})", "`answers.q2`"}, Row{R"({"q1":"No","q2":8})", "`answers.q2`"},
        Row{R"({"q1":"No","q2":1.5})", "`answers.q2`"},
        Row{R"({"q1":"No","q2":"1"})", "`answers.q2`"},
        Row{R"({"q1":"No","q2":1,"words":3})", "`answers.words`"},
        Row{R"({"q1":"No","q2":1,"q9":3})", "`answers`"}, Row{"[]", "`answers`"}}) {
    const auto bad = read_answers(part, json::parse(body));
    ASSERT_FALSE(bad) << body;
    EXPECT_NE(bad.error().client_message.find(question), std::string::npos)
        << bad.error().client_message;
  }
}

TEST(Questionnaires, TheSusIsScoredAsBrookeSays) {
  struct Row {
    std::vector<std::int64_t> points;
    std::optional<double> want;
  };
  for (const auto& [given, want] : std::vector<Row>{{{5, 1, 5, 1, 5, 1, 5, 1, 5, 1}, 100},
                                                    {{1, 5, 1, 5, 1, 5, 1, 5, 1, 5}, 0},
                                                    {{3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, 50},
                                                    {{4, 2, 5, 1, 4, 2, 4, 1, 5, 3}, 82.5},
                                                    {{5, 1, 5, 1, 5, 1, 5, 1, 5}, std::nullopt}}) {
    EXPECT_EQ(sus_score(points(sus(), given)), want);
  }
}

TEST(Questionnaires, TheTaskLoadIsTheMeanOfItsScales) {
  struct Row {
    std::vector<std::int64_t> points;
    std::optional<double> want;
  };
  for (const auto& [given, want] : std::vector<Row>{{{1, 1, 1, 1, 1, 1}, 0},
                                                    {{21, 21, 21, 21, 21, 21}, 100},
                                                    {{11, 11, 11, 11, 11, 11}, 50},
                                                    {{1, 21, 1, 21, 1, 21}, 50},
                                                    {{2, 1, 1, 1, 1, 1}, 5.0 / 6},
                                                    {{1, 1, 1, 1, 1}, std::nullopt}}) {
    EXPECT_EQ(tlx_score(points(nasa_tlx(), given)), want);
  }
}

}  // namespace
}  // namespace reprise::study
