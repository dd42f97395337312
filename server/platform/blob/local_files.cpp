#include "platform/blob/local_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace reprise::blob {
namespace fs = std::filesystem;

void fail_passing(std::string_view doing, const fs::path& path, int error) {
  throw StoreFailed(StoreFailure::Passing,
                    fmt::format("{} {}: {}", doing, path.string(), std::strerror(error)));
}

std::vector<BlobInfo> files_below(const fs::path& root, const fs::path& folder) {
  std::vector<BlobInfo> found;
  std::error_code failed;
  fs::recursive_directory_iterator entries(folder, failed);
  for (const fs::recursive_directory_iterator end; !failed && entries != end;
       entries.increment(failed)) {
    struct stat status{};
    BlobKey key(entries->path().lexically_relative(root).generic_string());
    // A file that is gone now was removed while the folder was read.
    if (::stat(entries->path().c_str(), &status) != 0) {
      if (errno != ENOENT) fail_passing("look at", entries->path(), errno);
      continue;
    }
    if (!S_ISREG(status.st_mode) || !is_valid(key)) continue;
    found.push_back(BlobInfo{
        .key = std::move(key),
        .bytes = static_cast<std::uint64_t>(status.st_size),
        .modified_utc_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec});
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    fail_passing("list", folder, failed.value());
  }
  return found;
}

BlobPage page_of(std::vector<BlobInfo> objects, const std::string& cursor, std::size_t page_max) {
  std::erase_if(objects, [&](const BlobInfo& info) { return info.key.value <= cursor; });
  std::ranges::sort(objects, {}, &BlobInfo::key);
  BlobPage page{.objects = std::move(objects), .next = {}};
  if (page.objects.size() <= page_max) return page;
  page.objects.erase(page.objects.begin() + static_cast<std::ptrdiff_t>(page_max),
                     page.objects.end());
  page.next = page.objects.back().key.value;
  return page;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  fs::directory_iterator entries(folder, failed);
  for (const fs::directory_iterator end; !failed && entries != end; entries.increment(failed)) {
    names.push_back(entries->path().filename());
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    fail_passing("list", folder, failed.value());
  }
  return names;
}

TemporaryFile::TemporaryFile(fs::path path)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
  if (file_.get() < 0) failed_ = {.error = errno};
}

TemporaryFile::~TemporaryFile() { ::unlink(path_.c_str()); }

void TemporaryFile::append(ByteView piece) {
  if (failed_) return;
  if (const int error = write_all(file_.get(), piece); error != 0) failed_ = {.error = error};
  bytes_ += piece.size();
}

DiskError TemporaryFile::finish() {
  if (!failed_ && ::fsync(file_.get()) != 0) failed_ = {.error = errno, .of_sync = true};
  return failed_;
}

}  // namespace reprise::blob
