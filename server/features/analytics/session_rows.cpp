#include "features/analytics/session_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/json.hpp"
#include "domain/session/session.hpp"

namespace reprise::analytics {

using database::Row;
using database::Transaction;

namespace {

constexpr std::int64_t kMsNs = 1'000'000;

constexpr std::string_view kSessions =
    "select s.live_session_id, s.chat_id, s.owner_id, s.model, s.created_utc_ns, s.ended_utc_ns, "
    "s.reason, r.recording_id, r.state, r.stored_bytes, v.media_bytes, v.missing_microphone_ns, "
    "v.missing_model_ns, v.missing_camera_ns, v.missing_messages_ns, v.measures from live_session "
    "s left join recording r on r.live_session_id = s.live_session_id and r.state <> 'erased' left "
    "join recording_view v on v.recording_id = r.recording_id where s.created_utc_ns >= $1 and "
    "s.created_utc_ns < $2 and (s.created_utc_ns, s.live_session_id) < ($3, $4) ";
constexpr std::string_view kNewestFirst =
    " order by s.created_utc_ns desc, s.live_session_id desc limit $5";

Count ended_as(const std::optional<std::string>& reason) {
  const auto known = reason ? enum_from_text<session::SessionEnd>(*reason) : std::nullopt;
  if (!known) return Count::Live;
  switch (*known) {
    case session::SessionEnd::Hangup:
      return Count::Hangup;
    case session::SessionEnd::Lost:
      return Count::Lost;
    case session::SessionEnd::Error:
      return Count::Error;
    case session::SessionEnd::NeverConnected:
      return Count::NeverConnected;
    case session::SessionEnd::Abandoned:
      return Count::Abandoned;
  }
  return Count::Live;
}

void add_recording(Sums& sums, const Row& row) {
  sums[Count::Recorded] = 1;
  sums[Count::WithGaps] = row.text(8) == "complete_with_gaps" ? 1 : 0;
  sums[Count::ChunkBytes] = row.integer(9);
  if (!row.maybe_integer(10)) return;  // there is no view yet
  sums[Count::MediaBytes] = row.integer(10);
  constexpr std::array kMissing{Count::MissingMicrophoneMs, Count::MissingModelMs,
                                Count::MissingCameraMs, Count::MissingMessagesMs};
  for (std::size_t i = 0; i < kMissing.size(); ++i) {
    sums[kMissing[i]] = row.integer(11 + i) / kMsNs;
  }
  add_text(sums, row.text(15));
}

SessionRow session_of(const Row& row) {
  SessionRow found{.id = row.text(0),
                   .chat_id = row.text(1),
                   .owner_id = row.text(2),
                   .model = row.text(3),
                   .created_utc_ns = row.integer(4),
                   .ended_utc_ns = row.maybe_integer(5),
                   .reason = row.maybe_text(6),
                   .recording_id = row.maybe_text(7),
                   .sums = {}};
  found.sums[Count::Sessions] = 1;
  found.sums[ended_as(found.reason)] = 1;
  if (found.recording_id) add_recording(found.sums, row);
  return found;
}

/// Only the sessions of those who took part in a study, or in a condition of one.
void add_study(std::string& sql, std::vector<database::Value>& values, std::string_view column,
               const std::optional<std::string>& id) {
  if (!id) return;
  values.emplace_back(*id);
  sql += fmt::format(
      " and s.live_session_id in (select x.live_session_id from study_session x join "
      "study_participant p on p.participant_id = x.participant_id where {} = ${}) ",
      column, values.size());
}

}  // namespace

std::vector<SessionRow> sessions_in(Transaction& transaction, const SessionsWanted& wanted,
                                    const PageKey& before, std::int64_t count_max) {
  std::string sql(kSessions);
  std::vector<database::Value> values{wanted.from_utc_ns, wanted.before_utc_ns, before.utc_ns,
                                      before.id, count_max};
  // Only what is wanted: for a condition that any row fulfills PostgreSQL expects few rows, and
  // would sort all of them instead of reading the newest by the index.
  if (wanted.whose) {
    values.emplace_back(*wanted.whose);
    sql += fmt::format("and s.owner_id = ${} ", values.size());
  }
  if (wanted.model) {
    values.emplace_back(*wanted.model);
    sql += fmt::format("and s.model = ${} ", values.size());
  }
  if (wanted.task) {
    values.emplace_back(*wanted.task);
    sql +=
        "and s.live_session_id in (select t.live_session_id from task_session t join task k "
        "on k.task_id = t.task_id where coalesce(k.own_id, k.task_id) = $" +
        std::to_string(values.size()) + ")";
  }
  add_study(sql, values, "p.study_id", wanted.study);
  add_study(sql, values, "p.condition_id", wanted.condition);
  const auto answer = transaction.run(sql.append(kNewestFirst), std::span(values));
  std::vector<SessionRow> found;
  found.reserve(answer.rows.size());
  for (const Row& row : answer.rows) found.push_back(session_of(row));
  return found;
}

std::vector<AnswersRow> answers_in(Transaction& transaction, const std::string& owner,
                                   std::int64_t from_utc_ns, std::int64_t before_utc_ns) {
  const auto answer = transaction.run(
      "select model, count(*), sum(case when state = 'failed' then 1 else 0 end), "
      "cast(sum(coalesce(input_tokens, 0)) as bigint), cast(sum(coalesce(output_tokens, 0)) as "
      "bigint), cast(sum(coalesce(thought_tokens, 0)) as bigint) from message where owner_id = $1 "
      "and created_utc_ns >= $2 and created_utc_ns < $3 and kind = 'text' and role = 'model' and "
      "state <> 'streaming' group by model order by model",
      {owner, from_utc_ns, before_utc_ns});
  std::vector<AnswersRow> found;
  found.reserve(answer.rows.size());
  for (const Row& row : answer.rows) {
    AnswersRow one{.model = row.text(0), .sums = {}};
    one.sums[Count::Answers] = row.integer(1);
    one.sums[Count::FailedAnswers] = row.integer(2);
    one.sums[Count::PromptText] = row.integer(3);
    one.sums[Count::AnswerText] = row.integer(4);
    one.sums[Count::Thoughts] = row.integer(5);
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace reprise::analytics
