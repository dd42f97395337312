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

namespace reprise::blob {
namespace fs = std::filesystem;

bool is_valid(const BlobKey& key) {
  const std::string& text = key.value;
  if (text.empty() || text.size() > kKeyBytesMax || text.back() == '/') return false;
  char before = '/';
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!plain && c != '.' && c != '/') return false;
    if (before == '/' && (c == '.' || c == '/')) return false;
    before = c;
  }
  return true;
}

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

bool is_full(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

/// Writes all of `content`; 0, or the errno.
int write_all(int descriptor, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

class LocalBlobStore final : public BlobStore {
 public:
  LocalBlobStore(fs::path root, BlockingPool& pool) : root_(std::move(root)), pool_(pool) {
    fs::remove_all(root_ / kTemporary);
    fs::create_directories(root_ / kTemporary);
    fs::create_directories(root_ / kQuarantine);
    sync_directory(root_.parent_path().empty() ? fs::path(".") : root_.parent_path());
    sync_directory(root_);
  }

  Task<Result<BlobInfo>> put(BlobKey key, Bytes content) override {
    REPRISE_ASSERT(is_valid(key));
    co_return co_await pool_.run([this, key = std::move(key), content = std::move(content)] {
      return put_now(key, content);
    });
  }
  Task<Result<Bytes>> read(BlobKey key, ByteRange range) override {
    REPRISE_ASSERT(is_valid(key));
    co_return co_await pool_.run(
        [this, key = std::move(key), range] { return read_now(key, range); });
  }
  Task<void> remove(std::vector<BlobKey> keys) override {
    for (const BlobKey& key : keys) REPRISE_ASSERT(is_valid(key));
    co_await pool_.run([this, keys = std::move(keys)] {
      for (const BlobKey& key : keys) unlink_now(path_of(key));
    });
  }
  Task<void> remove_all(BlobKey prefix) override {
    REPRISE_ASSERT(is_valid(prefix));
    co_await pool_.run([this, prefix = std::move(prefix)] { remove_all_now(prefix); });
  }
  Task<std::vector<BlobInfo>> list(BlobKey prefix) override {
    REPRISE_ASSERT(is_valid(prefix));
    co_return co_await pool_.run([this, prefix = std::move(prefix)] { return list_now(prefix); });
  }
  Task<std::vector<std::string>> children(BlobKey prefix) override {
    REPRISE_ASSERT(is_valid(prefix));
    co_return co_await pool_.run([this, prefix = std::move(prefix)] {
      std::vector<std::string> names;
      std::error_code absent;
      for (const auto& entry : fs::directory_iterator(path_of(prefix), absent)) {
        names.push_back(entry.path().filename());
      }
      return names;
    });
  }
  Task<void> quarantine(BlobKey key) override {
    REPRISE_ASSERT(is_valid(key));
    co_await pool_.run([this, key = std::move(key)] {
      std::string flat = key.value;
      std::replace(flat.begin(), flat.end(), '/', '_');
      std::error_code absent;
      fs::rename(path_of(key), root_ / kQuarantine / flat, absent);
    });
  }
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
  static constexpr const char* kQuarantine = ".quarantine";
  static constexpr std::size_t kDurableMax = 10'000;  // directories remembered

  fs::path path_of(const BlobKey& key) const { return root_ / key.value; }

  Result<BlobInfo> put_now(const BlobKey& key, const Bytes& content) {
    if (const auto why = broken()) throw StoreFailed(*why);
    const fs::path target = path_of(key);
    const fs::path temporary = root_ / kTemporary / std::to_string(++temporary_count_);
    if (const int error = write_temporary(temporary, content); error != 0) {
      ::unlink(temporary.c_str());
      return refuse(error, temporary);
    }
    if (const int error = make_durable_directory(target.parent_path()); error != 0) {
      ::unlink(temporary.c_str());
      return refuse(error, target);
    }
    if (::rename(temporary.c_str(), target.c_str()) != 0) {
      const int error = errno;
      ::unlink(temporary.c_str());
      return refuse(error, target);
    }
    sync_directory(target.parent_path());
    return BlobInfo{.key = key, .bytes = content.size()};
  }

  int write_temporary(const fs::path& temporary, const Bytes& content) {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.get() < 0) return errno;
    if (const int error = write_all(file.get(), content); error != 0) return error;
    if (::fsync(file.get()) == 0) return 0;
    const int error = errno;
    // A full disk may show only here (delayed allocation); the file is thrown away whole then.
    if (is_full(error)) return error;
    fail("fsync " + temporary.string(), error);
  }

  /// Errors of a full disk are an answer; all others end the store.
  std::unexpected<Error> refuse(int error, const fs::path& path) {
    if (!is_full(error)) fail("write " + path.string(), error);
    return reprise::fail(ErrorCode::StorageFull, "The disk is full, so nothing was stored.",
                         "disk-full", std::strerror(error));
  }

  [[noreturn]] void fail(const std::string& doing, int error) {
    const std::string why = fmt::format("{}: {}", doing, std::strerror(error));
    {
      const std::lock_guard lock(mutex_);
      if (!broken_) {
        broken_ = why;
        log::error("blob.broken", {{"what", why}});
      }
    }
    throw StoreFailed(why);
  }

  /// Makes `directory` and sees to it that its own entry is durable. 0, or the errno.
  int make_durable_directory(const fs::path& directory) {
    {
      const std::lock_guard lock(mutex_);
      if (durable_.contains(directory.native())) return 0;
    }
    if (directory == root_) return 0;
    if (const int error = make_durable_directory(directory.parent_path()); error != 0) return error;
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return errno;
    sync_directory(directory.parent_path());
    const std::lock_guard lock(mutex_);
    if (durable_.size() >= kDurableMax) durable_.clear();
    durable_.insert(directory.native());
    return 0;
  }

  void sync_directory(const fs::path& directory) {
    const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.get() < 0 || ::fsync(opened.get()) != 0) fail("fsync " + directory.string(), errno);
  }

  Result<Bytes> read_now(const BlobKey& key, ByteRange range) {
    const fs::path path = path_of(key);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 && errno == ENOENT) {
      return reprise::fail(ErrorCode::NotFound, "There is no such object.");
    }
    struct stat status{};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
      throw StoreFailed(fmt::format("open {}: {}", path.string(), std::strerror(errno)));
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t last = std::min(range.last, size);
    Bytes content(last > range.first ? last - range.first : 0);
    std::size_t have = 0;
    while (have < content.size()) {
      const ssize_t got = ::pread(file.get(), content.data() + have, content.size() - have,
                                  static_cast<off_t>(range.first + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0)
        throw StoreFailed(fmt::format("read {}: {}", path.string(), std::strerror(errno)));
      have += static_cast<std::size_t>(got);
    }
    return content;
  }

  static void unlink_now(const fs::path& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      throw StoreFailed(fmt::format("unlink {}: {}", path.string(), std::strerror(errno)));
    }
  }

  void remove_all_now(const BlobKey& prefix) {
    const fs::path path = path_of(prefix);
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(durable_, [&](const std::string& known) {
        return known == path.native() || known.starts_with(path.native() + "/");
      });
    }
    std::error_code failed;
    fs::remove_all(path, failed);
    if (failed) throw StoreFailed(fmt::format("remove {}: {}", path.string(), failed.message()));
  }

  std::vector<BlobInfo> list_now(const BlobKey& prefix) const {
    std::vector<BlobInfo> found;
    std::error_code absent;
    fs::recursive_directory_iterator entries(path_of(prefix), absent);
    if (absent) return found;
    for (const fs::directory_entry& entry : entries) {
      struct stat status{};
      BlobKey key(entry.path().lexically_relative(root_).generic_string());
      // A file that is gone by now was removed while we looked.
      if (::stat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      if (!is_valid(key)) continue;
      found.push_back(BlobInfo{
          .key = std::move(key),
          .bytes = static_cast<std::uint64_t>(status.st_size),
          .modified_utc_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec});
    }
    return found;
  }

  const fs::path root_;
  BlockingPool& pool_;
  std::atomic<std::uint64_t> temporary_count_{0};
  mutable std::mutex mutex_;
  std::optional<std::string> broken_;
  std::unordered_set<std::string> durable_;  // directories whose own entry is on disk
};

}  // namespace

std::unique_ptr<BlobStore> open_local_store(fs::path root, BlockingPool& pool) {
  return std::make_unique<LocalBlobStore>(std::move(root), pool);
}

}  // namespace reprise::blob
