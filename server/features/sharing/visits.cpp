// Those who look at what somebody else shares: by their account, or by a link.

#include <fmt/format.h>

#include <string_view>

#include "base/secret.hpp"
#include "features/sharing/shares.hpp"

namespace reprise::sharing {

using access::Grant;
using access::Reach;
using access::Shared;
using access::ShareKind;
using access::ShareTerms;
using audit::ObjectKind;
using database::Row;
using database::Transaction;

namespace {

/// Shares of an object that are for a user ($2), or of a link that a cookie ($3) has opened. What
/// a disabled user shares gives nothing.
std::string held(std::string_view from) {
  return fmt::format(
      "select s.share_id, s.kind, s.needs_login, s.may_download, s.expires_utc_ns, u.user_id, "
      "u.display_name from {} and u.state = 'active' and (s.user_id = $2 or exists (select 1 from "
      "share_visit v where v.cookie_sha256_hex = $3 and v.share_id = s.share_id and "
      "v.expires_utc_ns > $4))",
      from);
}

const std::string& held_of(ObjectKind kind) {
  static const std::string kOfRecording =
      held(
          "recording r join share s on s.recording_id = r.recording_id join app_user u on "
          "u.user_id = r.owner_id where r.recording_id = $1 and r.state <> 'erased'") +
      " union all " +
      held(
          "recording r join share s on s.chat_id = r.chat_id join app_user u on u.user_id = "
          "r.owner_id where r.recording_id = $1 and r.state <> 'erased'");
  static const std::string kOfChat = held(
      "chat c join share s on s.chat_id = c.chat_id join app_user u on u.user_id = "
      "c.owner_id where c.chat_id = $1");
  return kind == ObjectKind::Recording ? kOfRecording : kOfChat;
}

/// A link with the terms that count when it is opened.
struct Link {
  OpenedLink shown;
  Object object;
  ShareTerms terms;
};

constexpr std::string_view kLink =
    "select s.share_id, s.recording_id, s.chat_id, s.needs_login, s.may_download, s.start_ms, "
    "s.expires_utc_ns from share s left join recording r on r.recording_id = s.recording_id left "
    "join chat c on c.chat_id = s.chat_id join app_user u on u.user_id = coalesce(r.owner_id, "
    "c.owner_id) where s.kind = 'link' and u.state = 'active' and coalesce(r.state, '') <> "
    "'erased' and ";

Link link_of(const Row& row) {
  Link link{.shown = {.share_id = row.text(0),
                      .may_download = row.integer(4) != 0,
                      .start_ms = row.maybe_integer(5),
                      .expires_utc_ns = row.maybe_integer(6)},
            .object = {},
            .terms = {.kind = ShareKind::Link,
                      .needs_login = row.integer(3) != 0,
                      .may_download = row.integer(4) != 0,
                      .expires_utc_ns = row.maybe_integer(6)}};
  const auto recording = row.maybe_text(1);
  link.object = {.kind = recording ? ObjectKind::Recording : ObjectKind::Chat,
                 .id = recording ? *recording : row.text(2)};
  return link;
}

std::unexpected<Error> no_such_link() {
  return fail(ErrorCode::NotFound,
              "This link does not work: it has expired, was taken back, or never existed.");
}

std::string hash_or_none(const std::string& secret) {
  return secret.empty() ? std::string() : secret_hash(secret);
}

void note_visit(Transaction& transaction, audit::AuditLog& audit, const audit::Doer& doer,
                const std::string& cookie, const Link& link, std::int64_t now) {
  // Also beyond the time of the link: whoever looks then is told that it is gone, not to log in.
  const std::int64_t until = now + kVisitNs;
  const auto before = transaction.first(
      "select opened_utc_ns from share_visit where cookie_sha256_hex = $1 and share_id = $2",
      {secret_hash(cookie), link.shown.share_id});
  const bool counted = before && before->integer(0) > now - kQuietNs;
  transaction.run(
      "insert into share_visit (cookie_sha256_hex, share_id, opened_utc_ns, expires_utc_ns) "
      "values ($1, $2, $3, $4) on conflict (cookie_sha256_hex, share_id) do update set "
      "opened_utc_ns = $5, expires_utc_ns = $4",
      {secret_hash(cookie), link.shown.share_id, now, until, counted ? before->integer(0) : now});
  if (counted) return;
  transaction.run(
      "update share set opened_count = opened_count + 1, last_opened_utc_ns = $2 where share_id = "
      "$1",
      {link.shown.share_id, now});
  audit::Doer who = doer;
  if (who.user_id.empty() || !link.terms.needs_login) who.user_id = "link " + link.shown.share_id;
  audit.add(transaction, who,
            {.event = audit::Event::ShareOpened,
             .kind = link.object.kind,
             .object_id = noted_id(link.object),
             .detail = "share " + link.shown.share_id + " by link"});
}

}  // namespace

Task<std::optional<Grant>> Shares::grant(Seeker seeker, access::Action action, Object object,
                                         Deadline deadline) {
  if (allowed_ == access::Sharing::Off) co_return std::nullopt;
  const access::Principal& who = seeker.principal;
  const bool logged_in = who.authenticated_by != access::AuthenticatedBy::ShareLink;
  const std::int64_t now = now_();
  const auto rows = co_await database_.read(deadline, [&](Transaction& transaction) {
    return transaction.run(held_of(object.kind),
                           {object.id, who.user.value, hash_or_none(seeker.cookie), now});
  });
  std::vector<ShareTerms> terms;
  terms.reserve(rows.rows.size());
  for (const Row& row : rows.rows) {
    terms.push_back({.kind = row.text(1) == "link" ? ShareKind::Link : ShareKind::User,
                     .needs_login = row.integer(2) != 0,
                     .may_download = row.integer(3) != 0,
                     .expires_utc_ns = row.maybe_integer(4)});
  }
  const auto best = access::best_share(terms, allowed_, logged_in, now);
  if (!best) co_return std::nullopt;
  const Row& row = rows.rows[*best];
  const access::UserId owner(row.text(5));
  const Shared gives = access::given_by(terms[*best], allowed_, logged_in, now);
  if (!access::may(who, action, {.owner = owner, .shared = gives})) co_return std::nullopt;
  const bool named =
      logged_in && (terms[*best].kind == ShareKind::User || terms[*best].needs_login);
  co_return Grant{.reach = Reach::of(owner),
                  .share_id = row.text(0),
                  .may_download = gives == Shared::Download,
                  .by_link = terms[*best].kind == ShareKind::Link,
                  .named = named,
                  .owner_name = logged_in ? row.text(6) : std::string()};
}

Task<Result<std::pair<OpenedLink, std::string>>> Shares::open(Opener opener, std::string secret,
                                                              Deadline deadline) {
  using Opened = Result<std::pair<OpenedLink, std::string>>;
  const std::int64_t now = now_();
  const std::string new_cookie = new_secret();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Opened {
    const auto row =
        transaction.first(std::string(kLink) + "s.secret_sha256_hex = $1", {secret_hash(secret)});
    if (!row) return no_such_link();
    Link link = link_of(*row);
    const bool logged_in = !opener.doer.user_id.empty();
    // Whoever logs in later will be let in by the visit.
    if (access::given_by(link.terms, allowed_, true, now) == Shared::Nothing) return no_such_link();
    const bool known = !opener.cookie.empty() &&
                       transaction
                           .first(
                               "select 1 from share_visit where cookie_sha256_hex = $1 and "
                               "expires_utc_ns > $2 limit 1",
                               {secret_hash(opener.cookie), now})
                           .has_value();
    const std::string& cookie = known ? opener.cookie : new_cookie;
    note_visit(transaction, audit_, opener.doer, cookie, link, now);
    if (logged_in || !link.terms.needs_login) link.shown.object = link.object;
    return std::pair(link.shown, cookie);
  });
}

