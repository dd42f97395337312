#include "features/studies/participation.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "features/studies/participation_rows.hpp"
#include "features/studies/study_rows.hpp"

namespace reprise::studies {

using access::Reach;
using access::UserId;
using audit::Event;
using database::Row;
using database::Transaction;
using study::Stage;

namespace {

std::unexpected<Error> unknown_link() {
  return fail(ErrorCode::NotFound, "`secret`: there is no such link.", "link-unknown");
}
std::unexpected<Error> nobody() {
  return fail(ErrorCode::NotFound,
              "This browser takes part in no study, or its time is over. Open your link.",
              "no-participation");
}
std::unexpected<Error> wrong_stage(Stage stage) {
  return fail(ErrorCode::Conflict,
              fmt::format("This is not the turn of it: you are at `{}`.", enum_text(stage)),
              "wrong-stage");
}

/// Notes what a participant did, in the transaction that does it.
void note(audit::AuditLog& log, Transaction& transaction, const Participation& by, audit::Doer doer,
          Event event, std::string detail = {}) {
  doer.user_id = "participant " + by.id.value;
  log.add(transaction, doer,
          {.event = event,
           .kind = audit::ObjectKind::Study,
           .object_id = audit::hidden_id(by.study_id.value),
           .detail = std::move(detail)});
}

Status check(const Found& found, const std::string& cookie, std::int64_t now) {
  const bool same = !cookie.empty() && secret_hash(cookie) == found.cookie_sha256_hex;
  return study::check_link({.stage = found.shown.stage,
                            .study = found.state,
                            .same_browser = same,
                            .revoked = found.revoked,
                            .expires_utc_ns = found.expires_utc_ns},
                           now);
}

/// Who has the cookie, within `within` of their beginning. Errors: NotFound `no-participation`;
/// Gone `link-expired`; Conflict `study-closed` while the researcher may run no studies, but for
/// what is allowed for a week.
Result<Participation> held(Transaction& transaction, const std::string& cookie, std::int64_t now,
                           std::int64_t within) {
  auto found = by_cookie(transaction, cookie);
  if (!found) return nobody();
  const std::int64_t begun = found->shown.begun_utc_ns.value_or(0);
  if (begun <= now - kSendNs) return nobody();
  if (begun <= now - within) {
    return fail(ErrorCode::Gone,
                "Your time to take part is over: it was 24 hours from when you began.",
                "link-expired");
  }
  if (within != kSendNs && !found->owner_may) {
    return fail(ErrorCode::Conflict, "This study takes nobody at the moment.", "study-closed");
  }
  return std::move(found->shown);
}

void go_on(Transaction& transaction, Participation& by, std::int64_t now) {
  by.stage = study::stage_after(by.stage, !by.before.empty(), !by.after.empty());
  const bool ended = by.stage == Stage::Done;
  transaction.run(
      "update study_participant set stage = $2, ended_utc_ns = coalesce(ended_utc_ns, $3) where "
      "participant_id = $1",
      {by.id.value, enum_text(by.stage), ended ? database::Value(now) : std::nullopt});
}

/// Errors: Conflict `study-full`.
Result<std::string> drawn(Transaction& transaction, const Participation& by) {
  const auto rows = transaction.run(
      "select c.condition_id, c.quota, (select count(*) from study_participant p where "
      "p.condition_id = c.condition_id and p.stage <> 'withdrawn'), s.seed from study_condition c "
      "join study s on s.study_id = c.study_id where c.study_id = $1 order by c.position",
      {by.study_id.value});
  std::vector<study::Taken> taken;
  taken.reserve(rows.rows.size());
  for (const Row& row : rows.rows) {
    taken.push_back({.count = row.integer(2), .quota = row.maybe_integer(1)});
  }
  const auto seed = rows.rows.empty() ? 0 : rows.rows.front().integer(3);
  const auto at =
      study::assign(taken, static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(by.number));
  if (!at) {
    return fail(ErrorCode::Conflict, "`secret`: this study has all the people that it needs.",
                "study-full");
  }
  return rows.rows[*at].text(0);
}

std::vector<session::RecordingId> recordings_of(Transaction& transaction, const ParticipantId& id) {
  const auto rows = transaction.run(
      "select r.recording_id from study_session t join recording r on r.live_session_id = "
      "t.live_session_id where t.participant_id = $1 and r.state <> 'erased'",
      {id.value});
  std::vector<session::RecordingId> ids;
  ids.reserve(rows.rows.size());
  for (const Row& row : rows.rows) ids.emplace_back(row.text(0));
  return ids;
}

}  // namespace

Task<Result<Participation>> Participations::open(std::string secret, std::string cookie,
                                                 audit::Doer doer, Deadline deadline) {
  const std::int64_t now = now_();
  using Opened = Result<Participation>;
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Opened {
    auto found = by_secret(transaction, secret);
    if (!found) return unknown_link();
    if (const Status may = check(*found, cookie, now); !may) return std::unexpected(may.error());
    transaction.run(
        "update study_participant set opened_count = opened_count + 1 where participant_id = $1",
        {found->shown.id.value});
    note(audit_, transaction, found->shown, doer, Event::StudyOpened);
    return std::move(found->shown);
  });
}

