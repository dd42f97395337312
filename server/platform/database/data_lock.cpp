#include "platform/database/data_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace reprise::database {

namespace {

[[noreturn]] void unusable(const std::filesystem::path& data_dir, const std::string& why) {
  throw std::runtime_error(
      fmt::format("cannot use the data directory {}: {}", data_dir.string(), why));
}

std::string holder_of(int descriptor) {
  char text[32] = {};
  if (::pread(descriptor, text, sizeof text - 1, 0) <= 0) return "unknown";
  return text;
}

}  // namespace

DataLock::DataLock(const std::filesystem::path& data_dir, Use use) {
  std::error_code failed;
  for (std::filesystem::path at = data_dir; !at.empty() && !std::filesystem::exists(at, failed);
       at = at.parent_path()) {
    made_directories_.push_back(at);
  }
  std::filesystem::create_directories(data_dir, failed);
  if (failed) unusable(data_dir, failed.message());
  // The lock is on the directory itself: a lock file could be deleted, and a new one locked.
  directory_ = Descriptor(::open(data_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory_.number < 0) unusable(data_dir, std::strerror(errno));
  const bool locked = ::flock(directory_.number, LOCK_EX | LOCK_NB) == 0;
  const int of_lock = errno;
  const std::filesystem::path file = data_dir / "lock";
  const bool there = std::filesystem::exists(file, failed);
  file_ = Descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const bool only_read =
      use == Use::Read && file_.number < 0 && (errno == EROFS || errno == EACCES || errno == EPERM);
  if (only_read) file_ = Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  const bool no_file = only_read && file_.number < 0 && errno == ENOENT;
  if (!locked && of_lock != EWOULDBLOCK) unusable(data_dir, std::strerror(of_lock));
  if (locked && file_.number < 0 && !no_file) unusable(data_dir, std::strerror(errno));
  // Version 0.1 locks only the file, so the file is locked as well.
  if (!locked || (!no_file && ::flock(file_.number, LOCK_EX | LOCK_NB) != 0)) {
    throw std::runtime_error(
        fmt::format("the data directory {} is in use by another reprise (process {}): stop it, or "
                    "choose another --data-dir",
                    data_dir.string(), holder_of(file_.number)));
  }
  if (only_read) return;
  if (!there) made_file_ = file;
  name_process(file);
}

void DataLock::name_process(const std::filesystem::path& file) {
  const std::string pid = std::to_string(::getpid());
  // Only a hint for the message above. The lock does not depend on it.
  if (::ftruncate(file_.number, 0) != 0 || ::pwrite(file_.number, pid.data(), pid.size(), 0) < 0) {
    if (errno != ENOSPC && errno != EDQUOT) {
      unusable(file.parent_path(), fmt::format("{}: {}", file.string(), std::strerror(errno)));
    }
  }
}

DataLock::~DataLock() {
  if (kept_) return;
  std::error_code ignored;  // an empty file or folder does no harm
  if (!made_file_.empty()) std::filesystem::remove(made_file_, ignored);
  for (const auto& made : made_directories_) std::filesystem::remove(made, ignored);
}

DataLock::Descriptor& DataLock::Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number, other.number);
  return *this;
}
DataLock::Descriptor::~Descriptor() {
  if (number >= 0) ::close(number);
}
}  // namespace reprise::database
