#include "emulator/text/file_store.hpp"

#include <algorithm>
#include <ranges>

namespace reprise::emulator {

using Refusal = std::unexpected<UploadRefusal>;

namespace {

constexpr std::int64_t kLifeNs =
    std::chrono::duration_cast<std::chrono::nanoseconds>(kFileLife).count();

}  // namespace

std::string FileStore::new_id() {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t kLength = 12;
  std::string id;
  for (std::uint64_t number = random_(); id.size() < kLength; number /= kLetters.size()) {
    id += kLetters[number % kLetters.size()];
  }
  return id;
}

std::uint64_t FileStore::held() const {
  std::uint64_t bytes = 0;
  for (const Upload& one : uploads_ | std::views::values) bytes += one.data.size();
  for (const StoredFile& one : files_ | std::views::values) bytes += one.data->size();
  return bytes;
}

void FileStore::drop_expired(std::int64_t now_utc_ns) {
  std::erase_if(files_, [now_utc_ns](const auto& row) {
    return row.second.created_utc_ns + kLifeNs <= now_utc_ns;
  });
}

std::string FileStore::begin(UploadWish wish) {
  const std::scoped_lock lock(mutex_);
  std::string id = new_id() + new_id();
  uploads_.emplace(id, Upload{.wish = std::move(wish), .data = {}});
  return id;
}

std::expected<std::uint64_t, UploadRefusal> FileStore::append(const std::string& upload,
                                                              std::uint64_t offset,
                                                              ByteView piece) {
  const std::scoped_lock lock(mutex_);
  const auto found = uploads_.find(upload);
  if (found == uploads_.end()) return Refusal(UploadRefusal::Unknown);
  Bytes& data = found->second.data;
  if (offset != data.size()) return Refusal(UploadRefusal::WrongOffset);
  const auto announced = found->second.wish.bytes;
  if (announced && data.size() + piece.size() > *announced) return Refusal(UploadRefusal::TooLong);
  if (held() + piece.size() > kFilesBytesMax) return Refusal(UploadRefusal::NoRoom);
  data.insert(data.end(), piece.begin(), piece.end());
  return data.size();
}

std::optional<std::uint64_t> FileStore::received(const std::string& upload) const {
  const std::scoped_lock lock(mutex_);
  const auto found = uploads_.find(upload);
  if (found == uploads_.end()) return std::nullopt;
  return found->second.data.size();
}

std::expected<StoredFile, UploadRefusal> FileStore::finish(const std::string& upload,
                                                           std::int64_t now_utc_ns) {
  const std::scoped_lock lock(mutex_);
  auto found = uploads_.extract(upload);
  if (!found) return Refusal(UploadRefusal::Unknown);
  drop_expired(now_utc_ns);
  UploadWish wish = std::move(found.mapped().wish);
  const bool slow = wish.mime_type.starts_with("video/") || wish.mime_type.starts_with("audio/");
  const std::int64_t wait =
      slow ? std::chrono::duration_cast<std::chrono::nanoseconds>(processing_).count() : 0;
  StoredFile file{.id = wish.id.empty() ? new_id() : wish.id,
                  .display_name = std::move(wish.display_name),
                  .mime_type = std::move(wish.mime_type),
                  .created_utc_ns = now_utc_ns,
                  .active_utc_ns = now_utc_ns + wait,
                  .data = std::make_shared<const Bytes>(std::move(found.mapped().data))};
  files_.insert_or_assign(file.id, file);
  return file;
}

bool FileStore::cancel(const std::string& upload) {
  const std::scoped_lock lock(mutex_);
  return uploads_.erase(upload) > 0;
}

std::optional<StoredFile> FileStore::find(const std::string& id, std::int64_t now_utc_ns) {
  const std::scoped_lock lock(mutex_);
  drop_expired(now_utc_ns);
  const auto found = files_.find(id);
  if (found == files_.end()) return std::nullopt;
  return found->second;
}

std::vector<StoredFile> FileStore::list(std::int64_t now_utc_ns) {
  const std::scoped_lock lock(mutex_);
  drop_expired(now_utc_ns);
  std::vector<StoredFile> all;
  all.reserve(files_.size());
  for (const StoredFile& one : files_ | std::views::values) all.push_back(one);
  std::ranges::sort(all, std::ranges::greater(), &StoredFile::created_utc_ns);
  return all;
}

bool FileStore::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  return files_.erase(id) > 0;
}

}  // namespace reprise::emulator
