// The documents of studies.

#include <array>
#include <boost/json/parse.hpp>

#include "features/account/export_cells.hpp"
#include "features/account/export_documents.hpp"

namespace reprise::account {
namespace json = boost::json;
using database::Row;

namespace {

/// Questionnaires, consent texts and answers may have a hundred kilobytes.
constexpr std::int64_t kAtOnce = 50;

json::object study(const Row& row) {
  return {{"id", row.text(0)},
          {"task_id", text_or_null(row, 1)},
          {"title", row.text(2)},
          {"state", row.text(3)},
          {"before", json::parse(row.text(4))},
          {"after", json::parse(row.text(5))},
          {"created_at", time(row, 6)},
          {"updated_at", time(row, 7)},
          {"seed", row.integer(8)}};
}

json::object study_condition(const Row& row) {
  return {
      {"id", row.text(0)},          {"study_id", row.text(1)}, {"position", row.integer(2)},
      {"name", row.text(3)},        {"model", row.text(4)},    {"voice", row.text(5)},
      {"instruction", row.text(6)}, {"camera", flag(row, 7)},  {"quota", number_or_null(row, 8)}};
}

json::object study_consent(const Row& row) {
  return {{"study_id", row.text(1)},
          {"version", row.integer(2)},
          {"text", row.text(3)},
          {"sha256", row.text(4)},
          {"created_at", time(row, 5)}};
}

json::value answers_or_null(const Row& row, std::size_t column) {
  const auto text = row.maybe_text(column);
  return text ? json::parse(*text) : json::value(nullptr);
}

/// Never the secret of the link.
json::object study_participant(const Row& row) {
  return {{"id", row.text(0)},
          {"study_id", row.text(1)},
          {"number", row.integer(2)},
          {"stage", row.text(3)},
          {"condition_id", text_or_null(row, 4)},
          {"created_at", time(row, 5)},
          {"expires_at", time(row, 6)},
          {"revoked_at", time_or_null(row, 7)},
          {"opened_count", row.integer(8)},
          {"begun_at", time_or_null(row, 9)},
          {"consent_version", number_or_null(row, 10)},
          {"ended_at", time_or_null(row, 11)},
          {"chat_id", text_or_null(row, 12)},
          {"before_answers", answers_or_null(row, 13)},
          {"after_answers", answers_or_null(row, 14)}};
}

json::object study_session(const Row& row) {
  return {{"live_session_id", row.text(0)},
          {"participant_id", row.text(1)},
          {"created_at", time(row, 2)}};
}

constexpr std::array kDocuments = {
    Document{"studies.jsonl",
             "select study_id, (select coalesce(t.own_id, t.task_id) from task t where t.task_id = "
             "study.task_id), title, state, before_json, after_json, created_utc_ns, "
             "updated_utc_ns, seed from study where owner_id = $1 and study_id > $2 order by "
             "study_id limit $3",
             study, kAtOnce},
    Document{"study_conditions.jsonl",
             "select c.condition_id, c.study_id, c.position, c.name, c.model, c.voice, "
             "c.instruction, c.camera, c.quota from study_condition c join study s on s.study_id = "
             "c.study_id where s.owner_id = $1 and c.condition_id > $2 order by c.condition_id "
             "limit $3",
             study_condition},
    Document{"study_consents.jsonl",
             "select c.study_id || '/' || c.version, c.study_id, c.version, c.text, c.sha256_hex, "
             "c.created_utc_ns from study_consent c join study s on s.study_id = c.study_id where "
             "s.owner_id = $1 and c.study_id || '/' || c.version > $2 order by 1 limit $3",
             study_consent, kAtOnce},
    Document{"study_participants.jsonl",
             "select p.participant_id, p.study_id, p.number, p.stage, p.condition_id, "
             "p.created_utc_ns, p.expires_utc_ns, p.revoked_utc_ns, p.opened_count, "
             "p.begun_utc_ns, p.consent_version, p.ended_utc_ns, p.chat_id, "
             "p.before_answers_json, p.after_answers_json from study_participant p join study s on "
             "s.study_id = p.study_id where s.owner_id = $1 and p.participant_id > $2 order by "
             "p.participant_id limit $3",
             study_participant, kAtOnce},
    Document{"study_sessions.jsonl",
             "select t.live_session_id, t.participant_id, t.created_utc_ns from study_session t "
             "join study_participant p on p.participant_id = t.participant_id join study s on "
             "s.study_id = p.study_id where s.owner_id = $1 and t.live_session_id > $2 order by "
             "t.live_session_id limit $3",
             study_session},
};

}  // namespace

std::span<const Document> study_documents() { return kDocuments; }

}  // namespace reprise::account
