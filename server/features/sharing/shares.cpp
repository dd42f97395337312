#include "features/sharing/shares.hpp"

#include <fmt/format.h>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"

namespace reprise::sharing {

using access::Reach;
using access::ShareKind;
using audit::ObjectKind;
using database::Row;
using database::Transaction;

namespace {

/// The columns that `share_of` reads.
constexpr std::string_view kColumns =
    "s.share_id, s.recording_id, s.chat_id, s.kind, s.email, s.needs_login, s.may_download, "
    "s.start_ms, s.created_utc_ns, s.expires_utc_ns, s.opened_count, s.last_opened_utc_ns";

std::int64_t flag(bool on) { return on ? 1 : 0; }

Object object_of(const Row& row, std::size_t recording_column) {
  if (auto recording = row.maybe_text(recording_column)) {
    return {.kind = ObjectKind::Recording, .id = *std::move(recording)};
  }
  return {.kind = ObjectKind::Chat, .id = row.text(recording_column + 1)};
}

ShareKind kind_of(const std::string& text) {
  return text == "link" ? ShareKind::Link : ShareKind::User;
}

Share share_of(const Row& row) {
  return {.id = row.text(0),
          .object = object_of(row, 1),
          .terms = {.kind = kind_of(row.text(3)),
                    .email = row.maybe_text(4).value_or(""),
                    .needs_login = row.integer(5) != 0,
                    .may_download = row.integer(6) != 0,
                    .start_ms = row.maybe_integer(7),
                    .expires_utc_ns = row.maybe_integer(9)},
          .created_utc_ns = row.integer(8),
          .opened = row.integer(10),
          .last_opened_utc_ns = row.maybe_integer(11)};
}

bool is_recording(const Object& object) { return object.kind == ObjectKind::Recording; }

std::unexpected<Error> no_such(const Object& object) {
  return fail(ErrorCode::NotFound,
              is_recording(object) ? "There is no such recording." : "There is no such chat.");
}

bool is_there(Transaction& transaction, const Reach& reach, const Object& object) {
  constexpr std::string_view kRecording =
      "select 1 from recording where recording_id = $1 and owner_id = coalesce($2, owner_id) and "
      "state <> 'erased'";
  constexpr std::string_view kChat =
      "select 1 from chat where chat_id = $1 and owner_id = coalesce($2, owner_id)";
  return transaction.first(is_recording(object) ? kRecording : kChat, {object.id, reach.owner()})
      .has_value();
}

/// The oldest account that has this address, confirmed by its issuer.
std::optional<std::string> user_with(Transaction& transaction, const std::string& email) {
  const auto row = transaction.first(
      "select user_id from app_user where state = 'active' and lower(email) = lower($1) order by "
      "created_utc_ns, user_id limit 1",
      {email});
  if (!row) return std::nullopt;
  return row->text(0);
}

Status check_room(Transaction& transaction, const Object& object, const Wish& wish) {
  const auto counts = transaction.first(
      fmt::format("select count(*), coalesce(sum(case when lower(email) = lower($2) then 1 else 0 "
                  "end), 0) from share where {} = $1",
                  is_recording(object) ? "recording_id" : "chat_id"),
      {object.id, wish.email});
  if (counts->integer(0) >= kSharesMax) {
    return fail(ErrorCode::Conflict,
                fmt::format("It is shared {} times already; take a share back first.", kSharesMax),
                "shares-full");
  }
  if (wish.kind == ShareKind::User && counts->integer(1) > 0) {
    return fail(ErrorCode::Conflict,
                "It is shared with this address already. Take that back first to change it.",
                "already-shared");
  }
  return {};
}

audit::Deed deed_of(audit::Event event, const Object& object, const std::string& share_id,
                    ShareKind kind) {
  return {.event = event,
          .kind = object.kind,
          .object_id = noted_id(object),
          .detail = fmt::format("share {} by {}", share_id,
                                kind == ShareKind::Link ? "link" : "address")};
}

}  // namespace

std::string noted_id(const Object& object) {
  return is_recording(object) ? object.id : audit::hidden_id(object.id);
}

Task<Result<std::vector<Share>>> Shares::list(Reach reach, Object object, Deadline deadline) {
  using Found = Result<std::vector<Share>>;
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Found {
    if (!is_there(transaction, reach, object)) return no_such(object);
    const auto answer = transaction.run(
        fmt::format("select {} from share s where {} order by s.created_utc_ns, s.share_id",
                    kColumns,
                    is_recording(object)
                        ? "s.recording_id = $1 or s.chat_id = (select chat_id from recording where "
                          "recording_id = $1)"
                        : "s.chat_id = $1"),
        {object.id});
    std::vector<Share> shares;
    shares.reserve(answer.rows.size());
    for (const Row& row : answer.rows) shares.push_back(share_of(row));
    return shares;
  });
}

