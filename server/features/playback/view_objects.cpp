#include "features/playback/view_objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>

#include "base/digest.hpp"
#include "features/playback/view_files.hpp"

namespace reprise::playback {

using archive::usual_deadline;
using archive::ViewFileRow;
using archive::ViewRow;
using blob::BlobKey;
using session::RecordingId;

namespace {

constexpr std::size_t kHashCharactersInKey = 16;
/// Media of two hours are some hundred MB, and a slow line takes its time for them.
constexpr std::chrono::minutes kStoreWithin{10};

BlobKey folder_of(const RecordingId& id) { return BlobKey("views/" + id.value); }

BlobKey key_of(const RecordingId& id, std::int64_t version, const ViewFileRow& file) {
  return BlobKey(fmt::format("{}/{}/{}-{}", folder_of(id).value, version,
                             file.sha256_hex.substr(0, kHashCharactersInKey), file.name));
}

const ViewFileRow* row_of(const ViewRow& row, std::string_view name) {
  const auto found = std::ranges::find(row.files, name, &ViewFileRow::name);
  return found == row.files.end() || found->sha256_hex.empty() ? nullptr : &*found;
}

/// A file of the local disk, piece by piece.
class FileSource final : public blob::BlobSource {
 public:
  static constexpr std::size_t kPieceBytes = 1 << 20;
  FileSource(std::filesystem::path path, BlockingPool& pool)
      : path_(std::move(path)), pool_(pool) {}
  Task<Bytes> next() override {
    return pool_.run([this] { return read(); });
  }

 private:
  Bytes read() {
    if (!file_.is_open()) file_.open(path_, std::ios::binary);
    Bytes piece(kPieceBytes);
    file_.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
    if (!file_ && !file_.eof()) throw std::runtime_error("cannot read " + path_.string());
    piece.resize(static_cast<std::size_t>(file_.gcount()));
    return piece;
  }
  const std::filesystem::path path_;
  BlockingPool& pool_;
  std::ifstream file_;
};

/// Part of an object, block by block.
class BlockSource final : public http::BodySource {
 public:
  BlockSource(blob::RangeCache& cache, BlobKey key, ByteRange part)
      : cache_(cache), key_(std::move(key)), left_(part) {}
  Task<Bytes> next() override {
    constexpr std::uint64_t kBlock = blob::RangeCache::kBlockBytes;
    if (left_.first >= left_.last) co_return Bytes();
    const std::uint64_t number = left_.first / kBlock;
    auto block = co_await cache_.block(key_, number, usual_deadline());
    const std::uint64_t from = left_.first - number * kBlock;
    if (!block || block->size() <= from) throw std::runtime_error("the media are gone");
    const std::uint64_t count = std::min(block->size() - from, left_.last - left_.first);
    left_.first += count;
    if (from == 0 && count == block->size()) co_return *std::move(block);
    const ByteView piece = ByteView(*block).subspan(from, count);
    co_return Bytes(piece.begin(), piece.end());
  }

 private:
  blob::RangeCache& cache_;
  const BlobKey key_;
  ByteRange left_;
};

/// The version in a key of a view; empty for other keys.
std::optional<std::int64_t> version_in(const RecordingId& id, const BlobKey& key) {
  const std::string rest = key.value.substr(folder_of(id).value.size() + 1);
  std::int64_t version = 0;
  const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), version);
  if (parsed.ec != std::errc() || *parsed.ptr != '/') return std::nullopt;
  return version;
}

}  // namespace

Task<void> ViewObjects::store(RecordingId id, ViewRow row, std::filesystem::path folder) {
  for (const ViewFileRow& file : row.files) {
    FileSource source(folder / file.name, pool_);
    BlobKey key = key_of(id, row.version, file);
    const Deadline until = Deadline::after(kStoreWithin);
    // What fits into one piece takes one call.
    const bool small = file.bytes <= static_cast<std::int64_t>(FileSource::kPieceBytes);
    const auto stored = small ? co_await store_.put(std::move(key), co_await source.next(), until)
                              : co_await store_.put_stream(std::move(key), source, until);
    if (!stored) throw std::runtime_error(stored.error().client_message);
  }
}

Task<Result<std::string>> ViewObjects::text(BlobKey key, std::int64_t bytes) {
  std::string text;
  const auto wanted = static_cast<std::uint64_t>(bytes);
  for (std::uint64_t number = 0; text.size() < wanted; ++number) {
    const auto block = co_await cache_.block(key, number, usual_deadline());
    if (!block) co_return std::unexpected(block.error());
    if (block->empty()) co_return fail(ErrorCode::NotFound, "The view is damaged.");
    text += as_text(*block);
  }
  co_return text;
}

Task<Result<ViewTexts>> ViewObjects::read(RecordingId id, ViewRow row) {
  ViewTexts texts;
  for (const TextFile& wanted : kTextFiles) {
    const ViewFileRow* must_be = row_of(row, wanted.name);
    if (must_be == nullptr) co_return fail(ErrorCode::NotFound, "The view is not there.");
    auto text = co_await this->text(key_of(id, row.version, *must_be), must_be->bytes);
    if (!text) co_return std::unexpected(text.error());
    const std::string digest = co_await pool_.run([&text] { return hex(sha256(as_bytes(*text))); });
    if (digest != must_be->sha256_hex) co_return fail(ErrorCode::NotFound, "The view is damaged.");
    texts.*wanted.text = *std::move(text);
  }
  co_return texts;
}

Task<std::optional<BlobKey>> ViewObjects::find(RecordingId id, ViewRow row, std::string name) {
  const ViewFileRow* file = row_of(row, name);
  if (file == nullptr) co_return std::nullopt;
  BlobKey key = key_of(id, row.version, *file);
  const auto block = co_await cache_.block(key, 0, usual_deadline());
  if (!block) co_return std::nullopt;
  co_return key;
}

std::unique_ptr<http::BodySource> ViewObjects::open(BlobKey key, std::uint64_t bytes,
                                                    ByteRange part) {
  part.last = std::min(part.last, bytes);
  return std::make_unique<BlockSource>(cache_, std::move(key), part);
}

Task<std::optional<ViewObjects::Kept>> ViewObjects::media_of(RecordingId id, std::int64_t version) {
  const BlobKey folder(fmt::format("{}/{}", folder_of(id).value, version));
  for (blob::BlobInfo& info : co_await list_all(store_, folder, usual_deadline())) {
    if (!info.key.value.ends_with(kMedia)) continue;
    co_return Kept{.key = std::move(info.key), .bytes = static_cast<std::int64_t>(info.bytes)};
  }
  co_return std::nullopt;
}

Task<void> ViewObjects::remove_old(RecordingId id, std::int64_t version) {
  std::vector<BlobKey> old;
  for (blob::BlobInfo& info : co_await list_all(store_, folder_of(id), usual_deadline())) {
    const auto of = version_in(id, info.key);
    if (of && *of < version - 1) old.push_back(std::move(info.key));
  }
  if (!old.empty()) co_await store_.remove(std::move(old), usual_deadline());
}

std::set<std::string> ViewObjects::kept() const {
  constexpr std::string_view kFolder = "views/";
  std::set<std::string> ids;
  for (const std::string& name : cache_.names()) {
    const std::string rest = name.substr(std::min(kFolder.size(), name.size()));
    ids.insert(rest.substr(0, rest.find('/')));
  }
  return ids;
}

Task<void> ViewObjects::remove_all(RecordingId id, Deadline deadline) {
  co_await cache_.forget(folder_of(id));
  co_await store_.remove_all(folder_of(id), deadline);
}

}  // namespace reprise::playback
