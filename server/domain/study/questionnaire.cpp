#include "domain/study/questionnaire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "domain/study/clean.hpp"

namespace reprise::study {
namespace json = boost::json;

namespace {

constexpr std::size_t kIdMax = 40;
constexpr std::int64_t kSusPoints = 5;
constexpr std::int64_t kTlxPoints = 21;

/// The statements of J. Brooke, "SUS: a quick and dirty usability scale" (1996), who lets everybody
/// use them and asks to be named.
constexpr std::array<std::string_view, 10> kSus = {
    "I think that I would like to use this system frequently.",
    "I found the system unnecessarily complex.",
    "I thought the system was easy to use.",
    "I think that I would need the support of a technical person to be able to use this system.",
    "I found the various functions in this system were well integrated.",
    "I thought there was too much inconsistency in this system.",
    "I would imagine that most people would learn to use this system very quickly.",
    "I found the system very cumbersome to use.",
    "I felt very confident using the system.",
    "I needed to learn a lot of things before I could get going with this system."};

struct Scale {
  std::string_view id;
  std::string_view text;
  std::string_view low = "Very low";
  std::string_view high = "Very high";
};
/// The scales of the NASA Task Load Index, a work of the United States government.
constexpr std::array<Scale, 6> kTlx = {{
    {.id = "tlx_mental", .text = "Mental demand: how mentally demanding was the task?"},
    {.id = "tlx_physical", .text = "Physical demand: how physically demanding was the task?"},
    {.id = "tlx_temporal",
     .text = "Temporal demand: how hurried or rushed was the pace of the task?"},
    {.id = "tlx_performance",
     .text = "Performance: how successful were you in accomplishing what you were asked to do?",
     .low = "Perfect",
     .high = "Failure"},
    {.id = "tlx_effort",
     .text = "Effort: how hard did you have to work to accomplish your level of performance?"},
    {.id = "tlx_frustration",
     .text = "Frustration: how insecure, discouraged, irritated, stressed, and annoyed were you?"},
}};

std::string sus_id(std::size_t at) { return fmt::format("sus_{}", at + 1); }

struct QuestionBody {
  std::optional<std::string> id;
  Kind kind = Kind::Text;
  std::string text;
  std::optional<bool> required;
  std::optional<std::int64_t> points;
  std::optional<std::string> low;
  std::optional<std::string> high;
  std::optional<std::vector<std::string>> choices;
};
BOOST_DESCRIBE_STRUCT(QuestionBody, (), (id, kind, text, required, points, low, high, choices))

struct QuestionnaireBody {
  std::optional<Instrument> instrument;
  std::optional<std::string> title;
  std::optional<std::vector<QuestionBody>> questions;
};
BOOST_DESCRIBE_STRUCT(QuestionnaireBody, (), (instrument, title, questions))

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kIdMax &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == text.npos;
}

std::unexpected<Error> invalid(std::string sentence) {
  return fail(ErrorCode::Invalid, std::move(sentence));
}

Status read_likert(const QuestionBody& body, const std::string& place, Question& question) {
  question.points = body.points.value_or(kSusPoints);
  if (*question.points < 2 || *question.points > kPointsMax) {
    return invalid(fmt::format("`{}.points` must be from 2 to {}.", place, kPointsMax));
  }
  for (const auto& [name, given, member] :
       {std::tuple{"low", &body.low, &question.low}, {"high", &body.high, &question.high}}) {
    auto label = clean(fmt::format("{}.{}", place, name), given->value_or(""), kLabelCharactersMax);
    if (!label) return std::unexpected(label.error());
    *member = *std::move(label);
  }
  return {};
}

Status read_choices(const QuestionBody& body, const std::string& place, Question& question) {
  const auto given = body.choices.value_or(std::vector<std::string>{});
  if (given.size() < 2 || given.size() > kChoicesMax) {
    return invalid(fmt::format("`{}.choices` must have 2 to {}.", place, kChoicesMax));
  }
  question.choices.emplace();
  for (const std::string& one : given) {
    auto choice = filled(place + ".choices", one, kLabelCharactersMax);
    if (!choice) return std::unexpected(choice.error());
    if (std::ranges::find(*question.choices, *choice) != question.choices->end()) {
      return invalid(fmt::format("`{}.choices` must differ.", place));
    }
    question.choices->push_back(*std::move(choice));
  }
  return {};
}

/// `place` names the question in errors, `spare` is its id when it has none.
Result<Question> question_of(const QuestionBody& body, const std::string& place,
                             std::string spare) {
  Question question{.id = body.id.value_or(std::move(spare)),
                    .kind = body.kind,
                    .required = body.required.value_or(true)};
  if (!is_id(question.id) || question.id.starts_with("sus_") || question.id.starts_with("tlx_")) {
    return invalid(fmt::format(
        "`{}.id` must be 1 to 40 of a-z, 0-9 and _, and not begin with sus_ or tlx_.", place));
  }
  auto text = filled(place + ".text", body.text, kQuestionCharactersMax);
  if (!text) return std::unexpected(text.error());
  question.text = *std::move(text);
  Status read;
  if (body.kind == Kind::Likert) read = read_likert(body, place, question);
  if (body.kind == Kind::Choice) read = read_choices(body, place, question);
  if (!read) return std::unexpected(read.error());
  return question;
}

Result<Questionnaire> questionnaire_of(const QuestionnaireBody& body, const std::string& place,
                                       std::size_t asked) {
  const Instrument instrument = body.instrument.value_or(Instrument::Own);
  if (instrument == Instrument::Sus) return sus();
  if (instrument == Instrument::NasaTlx) return nasa_tlx();
  Questionnaire made;
  auto title = clean(place + ".title", body.title.value_or(""), kLabelCharactersMax);
  if (!title) return std::unexpected(title.error());
  made.title = *std::move(title);
  const auto bodies = body.questions.value_or(std::vector<QuestionBody>{});
  if (bodies.empty() || bodies.size() > kQuestionsMax) {
    return invalid(fmt::format("`{}.questions` must have 1 to {}.", place, kQuestionsMax));
  }
  made.questions.reserve(bodies.size());
  for (const QuestionBody& one : bodies) {
    const std::size_t at = made.questions.size();
    auto question = question_of(one, fmt::format("{}.questions[{}]", place, at),
                                fmt::format("q{}", asked + at + 1));
    if (!question) return std::unexpected(question.error());
    made.questions.push_back(*std::move(question));
  }
  return made;
}

std::unexpected<Error> refused(const Question& question, std::string_view what) {
  return fail(ErrorCode::Invalid, fmt::format("`answers.{}` {}.", question.id, what),
              "answer-refused");
}

Result<json::value> answer_of(const Question& question, const json::value& given) {
  if (question.kind == Kind::Likert) {
    const std::int64_t points = question.points.value_or(kSusPoints);
    const bool fits = given.is_int64() && given.get_int64() >= 1 && given.get_int64() <= points;
    if (!fits) return refused(question, fmt::format("must be a whole number from 1 to {}", points));
    return given;
  }
  if (!given.is_string()) return refused(question, "must be a text");
  const std::string_view text = given.get_string();
  if (question.kind == Kind::Choice) {
    if (std::ranges::find(*question.choices, text) == question.choices->end()) {
      return refused(question, "must be one of the choices");
    }
    return given;
  }
  auto answer = clean("answers." + question.id, text, kAnswerCharactersMax);
  if (!answer) return std::unexpected(answer.error());
  return json::value(*std::move(answer));
}

bool says_nothing(const json::value* given) {
  return given == nullptr || given->is_null() ||
         (given->is_string() && !text::is_visible(std::string_view(given->get_string())));
}

std::optional<std::int64_t> point_of(const Answers& answers, const std::string& id) {
  const auto found = answers.find(id);
  if (found == answers.end() || !found->second.is_int64()) return std::nullopt;
  return found->second.get_int64();
}

}  // namespace