Task<Result<NewShare>> Shares::add(audit::Doer doer, Object object, Wish wish, Deadline deadline) {
  const bool by_link = wish.kind == ShareKind::Link;
  NewShare made{.share = {.id = new_uuid7(),
                          .object = std::move(object),
                          .terms = std::move(wish),
                          .created_utc_ns = now_()},
                .secret = by_link ? new_secret() : ""};
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<NewShare> {
    const Share& share = made.share;
    const Wish& terms = share.terms;
    const Reach reach = Reach::of(access::UserId(doer.user_id));
    if (!is_there(transaction, reach, share.object)) return no_such(share.object);
    if (allowed_ == access::Sharing::Off || (by_link && allowed_ != access::Sharing::Links)) {
      return fail(ErrorCode::Conflict,
                  by_link ? "Links are switched off here (--sharing)."
                          : "Sharing is switched off here (--sharing).",
                  "sharing-off");
    }
    if (auto room = check_room(transaction, share.object, terms); !room) {
      return std::unexpected(room.error());
    }
    const auto user = by_link ? std::nullopt : user_with(transaction, terms.email);
    if (user == doer.user_id) {
      return fail(ErrorCode::Unprocessable, "This is your own address.", "own-address");
    }
    const database::Value none = std::nullopt;
    const bool recording = is_recording(share.object);
    transaction.run(
        "insert into share (share_id, recording_id, chat_id, kind, email, user_id, "
        "secret_sha256_hex, needs_login, may_download, start_ms, created_utc_ns, expires_utc_ns) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        {share.id, recording ? database::Value(share.object.id) : none,
         recording ? none : database::Value(share.object.id), enum_text(terms.kind),
         by_link ? none : database::Value(terms.email), user,
         by_link ? database::Value(secret_hash(made.secret)) : none, flag(terms.needs_login),
         flag(terms.may_download), terms.start_ms, share.created_utc_ns, terms.expires_utc_ns});
    audit_.add(transaction, doer,
               deed_of(audit::Event::ShareMade, share.object, share.id, terms.kind));
    return made;
  });
}

Task<Status> Shares::remove(audit::Doer doer, std::string id, Deadline deadline) {
  co_return co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Status {
    const auto row = transaction.first(
        "delete from share where share_id = $1 and (exists (select 1 from recording r where "
        "r.recording_id = share.recording_id and r.owner_id = $2) or exists (select 1 from chat c "
        "where c.chat_id = share.chat_id and c.owner_id = $2)) returning share_id, recording_id, "
        "chat_id, kind",
        {id, doer.user_id});
    if (!row) return fail(ErrorCode::NotFound, "There is no such share.");
    audit_.add(transaction, doer,
               deed_of(audit::Event::ShareRevoked, object_of(*row, 1), id, kind_of(row->text(3))));
    return {};
  });
}

Task<Page<SharedWithMe>> Shares::shared_with(access::UserId user, PageWish wish,
                                             Deadline deadline) {
  if (allowed_ == access::Sharing::Off) co_return Page<SharedWithMe>{};
  const PageKey after = newest_first(wish);
  auto found = co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto answer = transaction.run(
        "select s.share_id, s.recording_id, s.chat_id, u.user_id, u.display_name, s.may_download, "
        "s.created_utc_ns, s.expires_utc_ns from share s left join recording r on r.recording_id = "
        "s.recording_id left join chat c on c.chat_id = s.chat_id join app_user u on u.user_id = "
        "coalesce(r.owner_id, c.owner_id) where s.user_id = $1 and (s.created_utc_ns, s.share_id) "
        "< ($2, $3) and (s.expires_utc_ns is null or s.expires_utc_ns > $4) and u.state = 'active' "
        "and u.user_id <> $1 and coalesce(r.state, '') <> 'erased' order by s.created_utc_ns desc, "
        "s.share_id desc limit $5",
        {user.value, after.utc_ns, after.id, now_(), wish.limit + 1});
    std::vector<SharedWithMe> all;
    all.reserve(answer.rows.size());
    for (const Row& row : answer.rows) {
      all.push_back({.share_id = row.text(0),
                     .object = object_of(row, 1),
                     .owner = access::UserId(row.text(3)),
                     .owner_name = row.text(4),
                     .may_download = row.integer(5) != 0,
                     .created_utc_ns = row.integer(6),
                     .expires_utc_ns = row.maybe_integer(7)});
    }
    return all;
  });
  co_return page_of(std::move(found), wish, [](const SharedWithMe& last) {
    return PageKey{.utc_ns = last.created_utc_ns, .id = last.share_id};
  });
}

Task<void> Shares::note_opened(audit::Doer doer, std::string share_id, Object object,
                               Deadline deadline) {
  const std::int64_t now = now_();
  // Mostly it was counted before, and then nobody has to wait for a write.
  const bool counted = co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto row =
        transaction.first("select last_opened_utc_ns from share where share_id = $1", {share_id});
    return !row || row->maybe_integer(0).value_or(0) > now - kQuietNs;
  });
  if (counted) co_return;
  co_await database_.write(deadline, [&](Transaction& transaction) {
    const auto noted = transaction.run(
        "update share set opened_count = opened_count + 1, last_opened_utc_ns = $2 where share_id "
        "= $1 and coalesce(last_opened_utc_ns, 0) <= $3",
        {share_id, now, now - kQuietNs});
    if (noted.changed == 0) return;
    audit_.add(transaction, doer,
               deed_of(audit::Event::ShareOpened, object, share_id, ShareKind::User));
  });
}

Task<void> Shares::sweep() {
  const std::int64_t now = now_();
  co_await database_.write(database::usual_deadline(), [&](Transaction& transaction) {
    transaction.run("delete from share_visit where expires_utc_ns <= $1", {now});
    transaction.run("delete from share where expires_utc_ns <= $1", {now - kExpiredShownNs});
  });
}

}  // namespace reprise::sharing
