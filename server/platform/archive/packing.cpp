#include "platform/archive/packing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "domain/recording/format/pack.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using blob::BlobKey;
using blob::StoreFailed;
using blob::StoreFailure;
using database::Row;
using database::Transaction;
using recording::PackChunk;
using session::RecordingState;

namespace {

/// How many jobs one round takes.
constexpr std::int64_t kAtOnce = 100;
/// For a whole pack, also on a slow way to the bucket.
constexpr std::chrono::minutes kPutWithin{10};
/// What one call reads back: as much as the largest chunk.
constexpr std::uint64_t kWindowBytes = recording::kChunkBytesMax;

/// The work ends here; another node goes on with it.
struct Stopped {};

[[noreturn]] void fail_for_now(const std::string& what) {
  throw StoreFailed(StoreFailure::Passing, what);
}

/// A chunk that is an object of its own.
struct Single {
  PackChunk chunk;
  BlobKey key;
};

/// The undamaged ones from `first` to `last`, in seq order; at most kPackChunksMax.
std::vector<Single> singles_of(Transaction& transaction, const RecordingId& id, std::int64_t first,
                               std::int64_t last) {
  const auto answer = transaction.run(
      "select c.seq, c.byte_count, c.crc32c, c.sha256_hex, c.blob_key from recording_chunk c where "
      "c.recording_id = $1 and c.seq between $2 and $3 and c.pack_key is null and not exists "
      "(select 1 from recording_chunk_damage d where d.recording_id = c.recording_id and d.seq = "
      "c.seq) order by c.seq limit $4",
      {id.value, first, last, static_cast<std::int64_t>(recording::kPackChunksMax)});
  std::vector<Single> singles;
  singles.reserve(answer.rows.size());
  for (const Row& row : answer.rows) {
    singles.push_back({.chunk = {.seq = row.integer(0),
                                 .bytes = static_cast<std::uint32_t>(row.integer(1)),
                                 .crc32c = static_cast<std::uint32_t>(row.integer(2)),
                                 .sha256_hex = row.text(3)},
                       .key = BlobKey(row.text(4))});
  }
  return singles;
}

bool has_ended(Transaction& transaction, const RecordingId& id) {
  const auto row =
      transaction.first("select state from recording where recording_id = $1", {id.value});
  const auto state = row ? enum_from_text<RecordingState>(row->text(0)) : std::nullopt;
  return state == RecordingState::Complete || state == RecordingState::CompleteWithGaps;
}

/// Whether these are the bytes of the window's chunks.
bool holds(const recording::Pack& pack, const recording::PackWindow& window, ByteView bytes) {
  if (bytes.size() != window.range.length()) return false;
  for (const PackChunk& chunk : std::span(pack.chunks).subspan(window.first, window.count)) {
    const ByteView part = bytes.first(chunk.bytes);
    if (crc32c(part) != chunk.crc32c || hex(sha256(part)) != chunk.sha256_hex) return false;
    bytes = bytes.subspan(chunk.bytes);
  }
  return true;
}

std::vector<BlobKey> keys_in(const database::Rows& answer) {
  std::vector<BlobKey> keys;
  keys.reserve(answer.rows.size());
  for (const Row& row : answer.rows) keys.emplace_back(row.text(0));
  return keys;
}

}  // namespace

struct Packer::Plan {
  RecordingId id;
  BlobKey key;
  recording::Pack pack;
  std::vector<BlobKey> singles;  ///< the objects of its chunks
};

/// The bytes of a pack: its head, then each chunk as it is read from its own object, checked
/// against its hash.
class Packer::Source final : public blob::BlobSource {
 public:
  Source(const Packer& packer, const Plan& plan) : packer_(packer), plan_(plan) {}
  Task<Bytes> next() override {
    packer_.stop_if_asked();
    if (!std::exchange(begun_, true)) co_return recording::head_of(plan_.pack);
    if (next_ == plan_.pack.chunks.size()) co_return Bytes();
    const std::int64_t seq = plan_.pack.chunks[next_++].seq;
    auto bytes = co_await packer_.archive_.read_chunk(Reach::everything(), plan_.id, Seq(seq));
    if (!bytes) fail_for_now(fmt::format("chunk {} cannot be read", seq));
    co_return *std::move(bytes);
  }

 private:
  const Packer& packer_;
  const Plan& plan_;
  bool begun_ = false;
  std::size_t next_ = 0;
};

void Packer::stop_if_asked() const {
  if (stopping_) throw Stopped();
}

