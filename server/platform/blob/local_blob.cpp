#include "platform/blob/local_blob.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <unordered_set>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "platform/blob/disk.hpp"
#include "platform/blob/local_files.hpp"

namespace reprise::blob {
namespace fs = std::filesystem;

namespace {

class LocalBlobStore final : public BlobStore, public LocalDisk {
 public:
  LocalBlobStore(fs::path root, BlockingPool& pool) : root_(std::move(root)), pool_(pool) {
    fs::remove_all(root_ / kTemporary);
    for (unsigned n = 0; n < kTemporaryFolders; ++n) fs::create_directories(temporary_folder(n));
    fs::create_directories(root_ / kQuarantine);
    unflatten_quarantine();
    const fs::path above = root_.parent_path().empty() ? fs::path(".") : root_.parent_path();
    for (const fs::path& directory : {above, root_}) {
      if (const DiskError failed = sync_directory(directory)) give_up(failed, directory);
    }
  }

  Task<Result<BlobInfo>> put(BlobKey key, Bytes content, Deadline deadline) override {
    REPRISE_ASSERT(is_valid(key));
    co_return co_await in_turn(deadline,
                               [this, key = std::move(key), content = std::move(content)] {
                                 return put_now(key, content);
                               });
  }
  Task<Result<BlobInfo>> put_stream(BlobKey key, BlobSource& source, Deadline deadline) override {
    REPRISE_ASSERT(is_valid(key));
    const auto file = co_await in_turn(
        deadline, [this] { return std::make_unique<TemporaryFile>(make_new_temporary()); });
    for (;;) {
      const Bytes piece = co_await source.next();
      if (piece.empty()) break;
      co_await in_turn(deadline, [&] { file->append(piece); });
    }
    co_return co_await in_turn(deadline, [&] { return finish_now(key, *file); });
  }
  Task<Result<Bytes>> read(BlobKey key, ByteRange range, Deadline deadline) override {
    REPRISE_ASSERT(is_valid(key));
    co_return co_await in_turn(
        deadline, [this, key = std::move(key), range] { return read_now(key, range); });
  }
  Task<void> remove(std::vector<BlobKey> keys, Deadline deadline) override {
    for (const BlobKey& key : keys) REPRISE_ASSERT(is_valid(key));
    co_await in_turn(deadline, [this, keys = std::move(keys)] {
      for (const BlobKey& key : keys) remove_now(path_of(key));
    });
  }
  Task<void> remove_all(BlobKey prefix, Deadline deadline) override {
    REPRISE_ASSERT(is_valid(prefix));
    co_await in_turn(deadline, [this, prefix = std::move(prefix)] {
      remove_all_now(path_of(prefix));
      remove_all_now(quarantine_of(prefix));
    });
  }
  Task<BlobPage> list(BlobKey prefix, std::string cursor, std::size_t page_max,
                      Deadline deadline) override {
    REPRISE_ASSERT(is_valid(prefix) && page_max > 0);
    co_return co_await in_turn(
        deadline, [this, prefix = std::move(prefix), cursor = std::move(cursor), page_max] {
          return page_of(files_below(root_, path_of(prefix)), cursor, page_max);
        });
  }
  Task<std::vector<std::string>> children(BlobKey prefix, Deadline deadline) override {
    REPRISE_ASSERT(is_valid(prefix));
    co_return co_await in_turn(
        deadline, [this, prefix = std::move(prefix)] { return names_in(path_of(prefix)); });
  }
  Task<void> quarantine(BlobKey key, Deadline deadline) override {
    REPRISE_ASSERT(is_valid(key));
    co_await in_turn(deadline,
                     [this, key = std::move(key)] { move(path_of(key), quarantine_of(key)); });
  }
  Task<std::vector<BlobInfo>> quarantined(std::optional<BlobKey> prefix,
                                          Deadline deadline) override {
    REPRISE_ASSERT(!prefix || is_valid(*prefix));
    co_return co_await in_turn(deadline, [this, prefix = std::move(prefix)] {
      const fs::path root = root_ / kQuarantine;
      return files_below(root, prefix ? quarantine_of(*prefix) : root);
    });
  }
  Task<bool> take_back(BlobKey key, Deadline deadline) override {
    REPRISE_ASSERT(is_valid(key));
    co_return co_await in_turn(deadline, [this, key = std::move(key)] {
      return !fs::exists(path_of(key)) && move(quarantine_of(key), path_of(key));
    });
  }
  Task<Status> probe(Deadline deadline) override {
    co_return co_await in_turn(deadline, [this] { return probe_now(); });
  }
  LocalDisk* disk() override { return this; }
  std::uint64_t free_bytes() const override {
    struct statvfs space{};
    if (::statvfs(root_.c_str(), &space) != 0) return 0;
    return std::uint64_t{space.f_bavail} * space.f_frsize;
  }
  std::optional<std::string> broken() const override {
    const std::lock_guard lock(mutex_);
    return broken_;
  }

