#include "platform/blob/copy.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <exception>

#include "base/assert.hpp"

namespace reprise::blob {
namespace {

/// How many objects are under way.
constexpr int kAtOnce = 8;
/// So much of an object is held in memory, twice: the exports of accounts have many gigabytes.
constexpr std::uint64_t kPieceBytes = 8ULL * 1024 * 1024;
/// For one piece. A bucket that is away for longer ends the copy, which can be begun again.
constexpr std::chrono::seconds kPieceWithin{60};

Deadline in_time() { return Deadline::after(kPieceWithin); }

/// An object of the source, piece by piece.
class Pieces final : public BlobSource {
 public:
  Pieces(BlobStore& store, const BlobInfo& info) : store_(store), info_(info) {}
  Task<Bytes> next() override {
    if (at_ >= info_.bytes) co_return Bytes();
    const ByteRange part{.first = at_, .last = std::min(info_.bytes, at_ + kPieceBytes)};
    auto bytes = co_await store_.read(info_.key, part, in_time());
    if (!bytes || bytes->size() != part.length()) {
      throw StoreFailed(StoreFailure::Passing, info_.key.value + ": it is gone");
    }
    at_ = part.last;
    co_return *std::move(bytes);
  }

 private:
  BlobStore& store_;
  const BlobInfo& info_;
  std::uint64_t at_ = 0;
};

/// What several tasks of one executor copy together.
struct Copying {
  BlobStore& from;
  BlobStore& to;
  std::vector<BlobInfo> left;
  CopiedObjects copied;
  std::exception_ptr failed;
};

/// Whether the target has the same bytes, and no more.
Task<bool> is_there(Copying& copying, const BlobInfo& info) {
  Pieces pieces(copying.from, info);
  for (std::uint64_t at = 0; at <= info.bytes;) {
    const Bytes piece = co_await pieces.next();
    const bool last = at + piece.size() == info.bytes;
    const auto there = co_await copying.to.read(
        info.key, {.first = at, .last = last ? UINT64_MAX : at + piece.size()}, in_time());
    if (!there || *there != piece) co_return false;
    if (last) co_return true;
    at += piece.size();
  }
  co_return false;
}

Task<void> copy_one(Copying& copying, BlobInfo info) {
  if (!co_await is_there(copying, info)) {
    Pieces pieces(copying.from, info);
    const bool small = info.bytes <= kPieceBytes;
    const auto whole = kPieceWithin * static_cast<std::int64_t>(1 + info.bytes / kPieceBytes);
    const auto stored =
        small ? co_await copying.to.put(info.key, co_await pieces.next(), in_time())
              : co_await copying.to.put_stream(info.key, pieces, Deadline::after(whole));
    if (!stored) throw StoreFailed(StoreFailure::Passing, stored.error().client_message);
    ++copying.copied.added;
    if (!co_await is_there(copying, info)) {
      throw StoreFailed(StoreFailure::Passing,
                        info.key.value + ": what was read back is not the same");
    }
  }
  ++copying.copied.objects;
  copying.copied.bytes += static_cast<std::int64_t>(info.bytes);
}

Task<void> copy_some(Copying& copying) {
  while (!copying.left.empty() && !copying.failed) {
    BlobInfo info = std::move(copying.left.back());
    copying.left.pop_back();
    try {
      co_await copy_one(copying, std::move(info));
    } catch (const std::exception&) {
      copying.failed = std::current_exception();
    }
  }
}

}  // namespace

Task<CopiedObjects> copy_objects(BlobStore& from, BlobStore& to, BlobKey prefix,
                                 std::function<void(const CopiedObjects&)> progress) {
  LocalDisk* disk = from.disk();
  REPRISE_ASSERT(disk != nullptr);
  Copying copying{.from = from, .to = to, .left = {}, .copied = {}, .failed = {}};
  for (const std::string& folder : co_await disk->children(prefix, in_time())) {
    copying.left = co_await list_all(from, BlobKey(prefix.value + "/" + folder), in_time());
    TaskGroup together(co_await boost::asio::this_coro::executor);
    for (int i = 0; i < kAtOnce; ++i) together.spawn("copy", copy_some(copying));
    co_await together.join(Deadline::never());  // each call has its deadline
    if (copying.failed) std::rethrow_exception(copying.failed);
    progress(copying.copied);
  }
  co_return copying.copied;
}

}  // namespace reprise::blob
