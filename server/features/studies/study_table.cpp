#include "features/studies/study_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/csv.hpp"
#include "base/json.hpp"

namespace reprise::studies {

using study::Answers;
using study::Instrument;
using study::Part;

namespace {

bool asks(const Part& part, Instrument instrument) {
  return std::ranges::any_of(part, [&](const auto& one) { return one.instrument == instrument; });
}

void add_head(csv::Cells& head, const char* name, const Part& part) {
  for (const study::Questionnaire& one : part) {
    for (const study::Question& question : one.questions) {
      head.push_back(fmt::format("{}.{}", name, question.id));
    }
  }
  if (asks(part, Instrument::Sus)) head.push_back(fmt::format("{}.sus_score", name));
  if (asks(part, Instrument::NasaTlx)) head.push_back(fmt::format("{}.tlx_score", name));
}

std::string cell_of(const Answers& answers, const std::string& id) {
  const auto found = answers.find(id);
  if (found == answers.end()) return "";
  return found->second.is_string() ? std::string(found->second.get_string())
                                   : to_json(found->second);
}

std::string cell_of(const std::optional<double>& score) {
  return score ? fmt::format("{:.2f}", *score) : "";
}

void add_cells(csv::Cells& cells, const Part& part, const Answers& answers) {
  for (const study::Questionnaire& one : part) {
    for (const study::Question& question : one.questions) {
      cells.push_back(cell_of(answers, question.id));
    }
  }
  if (asks(part, Instrument::Sus)) cells.push_back(cell_of(study::sus_score(answers)));
  if (asks(part, Instrument::NasaTlx)) cells.push_back(cell_of(study::tlx_score(answers)));
}

std::string time_cell(const std::optional<std::int64_t>& utc_ns) {
  return utc_ns ? rfc3339(*utc_ns) : "";
}

csv::Cells cells_of(const Study& study, const Participant& one) {
  std::string sessions;
  std::string recordings;
  std::int64_t talked_ns = 0;
  for (const Talk& talk : one.talks) {
    sessions += (sessions.empty() ? "" : " ") + talk.live_session_id;
    if (talk.recording_id) recordings += (recordings.empty() ? "" : " ") + *talk.recording_id;
    talked_ns += talk.duration_ns.value_or(0);
  }
  csv::Cells cells{study.id.value,
                   study.task_id.value_or(""),
                   name_of(one),
                   one.id.value,
                   one.condition.value_or(""),
                   std::string(enum_text(one.stage)),
                   one.consent_version ? std::to_string(*one.consent_version) : "",
                   time_cell(one.begun_utc_ns),
                   time_cell(one.ended_utc_ns),
                   std::move(sessions),
                   std::move(recordings),
                   fmt::format("{:.3f}", static_cast<double>(talked_ns) / 1e9)};
  add_cells(cells, study.before, one.before);
  add_cells(cells, study.after, one.after);
  return cells;
}

}  // namespace

std::string name_of(const Participant& participant) {
  return fmt::format("P{}", participant.number);
}

std::string table_of(const Study& study, const std::vector<Participant>& participants) {
  csv::Cells head{"study_id",         "task_id",       "participant",
                  "participant_id",   "condition",     "stage",
                  "consent_version",  "begun_at",      "ended_at",
                  "live_session_ids", "recording_ids", "talked_s"};
  add_head(head, "before", study.before);
  add_head(head, "after", study.after);
  std::string table = csv::line(head);
  for (const Participant& one : participants) {
    if (one.begun_utc_ns) table += csv::line(cells_of(study, one));
  }
  return table;
}

}  // namespace reprise::studies
