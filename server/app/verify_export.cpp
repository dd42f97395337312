#include "app/verify_export.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "base/digest.hpp"
#include "domain/account/export_manifest.hpp"
#include "platform/zip/zip.hpp"

namespace reprise::app {
namespace {

using account::ExportedFile;

/// What is in a zip, by path.
class Found {
 public:
  void begin(const std::string& path) {
    end();
    twice_ |= path == account::kManifestPath ? !manifest_.empty() : files_.contains(path);
    open_ = ExportedFile{.path = path};
    sha256_ = std::make_unique<Sha256Stream>();
  }
  void add(ByteView piece) {
    open_->bytes += static_cast<std::int64_t>(piece.size());
    sha256_->add(piece);
    if (open_->path == account::kManifestPath && manifest_.size() <= account::kManifestBytesMax) {
      manifest_ += as_text(piece);
    }
  }
  void end() {
    if (!open_) return;
    open_->sha256 = hex(sha256_->finish());
    if (open_->path != account::kManifestPath) files_.emplace(open_->path, *open_);
    open_.reset();
  }
  bool twice() const { return twice_; }
  const std::string& manifest() const { return manifest_; }
  const std::map<std::string, ExportedFile>& files() const { return files_; }

 private:
  std::optional<ExportedFile> open_;
  std::unique_ptr<Sha256Stream> sha256_;
  std::map<std::string, ExportedFile> files_;
  std::string manifest_;
  bool twice_ = false;
};

int refuse(std::FILE* out, const std::string& sentence) {
  fmt::print(out, "{}\n", sentence);
  return 1;
}

}  // namespace

int verify_export(const std::filesystem::path& file, std::FILE* out) {
  Found found;
  const Status read =
      zip::read_file(file, {.begin = [&](const std::string& path) { found.begin(path); },
                            .add = [&](ByteView piece) { found.add(piece); }});
  found.end();
  if (!read) return refuse(out, read.error().client_message);
  if (found.twice()) return refuse(out, "the zip holds two files of the same name");
  if (found.manifest().empty()) return refuse(out, "the zip has no manifest.json");
  const auto manifest = account::read_manifest(found.manifest());
  if (!manifest) return refuse(out, "manifest.json: " + manifest.error().client_message);
  const auto problems = account::differences(*manifest, found.files());
  for (const std::string& problem : problems) fmt::print(out, "{}\n", problem);
  if (!problems.empty()) return refuse(out, fmt::format("{} problems", problems.size()));
  std::int64_t bytes = 0;
  for (const ExportedFile& one : manifest->files) bytes += one.bytes;
  fmt::print(out, "whole: {} files, {} bytes, made {} for user {}\n", manifest->files.size(), bytes,
             manifest->made_at, manifest->user_id);
  for (const account::LeftOut& one : manifest->left_out) {
    fmt::print(out, "not in it: {}: {}\n", one.path, one.why);
  }
  return 0;
}

}  // namespace reprise::app