Questionnaire sus() {
  Questionnaire made{.instrument = Instrument::Sus, .title = "System Usability Scale"};
  made.questions.reserve(kSus.size());
  for (const std::string_view text : kSus) {
    made.questions.push_back({.id = sus_id(made.questions.size()),
                              .kind = Kind::Likert,
                              .text = std::string(text),
                              .points = kSusPoints,
                              .low = "Strongly disagree",
                              .high = "Strongly agree"});
  }
  return made;
}

Questionnaire nasa_tlx() {
  Questionnaire made{.instrument = Instrument::NasaTlx, .title = "NASA Task Load Index"};
  made.questions.reserve(kTlx.size());
  for (const Scale& scale : kTlx) {
    made.questions.push_back({.id = std::string(scale.id),
                              .kind = Kind::Likert,
                              .text = std::string(scale.text),
                              .points = kTlxPoints,
                              .low = std::string(scale.low),
                              .high = std::string(scale.high)});
  }
  return made;
}

Result<Part> read_part(const json::value& body, std::string_view name) {
  auto bodies = from_json_value<std::vector<QuestionnaireBody>>(body);
  if (!bodies) {
    return invalid(fmt::format("`{}`: {}", name, bodies.error().client_message));
  }
  if (bodies->size() > kQuestionnairesMax) {
    return invalid(fmt::format("`{}` must have at most {}.", name, kQuestionnairesMax));
  }
  Part part;
  part.reserve(bodies->size());
  std::set<std::string> ids;
  for (const QuestionnaireBody& one : *bodies) {
    const std::string place = fmt::format("{}[{}]", name, part.size());
    auto made = questionnaire_of(one, place, ids.size());
    if (!made) return std::unexpected(made.error());
    for (const Question& question : made->questions) {
      if (!ids.insert(question.id).second) {
        return invalid(fmt::format("`{}` asks `{}`, which is asked already.", place, question.id));
      }
    }
    part.push_back(*std::move(made));
  }
  return part;
}

