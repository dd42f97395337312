#pragma once

#include <filesystem>
#include <vector>

namespace reprise::database {

/// Holds a data directory for this process: SQLite may have one committing connection only, counted
/// over all processes. Creates the directory when it is absent. The kernel releases the lock when
/// the process ends, even by a kill.
class DataLock {
 public:
  enum class Use {
    Serve,
    Read,  ///< works where nothing can be written, too: there only the directory is locked
  };
  /// Throws std::runtime_error with a sentence for the operator when another process holds it, or
  /// when the directory cannot be made or written.
  explicit DataLock(const std::filesystem::path& data_dir, Use use = Use::Serve);
  /// Removes what the constructor made, unless `keep` was called: a start that is refused leaves
  /// nothing behind. The lock is on the directory, so nobody takes part in its file.
  ~DataLock();
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;
  void keep() { kept_ = true; }

 private:
  struct Descriptor {
    explicit Descriptor(int opened) : number(opened) {}
    Descriptor(Descriptor&&) = delete;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    int number;
  };
  void name_process(const std::filesystem::path& file);

  Descriptor directory_{-1};                             // carries the lock
  Descriptor file_{-1};                                  // names the process
  std::vector<std::filesystem::path> made_directories_;  // the innermost first; empty: it was there
  std::filesystem::path made_file_;                      // empty: it was there
  bool kept_ = false;
};

}  // namespace reprise::database
