#include "platform/blob/disk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace reprise::blob {
namespace fs = std::filesystem;

DiskAnswer meaning_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return DiskAnswer::Full;
    case EIO:
    case EROFS:    // the kernel mounts a damaged file system read-only
    case ENXIO:    // the device is gone
    case ENODEV:   // the same
    case EUCLEAN:  // the file system's structure needs cleaning (ext4, XFS: EFSCORRUPTED)
    case EBADMSG:  // a checksum of the file system does not fit (EFSBADCRC)
      return DiskAnswer::Lies;
    default:
      return DiskAnswer::Passing;
  }
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

/// 0, or the errno for the path that could not be removed.
int remove_entries(const fs::path& folder, fs::path& failed_at) {
  const std::unique_ptr<DIR, CloseDirectory> entries(::opendir(folder.c_str()));
  if (!entries) {
    failed_at = folder;
    return errno == ENOENT ? 0 : errno;
  }
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr) {
      if (errno != 0) failed_at = folder;
      return errno;
    }
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (const int error = remove_tree(folder / name, failed_at); error != 0) return error;
  }
}

}  // namespace

int write_all(int descriptor, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

DiskError write_new_file(const fs::path& path, ByteView content) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) return {.error = errno};
  if (const int error = write_all(file.get(), content); error != 0) return {.error = error};
  if (::fsync(file.get()) != 0) return {.error = errno, .of_sync = true};
  return {};
}

DiskError sync_directory(const fs::path& directory) {
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0) return {.error = errno};
  if (::fsync(opened.get()) != 0) return {.error = errno, .of_sync = true};
  return {};
}

int remove_tree(const fs::path& path, fs::path& failed_at) {
  constexpr int kTriesMax = 1000;  // others may add files at the same time; do not try for ever
  for (int tries = 0;; ++tries) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return 0;
    failed_at = path;
    const int of_unlink = errno;
    if (of_unlink != EISDIR && of_unlink != EPERM) return of_unlink;
    if (const int error = remove_entries(path, failed_at); error != 0) {
      return error == ENOTDIR ? of_unlink : error;
    }
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return 0;
    failed_at = path;
    if (errno != ENOTEMPTY || tries >= kTriesMax) return errno;
  }
}

}  // namespace reprise::blob
