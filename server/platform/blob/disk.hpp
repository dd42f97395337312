#pragma once

#include <filesystem>
#include <string>

#include "base/types.hpp"

// Files by system calls. The answer is an errno (0: it worked). Nothing here throws or logs.
namespace reprise::blob {

/// What an errno of a write says about the disk.
enum class DiskAnswer {
  Full,     ///< no space, or over a quota: nothing was stored; works again when there is space
  Passing,  ///< says nothing about the disk (descriptors, memory, rights, a path that is gone)
  Lies,     ///< what the disk reported before cannot be trusted any more
};
DiskAnswer meaning_of(int error);

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

/// The outcome of a durable write. A failed fsync is marked: the kernel reports it once and drops
/// the pages, so that a later success would prove nothing.
struct DiskError {
  int error = 0;
  bool of_sync = false;
  explicit operator bool() const { return error != 0; }
};

/// Writes all of it. 0, or an errno.
int write_all(int descriptor, ByteView content);
/// Makes a new file with this content. The file is durable on return; its entry in the directory is
/// not.
DiskError write_new_file(const std::filesystem::path& path, ByteView content);
/// Makes the entries of a directory durable.
DiskError sync_directory(const std::filesystem::path& directory);
/// Removes a file or a whole folder. Success when it is absent, and also when others remove it or
/// add to it at the same time. `failed_at` gets the path that could not be removed.
int remove_tree(const std::filesystem::path& path, std::filesystem::path& failed_at);

}  // namespace reprise::blob
