#include "platform/database/spare_file.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.hpp"

namespace reprise::database {

void SpareFile::keep() const {
  constexpr std::uint64_t kBytesMin = 64 * 1024;
  struct statvfs space{};
  const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return;  // the file exists; or the disk is full, and then it is too late
  const bool known = ::fstatvfs(descriptor, &space) == 0;
  const std::uint64_t bytes =
      known ? std::min(kBytesMax, std::uint64_t{space.f_bavail} * space.f_frsize / 4) : 0;
  const bool kept =
      bytes >= kBytesMin && ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes)) == 0;
  ::close(descriptor);
  if (!kept) ::unlink(path_.c_str());
}

bool SpareFile::give_back() const {
  if (::unlink(path_.c_str()) != 0) return false;
  log::warn("database.spare_given_back", {{"file", path_.string()}});
  return true;
}

}  // namespace reprise::database
