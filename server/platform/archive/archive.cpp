#include "platform/archive/archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <span>

#include "base/json.hpp"
#include "base/log.hpp"
#include "domain/recording/format/chunk.hpp"
#include "platform/archive/chunk_admission.hpp"
#include "platform/archive/chunk_rows.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Row;
using database::Rows;
using database::Statement;
using database::Transaction;
using session::RecordingEnd;
using session::RecordingState;

namespace {

std::unexpected<Error> disk_full(std::string detail) {
  return fail(ErrorCode::StorageFull,
              "The disk is nearly full. Nothing is lost: free some space and it goes on by itself.",
              "disk-full", std::move(detail));
}

/// The undamaged ones behind `after`, in seq order, at most `count_max`.
std::vector<ChunkInfo> stored_chunks(Transaction& transaction, const RecordingId& id,
                                     std::int64_t after, std::int64_t count_max) {
  const auto answer = transaction.run(
      "select c.seq, c.byte_count, c.sha256_hex, c.crc32c from recording_chunk c where "
      "c.recording_id = $1 and c.seq > $2 and not exists (select 1 from recording_chunk_damage d "
      "where d.recording_id = c.recording_id and d.seq = c.seq) order by c.seq limit $3",
      {id.value, after, count_max});
  std::vector<ChunkInfo> found;
  found.reserve(answer.rows.size());
  for (const Row& row : answer.rows) found.push_back(chunk_of(row));
  return found;
}

}  // namespace

struct Archive::Checked {
  std::shared_ptr<const StoredChunk> chunk;  // owned here, and by the listener while it needs it
  std::string sha256_hex;
  std::uint32_t crc32c = 0;
};

Archive::Archive(database::Database& database, blob::BlobStore& blobs, BlockingPool& pool,
                 ArchiveOptions options)
    : database_(database),
      blobs_(blobs),
      pool_(pool),
      options_(std::move(options)),
      jobs_(database, options_.jobs),
      rows_(std::make_unique<ChunkRows>(
          database, options_.chunks_together,
          [this](Transaction& transaction, const ChunkRows::Group& group) {
            return store_rows(transaction, group);
          })) {}

Archive::~Archive() = default;

Status Archive::may_begin() const {
  if (auto why = mismatch()) {
    return fail(ErrorCode::Unavailable,
                "The stored recordings are not all there, so nothing new is recorded; the log says "
                "why.",
                "", *std::move(why));
  }
  const blob::LocalDisk* disk = blobs_.disk();
  const std::uint64_t free = disk == nullptr ? UINT64_MAX : disk->free_bytes();
  if (free >= options_.min_free_bytes) return {};
  return fail(ErrorCode::StorageFull,
              fmt::format("The disk is nearly full ({} MB left, {} MB are needed), so a new "
                          "recording cannot begin. Delete recordings or free some space.",
                          free >> 20, options_.min_free_bytes >> 20),
              "disk-full");
}

void Archive::begin(Transaction& transaction, const UserId& owner, const RecordingId& id,
                    const LiveSessionId& live_session, const ChatId& chat) const {
  const auto newest = transaction.first(
      "select max(created_utc_ns) from recording where owner_id = $1", {owner.value});
  transaction.run(
      "insert into recording (recording_id, live_session_id, chat_id, owner_id, state, "
      "created_utc_ns) values ($1, $2, $3, $4, 'recording', $5)",
      {id.value, live_session.value, chat.value, owner.value,
       later_than(newest->maybe_integer(0), options_.now_utc_ns())});
}

