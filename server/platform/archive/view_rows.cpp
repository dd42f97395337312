// The rows of finished views.

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/json.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/chat_titles.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Row;
using database::Rows;
using database::Statement;
using database::Transaction;
using session::RecordingState;

namespace {

/// Of a recording r that has ended, with its view v, and $1, the fold version.
constexpr std::string_view kNeedsView =
    "(v.recording_id is null or v.fold_version <> $1 or not exists (select 1 from "
    "recording_view_file f where f.recording_id = r.recording_id) or v.chunk_count < "
    "r.chunk_count - (select count(*) from recording_chunk_damage d where d.recording_id = "
    "r.recording_id))";
constexpr std::string_view kEnded =
    "from recording r left join recording_view v on v.recording_id = r.recording_id where r.state "
    "in ('complete', 'complete_with_gaps')";
/// How many recordings one transaction notes.
constexpr std::size_t kNotedAtOnce = 500;

}  // namespace

Task<Result<std::optional<ViewRow>>> Archive::find_view(Reach reach, RecordingId id,
                                                        Deadline deadline) {
  using Found = Result<std::optional<ViewRow>>;
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Found {
    const auto row = transaction.first(
        "select r.state, v.version, v.fold_version, v.chunk_count, v.duration_ns, v.first_words, "
        "v.media_bytes, v.has_video, v.width, v.height, v.seam, v.has_thumbnail, "
        "v.missing_microphone_ns, v.missing_model_ns, v.missing_camera_ns, v.missing_messages_ns, "
        "v.left_out, v.started_device_utc_ns from recording r left join recording_view "
        "v using (recording_id) where r.recording_id = $1 and r.owner_id = coalesce($2, "
        "r.owner_id)",
        {id.value, reach.owner()});
    const auto state = row ? enum_from_text<RecordingState>(row->text(0)) : std::nullopt;
    if (auto status = present(state); !status) return std::unexpected(status.error());
    if (!row->maybe_integer(1)) return std::nullopt;
    ViewRow view{.version = row->integer(1),
                 .fold_version = row->integer(2),
                 .chunk_count = row->integer(3),
                 .duration_ns = row->integer(4),
                 .first_words = row->text(5),
                 .media_bytes = row->integer(6),
                 .has_video = row->integer(7) != 0,
                 .width = row->integer(8),
                 .height = row->integer(9),
                 .seam = row->text(10),
                 .has_thumbnail = row->integer(11) != 0,
                 .missing = {.microphone_ns = row->integer(12),
                             .model_ns = row->integer(13),
                             .camera_ns = row->integer(14),
                             .messages_ns = row->integer(15)},
                 .left_out = row->integer(16) != 0,
                 .started_device_utc_ns = row->maybe_integer(17)};
    const auto files = transaction.run(
        "select name, byte_count, sha256_hex from recording_view_file where recording_id = $1 "
        "order by name",
        {id.value});
    for (const Row& file : files.rows) {
      view.files.push_back(
          {.name = file.text(0), .bytes = file.integer(1), .sha256_hex = file.text(2)});
    }
    return view;
  });
}

/// Tells the search about the chat's title, after this recording gave it one or took it back.
void Archive::sync_title_of(Transaction& transaction, const RecordingId& id) const {
  const auto row =
      transaction.first("select chat_id from recording where recording_id = $1", {id.value});
  if (row) title_changed(transaction, ChatId(row->text(0)));
}

Task<ViewStored> Archive::store_view(RecordingId id, ViewRow view,
                                     std::vector<search::Sentence> said, std::string measures) {
  const std::int64_t now = options_.now_utc_ns();
  co_return co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    const auto newest =
        transaction.first("select version from recording_view where recording_id = $1", {id.value});
    if (newest && newest->integer(0) >= view.version) return ViewStored::Older;
    transaction.run("delete from recording_view where recording_id = $1", {id.value});
    give_chat_title(transaction, id, view.first_words);
    sync_title_of(transaction, id);
    const auto stored = transaction.run(
        "insert into recording_view (recording_id, version, fold_version, chunk_count, "
        "duration_ns, first_words, media_bytes, has_video, width, height, created_utc_ns, seam, "
        "has_thumbnail, missing_microphone_ns, missing_model_ns, missing_camera_ns, "
        "missing_messages_ns, left_out, started_device_utc_ns, measures) select recording_id, $2, "
        "$3, $4, "
        "$5, $6, $7, $8, $9, $10, "
        "$11, $12, $13, $14, $15, $16, $17, $18, $19, $20 from recording where recording_id = $1 "
        "and "
        "state "
        "<> 'erased'",
        {id.value,
         view.version,
         view.fold_version,
         view.chunk_count,
         view.duration_ns,
         view.first_words,
         view.media_bytes,
         std::int64_t{view.has_video ? 1 : 0},
         view.width,
         view.height,
         now,
         view.seam,
         std::int64_t{view.has_thumbnail ? 1 : 0},
         view.missing.microphone_ns,
         view.missing.model_ns,
         view.missing.camera_ns,
         view.missing.messages_ns,
         std::int64_t{view.left_out ? 1 : 0},
         view.started_device_utc_ns,
         measures});
    if (stored.changed != 1) return ViewStored::Erased;
    options_.search->put_said(transaction, id, said);
    for (const ViewFileRow& file : view.files) {
      transaction.run(
          "insert into recording_view_file (recording_id, name, byte_count, sha256_hex) values "
          "($1, $2, $3, $4)",
          {id.value, file.name, file.bytes, file.sha256_hex});
    }
    note_view_made(transaction, id, view.fold_version);
    return ViewStored::Yes;
  });
}

