#include "platform/blob/range_cache.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <system_error>

#include "base/digest.hpp"
#include "base/log.hpp"

namespace reprise::blob {
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kAheadWithin{30};

std::string name_of(const BlobKey& key, std::uint64_t number) {
  return fmt::format("{}#{}", key.value, number);
}

/// Empty when the file is not what was written.
std::optional<Bytes> read_file(const fs::path& path, std::uint64_t bytes, std::uint32_t crc) {
  std::ifstream file(path, std::ios::binary);
  Bytes content(bytes);
  file.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(bytes));
  if (!file || crc32c(content) != crc) return std::nullopt;
  return content;
}

bool write_file(const fs::path& path, ByteView content) {
  std::error_code ignored;  // somebody may have cleaned the folder away
  fs::create_directories(path.parent_path(), ignored);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(content.data()),
             static_cast<std::streamsize>(content.size()));
  file.close();
  return !file.fail();
}

void remove_files(const std::vector<fs::path>& paths) {
  std::error_code ignored;  // a file that stays is removed at the next start
  for (const fs::path& path : paths) fs::remove(path, ignored);
}

}  // namespace

RangeCache::RangeCache(BlobStore& store, fs::path root, BlockingPool& pool,
                       const boost::asio::any_io_executor& executor, std::uint64_t bytes_max)
    : store_(store), root_(std::move(root)), pool_(pool), bytes_max_(bytes_max), ahead_(executor) {
  fs::remove_all(root_);
  fs::create_directories(root_);
}

std::optional<RangeCache::Entry> RangeCache::find(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return *found->second;
}

/// Forgets the block and removes its file. Blocks. Another reader may have done so before, and kept
/// the block in another file.
void RangeCache::drop(const Entry& entry) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(entry.name);
    if (found != by_name_.end() && found->second->path == entry.path) {
      bytes_ -= found->second->bytes;
      entries_.erase(found->second);
      by_name_.erase(found);
    }
  }
  remove_files({entry.path});
}

/// Returns the files that have to go for it.
std::vector<fs::path> RangeCache::keep(Entry entry) {
  std::vector<fs::path> gone;
  const std::lock_guard lock(mutex_);
  if (by_name_.contains(entry.name)) return {entry.path};  // another reader was quicker
  bytes_ += entry.bytes;
  entries_.push_front(std::move(entry));
  by_name_.emplace(entries_.front().name, entries_.begin());
  while (bytes_ > bytes_max_ && !entries_.empty()) {
    const Entry& oldest = entries_.back();
    gone.push_back(oldest.path);
    bytes_ -= oldest.bytes;
    by_name_.erase(oldest.name);
    entries_.pop_back();
  }
  return gone;
}

fs::path RangeCache::new_path() {
  const std::lock_guard lock(mutex_);
  return root_ / std::to_string(++made_);
}

/// From the store, twice at most.
Task<Result<Bytes>> RangeCache::read(BlobKey key, std::uint64_t number, Deadline deadline,
                                     std::optional<std::uint32_t> wanted) {
  constexpr int kReadsMax = 2;
  const std::uint64_t first = number * kBlockBytes;
  for (int i = 0; i < kReadsMax; ++i) {
    auto bytes = co_await store_.read(key, {.first = first, .last = first + kBlockBytes}, deadline);
    if (!bytes || !wanted || crc32c(*bytes) == *wanted) co_return bytes;
    log::warn("blob.block_differs", {{"key", key.value}, {"block", number}});
  }
  throw StoreFailed(StoreFailure::Passing,
                    fmt::format("block {} of {} is not what was stored", number, key.value));
}

/// A block that is kept, if it is undamaged. One that was kept without a checksum may be wrong.
Task<std::optional<Bytes>> RangeCache::kept(std::string name, std::optional<std::uint32_t> wanted) {
  const auto entry = find(name);
  if (!entry) co_return std::nullopt;
  co_return co_await pool_.run([this, &entry, wanted] {
    const bool differs = wanted && *wanted != entry->crc32c;
    auto content = differs ? std::nullopt : read_file(entry->path, entry->bytes, entry->crc32c);
    if (!content) drop(*entry);
    return content;
  });
}

