#include "platform/http/file_reader.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace reprise::http {
namespace {

[[noreturn]] void raise(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

}  // namespace

FileReader::FileReader(const std::string& path, std::uint64_t end)
    : FileReader(::open(path.c_str(), O_RDONLY | O_CLOEXEC), end) {}

FileReader::FileReader(int descriptor, std::uint64_t end) : descriptor_(descriptor) {
  if (descriptor_ < 0) raise(errno, "open");
  struct stat status{};
  const bool known = ::fstat(descriptor_, &status) == 0;
  if (known && static_cast<std::uint64_t>(status.st_size) >= end) return;
  const int error = known ? EIO : errno;
  ::close(descriptor_);
  raise(error, known ? "the file is shorter than its record says" : "fstat");
}

std::optional<FileReader> FileReader::open_cached(const std::string& path, std::uint64_t end) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC;
  how.resolve = RESOLVE_CACHED;
  const auto descriptor =
      static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
  // EAGAIN; for other errors the blocking way reports what is wrong
  if (descriptor < 0) return std::nullopt;
  return FileReader(descriptor, end);
}

FileReader::FileReader(FileReader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileReader::~FileReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::size_t FileReader::read_cached(std::span<char> space, std::uint64_t offset) const {
  const iovec target{space.data(), space.size()};
  const ssize_t count = ::preadv2(descriptor_, &target, 1, static_cast<off_t>(offset), RWF_NOWAIT);
  // EAGAIN, or a file system without this call
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::size_t FileReader::read(std::span<char> space, std::uint64_t offset) const {
  for (;;) {
    const ssize_t count =
        ::pread(descriptor_, space.data(), space.size(), static_cast<off_t>(offset));
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0) raise(EIO, "the file became shorter while it was sent");
    if (errno != EINTR) raise(errno, "pread");
  }
}

}  // namespace reprise::http