Task<Result<std::pair<Participation, std::string>>> Participations::consent(std::string secret,
                                                                            std::int64_t version,
                                                                            audit::Doer doer,
                                                                            Deadline deadline) {
  const std::int64_t now = now_();
  const std::string cookie = new_secret();
  using Begun = Result<std::pair<Participation, std::string>>;
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Begun {
    auto found = by_secret(transaction, secret);
    if (!found) return unknown_link();
    if (const Status may = check(*found, "", now); !may) return std::unexpected(may.error());
    Participation& by = found->shown;
    if (by.consent.version != version) {
      return fail(ErrorCode::Conflict,
                  "`consent_version`: the text has changed meanwhile. Read the new one.",
                  "consent-changed");
    }
    const auto condition = drawn(transaction, by);
    if (!condition) return std::unexpected(condition.error());
    transaction.run(
        "update study_participant set cookie_sha256_hex = $2, condition_id = $3, begun_utc_ns = "
        "$4, consent_version = $5 where participant_id = $1",
        {by.id.value, secret_hash(cookie), *condition, now, version});
    note(audit_, transaction, by, doer, Event::StudyBegun, fmt::format("consent v{}", version));
    go_on(transaction, by, now);
    return std::pair(by_cookie(transaction, cookie)->shown, cookie);
  });
}

Task<Result<Participation>> Participations::find(std::string cookie, Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.read(
      deadline, [&](Transaction& transaction) { return held(transaction, cookie, now, kSendNs); });
}

Task<Result<Participation>> Participations::answer(std::string cookie, Stage part,
                                                   boost::json::value answers, audit::Doer doer,
                                                   Deadline deadline) {
  const std::int64_t now = now_();
  using Answered = Result<Participation>;
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Answered {
    auto by = held(transaction, cookie, now, kTakePartNs);
    if (!by) return by;
    const bool before = part == Stage::Before;
    const auto read = study::read_answers(before ? by->before : by->after, answers);
    if (!read) return std::unexpected(read.error());
    const char* column = before ? "before_answers_json" : "after_answers_json";
    if (by->stage != part) {
      const auto stored = transaction.first(
          fmt::format("select {} from study_participant where participant_id = $1", column),
          {by->id.value});
      // The same again: its answer was lost.
      if (stored && answers_of(stored->maybe_text(0)) == *read && !read->empty()) return by;
      return wrong_stage(by->stage);
    }
    transaction.run(
        fmt::format("update study_participant set {} = $2 where participant_id = $1", column),
        {by->id.value, to_json(*read)});
    note(audit_, transaction, *by, doer, Event::StudyAnswered, std::string(enum_text(part)));
    go_on(transaction, *by, now);
    return by;
  });
}

Task<Result<Participation>> Participations::may_talk(std::string cookie, Deadline deadline) {
  const std::int64_t now = now_();
  using May = Result<Participation>;
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> May {
    auto by = held(transaction, cookie, now, kTakePartNs);
    if (!by) return by;
    if (by->stage != Stage::Talk) return wrong_stage(by->stage);
    if (by->talks >= kTalksMax) {
      return fail(ErrorCode::Conflict,
                  fmt::format("You have begun {} talks, which is the most.", kTalksMax),
                  "talks-full");
    }
    return by;
  });
}

