#include "features/studies/participation_rows.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "features/studies/study_rows.hpp"

namespace reprise::studies {

using database::DatabaseError;
using database::Failure;
using database::Row;
using database::Transaction;

namespace {

/// The consent text is the one that was agreed to, before that the newest.
const std::string& select_all() {
  static const std::string kSelect = fmt::format(
      "select p.participant_id, p.study_id, s.owner_id, p.number, s.title, p.stage, c.version, "
      "c.text, c.sha256_hex, p.begun_utc_ns, s.before_json, s.after_json, (select count(*) from "
      "study_session t where t.participant_id = p.participant_id), p.chat_id, s.state, "
      "p.revoked_utc_ns, p.expires_utc_ns, p.cookie_sha256_hex, p.condition_id, s.task_id, {} from "
      "study_participant p join study s on s.study_id = p.study_id join app_user u on u.user_id = "
      "s.owner_id join study_consent c on c.study_id = p.study_id and c.version = "
      "coalesce(p.consent_version, (select max(n.version) from study_consent n where n.study_id = "
      "p.study_id)) where ",
      kRunsStudies);
  return kSelect;
}

std::optional<study::Condition> condition_in(Transaction& transaction,
                                             const std::optional<std::string>& id) {
  if (!id) return std::nullopt;
  const auto row = transaction.first(
      "select condition_id, name, model, voice, instruction, camera from study_condition where "
      "condition_id = $1",
      {*id});
  if (!row) return std::nullopt;
  return study::Condition{.id = row->text(0),
                          .name = row->text(1),
                          .model = row->text(2),
                          .voice = row->text(3),
                          .instruction = row->text(4),
                          .camera = row->integer(5) != 0};
}

/// Whether the camera may be on; before a condition is drawn: in one of them.
bool camera_in(Transaction& transaction, const std::string& study_id,
               const std::optional<std::string>& condition_id) {
  return transaction
      .first(
          "select 1 from study_condition where study_id = $1 and condition_id = coalesce($2, "
          "condition_id) and camera <> 0",
          {study_id, condition_id})
      .has_value();
}

std::optional<TalkTask> task_in(Transaction& transaction, const std::optional<std::string>& id) {
  if (!id) return std::nullopt;
  const auto row =
      transaction.first("select title, text, steps_json from task where task_id = $1", {*id});
  if (!row) return std::nullopt;
  auto steps = from_json<std::vector<task::Step>>(row->text(2));
  if (!steps) throw DatabaseError(Failure::Damaged, steps.error().client_message);
  return TalkTask{.title = row->text(0), .text = row->text(1), .steps = *std::move(steps)};
}

Found found_of(Transaction& transaction, const Row& row) {
  const auto stage = enum_from_text<study::Stage>(row.text(5));
  const auto state = enum_from_text<study::State>(row.text(14));
  if (!stage || !state) throw DatabaseError(Failure::Damaged, "an unknown stage or state");
  const bool owner_may = row.integer(20) != 0;
  return {.shown = {.id = ParticipantId(row.text(0)),
                    .study_id = StudyId(row.text(1)),
                    .owner = access::UserId(row.text(2)),
                    .number = row.integer(3),
                    .study_title = row.text(4),
                    .stage = *stage,
                    .consent = {.version = row.integer(6),
                                .text = row.text(7),
                                .sha256_hex = row.text(8)},
                    .begun_utc_ns = row.maybe_integer(9),
                    .condition = condition_in(transaction, row.maybe_text(18)),
                    .camera = camera_in(transaction, row.text(1), row.maybe_text(18)),
                    .task = task_in(transaction, row.maybe_text(19)),
                    .before = part_of(row.text(10)),
                    .after = part_of(row.text(11)),
                    .talks = row.integer(12),
                    .chat_id = row.maybe_text(13)},
          .state = owner_may ? *state : study::State::Closed,
          .owner_may = owner_may,
          .revoked = row.maybe_integer(15).has_value(),
          .expires_utc_ns = row.integer(16),
          .cookie_sha256_hex = row.maybe_text(17).value_or("")};
}

std::optional<Found> by(Transaction& transaction, std::string_view column,
                        const std::string& secret) {
  if (secret.empty()) return std::nullopt;
  const auto row =
      transaction.first(fmt::format("{}p.{} = $1", select_all(), column), {secret_hash(secret)});
  if (!row) return std::nullopt;
  return found_of(transaction, *row);
}

}  // namespace

std::optional<Found> by_secret(Transaction& transaction, const std::string& secret) {
  return by(transaction, "secret_sha256_hex", secret);
}

std::optional<Found> by_cookie(Transaction& transaction, const std::string& cookie) {
  return by(transaction, "cookie_sha256_hex", cookie);
}

}  // namespace reprise::studies