Task<Result<OpenedLink>> Shares::opened(Opener opener, std::string share_id, Deadline deadline) {
  const std::int64_t now = now_();
  const auto row = co_await database_.read(deadline, [&](Transaction& transaction) {
    return transaction.first(std::string(kLink) +
                                 "s.share_id = $1 and exists (select 1 from share_visit v where "
                                 "v.cookie_sha256_hex = $2 and v.share_id = s.share_id and "
                                 "v.expires_utc_ns > $3)",
                             {share_id, hash_or_none(opener.cookie), now});
  });
  if (!row) co_return no_such_link();
  Link link = link_of(*row);
  if (access::given_by(link.terms, allowed_, true, now) == Shared::Nothing) {
    co_return no_such_link();
  }
  if (!opener.doer.user_id.empty() || !link.terms.needs_login) link.shown.object = link.object;
  co_return link.shown;
}

Task<bool> Shares::is_visitor(std::string cookie, Deadline deadline) {
  if (cookie.empty() || allowed_ != access::Sharing::Links) co_return false;
  const std::int64_t now = now_();
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    return transaction
        .first(
            "select 1 from share_visit where cookie_sha256_hex = $1 and expires_utc_ns > $2 limit "
            "1",
            {secret_hash(cookie), now})
        .has_value();
  });
}

}  // namespace reprise::sharing
