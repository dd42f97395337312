#include "features/studies/studies.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "domain/access/hold.hpp"
#include "features/studies/study_rows.hpp"

namespace reprise::studies {

using access::Reach;
using access::UserId;
using database::Transaction;

namespace {

std::unexpected<Error> no_such_study() {
  return fail(ErrorCode::NotFound, "There is no such study.");
}

std::unexpected<Error> has_begun(std::string_view member) {
  return fail(ErrorCode::Conflict,
              fmt::format("`{}` cannot change once somebody takes part: answers and talks would no "
                          "longer belong together. Make a new study.",
                          member),
              "study-begun");
}

std::int64_t random_seed() {
  std::uint64_t seed = 0;
  for (const std::byte one : random_bytes(sizeof(seed))) {
    seed = (seed << 8U) | std::to_integer<std::uint64_t>(one);
  }
  return static_cast<std::int64_t>(seed >> 1U);
}

bool anybody_has_begun(const Study& study) {
  return study.progress.begun + study.progress.withdrawn > 0;
}

/// Errors: Conflict `study-begun`.
Status check_change(const Study& study, const study::Change& change) {
  if (!anybody_has_begun(study)) return {};
  if (change.before && *change.before != study.before) return has_begun("before");
  if (change.after && *change.after != study.after) return has_begun("after");
  if (!change.conditions) return {};
  std::vector<study::Condition> now;
  now.reserve(study.conditions.size());
  for (const ConditionUse& one : study.conditions) now.push_back(one.condition);
  if (!study::keeps_conditions(now, *change.conditions)) return has_begun("conditions");
  return {};
}

void store_change(Transaction& transaction, const Study& study, const study::Change& change,
                  std::int64_t now) {
  transaction.run(
      "update study set title = $2, state = $3, before_json = $4, after_json = $5, updated_utc_ns "
      "= $6 where study_id = $1",
      {study.id.value, change.title.value_or(study.title),
       enum_text(change.state.value_or(study.state)), to_json(change.before.value_or(study.before)),
       to_json(change.after.value_or(study.after)), later_than(study.updated_utc_ns, now)});
  if (change.conditions) store_conditions(transaction, study.id, *change.conditions);
  if (change.consent_text && *change.consent_text != study.consent_text) {
    add_consent(transaction, study.id, study.consent_version + 1, *change.consent_text, now);
  }
}

}  // namespace

Task<Result<Study>> Studies::create(UserId owner, std::string task_id, study::Change made,
                                    Deadline deadline) {
  const std::int64_t now = now_();
  const StudyId id(new_uuid7());
  const std::int64_t seed = random_seed();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Study> {
    const auto task = transaction.first(
        "select task_id from task where coalesce(own_id, task_id) = $1 and owner_id = $2",
        {task_id, owner.value});
    if (!task) {
      return fail(ErrorCode::NotFound, "There is no such task.");
    }
    const auto count =
        transaction.first("select count(*) from study where owner_id = $1", {owner.value});
    if (count->integer(0) >= kStudiesMax) {
      return fail(ErrorCode::Unprocessable,
                  fmt::format("You have {} studies, which is the most.", kStudiesMax),
                  "studies-full");
    }
    transaction.run(
        "insert into study (study_id, owner_id, task_id, title, state, seed, before_json, "
        "after_json, created_utc_ns, updated_utc_ns) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
        "$9)",
        {id.value, owner.value, task->text(0), *made.title,
         enum_text(made.state.value_or(study::State::Draft)), seed,
         to_json(made.before.value_or(study::Part{})), to_json(made.after.value_or(study::Part{})),
         now});
    store_conditions(transaction, id, *made.conditions);
    add_consent(transaction, id, 1, *made.consent_text, now);
    return *study_in(transaction, Reach::of(owner), id);
  });
}

Task<std::vector<Study>> Studies::list(UserId owner, std::optional<std::string> task_id,
                                       Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto ids = study_ids(transaction, owner, task_id);
    std::vector<Study> all;
    all.reserve(ids.size());
    for (const StudyId& id : ids) all.push_back(*study_in(transaction, Reach::of(owner), id));
    return all;
  });
}

