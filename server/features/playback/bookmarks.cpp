#include "features/playback/bookmarks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/id.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "domain/access/hold.hpp"

namespace reprise::playback {

using access::Reach;
using database::Row;
using database::Transaction;
using session::RecordingId;

namespace {

Bookmark bookmark_of(const Row& row) {
  return {.id = row.text(0),
          .at_ms = row.integer(1),
          .note = row.text(2),
          .created_utc_ns = row.integer(3)};
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

std::unexpected<Error> no_such_bookmark() {
  return fail(ErrorCode::NotFound, "There is no such bookmark.");
}

}  // namespace

Result<std::string> clean_note(std::string_view note) {
  if (!is_utf8(note)) return fail(ErrorCode::Invalid, "`note` must be UTF-8.");
  note = text::trimmed(note);
  if (utf8_length(note) > kNoteCharactersMax) {
    return fail(ErrorCode::Invalid,
                fmt::format("`note` must have at most {} characters.", kNoteCharactersMax));
  }
  for (const char c : note) {
    if (is_control(c)) return fail(ErrorCode::Invalid, "`note` must not hold control characters.");
  }
  return std::string(note);
}

Task<Result<std::vector<Bookmark>>> Bookmarks::list(Reach reach, RecordingId recording,
                                                    Deadline deadline) {
  auto all = co_await database_.read(deadline, [&](Transaction& transaction) {
    std::vector<Bookmark> found;
    const auto answer = transaction.run(
        "select b.bookmark_id, b.at_ms, b.note, b.created_utc_ns from bookmark b join recording r "
        "using (recording_id) where b.recording_id = $1 and r.owner_id = coalesce($2, r.owner_id) "
        "order by b.at_ms, b.bookmark_id",
        {recording.value, reach.owner()});
    found.reserve(answer.rows.size());
    for (const Row& row : answer.rows) found.push_back(bookmark_of(row));
    return found;
  });
  if (all.empty()) {
    const auto standing =
        co_await archive_.part<archive::Contents>().standing(reach, recording, deadline);
    if (!standing) co_return std::unexpected(standing.error());
  }
  co_return all;
}

/// Why a bookmark was not found: the recording is erased or unknown, or has no such bookmark. It is
/// asked after the bookmark was looked for, since an erase may come at any time.
Task<Error> Bookmarks::why_absent(Reach reach, RecordingId recording, Deadline deadline) {
  const auto standing = co_await archive_.part<archive::Contents>().standing(
      std::move(reach), std::move(recording), deadline);
  co_return standing ? no_such_bookmark().error() : standing.error();
}

/// Refuses a place after the end of the recording, if the end is known.
Task<Status> Bookmarks::check_place(Reach reach, RecordingId recording, std::int64_t at_ms,
                                    Deadline deadline) {
  const auto view = co_await archive_.part<archive::ViewRows>().find_view(
      std::move(reach), std::move(recording), deadline);
  if (!view) co_return std::unexpected(view.error());
  const std::int64_t end_ms =
      *view ? ((*view)->duration_ns + 999'999) / 1'000'000 : kBookmarkAtMsMax;
  if (at_ms < 0 || at_ms > std::min(end_ms, kBookmarkAtMsMax)) {
    co_return fail(ErrorCode::Invalid, "`at_ms` must lie in the recording.");
  }
  co_return Status{};
}

Task<Result<Bookmark>> Bookmarks::add(Reach reach, RecordingId recording, std::int64_t at_ms,
                                      std::string note, Deadline deadline) {
  if (const auto place = co_await check_place(reach, recording, at_ms, deadline); !place) {
    co_return std::unexpected(place.error());
  }
  const Bookmark made{.id = new_uuid7(),
                      .at_ms = at_ms,
                      .note = std::move(note),
                      .created_utc_ns = archive_.part<archive::Common>().now_utc_ns()};
  const auto added =
      co_await database_.write(deadline, [&](Transaction& transaction) -> Result<bool> {
        const auto count = transaction.first(
            "select count(*) from bookmark where recording_id = $1", {recording.value});
        if (count->integer(0) >= kBookmarksMax) {
          return fail(ErrorCode::Unprocessable,
                      fmt::format("A recording has at most {} bookmarks.", kBookmarksMax),
                      "bookmarks-full");
        }
        const auto inserted = transaction.run(
            "insert into bookmark select $2, recording_id, $3, $4, $5 from recording where "
            "recording_id = $1 and owner_id = coalesce($6, owner_id) and state <> 'erased'",
            {recording.value, made.id, made.at_ms, made.note, made.created_utc_ns, reach.owner()});
        return inserted.changed == 1;
      });
  if (!added) co_return std::unexpected(added.error());
  if (*added) co_return made;
  co_return std::unexpected(co_await why_absent(std::move(reach), std::move(recording), deadline));
}

Task<Result<Bookmark>> Bookmarks::set_note(Reach reach, RecordingId recording, std::string id,
                                           std::string note, Deadline deadline) {
  using Found = std::optional<Bookmark>;
  auto noted = co_await database_.write(deadline, [&](Transaction& transaction) -> Found {
    const auto row = transaction.first(
        "update bookmark set note = $3 where recording_id = $1 and bookmark_id = $2 and exists "
        "(select 1 from recording r where r.recording_id = $1 and r.owner_id = coalesce($4, "
        "r.owner_id)) returning bookmark_id, at_ms, note, created_utc_ns",
        {recording.value, id, note, reach.owner()});
    if (!row) return std::nullopt;
    return bookmark_of(*row);
  });
  if (noted) co_return *std::move(noted);
  co_return std::unexpected(co_await why_absent(std::move(reach), std::move(recording), deadline));
}

Task<Status> Bookmarks::remove(Reach reach, RecordingId recording, std::string id,
                               Deadline deadline) {
  using Removed = Result<std::int64_t>;
  const auto removed =
      co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Removed {
        if (transaction.first(access::kHeldByAdmin, {reach.owner()})) {
          return access::held_by_admin();
        }
        static constexpr std::string_view kRemove =
            "delete from bookmark where recording_id = $1 and bookmark_id = $2 and exists (select "
            "1 from recording r where r.recording_id = $1 and r.owner_id = coalesce($3, "
            "r.owner_id))";
        return transaction.run(kRemove, {recording.value, id, reach.owner()}).changed;
      });
  if (!removed) co_return std::unexpected(removed.error());
  if (*removed > 0) co_return Status{};
  co_return std::unexpected(co_await why_absent(std::move(reach), std::move(recording), deadline));
}

}  // namespace reprise::playback
