#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/types.hpp"
#include "domain/upload/preview_plan.hpp"

namespace reprise::uploads {

/// A folder in which programs of the system look at one file; it removes itself.
class ToolFolder {
 public:
  explicit ToolFolder(std::filesystem::path path);
  ~ToolFolder();
  ToolFolder(const ToolFolder&) = delete;
  ToolFolder& operator=(const ToolFolder&) = delete;
  /// The file `in`, to be written before a tool reads it.
  std::filesystem::path input() const { return path_ / "in"; }
  /// Makes `in` readable for the tools, which run as nobody. Call it when it is written.
  void release() const;
  /// What the tool printed; empty when it failed, or is not installed. Blocks.
  std::optional<std::string> run(const upload::Tool& tool) const;
  /// A picture that a tool has written: a JPEG, PNG or WebP of at most so many bytes.
  std::optional<Bytes> picture(const std::string& name, std::uintmax_t bytes_max) const;

 private:
  const std::filesystem::path path_;
};

/// Programs of the system that work on foreign files, each run in a sandbox. Any thread.
class FileTools {
 public:
  /// Empties `folder`. `pool` is for work that takes a second.
  FileTools(BlockingPool& pool, std::filesystem::path folder);
  /// The picture with its pixels turned as its EXIF said. Empty: no tool could do it.
  Task<std::optional<Bytes>> turned(std::string media_type, int how, Bytes content);
  /// A new name for a folder.
  std::filesystem::path place() const;

 private:
  BlockingPool& pool_;
  const std::filesystem::path folder_;
};

}  // namespace reprise::uploads
