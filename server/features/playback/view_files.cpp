#include "features/playback/view_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <string>
#include <system_error>

#include "base/digest.hpp"

namespace reprise::playback {
namespace fs = std::filesystem;
using session::RecordingId;

namespace {

constexpr const char* kBuilding = "building";

void sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw std::system_error(error, std::generic_category(), "fsync " + path.string());
}

struct StillRow {
  const char* name;
  Bytes media::Stills::* bytes;
};
constexpr std::array<StillRow, 3> kStillFiles{{{kThumbnailSmall, &media::Stills::thumbnail_small},
                                               {kThumbnailLarge, &media::Stills::thumbnail_large},
                                               {kStrip, &media::Stills::strip}}};

/// Writes a file and returns the content of its row.
archive::ViewFileRow write(const fs::path& folder, const char* name, ByteView bytes) {
  const fs::path path = folder / name;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw std::system_error(errno, std::generic_category(), "write " + path.string());
  sync(path);
  return {.name = name,
          .bytes = static_cast<std::int64_t>(bytes.size()),
          .sha256_hex = hex(sha256(bytes))};
}

std::unexpected<Error> not_there() {
  return fail(ErrorCode::NotFound, "The view is not there, or is damaged.");
}

/// The content of a file of exactly this size; empty when it is no such file or cannot be read to
/// its end.
std::optional<std::string> text_of(const fs::path& path, std::int64_t bytes) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(path, failed);  // fails for anything but a file
  if (failed || static_cast<std::int64_t>(size) != bytes) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  if (!file || file.peek() != std::ifstream::traits_type::eof()) return std::nullopt;
  return text;
}

/// Empty when the file cannot be read to its end.
std::optional<std::string> sha256_of_file(const fs::path& path) {
  constexpr std::size_t kPieceBytes = 256 * 1024;
  std::ifstream file(path, std::ios::binary);
  std::string piece(kPieceBytes, '\0');
  Sha256Stream stream;
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    stream.add(
        as_bytes(std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount()))));
  }
  if (!file.eof()) return std::nullopt;
  return hex(stream.finish());
}

}  // namespace

ViewFiles::ViewFiles(fs::path root) : root_(std::move(root)) { fs::create_directories(root_); }

fs::path ViewFiles::media(const RecordingId& id, std::int64_t version) const {
  return file(id, version, kMedia);
}

fs::path ViewFiles::file(const RecordingId& id, std::int64_t version, std::string_view name) const {
  return folder(id, version) / name;
}

fs::path ViewFiles::folder(const RecordingId& id, std::int64_t version) const {
  return root_ / id.value / std::to_string(version);
}

fs::path ViewFiles::begin(const RecordingId& id) const {
  const fs::path building = root_ / id.value / kBuilding;
  fs::remove_all(building);
  fs::create_directories(building);
  return building / kMedia;
}

std::vector<archive::ViewFileRow> ViewFiles::commit(const RecordingId& id, std::int64_t version,
                                                    const ViewTexts& texts,
                                                    const media::Stills& stills) const {
  const fs::path building = root_ / id.value / kBuilding;
  std::vector<archive::ViewFileRow> rows;
  rows.reserve(kTextFiles.size() + kStillFiles.size() + 1);
  for (const TextFile& text : kTextFiles) {
    rows.push_back(write(building, text.name, as_bytes(texts.*text.text)));
  }
  for (const StillRow& still : kStillFiles) {
    const Bytes& bytes = stills.*still.bytes;
    if (!bytes.empty()) rows.push_back(write(building, still.name, bytes));
  }
  const auto media_bytes = static_cast<std::int64_t>(fs::file_size(building / kMedia));
  rows.push_back({.name = kMedia, .bytes = media_bytes, .sha256_hex = ""});
  std::ranges::sort(rows, {}, &archive::ViewFileRow::name);
  sync(building);
  const fs::path target = folder(id, version);
  fs::remove_all(target);
  fs::rename(building, target);
  sync(root_ / id.value);
  return rows;
}

