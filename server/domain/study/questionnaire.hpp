#pragma once

// Questionnaires of a study: what may be asked, what counts as an answer, and the scores of the two
// that come ready-made. Pure.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::study {

inline constexpr std::size_t kQuestionnairesMax = 10;  ///< of one part: before, or after
inline constexpr std::size_t kQuestionsMax = 60;       ///< of one questionnaire
inline constexpr std::size_t kChoicesMax = 30;
inline constexpr std::int64_t kPointsMax = 21;
/// Limits in code points.
inline constexpr std::size_t kQuestionCharactersMax = 500;
inline constexpr std::size_t kLabelCharactersMax = 100;
inline constexpr std::size_t kAnswerCharactersMax = 4'000;

enum class Kind {
  Likert,  ///< one of `points` points between two ends
  Text,
  Choice,  ///< one of some
};
BOOST_DESCRIBE_ENUM(Kind, Likert, Text, Choice)

enum class Instrument {
  Own,      ///< the researcher's own questions
  Sus,      ///< System Usability Scale, ten statements
  NasaTlx,  ///< NASA Task Load Index, six scales, without weights ("raw")
};
BOOST_DESCRIBE_ENUM(Instrument, Own, Sus, NasaTlx)

struct Question {
  std::string id;  ///< `[a-z0-9_]{1,40}`, one of a kind within its part; also a column's name
  Kind kind = Kind::Text;
  std::string text;
  bool required = true;
  std::optional<std::int64_t> points;  ///< of Likert: 2 … kPointsMax
  std::optional<std::string> low;      ///< of Likert: what the first point means
  std::optional<std::string> high;     ///< of Likert: what the last point means
  std::optional<std::vector<std::string>> choices;
  friend bool operator==(const Question&, const Question&) = default;
};
BOOST_DESCRIBE_STRUCT(Question, (), (id, kind, text, required, points, low, high, choices))

struct Questionnaire {
  Instrument instrument = Instrument::Own;
  std::string title;                ///< may be empty
  std::vector<Question> questions;  ///< of a ready-made one: always the same
  friend bool operator==(const Questionnaire&, const Questionnaire&) = default;
};
BOOST_DESCRIBE_STRUCT(Questionnaire, (), (instrument, title, questions))

/// All that is asked at one time.
using Part = std::vector<Questionnaire>;

Questionnaire sus();
Questionnaire nasa_tlx();

/// Reads what a researcher sends: `[{"instrument": "sus"}, {"title": …, "questions": […]}]`. Names
/// the questions that have no id. `name` is the member's, for errors. Errors: Invalid, with the
/// place.
Result<Part> read_part(const boost::json::value& body, std::string_view name);

/// The answers to one part, by the ids of its questions: a number, or a text.
using Answers = std::map<std::string, boost::json::value>;

/// Reads what a participant sends. Optional questions may be left out. Errors: Invalid
/// `answer-refused`, which names the question.
Result<Answers> read_answers(const Part& part, const boost::json::value& body);

/// 0 … 100: each odd statement counts its point less one, each even one five less its point, and
/// the sum two and a half times. Empty: not all ten are answered.
std::optional<double> sus_score(const Answers& answers);
/// 0 … 100: the mean of the six scales, of which each step counts five. Empty: not all are
/// answered.
std::optional<double> tlx_score(const Answers& answers);

}  // namespace reprise::study