Task<Result<Study>> Studies::find(Reach reach, StudyId id, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<Study> {
    auto found = study_in(transaction, reach, id);
    if (!found) return no_such_study();
    return *std::move(found);
  });
}

Task<Result<Study>> Studies::change(Reach reach, StudyId id, study::Change change,
                                    Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Study> {
    const auto study = study_in(transaction, reach, id);
    if (!study) return no_such_study();
    if (const Status may = check_change(*study, change); !may) return std::unexpected(may.error());
    store_change(transaction, *study, change, now);
    return *study_in(transaction, reach, id);
  });
}

Task<Status> Studies::remove(Reach reach, StudyId id, bool with_participants, Deadline deadline) {
  co_return co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Status {
    const auto study = study_in(transaction, reach, id);
    if (!study) return no_such_study();
    if (!with_participants && anybody_has_begun(*study)) {
      return fail(ErrorCode::Conflict,
                  "Somebody has taken part. Their answers go with the study: say "
                  "`participants=delete` to delete both.",
                  "study-begun");
    }
    if (transaction.first(access::kHeldByAdmin, {reach.owner()})) return access::held_by_admin();
    // Before the conditions, to which they refer.
    transaction.run("delete from study_participant where study_id = $1", {id.value});
    transaction.run("delete from study where study_id = $1", {id.value});
    return {};
  });
}

Task<Result<std::vector<Participant>>> Studies::participants(Reach reach, StudyId id,
                                                             Deadline deadline) {
  using Found = Result<std::vector<Participant>>;
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Found {
    if (!study_in(transaction, reach, id)) return no_such_study();
    return participants_in(transaction, id);
  });
}

Task<Result<std::vector<NewLink>>> Studies::add_links(Reach reach, StudyId id, std::int64_t count,
                                                      std::int64_t expires_utc_ns,
                                                      Deadline deadline) {
  const std::int64_t now = now_();
  std::vector<NewLink> links(static_cast<std::size_t>(count));
  for (NewLink& one : links) {
    one.secret = new_secret();
    one.participant = {
        .id = ParticipantId(new_uuid7()), .created_utc_ns = now, .expires_utc_ns = expires_utc_ns};
  }
  using Made = Result<std::vector<NewLink>>;
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Made {
    if (!study_in(transaction, reach, id)) return no_such_study();
    const auto last = transaction.first(
        "select coalesce(max(number), 0), count(*) from study_participant where study_id = $1",
        {id.value});
    if (last->integer(1) + count > kParticipantsMax) {
      return fail(ErrorCode::Unprocessable,
                  fmt::format("A study has at most {} links.", kParticipantsMax),
                  "participants-full");
    }
    std::int64_t number = last->integer(0);
    for (NewLink& one : links) {
      one.participant.number = ++number;
      transaction.run(
          "insert into study_participant (participant_id, study_id, number, secret_sha256_hex, "
          "stage, created_utc_ns, expires_utc_ns) values ($1, $2, $3, $4, 'invited', $5, $6)",
          {one.participant.id.value, id.value, number, secret_hash(one.secret), now,
           expires_utc_ns});
    }
    return links;
  });
}

Task<Status> Studies::revoke(Reach reach, StudyId id, ParticipantId participant,
                             Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Status {
    if (!study_in(transaction, reach, id)) return no_such_study();
    const auto row = transaction.first(
        "select stage from study_participant where participant_id = $1 and study_id = $2",
        {participant.value, id.value});
    if (!row) return fail(ErrorCode::NotFound, "There is no such participant.");
    if (row->text(0) != "invited") {
      return fail(ErrorCode::Conflict, "Somebody has begun with this link.", "link-used");
    }
    transaction.run(
        "update study_participant set revoked_utc_ns = coalesce(revoked_utc_ns, $2) where "
        "participant_id = $1",
        {participant.value, now});
    return {};
  });
}

}  // namespace reprise::studies