Task<Result<Archive::Checked>> Archive::check(const ExpectedDigest& expected, Bytes bytes) {
  if (bytes.size() > recording::kChunkBytesMax) {
    co_return fail(ErrorCode::TooLarge, "A chunk has at most 8 MiB.");
  }
  // By reference: the pool cannot be cancelled, so this frame outlives the work.
  co_return co_await pool_.run([&expected, &bytes]() -> Result<Checked> {
    const Sha256 digest = sha256(bytes);
    const std::uint32_t crc = crc32c(bytes);
    if (digest != expected.sha256 || (expected.crc32c && *expected.crc32c != crc)) {
      return fail(ErrorCode::Unprocessable,
                  fmt::format("The {} bytes that arrived are not those that Content-Digest names "
                              "(they have sha-256 {}).",
                              bytes.size(), hex(digest)),
                  "chunk-digest-mismatch");
    }
    auto chunk = std::make_shared<StoredChunk>();
    chunk->bytes = std::move(bytes);
    auto content = recording::parse_chunk(chunk->bytes);
    if (!content) return std::unexpected(content.error());
    chunk->content = *std::move(content);
    return Checked{.chunk = std::move(chunk), .sha256_hex = hex(digest), .crc32c = crc};
  });
}

Task<Result<ChunkWish>> Archive::admit_chunk(Reach reach, RecordingId id, Seq seq,
                                             ExpectedDigest expected, Deadline deadline) {
  // What is written while the wrong disk or the wrong database is in use would be lost with it.
  if (const auto why = mismatch()) {
    throw blob::StoreFailed(blob::StoreFailure::Passing, *why);
  }
  const std::string named = hex(expected.sha256);
  const auto row = co_await database_.read(deadline, [&](Transaction& transaction) {
    return admit(transaction.run_all(admission_of(reach, id, seq)), id, seq, named);
  });
  if (!row) co_return std::unexpected(row.error());
  co_return ChunkWish{.reach = std::move(reach),
                      .id = std::move(id),
                      .seq = seq,
                      .expected = expected,
                      .stored = row->stored,
                      .damaged = row->damaged,
                      .object = row->object};
}

Task<Result<ChunkInfo>> Archive::put_chunk(Reach reach, RecordingId id, Seq seq,
                                           ExpectedDigest expected, Bytes bytes,
                                           Deadline deadline) {
  auto wish = co_await admit_chunk(std::move(reach), std::move(id), seq, expected, deadline);
  if (!wish) co_return std::unexpected(wish.error());
  co_return co_await put_chunk(*std::move(wish), std::move(bytes), deadline);
}

Task<Result<ChunkInfo>> Archive::put_chunk(ChunkWish wish, Bytes bytes, Deadline deadline) {
  auto checked = co_await check(wish.expected, std::move(bytes));
  if (!checked) co_return std::unexpected(checked.error());
  if (wish.stored && !wish.damaged) co_return *wish.stored;
  if (const auto* disk = blobs_.disk()) {
    if (disk->free_bytes() < options_.min_free_bytes / 8) co_return disk_full("low space");
  }
  try {
    co_return co_await store(std::move(wish), *std::move(checked), deadline);
  } catch (const database::DatabaseError& error) {
    if (error.failure() != database::Failure::Full) throw;
    co_return disk_full(error.what());
  }
}

/// The row of a new chunk, and what follows for its recording.
std::array<Statement, 2> Archive::row_of(const NewChunk& chunk) const {
  const ChunkWish& wish = chunk.wish;
  const std::int64_t now = options_.now_utc_ns();
  return {
      Statement{.sql = "insert into recording_chunk (recording_id, seq, first_log_ns, last_log_ns, "
                       "byte_count, crc32c, sha256_hex, blob_key, stored_utc_ns) values ($1, $2, "
                       "$3, $4, $5, $6, $7, $8, $9)",
                .values = {wish.id.value, wish.seq.value, chunk.first_log_ns, chunk.last_log_ns,
                           chunk.info.bytes, std::int64_t{chunk.info.crc32c}, chunk.info.sha256_hex,
                           wish.object, now}},
      Statement{.sql = "update recording set chunk_count = chunk_count + 1, stored_bytes = "
                       "stored_bytes + $2, last_chunk_utc_ns = $3, needs_view = 1, state = case "
                       "when state = "
                       "'complete_with_gaps' and chunk_count + 1 = last_seq + 1 then 'complete' "
                       "else state end where recording_id = $1",
                .values = {wish.id.value, chunk.info.bytes, now}}};
}

