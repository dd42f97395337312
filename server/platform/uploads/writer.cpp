#include "platform/uploads/writer.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "platform/uploads/rows.hpp"

namespace reprise::uploads {

using blob::BlobKey;
using database::Transaction;
using database::usual_deadline;

namespace {

constexpr std::size_t kTailMergedBelow = 256 * 1024;
/// An object store in trouble is not waited for longer: the client comes again.
constexpr std::chrono::seconds kPutWithin{60};

const EVP_MD* algorithm_of(upload::Checksum checksum) {
  switch (checksum) {
    case upload::Checksum::Sha1:
      return EVP_sha1();
    case upload::Checksum::Md5:
      return EVP_md5();
    case upload::Checksum::Sha256:
      break;
  }
  return EVP_sha256();
}

}  // namespace

struct Digest::Context {
  EVP_MD_CTX* raw = EVP_MD_CTX_new();
};

Digest::Digest(upload::Checksum algorithm) : context_(std::make_unique<Context>()) {
  REPRISE_ASSERT(EVP_DigestInit_ex(context_->raw, algorithm_of(algorithm), nullptr) == 1);
}
Digest::~Digest() { EVP_MD_CTX_free(context_->raw); }

void Digest::add(ByteView piece) {
  REPRISE_ASSERT(EVP_DigestUpdate(context_->raw, piece.data(), piece.size()) == 1);
}

Bytes Digest::finish() {
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  REPRISE_ASSERT(EVP_DigestFinal_ex(context_->raw, reinterpret_cast<unsigned char*>(digest.data()),
                                    &size) == 1);
  digest.resize(size);
  return digest;
}

Writer::Writer(Uploads& uploads, Upload upload, std::string name,
               std::optional<upload::WantedChecksum> checksum, std::optional<StoredPart> tail,
               std::shared_ptr<const Turn> turn)
    : turn_(std::move(turn)),
      uploads_(uploads),
      upload_(std::move(upload)),
      name_(std::move(name)),
      checksum_(std::move(checksum)),
      digest_(checksum_ ? std::make_unique<Digest>(checksum_->algorithm) : nullptr),
      tail_(std::move(tail)) {}

std::int64_t Writer::room() const {
  const std::int64_t end = upload_.length.value_or(uploads_.limits().bytes_max);
  return end - upload_.offset - received_;
}

Task<Status> Writer::add(ByteView piece) {
  if (std::ssize(piece) > room()) {
    co_return fail(ErrorCode::TooLarge, "`file` has more bytes than `Upload-Length` says.");
  }
  if (auto loaded = co_await load_tail(); !loaded) co_return loaded;
  if (digest_) digest_->add(piece);
  received_ += std::ssize(piece);
  fresh_ += piece.size();
  buffer_.insert(buffer_.end(), piece.begin(), piece.end());
  const bool due = !digest_ && flush_by_.passed();
  if (buffer_.size() < kPartBytes && !due) co_return Status{};
  co_return co_await flush();
}

Task<Result<Upload>> Writer::end(bool whole) {
  if (digest_ && (!whole || digest_->finish() != checksum_->digest)) {
    co_await forget(std::move(pending_));
    co_return fail(ErrorCode::Invalid, "`Upload-Checksum` does not fit what has come.",
                   "upload-checksum");
  }
  if (auto flushed = co_await flush(); !flushed) co_return std::unexpected(flushed.error());
  if (digest_ && !pending_.empty()) {
    if (auto kept = co_await commit(std::move(pending_)); !kept) {
      co_return std::unexpected(kept.error());
    }
  }
  co_return upload_;
}

/// The end of what is stored is short: it becomes a part together with what comes.
Task<Status> Writer::load_tail() {
  if (std::exchange(tail_loaded_, true) || !tail_) co_return Status{};
  auto bytes =
      co_await uploads_.blobs_.read(BlobKey(tail_->object_key), ByteRange{}, usual_deadline());
  if (!bytes || std::ssize(*bytes) != tail_->byte_count) {
    tail_.reset();  // a reader will say what is wrong; here it stays as it is
    co_return Status{};
  }
  buffer_ = *std::move(bytes);
  co_return Status{};
}

/// As soon as the beginning is here: nobody sends 200 MB for nothing.
Task<Status> Writer::refuse_wrong_kind() {
  const std::int64_t first = upload_.offset - (tail_ ? tail_->byte_count : 0);
  const bool beginning = !digest_ && first == 0;
  if (!beginning || buffer_.size() < upload::kHeadBytes) co_return Status{};
  const auto type = upload::media_type_of(buffer_, upload_.name, upload_.declared_type);
  if (type) co_return Status{};
  (void)co_await uploads_.remove(Reach::of(upload_.owner), upload_.id, usual_deadline());
  co_return std::unexpected(type.error());
}

Task<Status> Writer::flush() {
  if (fresh_ == 0) co_return Status{};
  if (auto kind = co_await refuse_wrong_kind(); !kind) co_return kind;
  std::int64_t first = upload_.offset - (tail_ ? tail_->byte_count : 0);
  if (!pending_.empty()) first = pending_.back().first_byte + pending_.back().byte_count;
  StoredPart part{.first_byte = first,
                  .byte_count = std::ssize(buffer_),
                  .object_key = new_key(upload_.content_id, first)};
  // A short one is kept, to be put together with what follows.
  const bool again = !digest_ && buffer_.size() < kTailMergedBelow;
  Bytes content = again ? buffer_ : std::exchange(buffer_, {});
  const auto stored = co_await uploads_.blobs_.put(BlobKey(part.object_key), std::move(content),
                                                   Deadline::after(kPutWithin));
  if (!stored) co_return std::unexpected(stored.error());
  fresh_ = 0;
  flush_by_ = Deadline::after(kFlushEvery);
  if (digest_) {
    pending_.push_back(std::move(part));
    co_return Status{};
  }
  std::vector<StoredPart> parts{part};
  auto kept = co_await commit(std::move(parts));
  if (again) tail_ = std::move(part);
  co_return kept;
}

/// The parts count from here on, unless somebody else writes now.
Task<Status> Writer::commit(std::vector<StoredPart> parts) {
  const std::int64_t end = parts.back().first_byte + parts.back().byte_count;
  const std::int64_t now = uploads_.now_();
  const auto kept =
      co_await uploads_.database_.write(usual_deadline(), [&](Transaction& transaction) -> Status {
        const auto moved = transaction.run(
            "update upload set stored_bytes = $2, touched_utc_ns = $3 where upload_id = $1 and "
            "state = 'open' and writer = $4 and stored_bytes = $5",
            {upload_.id.value, end, now, name_, upload_.offset});
        if (moved.changed == 0) {
          if (!upload_in(transaction, Reach::of(upload_.owner), upload_.id)) return no_upload();
          return fail(ErrorCode::Conflict, "A newer request goes on with this upload.",
                      "upload-taken-over");
        }
        // What was announced was counted when the upload began; the rows count this one already.
        if (!upload_.length) {
          if (auto room = within_quota(transaction, upload_.owner, 0, uploads_.limits_); !room) {
            return room;
          }
        }
        if (tail_) {
          transaction.run("delete from upload_part where content_id = $1 and first_byte = $2",
                          {upload_.content_id, tail_->first_byte});
        }
        for (const StoredPart& part : parts) insert_part(transaction, upload_.content_id, part);
        return {};
      });
  if (!kept) {
    co_await forget(std::move(parts));
    co_return kept;
  }
  received_ -= end - upload_.offset;
  upload_.offset = end;
  upload_.touched_utc_ns = now;
  if (tail_) {
    std::vector<StoredPart> old;
    old.push_back(*std::exchange(tail_, std::nullopt));
    co_await forget(std::move(old));
  }
  co_return Status{};
}

/// Objects that no row names. What stays goes with the upload.
Task<void> Writer::forget(std::vector<StoredPart> parts) {
  std::vector<BlobKey> keys;
  keys.reserve(parts.size());
  for (const StoredPart& part : parts) keys.emplace_back(part.object_key);
  if (keys.empty()) co_return;
  try {
    co_await uploads_.blobs_.remove(std::move(keys), usual_deadline());
  } catch (const blob::StoreFailed& error) {
    log::debug("upload.part_left", {{"what", error.what()}});
  }
}

}  // namespace reprise::uploads
