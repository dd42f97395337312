#include "platform/blob/copy.hpp"

#include <boost/asio/this_coro.hpp>
#include <exception>

#include "base/assert.hpp"

namespace reprise::blob {
namespace {

/// How many objects are under way. Each is held in memory twice; a chunk has at most 8 MiB.
constexpr int kAtOnce = 8;
/// For one object. A bucket that is away for longer ends the copy, which can be begun again.
constexpr std::chrono::seconds kObjectWithin{60};

Deadline in_time() { return Deadline::after(kObjectWithin); }

/// What several tasks of one executor copy together.
struct Copying {
  BlobStore& from;
  BlobStore& to;
  std::vector<BlobInfo> left;
  CopiedObjects copied;
  std::exception_ptr failed;
};

Task<void> copy_one(Copying& copying, BlobKey key) {
  const auto content = co_await copying.from.read(key, {}, in_time());
  if (!content) throw StoreFailed(StoreFailure::Passing, key.value + ": it is gone");
  auto there = co_await copying.to.read(key, {}, in_time());
  if (!there || *there != *content) {
    const auto stored = co_await copying.to.put(key, *content, in_time());
    if (!stored) throw StoreFailed(StoreFailure::Passing, stored.error().client_message);
    ++copying.copied.added;
    there = co_await copying.to.read(key, {}, in_time());
  }
  if (!there || *there != *content) {
    throw StoreFailed(StoreFailure::Passing, key.value + ": what was read back is not the same");
  }
  ++copying.copied.objects;
  copying.copied.bytes += static_cast<std::int64_t>(content->size());
}

Task<void> copy_some(Copying& copying) {
  while (!copying.left.empty() && !copying.failed) {
    BlobKey key = std::move(copying.left.back().key);
    copying.left.pop_back();
    try {
      co_await copy_one(copying, std::move(key));
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