/// The chunk was damaged, and has just been stored once more.
std::array<Statement, 3> Archive::mend_row_of(const ChunkWish& wish) {
  return {Statement{.sql = "update recording_chunk set blob_key = $3, pack_key = null, pack_offset "
                           "= null where recording_id = $1 and seq = $2",
                    .values = {wish.id.value, wish.seq.value, wish.object}},
          Statement{.sql = "delete from recording_chunk_damage where recording_id = $1 and seq = "
                           "$2",
                    .values = {wish.id.value, wish.seq.value}},
          Statement{.sql = "update recording set needs_view = 1 where recording_id = $1",
                    .values = {wish.id.value}}};
}

/// The rows of chunks whose objects are stored. However many they are, they are asked about at once
/// and stored at once.
std::vector<Result<ChunkInfo>> Archive::store_rows(
    Transaction& transaction, const std::vector<const NewChunk*>& group) const {
  std::vector<Statement> statements;
  for (const NewChunk* chunk : group) {
    std::ranges::move(admission_of(chunk->wish.reach, chunk->wish.id, chunk->wish.seq),
                      std::back_inserter(statements));
  }
  const std::vector<Rows> known = transaction.run_all(statements);
  statements.clear();
  std::vector<Result<ChunkInfo>> outcomes;
  std::vector<const NewChunk*> want_packs_now;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const ChunkWish& wish = group[i]->wish;
    const auto admitted =
        admit(std::span(known).subspan(2 * i, 2), wish.id, wish.seq, group[i]->info.sha256_hex);
    outcomes.push_back(!admitted          ? std::unexpected(admitted.error())
                       : admitted->stored ? Result<ChunkInfo>(*admitted->stored)
                                          : Result<ChunkInfo>(group[i]->info));
    if (!admitted || (admitted->stored && !admitted->damaged)) continue;
    if (admitted->stored && admitted->object != wish.object) {
      outcomes.back() = fail(ErrorCode::Unavailable, "");
      continue;
    }
    if (admitted->stored) std::ranges::move(mend_row_of(wish), std::back_inserter(statements));
    if (!admitted->stored) std::ranges::move(row_of(*group[i]), std::back_inserter(statements));
    if (admitted->stored || !admitted->running) want_packs_now.push_back(group[i]);
  }
  transaction.run_all(statements);
  for (const NewChunk* chunk : want_packs_now) want_packs(transaction, chunk->wish.id);
  return outcomes;
}

Task<Result<ChunkInfo>> Archive::store(ChunkWish wish, Checked checked, Deadline deadline) {
  const blob::BlobKey key(wish.object);
  const auto put = co_await blobs_.put(key, checked.chunk->bytes, deadline);
  if (!put) co_return std::unexpected(put.error());
  const recording::Chunk& content = checked.chunk->content;
  NewChunk row{.wish = wish,
               .info = {.seq = wish.seq.value,
                        .bytes = static_cast<std::int64_t>(checked.chunk->bytes.size()),
                        .sha256_hex = checked.sha256_hex,
                        .crc32c = checked.crc32c},
               .first_log_ns = content.first_log_ns,
               .last_log_ns = content.last_log_ns};
  const auto stored = co_await rows_->add(std::move(row), deadline);
  if (!stored && stored.error().code == ErrorCode::Unavailable) {
    throw blob::StoreFailed(blob::StoreFailure::Passing,
                            "the chunk went into a pack, and was found damaged there, meanwhile");
  }
  if (!stored) {
    // An erase, or an upload with other bytes, was committed first: nothing refers to this object.
    // Of a recording that has another owner since, the same bytes may just be uploaded anew.
    const bool may_be_used = stored.error().code == ErrorCode::NotFound;
    if (!may_be_used) co_await blobs_.remove({key}, usual_deadline());
    co_return std::unexpected(stored.error());
  }
  if (listener_ != nullptr) {
    listener_->on_chunk_stored(wish.id, wish.seq, std::move(checked.chunk));
  }
  co_return *stored;
}

