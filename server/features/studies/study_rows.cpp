#include "features/studies/study_rows.hpp"

#include <map>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/json.hpp"

namespace reprise::studies {

using access::Reach;
using database::DatabaseError;
using database::Failure;
using database::Row;
using database::Transaction;

namespace {

template <class T>
T stored(const std::string& text, const char* column) {
  auto read = from_json<T>(text);
  if (!read) {
    throw DatabaseError(Failure::Damaged, column + (": " + read.error().client_message));
  }
  return *std::move(read);
}

template <class E>
E stored_enum(const std::string& text) {
  const auto value = enum_from_text<E>(text);
  if (!value) throw DatabaseError(Failure::Damaged, "an unknown word: " + text);
  return *value;
}

std::vector<ConditionUse> conditions_in(Transaction& transaction, const StudyId& id) {
  const auto answer = transaction.run(
      "select c.condition_id, c.name, c.model, c.voice, c.instruction, c.camera, c.quota, (select "
      "count(*) from study_participant p where p.condition_id = c.condition_id and p.stage <> "
      "'withdrawn'), (select count(*) from study_participant p where p.condition_id = "
      "c.condition_id and p.stage = 'done') from study_condition c where c.study_id = $1 order by "
      "c.position",
      {id.value});
  std::vector<ConditionUse> all;
  all.reserve(answer.rows.size());
  for (const Row& row : answer.rows) {
    all.push_back({.condition = {.id = row.text(0),
                                 .name = row.text(1),
                                 .model = row.text(2),
                                 .voice = row.text(3),
                                 .instruction = row.text(4),
                                 .camera = row.integer(5) != 0,
                                 .quota = row.maybe_integer(6)},
                   .taken = row.integer(7),
                   .done = row.integer(8)});
  }
  return all;
}

Progress progress_in(Transaction& transaction, const StudyId& id) {
  const auto row = transaction.first(
      "select sum(case when revoked_utc_ns is null then 1 else 0 end), sum(case when stage not in "
      "('invited', 'withdrawn') then 1 else 0 end), sum(case when stage = 'done' then 1 else 0 "
      "end), sum(case when stage = 'withdrawn' then 1 else 0 end) from study_participant where "
      "study_id = $1",
      {id.value});
  return {.links = row->maybe_integer(0).value_or(0),
          .begun = row->maybe_integer(1).value_or(0),
          .done = row->maybe_integer(2).value_or(0),
          .withdrawn = row->maybe_integer(3).value_or(0)};
}

Participant participant_of(const Row& row) {
  return {.id = ParticipantId(row.text(0)),
          .number = row.integer(1),
          .stage = stored_enum<study::Stage>(row.text(2)),
          .condition = row.maybe_text(3),
          .created_utc_ns = row.integer(4),
          .expires_utc_ns = row.integer(5),
          .revoked_utc_ns = row.maybe_integer(6),
          .opened = row.integer(7),
          .begun_utc_ns = row.maybe_integer(8),
          .consent_version = row.maybe_integer(9),
          .ended_utc_ns = row.maybe_integer(10),
          .before = answers_of(row.maybe_text(11)),
          .after = answers_of(row.maybe_text(12))};
}

}  // namespace

study::Part part_of(const std::string& text) { return stored<study::Part>(text, "questionnaires"); }

study::Answers answers_of(const std::optional<std::string>& text) {
  return text ? stored<study::Answers>(*text, "answers") : study::Answers{};
}

std::optional<Study> study_in(Transaction& transaction, const Reach& reach, const StudyId& id) {
  const auto row = transaction.first(
      "select s.study_id, (select coalesce(t.own_id, t.task_id) from task t where t.task_id = "
      "s.task_id), s.title, s.state, s.before_json, s.after_json, "
      "s.created_utc_ns, s.updated_utc_ns, c.version, c.text from study s join study_consent c on "
      "c.study_id = s.study_id where s.study_id = $1 and s.owner_id = coalesce($2, s.owner_id) "
      "order by c.version desc limit 1",
      {id.value, reach.owner()});
  if (!row) return std::nullopt;
  return Study{.id = StudyId(row->text(0)),
               .task_id = row->maybe_text(1),
               .title = row->text(2),
               .state = stored_enum<study::State>(row->text(3)),
               .consent_version = row->integer(8),
               .consent_text = row->text(9),
               .conditions = conditions_in(transaction, id),
               .before = part_of(row->text(4)),
               .after = part_of(row->text(5)),
               .progress = progress_in(transaction, id),
               .created_utc_ns = row->integer(6),
               .updated_utc_ns = row->integer(7)};
}

std::vector<StudyId> study_ids(Transaction& transaction, const access::UserId& owner,
                               const std::optional<std::string>& task_id) {
  const auto answer = transaction.run(
      "select study_id from study where owner_id = $1 and (coalesce($2, '') = '' or task_id in "
      "(select t.task_id from task t where t.owner_id = $1 and coalesce(t.own_id, t.task_id) = "
      "$2)) order by created_utc_ns desc, study_id desc limit $3",
      {owner.value, task_id, kStudiesMax});
  std::vector<StudyId> ids;
  ids.reserve(answer.rows.size());
  for (const Row& row : answer.rows) ids.emplace_back(row.text(0));
  return ids;
}

void store_conditions(Transaction& transaction, const StudyId& id,
                      const std::vector<study::Condition>& conditions) {
  // Nobody refers to those that change in anything but their quota.
  transaction.run(
      "delete from study_condition where study_id = $1 and not exists (select 1 from "
      "study_participant p where p.condition_id = study_condition.condition_id)",
      {id.value});
  std::int64_t position = 0;
  for (const study::Condition& one : conditions) {
    const bool foreign =
        transaction
            .first("select 1 from study_condition where condition_id = $1 and study_id <> $2",
                   {one.id, id.value})
            .has_value();
    transaction.run(
        "insert into study_condition (condition_id, study_id, position, name, model, voice, "
        "instruction, camera, quota) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict "
        "(condition_id) do update set quota = excluded.quota",
        {foreign ? new_uuid7() : one.id, id.value, position++, one.name, one.model, one.voice,
         one.instruction, std::int64_t{one.camera ? 1 : 0}, one.quota});
  }
}

void add_consent(Transaction& transaction, const StudyId& id, std::int64_t version,
                 const std::string& text, std::int64_t now_utc_ns) {
  transaction.run(
      "insert into study_consent (study_id, version, text, sha256_hex, created_utc_ns) values ($1, "
      "$2, $3, $4, $5)",
      {id.value, version, text, hex(sha256(as_bytes(text))), now_utc_ns});
}

std::vector<Participant> participants_in(Transaction& transaction, const StudyId& id) {
  const auto answer = transaction.run(
      "select p.participant_id, p.number, p.stage, c.name, p.created_utc_ns, p.expires_utc_ns, "
      "p.revoked_utc_ns, p.opened_count, p.begun_utc_ns, p.consent_version, p.ended_utc_ns, "
      "p.before_answers_json, p.after_answers_json from study_participant p left join "
      "study_condition c on c.condition_id = p.condition_id where p.study_id = $1 order by "
      "p.number",
      {id.value});
  std::vector<Participant> all;
  all.reserve(answer.rows.size());
  std::map<std::string, std::size_t> places;
  for (const Row& row : answer.rows) {
    places[row.text(0)] = all.size();
    all.push_back(participant_of(row));
  }
  const auto talks = transaction.run(
      "select s.participant_id, s.live_session_id, r.recording_id, (select max(v.duration_ns) from "
      "recording_view v where v.recording_id = r.recording_id) from study_session s join "
      "study_participant p on p.participant_id = s.participant_id left join recording r on "
      "r.live_session_id = s.live_session_id and r.state <> 'erased' where p.study_id = $1 order "
      "by "
      "s.created_utc_ns, s.live_session_id",
      {id.value});
  for (const Row& row : talks.rows) {
    all[places.at(row.text(0))].talks.push_back({.live_session_id = row.text(1),
                                                 .recording_id = row.maybe_text(2),
                                                 .duration_ns = row.maybe_integer(3)});
  }
  return all;
}

}  // namespace reprise::studies
