#include "features/users/invitations.hpp"

#include "base/id.hpp"

namespace reprise::users {

using access::Role;
using access::Roles;
using database::Row;
using database::Transaction;

namespace {

Invitation invitation_of(const Row& row) {
  Invitation one{.id = row.text(0),
                 .email = row.text(1),
                 .roles = {Role::Participant},
                 .created_utc_ns = row.integer(4)};
  if (row.integer(2) != 0) one.roles.add(Role::Researcher);
  if (row.integer(3) != 0) one.roles.add(Role::Admin);
  if (auto user = row.maybe_text(5)) one.user = access::UserId(*std::move(user));
  return one;
}

}  // namespace

Task<std::vector<Invitation>> Invitations::list(Deadline deadline) {
  co_return co_await database_.read(deadline, [](Transaction& transaction) {
    const auto answer = transaction.run(
        "select invitation_id, email, is_researcher, is_admin, created_utc_ns, user_id from "
        "invitation order by created_utc_ns desc, invitation_id desc limit $1",
        {kInvitationsMax});
    std::vector<Invitation> all;
    all.reserve(answer.rows.size());
    for (const Row& row : answer.rows) all.push_back(invitation_of(row));
    return all;
  });
}

Task<Result<Invitation>> Invitations::add(audit::Doer doer, std::string email, Roles roles,
                                          Deadline deadline) {
  const std::string id = new_uuid7();
  const std::int64_t now = now_();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Invitation> {
    const auto count = transaction.first("select count(*) from invitation")->integer(0);
    if (count >= kInvitationsMax) {
      return fail(ErrorCode::Conflict,
                  "Too many invitations wait for their first login; take some back.",
                  "invitations-full");
    }
    const auto row = transaction.first(
        "insert into invitation (invitation_id, email, is_researcher, is_admin, "
        "created_utc_ns) values ($1, $2, $3, $4, $5) on conflict (email) do update set "
        "is_researcher = excluded.is_researcher, is_admin = excluded.is_admin where "
        "invitation.user_id is null returning invitation_id, email, is_researcher, is_admin, "
        "created_utc_ns, user_id",
        {id, email, roles.has(Role::Researcher) ? 1 : 0, roles.has(Role::Admin) ? 1 : 0, now});
    if (!row) {
      return fail(ErrorCode::Conflict, "Somebody has come with this invitation already.",
                  "invitation-used");
    }
    Invitation made = invitation_of(*row);
    audit_.add(transaction, doer,
               {.event = audit::Event::UserInvited,
                .kind = audit::ObjectKind::Invitation,
                .object_id = made.id});
    return made;
  });
}

Task<bool> Invitations::remove(audit::Doer doer, std::string id, Deadline deadline) {
  co_return co_await database_.write_freeing(deadline, [&](Transaction& transaction) {
    const auto removed =
        transaction.run("delete from invitation where invitation_id = $1", {id}).changed;
    if (removed > 0) {
      audit_.add(transaction, doer,
                 {.event = audit::Event::InvitationTakenBack,
                  .kind = audit::ObjectKind::Invitation,
                  .object_id = id});
    }
    return removed > 0;
  });
}

}  // namespace reprise::users
