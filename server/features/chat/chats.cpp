#include "features/chat/chats.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "domain/access/hold.hpp"

namespace reprise::chat {

using access::Reach;
using access::UserId;
using database::Row;
using database::Transaction;

namespace {

/// The columns that `chat_of` reads. One is the time at which a live session of the chat last
/// showed a sign of life. A session without a recording shows none until it ends, so it counts
/// as alive.
constexpr std::string_view kColumns =
    "chat_id, title, untitled, created_utc_ns, last_used_utc_ns, "
    "(select max(case when r.recording_id is null then 9223372036854775807 "
    "else coalesce(r.last_chunk_utc_ns, r.created_utc_ns) end) from live_session s "
    "left join recording r on r.live_session_id = s.live_session_id "
    "where s.chat_id = chat.chat_id and s.state = 'live'), provider, model, live_words_to";

Chat chat_of(const Row& row, std::int64_t now) {
  const auto heard_utc_ns = row.maybe_integer(5);
  return Chat{.id = ChatId(row.text(0)),
              .title = row.text(1),
              .untitled = row.integer(2) != 0,
              .created_utc_ns = row.integer(3),
              .last_used_utc_ns = row.integer(4),
              .live = heard_utc_ns && *heard_utc_ns >= now - session::kQuietAfterNs,
              .provider = row.text(6),
              .model = row.text(7),
              .live_words_to = row.text(8)};
}

Result<Chat> chat_or_not_found(const std::optional<Row>& row, std::int64_t now) {
  if (!row) return fail(ErrorCode::NotFound, "There is no such chat.");
  return chat_of(*row, now);
}

}  // namespace

Task<Chat> Chats::create(UserId owner, std::string title, Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  Chat made{.id = ChatId(new_uuid7()),
            .title = title.empty() ? session::kUntitled : title,
            .untitled = title.empty(),
            .created_utc_ns = now,
            .last_used_utc_ns = now};
  co_await database_.write(deadline, [&](Transaction& transaction) {
    const auto newest_use = transaction.first(
        "select max(last_used_utc_ns) from chat where owner_id = $1", {owner.value});
    made.last_used_utc_ns = later_than(newest_use->maybe_integer(0), now);
    transaction.run(
        "insert into chat (chat_id, owner_id, title, created_utc_ns, last_used_utc_ns, untitled) "
        "values ($1, $2, $3, $4, $5, $6)",
        {made.id.value, owner.value, made.title, now, made.last_used_utc_ns,
         std::int64_t{made.untitled ? 1 : 0}});
    if (!made.untitled) archive_.part<archive::Words>().title_changed(transaction, made.id);
  });
  co_return made;
}

Task<Page<Chat>> Chats::list(UserId owner, PageWish wish, Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  static const std::string sql = fmt::format(
      "select {} from chat where owner_id = $1 and (last_used_utc_ns, chat_id) < ($2, $3) order by "
      "last_used_utc_ns desc, chat_id desc limit $4",
      kColumns);
  const PageKey after = newest_first(wish);
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    std::vector<Chat> found;
    const auto answer = transaction.run(sql, {owner.value, after.utc_ns, after.id, wish.limit + 1});
    found.reserve(answer.rows.size());
    for (const Row& row : answer.rows) found.push_back(chat_of(row, now));
    return page_of(std::move(found), wish, [](const Chat& last) {
      return PageKey{.utc_ns = last.last_used_utc_ns, .id = last.id.value};
    });
  });
}

Task<Result<Chat>> Chats::find(Reach reach, ChatId id, Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    static const std::string sql = fmt::format(
        "select {} from chat where chat_id = $1 and owner_id = coalesce($2, owner_id)", kColumns);
    return chat_or_not_found(transaction.first(sql, {id.value, reach.owner()}), now);
  });
}

Task<Result<Chat>> Chats::change(Reach reach, ChatId id, ChatChange change, Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) {
    static const std::string sql = fmt::format(
        "update chat set title = coalesce($2, title), untitled = case when $2 is null then "
        "untitled else 0 end, provider = coalesce($3, provider), model = coalesce($4, model), "
        "live_words_to = coalesce($5, live_words_to) where chat_id = $1 and owner_id = "
        "coalesce($6, owner_id) returning {}",
        kColumns);
    auto changed = chat_or_not_found(
        transaction.first(sql, {id.value, change.title, change.provider, change.model,
                                change.live_words_to, reach.owner()}),
        now);
    if (!changed || !change.title) return changed;
    transaction.run("delete from chat_title_source where chat_id = $1", {id.value});
    archive_.part<archive::Words>().title_changed(transaction, id);
    return changed;
  });
}

Task<Result<archive::Erased>> Chats::remove(Reach reach, ChatId id, Deadline deadline) {
  std::vector<session::RecordingId> erased;
  const Status removed =
      co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Status {
        if (!transaction.first(
                "select 1 from chat where chat_id = $1 and owner_id = coalesce($2, owner_id)",
                {id.value, reach.owner()})) {
          return fail(ErrorCode::NotFound, "There is no such chat.");
        }
        if (transaction.first(access::kHeldByAdmin, {reach.owner()})) {
          return access::held_by_admin();
        }
        if (archive_.part<archive::Erasures>().is_held_in(transaction, reach, id)) {
          return fail(ErrorCode::Conflict,
                      "A recording of this chat is held. Take the hold away first.",
                      "recording-held");
        }
        transaction.run("delete from chat where chat_id = $1", {id.value});
        erased = archive_.part<archive::Erasures>().erase_in(transaction, reach, id);
        archive_.part<archive::Words>().title_changed(transaction, id);
        return {};
      });
  if (!removed) co_return std::unexpected(removed.error());
  // The rows are gone for good. If the server is killed here, its next start removes the files.
  co_return co_await archive_.part<archive::Erasures>().remove_files(std::move(erased));
}

}  // namespace reprise::chat
