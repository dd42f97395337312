#include "features/sharing/watched.hpp"

#include <string_view>

namespace reprise::sharing {

using database::Row;
using database::Transaction;

namespace {

constexpr std::string_view kByLink = "link ";

View view_of(const Row& row) {
  View view{.id = row.text(0),
            .at_utc_ns = row.integer(1),
            .downloaded = row.text(2) == "recording_downloaded",
            .name = row.maybe_text(4).value_or("")};
  const std::string& actor = row.text(3);
  if (actor.starts_with(kByLink)) {
    view.share_id = actor.substr(kByLink.size());
  } else {
    view.user_id = actor;
  }
  return view;
}

}  // namespace

Task<Page<View>> Watched::list(access::Reach reach, std::string recording_id, PageWish wish,
                               Deadline deadline) {
  const PageKey after = newest_first(wish);
  auto found = co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto answer = transaction.run(
        "select e.audit_entry_id, e.at_utc_ns, e.event, e.actor_id, u.display_name from recording "
        "r join audit_entry e on e.object_id = r.recording_id left join app_user u on u.user_id = "
        "e.actor_id where r.recording_id = $1 and r.owner_id = coalesce($2, r.owner_id) and "
        "e.event in ('recording_viewed', 'recording_downloaded') and e.actor_id not in ('', "
        "r.owner_id) and (e.at_utc_ns, e.audit_entry_id) < ($3, $4) order by e.at_utc_ns desc, "
        "e.audit_entry_id desc limit $5",
        {recording_id, reach.owner(), after.utc_ns, after.id, wish.limit + 1});
    std::vector<View> views;
    views.reserve(answer.rows.size());
    for (const Row& row : answer.rows) views.push_back(view_of(row));
    return views;
  });
  co_return page_of(std::move(found), wish, [](const View& last) {
    return PageKey{.utc_ns = last.at_utc_ns, .id = last.id};
  });
}

}  // namespace reprise::sharing