Task<void> Participations::add_talk(Participation by, std::string chat_id,
                                    session::LiveSessionId live, Deadline deadline) {
  const std::int64_t now = now_();
  co_await database_.write(deadline, [&](Transaction& transaction) {
    transaction.run(
        "insert into study_session (live_session_id, participant_id, created_utc_ns) values ($1, "
        "$2, $3) on conflict do nothing",
        {live.value, by.id.value, now});
    transaction.run("update study_participant set chat_id = $2 where participant_id = $1",
                    {by.id.value, chat_id});
    transaction.run(
        "insert into task_session (task_id, live_session_id, created_utc_ns) select task_id, $2, "
        "$3 from study where study_id = $1 and task_id is not null on conflict do nothing",
        {by.study_id.value, live.value, now});
  });
}

Task<Result<Participation>> Participations::end_talk(std::string cookie, audit::Doer doer,
                                                     Deadline deadline) {
  const std::int64_t now = now_();
  using Ended = Result<Participation>;
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Ended {
    auto by = held(transaction, cookie, now, kTakePartNs);
    if (!by) return by;
    if (by->stage == Stage::After || by->stage == Stage::Done) return by;
    if (by->stage != Stage::Talk) return wrong_stage(by->stage);
    if (by->talks == 0) {
      return fail(ErrorCode::Conflict, "You have not talked yet.", "no-talk");
    }
    note(audit_, transaction, *by, doer, Event::StudyTalked);
    go_on(transaction, *by, now);
    return by;
  });
}

Task<Result<Participation>> Participations::withdraw(std::string cookie, audit::Doer doer,
                                                     Deadline deadline) {
  const std::int64_t now = now_();
  std::vector<session::RecordingId> recordings;
  auto by = co_await database_.write(deadline, [&](Transaction& transaction) {
    auto found = held(transaction, cookie, now, kSendNs);
    if (!found) return found;
    recordings = recordings_of(transaction, found->id);
    if (found->stage != Stage::Withdrawn) {
      note(audit_, transaction, *found, doer, Event::StudyWithdrawn);
    }
    found->stage = Stage::Withdrawn;
    transaction.run(
        "update study_participant set stage = 'withdrawn', ended_utc_ns = $2, before_answers_json "
        "= null, after_answers_json = null where participant_id = $1 and stage <> 'withdrawn'",
        {found->id.value, now});
    return found;
  });
  if (!by) co_return by;
  for (const session::RecordingId& id : recordings) {
    const auto erased =
        co_await archive_.part<archive::Erasures>().erase(Reach::of(by->owner), id, deadline);
    if (!erased) log::warn("study.not_erased", {{"what", erased.error().client_message}});
  }
  co_return by;
}

Task<std::optional<TalkOwner>> Participations::owner_of(std::string cookie, std::string id,
                                                        Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.read(
      deadline, [&](Transaction& transaction) -> std::optional<TalkOwner> {
        const auto row = transaction.first(
            fmt::format(
                "select l.owner_id, p.participant_id, {} from study_participant p join "
                "study_session t on t.participant_id = p.participant_id join live_session l on "
                "l.live_session_id = t.live_session_id join app_user u on u.user_id = l.owner_id "
                "left join recording r on r.live_session_id = t.live_session_id where "
                "p.cookie_sha256_hex = $1 and p.begun_utc_ns > $2 and (t.live_session_id = $3 or "
                "r.recording_id = $3)",
                kRunsStudies),
            {secret_hash(cookie), now - kSendNs, id});
        if (!row) return std::nullopt;
        return TalkOwner{.owner = UserId(row->text(0)),
                         .participant = ParticipantId(row->text(1)),
                         .may_run = row->integer(2) != 0};
      });
}

Task<std::optional<std::string>> Participations::participant_of(std::string cookie,
                                                                Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.read(
      deadline, [&](Transaction& transaction) -> std::optional<std::string> {
        const auto row = transaction.first(
            "select participant_id from study_participant where cookie_sha256_hex = $1 and "
            "begun_utc_ns > $2",
            {secret_hash(cookie), now - kSendNs});
        if (!row) return std::nullopt;
        return row->text(0);
      });
}

Task<std::optional<Preset>> Participations::preset_of(session::LiveSessionId live) {
  co_return co_await database_.read(
      database::usual_deadline(), [&](Transaction& transaction) -> std::optional<Preset> {
        const auto row = transaction.first(
            "select c.model, c.voice, c.instruction from study_session t join study_participant p "
            "on p.participant_id = t.participant_id join study_condition c on c.condition_id = "
            "p.condition_id where t.live_session_id = $1",
            {live.value});
        if (!row) return std::nullopt;
        return Preset{.model = row->text(0), .voice = row->text(1), .instruction = row->text(2)};
      });
}

}  // namespace reprise::studies