Task<std::int64_t> Packer::find_work() {
  co_return co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    const auto found = transaction.run(
        "select r.recording_id from recording r where r.state in ('complete', "
        "'complete_with_gaps') and ((select count(*) from recording_chunk c where c.recording_id = "
        "r.recording_id and c.pack_key is null) > 1 or exists (select 1 from recording_pack p "
        "where p.recording_id = r.recording_id and p.state <> 'kept')) and not exists (select 1 "
        "from job j where j.kind = $1 and j.key = r.recording_id) limit $2",
        {enum_text(jobs::Kind::Pack), kFoundAtOnce});
    for (const Row& row : found.rows) {
      archive_.jobs().add(transaction, jobs::Kind::Pack, row.text(0), {});
    }
    return static_cast<std::int64_t>(found.rows.size());
  });
}

Task<void> Packer::run(std::chrono::seconds every) {
  bool found = false;
  for (co_await sleep_for(every); !stopping_; co_await sleep_for(every)) {
    try {
      if (!found) found = co_await find_work() < kFoundAtOnce;
      co_await work();
    } catch (const std::exception& error) {
      if (stopping_) co_return;  // its wait was cancelled
      log::error("pack.failed", {{"what", error.what()}});
    }
  }
}

Task<void> Packer::work() {
  jobs::Jobs& jobs = archive_.jobs();
  for (std::string& id : co_await jobs.due(jobs::Kind::Pack, kAtOnce)) {
    if (stopping_) co_return;
    if (!co_await jobs.take(jobs::Kind::Pack, id, jobs::Wish::Due)) continue;
    std::optional<std::string> failed;
    bool stopped = false;
    try {
      co_await pack(RecordingId(id));
    } catch (const Stopped&) {
      stopped = true;
    } catch (const std::exception& error) {
      failed = error.what();
    }
    if (stopped) {
      co_await jobs.give_back(jobs::Kind::Pack, id);
    } else if (failed) {
      co_await jobs.failed(jobs::Kind::Pack, id, *failed);
    } else {
      co_await jobs.done(jobs::Kind::Pack, id);
    }
  }
}

Task<void> Packer::pack(RecordingId id) {
  co_await drop_unfinished(id);
  co_await remove_singles(id);
  while (const auto planned = co_await plan(id)) {
    stop_if_asked();
    co_await make(*planned);
    co_await compare(*planned);
    if (!co_await keep(*planned)) {
      co_await drop(*planned);
      fail_for_now("the chunks have changed meanwhile");
    }
    co_await blobs_.remove(planned->singles, Deadline::after(kPutWithin));
    log::info("archive.packed", {{"recording_id", id.value},
                                 {"chunks", static_cast<std::int64_t>(planned->singles.size())},
                                 {"bytes", static_cast<std::int64_t>(bytes_of(planned->pack))}});
  }
}

/// What an earlier attempt has left. After the first step that attempt, should it still go on
/// somewhere, can no longer put its pack in use.
Task<void> Packer::drop_unfinished(RecordingId id) {
  const auto dropped = co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    transaction.run(
        "update recording_pack set state = 'dropped' where recording_id = $1 and state = 'planned'",
        {id.value});
    return keys_in(transaction.run(
        "select pack_key from recording_pack where recording_id = $1 and state = 'dropped'",
        {id.value}));
  });
  if (dropped.empty()) co_return;
  co_await blobs_.remove(dropped, usual_deadline());
  co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    transaction.run("delete from recording_pack where recording_id = $1 and state = 'dropped'",
                    {id.value});
  });
}

/// Objects of chunks that lie in a pack: the attempt that made it was killed before they were gone.
Task<void> Packer::remove_singles(RecordingId id) {
  const auto packed = co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::set<std::string> keys;
    const auto answer = transaction.run(
        "select c.blob_key from recording_chunk c where c.recording_id = $1 and c.pack_key is not "
        "null and not exists (select 1 from recording_chunk_damage d where d.recording_id = "
        "c.recording_id and d.seq = c.seq)",
        {id.value});
    for (const Row& row : answer.rows) keys.insert(row.text(0));
    return keys;
  });
  if (packed.empty()) co_return;
  std::vector<BlobKey> left;
  for (blob::BlobInfo& info :
       co_await list_all(blobs_, BlobKey("recordings/" + id.value), usual_deadline())) {
    if (packed.contains(info.key.value)) left.push_back(std::move(info.key));
  }
  if (!left.empty()) co_await blobs_.remove(std::move(left), Deadline::after(kPutWithin));
}