Task<void> Archive::store_said(RecordingId id, std::vector<search::Sentence> said) {
  co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    options_.search->put_said(transaction, id, said);
  });
}

Task<void> Archive::tidy_search() {
  // Whoever changes a title or a message tells so; only what was there before has to be looked for.
  while (!titles_synced_) {
    const std::int64_t synced = co_await database_.write(
        usual_deadline(),
        [&](Transaction& transaction) { return options_.search->sync_titles(transaction); });
    titles_synced_ = synced < search::kTitlesAtOnce;
  }
  while (!messages_synced_) {
    const std::int64_t synced = co_await database_.write(
        usual_deadline(),
        [&](Transaction& transaction) { return options_.search->sync_messages(transaction); });
    messages_synced_ = synced < search::kMessagesAtOnce;
  }
  co_await options_.search->purge_messages(database_, usual_deadline());
}

Task<std::vector<RecordingId>> Archive::unfilled(RecordingId after, std::int64_t count_max) {
  co_return co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    return options_.search->unfilled(transaction, after.value, count_max);
  });
}

Task<Page<search::Hit>> Archive::find_words(UserId owner, search::Query query, PageWish wish,
                                            Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    return options_.search->find(transaction, owner, query, wish);
  });
}

Task<void> Archive::note_view_hash(RecordingId id, std::int64_t version, ViewFileRow file,
                                   Deadline deadline) {
  co_await database_.write(deadline, [&](Transaction& transaction) {
    transaction.run(
        "update recording_view_file set sha256_hex = $4 where recording_id = $1 and name = $2 and "
        "byte_count = $3 and exists (select 1 from recording_view v where v.recording_id = $1 and "
        "v.version = $5)",
        {id.value, file.name, file.bytes, file.sha256_hex, version});
  });
}

/// Takes the note away, if the view is as it must be, and copies what the sums need of it.
void Archive::note_view_made(Transaction& transaction, const RecordingId& id,
                             std::int64_t fold_version) {
  static const std::string sql = fmt::format(
      "update recording set needs_view = 0 where recording_id = $2 and needs_view = 1 and exists "
      "(select 1 {} and r.recording_id = $2 and not {})",
      kEnded, kNeedsView);
  transaction.run(sql, {fold_version, id.value});
  transaction.run(
      "update recording set view_duration_ns = v.duration_ns, view_media_bytes = v.media_bytes "
      "from recording_view v where v.recording_id = $1 and recording.recording_id = $1",
      {id.value});
}

/// Looks at all recordings. What happens to one later is noted where it happens.
Task<void> Archive::note_without_view(std::int64_t fold_version, Deadline deadline) {
  static const std::string sql =
      fmt::format("select r.recording_id {} and r.needs_view = 0 and {}", kEnded, kNeedsView);
  const Rows found = co_await database_.read(
      deadline, [&](Transaction& transaction) { return transaction.run(sql, {fold_version}); });
  std::vector<Statement> statements;
  statements.reserve(found.rows.size());
  for (const Row& row : found.rows) {
    statements.push_back({.sql = "update recording set needs_view = 1 where recording_id = $1",
                          .values = {row.text(0)}});
  }
  for (std::span<const Statement> left(statements); !left.empty();) {
    const auto some = left.first(std::min(left.size(), kNotedAtOnce));
    left = left.subspan(some.size());
    co_await database_.write(deadline,
                             [&](Transaction& transaction) { transaction.run_all(some); });
  }
}

Task<std::vector<RecordingId>> Archive::without_view(std::int64_t fold_version, Deadline deadline) {
  static const std::string sql = fmt::format(
      "select r.recording_id, case when {} then 1 else 0 end {} and r.needs_view = 1 order by "
      "r.created_utc_ns",
      kNeedsView, kEnded);
  if (looked_for_views_of_ != fold_version) {
    co_await note_without_view(fold_version, deadline);
    looked_for_views_of_ = fold_version;
  }
  std::vector<RecordingId> without;
  std::vector<RecordingId> with;
  const Rows noted = co_await database_.read(
      deadline, [&](Transaction& transaction) { return transaction.run(sql, {fold_version}); });
  for (const Row& row : noted.rows) {
    (row.integer(1) != 0 ? without : with).emplace_back(row.text(0));
  }
  // An older program, on another node, stores views and does not know the note.
  for (const RecordingId& id : with) {
    co_await database_.write(
        deadline, [&](Transaction& transaction) { note_view_made(transaction, id, fold_version); });
  }
  co_return without;
}

}  // namespace reprise::archive