Task<Result<ChunkListing>> Archive::chunks(Reach reach, RecordingId id, PageWish wish,
                                           Deadline deadline) {
  std::int64_t after = -1;
  if (wish.after) {
    const std::string& place = wish.after->id;
    const auto parsed = std::from_chars(place.data(), place.data() + place.size(), after);
    if (parsed.ec != std::errc() || parsed.ptr != place.data() + place.size()) {
      co_return fail(ErrorCode::Invalid, "`cursor` must be the `next_cursor` of an answer.");
    }
  }
  co_return co_await database_.read(
      deadline, [&](Transaction& transaction) -> Result<ChunkListing> {
        const auto recording = transaction.first(
            "select state, last_seq, (select max(seq) from recording_chunk c where "
            "c.recording_id = r.recording_id) from recording r where recording_id = $1 and "
            "owner_id = coalesce($2, owner_id)",
            {id.value, reach.owner()});
        const auto state =
            recording ? enum_from_text<RecordingState>(recording->text(0)) : std::nullopt;
        if (auto status = present(state); !status) return std::unexpected(status.error());
        auto page = page_of(stored_chunks(transaction, id, after, wish.limit + 1), wish,
                            [](const ChunkInfo& last) {
                              return PageKey{.utc_ns = 0, .id = std::to_string(last.seq)};
                            });
        return ChunkListing{.chunks = std::move(page),
                            .last_seq = recording->maybe_integer(1),
                            .highest_seq = recording->maybe_integer(2)};
      });
}

Task<Result<std::vector<ChunkInfo>>> Archive::all_chunks(Reach reach, RecordingId id,
                                                         Deadline deadline) {
  using Found = Result<std::vector<ChunkInfo>>;
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Found {
    const auto row = transaction.first(
        "select state from recording where recording_id = $1 and owner_id = coalesce($2, owner_id)",
        {id.value, reach.owner()});
    const auto state = row ? enum_from_text<RecordingState>(row->text(0)) : std::nullopt;
    if (auto status = present(state); !status) return std::unexpected(status.error());
    return stored_chunks(transaction, id, -1, session::kSeqMax);
  });
}

Task<std::vector<std::int64_t>> Archive::seqs_from(RecordingId id, std::int64_t from) {
  co_return co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::vector<std::int64_t> seqs;
    for (const ChunkInfo& chunk : stored_chunks(transaction, id, from - 1, session::kSeqMax)) {
      seqs.push_back(chunk.seq);
    }
    return seqs;
  });
}

Task<std::vector<Mark>> Archive::marks(std::vector<RecordingId> ids) {
  co_return co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::vector<Mark> found;
    for (const RecordingId& id : ids) {
      const auto row = transaction.first(
          "select state, chunk_count from recording where recording_id = $1", {id.value});
      const auto state = row ? enum_from_text<RecordingState>(row->text(0)) : std::nullopt;
      if (state) found.push_back({.id = id, .state = *state, .chunks = row->integer(1)});
    }
    return found;
  });
}

Task<Result<Recording>> Archive::find(Reach reach, RecordingId id, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    return find_recording(transaction, reach, id, moment());
  });
}

Task<Result<Standing>> Archive::standing(Reach reach, RecordingId id, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<Standing> {
    const auto row = transaction.first(
        "select state, reason from recording where recording_id = $1 and owner_id = coalesce($2, "
        "owner_id)",
        {id.value, reach.owner()});
    const auto state = row ? enum_from_text<RecordingState>(row->text(0)) : std::nullopt;
    if (auto status = present(state); !status) return std::unexpected(status.error());
    Standing standing{.state = *state, .reason = std::nullopt};
    if (const auto reason = row->maybe_text(1)) {
      standing.reason = enum_from_text<RecordingEnd>(*reason);
    }
    return standing;
  });
}

Task<StorageUse> Archive::storage(UserId owner, Deadline deadline) {
  StorageUse use = co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto row = transaction.first(
        "select count(*), coalesce(sum(stored_bytes + view_media_bytes), 0) from recording where "
        "owner_id = $1 and state <> 'erased'",
        {owner.value});
    return StorageUse{.used_bytes = static_cast<std::uint64_t>(row->integer(1)),
                      .recordings = row->integer(0)};
  });
  if (const auto* disk = blobs_.disk()) use.free_bytes = disk->free_bytes();
  co_return use;
}

}  // namespace reprise::archive