 private:
  static constexpr const char* kTemporary = ".temporary";
  /// Making a file locks its folder. With a single folder all writers would wait for each other (12
  /// % of their processor time, measured 2026-11-28).
  static constexpr unsigned kTemporaryFolders = 16;
  static constexpr const char* kQuarantine = ".quarantine";
  /// How often an object is written when removals beside it take its folder away. Each erase and
  /// each refused chunk of the recording does that at most once.
  static constexpr int kPutTriesMax = 16;
  static constexpr std::size_t kDurableMax = 10'000;  // directories that are known to be durable

  /// Runs `work` in the pool, unless the deadline has passed when its turn comes.
  template <class Work>
  Task<std::invoke_result_t<Work>> in_turn(Deadline deadline, Work work) {
    co_return co_await pool_.run([deadline, work = std::move(work)] {
      if (deadline.passed()) {
        throw StoreFailed(StoreFailure::Passing, "its turn had not come at its deadline");
      }
      return work();
    });
  }
  fs::path path_of(const BlobKey& key) const { return root_ / key.value; }
  fs::path temporary_folder(std::uint64_t number) const {
    return root_ / kTemporary / std::to_string(number % kTemporaryFolders);
  }
  fs::path new_temporary() {
    const std::uint64_t number = ++temporary_count_;
    return temporary_folder(number) / std::to_string(number);
  }
  fs::path quarantine_of(const BlobKey& key) const { return root_ / kQuarantine / key.value; }

  Result<BlobInfo> put_now(const BlobKey& key, const Bytes& content) {
    if (const auto why = broken()) throw StoreFailed(StoreFailure::Final, *why);
    const fs::path target = path_of(key);
    DiskError failed;
    for (int tries = 0; tries < kPutTriesMax; ++tries) {
      failed = write_and_place(target, content);
      if (!failed) return BlobInfo{.key = key, .bytes = content.size()};
      if (failed.error != ENOENT) break;
      // A removal took the folder away before the file was moved in, or together with the file.
      forget_durable(target.parent_path());
    }
    return refuse(failed, target);
  }

  DiskError write_and_place(const fs::path& target, const Bytes& content) {
    const fs::path temporary = new_temporary();
    DiskError failed = write_new_file(temporary, content);
    if (failed.error == ENOENT) {
      ::mkdir((root_ / kTemporary).c_str(), 0700);
      ::mkdir(temporary.parent_path().c_str(), 0700);
      failed = write_new_file(temporary, content);
    }
    if (!failed) failed = place(temporary, target);
    if (failed) ::unlink(temporary.c_str());
    return failed;
  }

  /// A path for a new file, in a folder that is there.
  fs::path make_new_temporary() {
    if (const auto why = broken()) throw StoreFailed(StoreFailure::Final, *why);
    fs::path temporary = new_temporary();
    ::mkdir((root_ / kTemporary).c_str(), 0700);
    ::mkdir(temporary.parent_path().c_str(), 0700);
    return temporary;
  }

  Result<BlobInfo> finish_now(const BlobKey& key, TemporaryFile& file) {
    const fs::path target = path_of(key);
    DiskError failed = file.finish();
    if (!failed) failed = place(file.path(), target);
    if (failed.error == ENOENT) {  // a removal took the folder away: try once more
      forget_durable(target.parent_path());
      failed = place(file.path(), target);
    }
    if (failed) return refuse(failed, target);
    return BlobInfo{.key = key, .bytes = file.bytes()};
  }

  Status probe_now() {
    const fs::path temporary = new_temporary();
    const DiskError failed = write_new_file(temporary, as_bytes(std::string_view("probe")));
    ::unlink(temporary.c_str());
    if (failed) return refuse(failed, temporary);
    return {};
  }

  /// Moves a written file to its place and makes the move durable.
  DiskError place(const fs::path& temporary, const fs::path& target) {
    const fs::path directory = target.parent_path();
    const std::uint64_t removals = removals_;
    if (const DiskError failed = make_durable_directory(directory)) return failed;
    if (::rename(temporary.c_str(), target.c_str()) != 0) return {.error = errno};
    if (const DiskError failed = sync_directory(directory)) return failed;
    // A folder that was removed and made again meanwhile is a new one, whose entry is not durable
    // yet.
    if (removals_ == removals) return {};
    forget_durable(directory);
    return make_durable_directory(directory);
  }

  /// A full disk is an error that the caller gets, even when only the fsync finds it (delayed
  /// allocation): no row will name the file. Any other failed fsync stops the store.
  std::unexpected<Error> refuse(DiskError failed, const fs::path& path) {
    if (meaning_of(failed.error) != DiskAnswer::Full) give_up(failed, path);
    return reprise::fail(ErrorCode::StorageFull, "The disk is full, so nothing was stored.",
                         "disk-full", std::strerror(failed.error));
  }

