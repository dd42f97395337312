#include "platform/database/data_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace reprise::database {

DataLock::DataLock(const std::filesystem::path& data_dir) {
  std::error_code failed;
  std::filesystem::create_directories(data_dir, failed);
  const std::filesystem::path file = data_dir / "lock";
  descriptor_ = failed ? -1 : ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) {
    throw std::runtime_error(fmt::format("cannot use the data directory {}: {}", data_dir.string(),
                                         failed ? failed.message() : std::strerror(errno)));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    if (::pread(descriptor_, holder, sizeof holder - 1, 0) < 0) holder[0] = '\0';
    ::close(descriptor_);
    throw std::runtime_error(
        fmt::format("the data directory {} is in use by another reprise (process {}): stop it, or "
                    "choose another --data-dir",
                    data_dir.string(), holder[0] == '\0' ? "unknown" : holder));
  }
  const std::string pid = std::to_string(::getpid());
  // Only a hint for the message above; the lock itself does not depend on it.
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, pid.data(), pid.size(), 0) < 0) {
    ::close(descriptor_);
    throw std::runtime_error(
        fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
  }
}

DataLock::~DataLock() { ::close(descriptor_); }

}  // namespace reprise::database
