// Where a stored chunk lies, and how it is read.

#include <utility>

#include "base/log.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Transaction;

namespace {

/// How often a chunk is looked for: it may go into a pack while it is read, and out of one that is
/// damaged.
constexpr int kPlacesMax = 4;

/// Where the bytes of a chunk lie.
struct Place {
  std::string object;  ///< the key of its own object, or of its pack
  ByteRange range;     ///< all of its own object, or a part of the pack
  std::string sha256_hex;
  friend bool operator==(const Place&, const Place&) = default;
};

/// Empty: there is no such chunk.
std::optional<Place> place_of(Transaction& transaction, const Reach& reach, const RecordingId& id,
                              Seq seq) {
  const auto row = transaction.first(
      "select coalesce(c.pack_key, c.blob_key), c.pack_offset, c.byte_count, c.sha256_hex from "
      "recording_chunk c join recording r using (recording_id) where c.recording_id = $1 and c.seq "
      "= $2 and r.owner_id = coalesce($3, r.owner_id)",
      {id.value, seq.value, reach.owner()});
  if (!row) return std::nullopt;
  Place place{.object = row->text(0), .range = {}, .sha256_hex = row->text(3)};
  if (const auto offset = row->maybe_integer(1)) {
    place.range = {.first = static_cast<std::uint64_t>(*offset),
                   .last = static_cast<std::uint64_t>(*offset + row->integer(2))};
  }
  return place;
}

}  // namespace

Task<Result<Bytes>> Archive::read_chunk(Reach reach, RecordingId id, Seq seq, Deadline deadline) {
  const auto look = [&](Transaction& transaction) { return place_of(transaction, reach, id, seq); };
  auto place = co_await database_.read(deadline, look);
  bool altered = false;
  for (int i = 0; i < kPlacesMax; ++i) {
    if (!place) co_return fail(ErrorCode::NotFound, "There is no such chunk.");
    auto bytes = co_await blobs_.read(blob::BlobKey(place->object), place->range, deadline);
    if (bytes) {
      const std::string digest = co_await pool_.run([&bytes] { return hex(sha256(*bytes)); });
      if (digest == place->sha256_hex) co_return std::move(*bytes);
      // Of a part of an object the store gives no checksum, so the way from it may be to blame.
      if (!std::exchange(altered, true)) continue;
      co_await note_damage(std::move(id), seq, place->object, "altered");
      co_return fail(ErrorCode::NotFound, "The stored chunk is damaged.");
    }
    auto now = co_await database_.read(deadline, look);
    if (now == place) {
      refuse_to_guess();
      co_await note_damage(std::move(id), seq, place->object, "absent");
      co_return std::unexpected(bytes.error());
    }
    place = std::move(now);  // it went into a pack meanwhile, say
  }
  throw blob::StoreFailed(blob::StoreFailure::Passing, "the chunk goes from place to place");
}

Task<void> Archive::note_damage(RecordingId id, Seq seq, std::string object, std::string what) {
  log::error("archive.chunk_damaged",
             {{"recording_id", id.value}, {"seq", seq.value}, {"what", what}});
  const std::int64_t now = options_.now_utc_ns();
  co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    // A recording that has been erased meanwhile has no row here, so nothing is noted; nor is
    // anything when the chunk has another place by now.
    transaction.run(
        "insert into recording_chunk_damage select recording_id, seq, $3, $4 from recording_chunk "
        "where recording_id = $1 and seq = $2 and coalesce(pack_key, blob_key) = $5 on conflict do "
        "nothing",
        {id.value, seq.value, what, now, object});
  });
}

}  // namespace reprise::archive