  [[noreturn]] void give_up(DiskError failed, const fs::path& path) {
    const char* doing = failed.of_sync ? "fsync" : "write";
    const DiskAnswer answer = meaning_of(failed.error);
    // A full disk has lost nothing that was stored, and a removal can be tried again.
    const bool lies = answer == DiskAnswer::Lies || (failed.of_sync && answer != DiskAnswer::Full);
    if (!lies) fail_passing(doing, path, failed.error);
    const std::string why =
        fmt::format("{} {}: {}", doing, path.string(), std::strerror(failed.error));
    {
      const std::lock_guard lock(mutex_);
      if (!broken_) {
        broken_ = why;
        log::error("blob.broken", {{"what", why}});
      }
    }
    throw StoreFailed(StoreFailure::Final, why);
  }

  /// Makes `directory` and makes its own entry durable.
  DiskError make_durable_directory(const fs::path& directory) {
    {
      const std::lock_guard lock(mutex_);
      if (durable_.contains(directory.native())) return {};
    }
    if (directory == root_) return {};
    if (const DiskError failed = make_durable_directory(directory.parent_path())) return failed;
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return {.error = errno};
    if (const DiskError failed = sync_directory(directory.parent_path())) return failed;
    const std::lock_guard lock(mutex_);
    if (durable_.size() >= kDurableMax) durable_.clear();
    durable_.insert(directory.native());
    return {};
  }

  /// Forgets `directory`, everything below it and its parents: they may have been removed.
  void forget_durable(const fs::path& directory) {
    const std::lock_guard lock(mutex_);
    ++removals_;
    std::erase_if(durable_, [&](const std::string& known) {
      return known == directory.native() || known.starts_with(directory.native() + "/") ||
             directory.native().starts_with(known + "/");
    });
  }

  Result<Bytes> read_now(const BlobKey& key, ByteRange range) {
    const fs::path path = path_of(key);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 && errno == ENOENT) {
      return reprise::fail(ErrorCode::NotFound, "There is no such object.");
    }
    struct stat status{};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
      fail_passing("open", path, errno);
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t last = std::min(range.last, size);
    Bytes content(last > range.first ? last - range.first : 0);
    std::size_t have = 0;
    while (have < content.size()) {
      const ssize_t got = ::pread(file.get(), content.data() + have, content.size() - have,
                                  static_cast<off_t>(range.first + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail_passing("read", path, errno);
      if (got == 0) fail_passing("read", path, EIO);  // the file was shortened while it was read
      have += static_cast<std::size_t>(got);
    }
    return content;
  }

  void remove_now(const fs::path& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail_passing("unlink", path, errno);
    const fs::path folder = path.parent_path();
    if (folder == root_ || ::rmdir(folder.c_str()) != 0) return;
    forget_durable(folder);
  }

  void remove_all_now(const fs::path& path) {
    fs::path failed_at;
    if (const int error = remove_tree(path, failed_at); error != 0) {
      fail_passing("remove", failed_at, error);
    }
    forget_durable(path);
    // The removal is durable once the folder's entry is. If the folder above is absent, there was
    // no entry.
    const DiskError failed = sync_directory(path.parent_path());
    if (failed && failed.error != ENOENT) give_up(failed, path.parent_path());
  }

  /// False when `from` is absent.
  static bool move(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::create_directories(to.parent_path(), failed);
    if (failed) fail_passing("make", to.parent_path(), failed.value());
    if (::rename(from.c_str(), to.c_str()) == 0) return true;
    if (errno != ENOENT) fail_passing("move", from, errno);
    return false;
  }

  /// In version 0.1 the quarantine was one folder, with names like
  /// `recordings_<id>_<seq>-<hash>.mcap`.
  void unflatten_quarantine() {
    for (const std::string& name : names_in(root_ / kQuarantine)) {
      if (!name.ends_with(".mcap")) continue;
      std::string key = name;
      std::replace(key.begin(), key.end(), '_', '/');
      if (is_valid(BlobKey(key))) move(root_ / kQuarantine / name, quarantine_of(BlobKey(key)));
    }
  }

  const fs::path root_;
  BlockingPool& pool_;
  std::atomic<std::uint64_t> temporary_count_{0};
  std::atomic<std::uint64_t> removals_{0};  // counts removed folders
  mutable std::mutex mutex_;
  std::optional<std::string> broken_;
  std::unordered_set<std::string> durable_;  // directories whose own entry is on disk
};

}  // namespace

std::unique_ptr<BlobStore> open_local_store(fs::path root, BlockingPool& pool) {
  return std::make_unique<LocalBlobStore>(std::move(root), pool);
}

}  // namespace reprise::blob
