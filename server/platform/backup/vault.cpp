#include "platform/backup/vault.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "platform/blob/local_files.hpp"

namespace reprise::backup {
namespace fs = std::filesystem;

namespace {

constexpr const char* kKeyCheck = "key-check";
constexpr const char* kPieces = "pieces";
constexpr const char* kSnapshots = "snapshots";
constexpr const char* kUnfinished = ".new";
constexpr std::size_t kFanOut = 2;  // letters of a piece's name that name its folder

[[noreturn]] void failed(std::string_view doing, const fs::path& path, int error) {
  throw BackupFailed(fmt::format("cannot {} {}: {}", doing, path.string(),
                                 std::generic_category().message(error)));
}

/// Without files that a killed run has left half-written.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != kUnfinished) names.push_back(at->path().filename().string());
  }
  if (error) failed("read", folder, error.value());
  std::ranges::sort(names);
  return names;
}

}  // namespace

Vault::Vault(fs::path folder, const Key& key, Use use) : folder_(std::move(folder)), sealer_(key) {
  std::error_code error;
  const fs::path check = folder_ / kKeyCheck;
  if (use == Use::Read && !fs::exists(check, error)) {
    throw BackupFailed(fmt::format("{} holds no backup", folder_.string()));
  }
  if (use == Use::Write) {
    fs::create_directories(folder_, error);
    if (error) failed("make", folder_, error.value());
    lock_.emplace(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock_->get() < 0) failed("open", folder_, errno);
    if (::flock(lock_->get(), LOCK_EX | LOCK_NB) != 0) {
      throw BackupFailed(fmt::format("another backup writes into {} now", folder_.string()));
    }
    if (!fs::exists(check, error)) make();
  }
  read(check, kKeyCheck);
}

void Vault::make() const {
  for (const std::string& name : names_in(folder_)) {
    // An earlier run may have been killed here.
    if (name == kPieces || name == kSnapshots) continue;
    throw BackupFailed(fmt::format(
        "{} holds something else: name a folder of its own for the backup", folder_.string()));
  }
  std::error_code error;
  for (const char* name : {kPieces, kSnapshots}) {
    fs::create_directories(folder_ / name, error);
    if (error) failed("make", folder_ / name, error.value());
  }
  write(folder_ / kKeyCheck, sealer_.seal(kKeyCheck, {}));
  sync();
}

fs::path Vault::place_of(const std::string& piece) const {
  return folder_ / kPieces / piece.substr(0, kFanOut) / piece;
}

void Vault::write(const fs::path& file, ByteView content) const {
  fs::path temporary = file;
  temporary += kUnfinished;
  ::unlink(temporary.c_str());  // of a run that was killed
  const blob::DiskError wrong = blob::write_new_file(temporary, content);
  if (wrong) failed("write", temporary, wrong.error);
  if (::rename(temporary.c_str(), file.c_str()) != 0) failed("write", file, errno);
}

Bytes Vault::read(const fs::path& file, const std::string& name) const {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  if (error) failed("read", file, error.value());
  std::string text(bytes, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream) failed("read", file, errno);
  auto content = sealer_.open(name, std::as_bytes(std::span(text)));
  if (content) return *std::move(content);
  throw BackupFailed(fmt::format("{}: {}", file.string(), content.error().client_message));
}

void Vault::sync() const {
  if (::syncfs(lock_->get()) != 0) failed("write", folder_, errno);
}

std::string Vault::put(ByteView content) {
  std::string name = sealer_.name_of(content);
  const fs::path place = place_of(name);
  std::error_code error;
  if (fs::exists(place, error)) return name;
  fs::create_directories(place.parent_path(), error);
  if (error) failed("make", place.parent_path(), error.value());
  const Bytes sealed = sealer_.seal(name, content);
  write(place, sealed);
  ++added_pieces_;
  added_bytes_ += static_cast<std::int64_t>(sealed.size());
  return name;
}

bool Vault::has(const std::string& piece) const {
  std::error_code error;
  return fs::exists(place_of(piece), error);
}

Bytes Vault::get(const std::string& piece) const {
  Bytes content = read(place_of(piece), piece);
  if (sealer_.name_of(content) == piece) return content;
  throw BackupFailed(fmt::format("{} is not what its name says", place_of(piece).string()));
}

void Vault::put_snapshot(const std::string& name, ByteView content) {
  sync();  // the pieces first
  write(folder_ / kSnapshots / name, sealer_.seal(name, content));
  sync();
}

Bytes Vault::snapshot(const std::string& name) const {
  return read(folder_ / kSnapshots / name, name);
}

std::vector<std::string> Vault::snapshots() const { return names_in(folder_ / kSnapshots); }

void Vault::remove_snapshot(const std::string& name) {
  std::error_code error;
  fs::remove(folder_ / kSnapshots / name, error);
  if (error) failed("remove", folder_ / kSnapshots / name, error.value());
}

std::int64_t Vault::sweep(const std::set<std::string>& wanted) {
  std::int64_t removed = 0;
  for (const std::string& part : blob::names_in(folder_ / kPieces)) {
    for (const std::string& piece : blob::names_in(folder_ / kPieces / part)) {
      if (wanted.contains(piece)) continue;  // what a killed run has left is wanted by nobody
      std::error_code error;
      fs::remove(folder_ / kPieces / part / piece, error);
      if (error) failed("remove", folder_ / kPieces / part / piece, error.value());
      ++removed;
    }
  }
  return removed;
}

}  // namespace reprise::backup