Result<Answers> read_answers(const Part& part, const json::value& body) {
  if (!body.is_object()) return invalid("`answers` must be an object.");
  const json::object& given = body.get_object();
  Answers answers;
  std::set<std::string_view> known;
  for (const Questionnaire& one : part) {
    for (const Question& question : one.questions) {
      known.insert(question.id);
      const json::value* held = given.if_contains(question.id);
      if (says_nothing(held)) {
        if (question.required) return refused(question, "is missing");
        continue;
      }
      auto answer = answer_of(question, *held);
      if (!answer) return std::unexpected(answer.error());
      answers.emplace(question.id, *std::move(answer));
    }
  }
  for (const auto& [name, value] : given) {
    if (!known.contains(std::string_view(name))) {
      return fail(ErrorCode::Invalid, "`answers` answers a question that is not asked.",
                  "answer-refused");
    }
  }
  return answers;
}

std::optional<double> sus_score(const Answers& answers) {
  std::int64_t sum = 0;
  for (std::size_t at = 0; at < kSus.size(); ++at) {
    const auto point = point_of(answers, sus_id(at));
    if (!point) return std::nullopt;
    sum += at % 2 == 0 ? *point - 1 : kSusPoints - *point;
  }
  return static_cast<double>(sum) * 2.5;
}

std::optional<double> tlx_score(const Answers& answers) {
  std::int64_t sum = 0;
  for (const Scale& scale : kTlx) {
    const auto point = point_of(answers, std::string(scale.id));
    if (!point) return std::nullopt;
    sum += (*point - 1) * 100 / (kTlxPoints - 1);
  }
  return static_cast<double>(sum) / static_cast<double>(kTlx.size());
}

}  // namespace reprise::study
