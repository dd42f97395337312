#include "platform/media/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace reprise::media {
namespace {

[[noreturn]] void failed(const char* what, const std::filesystem::path& path) {
  throw std::system_error(errno, std::generic_category(), what + (" " + path.string()));
}

}  // namespace

File::File(std::filesystem::path path)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) failed("create", path_);
}

File::~File() { ::close(descriptor_); }

void File::append(ByteView bytes) {
  write_at(size_, bytes);
  size_ += bytes.size();
}

void File::patch(std::uint64_t offset, ByteView bytes) { write_at(offset, bytes); }

void File::write_at(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) failed("write", path_);
    offset += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

Bytes File::read(std::uint64_t offset, std::size_t count) const {
  Bytes bytes(count);
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got =
        ::pread(descriptor_, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) errno = EIO;
    if (got <= 0) failed("read", path_);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

void File::sync() {
  if (::fsync(descriptor_) != 0) failed("fsync", path_);
}

void File::rename(std::filesystem::path path) {
  if (::rename(path_.c_str(), path.c_str()) != 0) failed("rename", path_);
  path_ = std::move(path);
}

}  // namespace reprise::media