std::shared_ptr<Gate> RangeCache::turn_for(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto turn = turns_[name].lock();
  if (turn) return turn;
  std::erase_if(turns_, [](const auto& named) { return named.second.expired(); });
  turn = std::make_shared<Gate>(1);
  turns_[name] = turn;
  return turn;
}

Task<Result<Bytes>> RangeCache::block(BlobKey key, std::uint64_t number, Deadline deadline,
                                      std::optional<std::uint32_t> wanted) {
  const std::string name = name_of(key, number);
  if (auto content = co_await kept(name, wanted)) co_return *std::move(content);
  const std::shared_ptr<Gate> turn = turn_for(name);
  const auto place = co_await turn->enter(deadline);
  if (!place) throw StoreFailed(StoreFailure::Passing, "its turn had not come at its deadline");
  // Somebody else may have read it meanwhile.
  if (auto content = co_await kept(name, wanted)) co_return *std::move(content);
  co_return co_await fetch(std::move(key), number, deadline, wanted);
}

/// Reads a block from the store and keeps it.
Task<Result<Bytes>> RangeCache::fetch(BlobKey key, std::uint64_t number, Deadline deadline,
                                      std::optional<std::uint32_t> wanted) {
  std::uint64_t forgotten = 0;
  {
    const std::lock_guard lock(mutex_);
    forgotten = forgotten_;
  }
  const std::string name = name_of(key, number);
  auto bytes = co_await read(std::move(key), number, deadline, wanted);
  if (!bytes) co_return bytes;
  Entry entry{.name = name, .path = new_path(), .bytes = bytes->size(), .crc32c = crc32c(*bytes)};
  co_await pool_.run([&] {
    if (!write_file(entry.path, *bytes)) return remove_files({entry.path});
    {
      // What was erased while it was read must not be kept.
      const std::lock_guard lock(mutex_);
      if (forgotten != forgotten_) return remove_files({entry.path});
    }
    remove_files(keep(std::move(entry)));
  });
  co_return bytes;
}

void RangeCache::read_ahead(BlobKey key, std::uint64_t number,
                            std::optional<std::uint32_t> wanted) {
  const std::string name = name_of(key, number);
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || ahead_count_ >= kAheadMax || by_name_.contains(name)) return;
    if (const auto turn = turns_.find(name); turn != turns_.end() && !turn->second.expired())
      return;
    ++ahead_count_;
  }
  ahead_.spawn("read_ahead", fetch_ahead(std::move(key), number, wanted));
}

Task<void> RangeCache::fetch_ahead(BlobKey key, std::uint64_t number,
                                   std::optional<std::uint32_t> wanted) {
  struct Leave {
    RangeCache& cache;
    ~Leave() {
      const std::lock_guard lock(cache.mutex_);
      --cache.ahead_count_;
    }
  } const leave{*this};
  try {
    (void)co_await block(std::move(key), number, Deadline::after(kAheadWithin), wanted);
  } catch (const StoreFailed& error) {
    log::info("blob.not_read_ahead", {{"what", error.what()}});
  }
}

Task<void> RangeCache::close(Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  // One may have been counted before, and be spawned only now.
  constexpr std::chrono::milliseconds kLookAgain{10};
  for (;;) {
    co_await ahead_.join(deadline);
    if (ahead_count() == 0) co_return;
    co_await sleep_for(kLookAgain);
  }
}

int RangeCache::ahead_count() const {
  const std::lock_guard lock(mutex_);
  return ahead_count_;
}

bool RangeCache::keeps(const BlobKey& key, std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return by_name_.contains(name_of(key, number));
}

Task<void> RangeCache::forget(BlobKey key) {
  std::vector<fs::path> gone;
  {
    const std::lock_guard lock(mutex_);
    ++forgotten_;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      if (!entry->name.starts_with(key.value + "/") && !entry->name.starts_with(key.value + "#")) {
        ++entry;
        continue;
      }
      gone.push_back(entry->path);
      bytes_ -= entry->bytes;
      by_name_.erase(entry->name);
      entry = entries_.erase(entry);
    }
  }
  co_await pool_.run([&gone] { remove_files(gone); });
}

std::vector<std::string> RangeCache::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const Entry& entry : entries_) names.push_back(entry.name);
  return names;
}

std::uint64_t RangeCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace reprise::blob