archive::ViewFileRow ViewFiles::hash_media(const RecordingId& id, std::int64_t version) {
  const fs::path path = media(id, version);
  const auto before = seen_now(path);
  if (!before) throw std::system_error(ENOENT, std::generic_category(), path.string());
  std::string digest = sha256_of_file(path).value_or("");
  if (!digest.empty()) note_seen(path, *before);
  return {.name = kMedia, .bytes = before->bytes, .sha256_hex = std::move(digest)};
}

/// Empty when there is no such file.
std::optional<ViewFiles::Seen> ViewFiles::seen_now(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw std::system_error(errno, std::generic_category(), "stat " + path.string());
  }
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return Seen{.inode = status.st_ino,
              .bytes = status.st_size,
              .modified_utc_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

void ViewFiles::note_seen(const fs::path& path, const Seen& as) {
  const std::lock_guard lock(mutex_);
  if (seen_.size() >= kSeenMax) seen_.clear();
  seen_[path.native()] = as;
}

Result<ViewTexts> ViewFiles::read(const RecordingId& id, const archive::ViewRow& row) const {
  ViewTexts texts;
  for (const TextFile& wanted : kTextFiles) {
    const auto must_be = std::ranges::find(row.files, wanted.name, &archive::ViewFileRow::name);
    if (must_be == row.files.end()) return not_there();
    const auto text = text_of(file(id, row.version, wanted.name), must_be->bytes);
    if (!text || hex(sha256(as_bytes(*text))) != must_be->sha256_hex) return not_there();
    texts.*wanted.text = *text;
  }
  return texts;
}

bool ViewFiles::is_media_whole(const RecordingId& id, const archive::ViewRow& row) {
  return is_whole(id, row, kMedia);
}

bool ViewFiles::are_files_whole(const RecordingId& id, const archive::ViewRow& row) {
  const bool stills = std::ranges::all_of(row.files, [&](const archive::ViewFileRow& file) {
    const bool is_text = std::ranges::any_of(
        kTextFiles, [&](const TextFile& text) { return file.name == text.name; });
    return is_text || is_whole(id, row, file.name);
  });
  return stills && is_media_whole(id, row);
}

bool ViewFiles::is_whole(const RecordingId& id, const archive::ViewRow& row,
                         std::string_view name) {
  const auto must_be = std::ranges::find(row.files, name, &archive::ViewFileRow::name);
  const fs::path path = file(id, row.version, name);
  if (must_be == row.files.end()) return false;
  // One look only: an erase may remove the file between two.
  const auto now = seen_now(path);
  if (!now || now->bytes != must_be->bytes) return false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seen_.find(path.native());
    if (found != seen_.end() && found->second == *now) return true;
  }
  // A row without a hash: the server was killed before it was computed, so only the size can be
  // checked.
  if (!must_be->sha256_hex.empty() && sha256_of_file(path) != must_be->sha256_hex) return false;
  note_seen(path, *now);
  return true;
}

void ViewFiles::remove_old(const RecordingId& id, std::int64_t version) const {
  for (const auto& entry : fs::directory_iterator(root_ / id.value)) {
    const std::string name = entry.path().filename();
    std::int64_t old = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), old);
    if (parsed.ec == std::errc() && old < version - 1) fs::remove_all(entry.path());
  }
}

void ViewFiles::remove_version(const RecordingId& id, std::int64_t version) const {
  fs::remove_all(folder(id, version));
  std::error_code not_empty;
  fs::remove(root_ / id.value, not_empty);
}

void ViewFiles::remove_building(const RecordingId& id) const {
  fs::remove_all(root_ / id.value / kBuilding);
}

std::vector<std::string> ViewFiles::recordings() const {
  std::vector<std::string> ids;
  for (const auto& entry : fs::directory_iterator(root_)) ids.push_back(entry.path().filename());
  return ids;
}

void ViewFiles::remove_all(const RecordingId& id) const { fs::remove_all(root_ / id.value); }

}  // namespace reprise::playback