/// The next pack, noted before anything of it is stored. When there is none the job goes in the
/// same transaction, so that a chunk that comes then makes a new one.
Task<std::optional<Packer::Plan>> Packer::plan(RecordingId id) {
  const std::int64_t now = archive_.now_utc_ns();
  const BlobKey key(fmt::format("recordings/{}/{}.pack", id.value, new_uuid7()));
  co_return co_await database_.write(
      usual_deadline(), [&](Transaction& transaction) -> std::optional<Plan> {
        std::vector<Single> singles;
        if (has_ended(transaction, id)) singles = singles_of(transaction, id, 0, session::kSeqMax);
        std::vector<PackChunk> chunks;
        chunks.reserve(singles.size());
        for (const Single& single : singles) chunks.push_back(single.chunk);
        auto pack = recording::plan_pack(chunks);
        if (!pack) {
          jobs::Jobs::remove(transaction, jobs::Kind::Pack, id.value);
          return std::nullopt;
        }
        transaction.run(
            "insert into recording_pack (pack_key, recording_id, byte_count, state, "
            "created_utc_ns) values ($1, $2, $3, 'planned', $4)",
            {key.value, id.value, static_cast<std::int64_t>(bytes_of(*pack)), now});
        Plan plan{.id = id, .key = key, .pack = *std::move(pack), .singles = {}};
        for (std::size_t i = 0; i < plan.pack.chunks.size(); ++i) {
          plan.singles.push_back(std::move(singles[i].key));
        }
        return plan;
      });
}

Task<void> Packer::make(const Plan& plan) {
  Source source(*this, plan);
  const auto stored = co_await blobs_.put_stream(plan.key, source, Deadline::after(kPutWithin));
  if (!stored) fail_for_now(stored.error().client_message);
  if (stored->bytes != bytes_of(plan.pack)) fail_for_now("the pack has another size");
}

/// Reads all of the pack. Throws unless each chunk in it is what its row says.
Task<void> Packer::compare(const Plan& plan) {
  const recording::Pack& pack = plan.pack;
  const auto head =
      co_await blobs_.read(plan.key, {.first = 0, .last = head_bytes(pack)}, usual_deadline());
  if (!head || *head != recording::head_of(pack)) fail_for_now("the head of the pack differs");
  for (const recording::PackWindow& window : windows_of(pack, kWindowBytes)) {
    stop_if_asked();
    const auto bytes = co_await blobs_.read(plan.key, window.range, usual_deadline());
    const bool same = bytes && co_await pool_.run([&pack, &window, &bytes] {
      return holds(pack, window, *bytes);
    });
    if (!same) fail_for_now("the pack differs from its chunks");
  }
}

/// From here on the chunks are read from the pack. False: they are no longer what was planned, or
/// another attempt has taken over.
Task<bool> Packer::keep(const Plan& plan) {
  const std::int64_t first = plan.pack.chunks.front().seq;
  const std::int64_t last = plan.pack.chunks.back().seq;
  co_return co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    const auto singles = singles_of(transaction, plan.id, first, last);
    if (!std::ranges::equal(singles, plan.pack.chunks, {}, &Single::chunk)) return false;
    const auto kept = transaction.run(
        "update recording_pack set state = 'kept' where pack_key = $1 and state = 'planned'",
        {plan.key.value});
    if (kept.changed != 1) return false;
    // Where each chunk begins: behind the head and those before it.
    transaction.run(
        "update recording_chunk set pack_key = $2, pack_offset = place.first_byte from (select "
        "c.seq, "
        "cast(sum(c.byte_count) over (order by c.seq) - c.byte_count + $3 as bigint) as first_byte "
        "from "
        "recording_chunk c where c.recording_id = $1 and c.seq between $4 and $5 and c.pack_key is "
        "null and not exists (select 1 from recording_chunk_damage d where d.recording_id = "
        "c.recording_id and d.seq = c.seq)) place where recording_chunk.recording_id = $1 and "
        "recording_chunk.seq = place.seq",
        {plan.id.value, plan.key.value, static_cast<std::int64_t>(head_bytes(plan.pack)), first,
         last});
    return true;
  });
}

Task<void> Packer::drop(const Plan& plan) {
  co_await blobs_.remove({plan.key}, usual_deadline());
  co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    transaction.run("delete from recording_pack where pack_key = $1 and state <> 'kept'",
                    {plan.key.value});
  });
}

}  // namespace reprise::archive
