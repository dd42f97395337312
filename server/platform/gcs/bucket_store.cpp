#include "platform/gcs/bucket_store.hpp"

#include <fmt/format.h>

#include "base/assert.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "base/time_left.hpp"
#include "base/together.hpp"

namespace reprise::gcs {

using blob::BlobInfo;
using blob::BlobKey;
using blob::BlobPage;
using blob::StoreFailed;
using blob::StoreFailure;

namespace {

Deadline small(Deadline deadline) { return sooner_of(deadline, BucketStore::kSmallWithin); }

/// The client wants a source of HTTP bodies.
class AsBody final : public http::BodySource {
 public:
  explicit AsBody(blob::BlobSource& source) : source_(source) {}
  Task<Bytes> next() override { return source_.next(); }

 private:
  blob::BlobSource& source_;
};

}  // namespace

BucketStore::BucketStore(Objects& objects, OwnId own_id, Note note)
    : objects_(objects), own_id_(std::move(own_id)), note_(std::move(note)) {}

Task<Result<std::string>> BucketStore::read_owner(Deadline deadline) {
  const auto found = co_await objects_.read(kInstallationKey, {}, deadline);
  if (found) co_return std::string(as_text(*found));
  if (found.error().code != ErrorCode::NotFound) co_return std::unexpected(found.error());
  co_return "";
}

Task<Result<std::string>> BucketStore::owner(Deadline deadline) {
  auto found = co_await read_owner(deadline);
  if (!found || !found->empty()) co_return found;
  // Google answers the same when there is no such bucket; a list tells them apart.
  const auto page = co_await objects_.list(kInstallationKey, "", deadline, 1);
  if (!page) co_return std::unexpected(page.error());
  co_return found;
}

Task<Status> BucketStore::claim(Deadline deadline) {
  if (ours_) co_return Status{};
  auto found = co_await owner(deadline);
  if (!found) co_return std::unexpected(found.error());
  const auto known = co_await own_id_(found->empty());
  if (!known) co_return refuse(known.error().client_message);
  const std::string& own = *known;
  if (found->empty()) {
    const auto made = co_await objects_.put(kInstallationKey, own, deadline);
    if (!made && made.error().code != ErrorCode::Conflict) co_return std::unexpected(made.error());
    if (made) log::info("bucket.claimed", {{"bucket", objects_.address().shown()}});
    found = made ? Result<std::string>(own) : co_await read_owner(deadline);
  }
  if (!found) co_return std::unexpected(found.error());
  if (*found != own) {
    co_return refuse(
        fmt::format("{} belongs to another installation ({}, this one is {}): name the bucket of "
                    "this installation, or an empty bucket or prefix",
                    objects_.address().shown(), *found, own));
  }
  if (note_) co_await note_();
  ours_ = true;
  co_return Status{};
}

/// From here on the bucket is not used.
Status BucketStore::refuse(std::string why) {
  const std::lock_guard lock(mutex_);
  foreign_ = why;
  return fail(ErrorCode::Conflict, std::move(why));
}

void BucketStore::fail_with(const Error& error) {
  const std::string what =
      fmt::format("{}: {}{}", objects_.address().shown(), error.client_message,
                  error.log_detail.empty() ? "" : fmt::format(" ({})", error.log_detail));
  // An object that is damaged, say, is no reason to ask for no other one.
  if (error.type == kNoAnswer) {
    const std::lock_guard lock(mutex_);
    if (away_ != what) log::error("bucket.away", {{"what", what}});
    away_ = what;
    away_until_ = Deadline::after(kAwayFor);
  }
  throw StoreFailed(StoreFailure::Passing, what);
}

Task<void> BucketStore::be_ours(Deadline deadline) {
  if (deadline.passed()) {
    throw StoreFailed(StoreFailure::Passing, "its turn had not come at its deadline");
  }
  {
    const std::lock_guard lock(mutex_);
    if (!away_until_.passed()) throw StoreFailed(StoreFailure::Passing, away_);
  }
  if (ours_) co_return;
  if (const auto why = broken()) throw StoreFailed(StoreFailure::Final, *why);
  Status claimed;
  try {
    claimed = co_await claim(small(deadline));
  } catch (const std::exception& error) {  // of who knows our id: its database is away, say
    throw StoreFailed(StoreFailure::Passing, fmt::format("whose {} is cannot be told: {}",
                                                         objects_.address().shown(), error.what()));
  }
  if (!claimed) fail_with(claimed.error());
}

Task<Result<BlobInfo>> BucketStore::put(BlobKey key, Bytes content, Deadline deadline) {
  REPRISE_ASSERT(is_valid(key));
  deadline = small(deadline);
  co_await be_ours(deadline);
  const std::string text(as_text(content));
  auto stored = co_await objects_.put(key.value, text, deadline);
  if (!stored && stored.error().code == ErrorCode::Conflict) {
    log::error("bucket.object_replaced", {{"key", key.value}});
    if (const auto gone = co_await objects_.remove(key.value, deadline); !gone) {
      fail_with(gone.error());
    }
    stored = co_await objects_.put(key.value, text, deadline);
  }
  if (!stored) fail_with(stored.error());
  co_return BlobInfo{.key = std::move(key), .bytes = stored->bytes};
}

Task<Result<BlobInfo>> BucketStore::put_stream(BlobKey key, blob::BlobSource& source,
                                               Deadline deadline) {
  REPRISE_ASSERT(is_valid(key));
  co_await be_ours(deadline);
  AsBody body(source);
  const auto stored = co_await objects_.put_pieces(key.value, body, deadline);
  if (!stored && stored.error().code == ErrorCode::Conflict) {
    log::error("bucket.object_replaced", {{"key", key.value}});
    (void)co_await objects_.remove(key.value, deadline);
  }
  if (!stored) fail_with(stored.error());
  co_return BlobInfo{.key = std::move(key), .bytes = stored->bytes};
}

Task<Result<Bytes>> BucketStore::read(BlobKey key, ByteRange range, Deadline deadline) {
  REPRISE_ASSERT(is_valid(key));
  deadline = small(deadline);
  co_await be_ours(deadline);
  const bool nothing = range.last <= range.first;  // HTTP has no such range
  auto bytes = co_await objects_.read(key.value, nothing ? ByteRange{.first = 0, .last = 1} : range,
                                      deadline);
  if (bytes && nothing) co_return Bytes();
  if (bytes) co_return bytes;
  if (bytes.error().code == ErrorCode::Invalid) co_return Bytes();  // behind the end
  if (bytes.error().code == ErrorCode::NotFound) co_return bytes;
  fail_with(bytes.error());
}

Task<void> BucketStore::remove(std::vector<BlobKey> keys, Deadline deadline) {
  for (const BlobKey& key : keys) REPRISE_ASSERT(is_valid(key));
  co_await be_ours(deadline);
  for (const BlobKey& key : keys) {
    if (const auto gone = co_await objects_.remove(key.value, deadline); !gone) {
      fail_with(gone.error());
    }
  }
}

/// What several tasks of one executor remove together.
struct BucketStore::Removal {
  std::vector<ObjectInfo> left;
  std::optional<Error> failed;
};

Task<void> BucketStore::remove_some(Removal& removal, Deadline deadline) {
  while (!removal.left.empty() && !removal.failed) {
    const ObjectInfo next = std::move(removal.left.back());
    removal.left.pop_back();
    const auto gone = co_await objects_.remove(next.key, next.generation, deadline);
    if (!gone) removal.failed = gone.error();
  }
}

Task<void> BucketStore::remove_these(Removal& removal, Deadline deadline) {
  std::vector<Task<void>> tasks;
  tasks.reserve(kRemovedAtOnce);
  for (int i = 0; i < kRemovedAtOnce; ++i) tasks.push_back(remove_some(removal, deadline));
  co_await run_together(std::move(tasks));
}

Task<void> BucketStore::remove_all(BlobKey prefix, Deadline deadline) {
  REPRISE_ASSERT(is_valid(prefix));
  co_await be_ours(deadline);
  for (;;) {
    // Always the first page: what it named is gone afterwards.
    auto page = co_await objects_.list(prefix.value + "/", "", deadline);
    if (!page) fail_with(page.error());
    if (page->objects.empty()) co_return;
    Removal removal{.left = std::move(page->objects), .failed = {}};
    co_await remove_these(removal, deadline);
    if (removal.failed) fail_with(*removal.failed);
    if (!removal.left.empty()) throw StoreFailed(StoreFailure::Passing, "not all was removed");
  }
}

Task<BlobPage> BucketStore::list(BlobKey prefix, std::string cursor, std::size_t page_max,
                                 Deadline deadline) {
  REPRISE_ASSERT(is_valid(prefix) && page_max > 0);
  co_await be_ours(deadline);
  auto found = co_await objects_.list(prefix.value + "/", std::move(cursor), deadline,
                                      static_cast<int>(page_max));
  if (!found) fail_with(found.error());
  BlobPage page{.objects = {}, .next = std::move(found->next)};
  page.objects.reserve(found->objects.size());
  for (ObjectInfo& info : found->objects) {
    page.objects.push_back(BlobInfo{.key = BlobKey(std::move(info.key)),
                                    .bytes = info.bytes,
                                    .modified_utc_ns = info.created_utc_ns});
  }
  co_return page;
}

Task<Status> BucketStore::probe(Deadline deadline) {
  co_await be_ours(deadline);
  const std::string key = "probe/" + new_uuid7();
  const auto made = co_await objects_.put(key, "probe", deadline);
  if (!made) fail_with(made.error());
  const auto gone = co_await objects_.remove(key, made->generation, deadline);
  if (!gone) fail_with(gone.error());
  co_return Status{};
}

std::optional<std::string> BucketStore::broken() const {
  const std::lock_guard lock(mutex_);
  return foreign_;
}

}  // namespace reprise::gcs
