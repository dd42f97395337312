#include "features/playback/view_objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <stdexcept>

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/together.hpp"
#include "features/playback/view_files.hpp"

namespace reprise::playback {

using archive::usual_deadline;
using archive::ViewFileRow;
using archive::ViewRow;
using blob::BlobKey;
using session::RecordingId;

namespace {

constexpr std::size_t kHashCharactersInKey = 16;
constexpr const char* kSums = "media.crc32c";
/// Checksums of so many objects stay in memory: 4 KiB for each GiB. Then all are dropped.
constexpr std::size_t kSumsKept = 1024;
/// How often an object is read that is not what its row says: the way here may have been at fault.
constexpr int kReadsMax = 2;
/// How many blocks are read before a reader in order asks for them. Two hide a bucket that takes as
/// long for a block as the reader; more than that helps who downloads a whole film.
constexpr std::uint64_t kAheadMax = 4;
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

/// The object with the checksums of media; empty for other objects.
std::optional<BlobKey> sums_key(const BlobKey& key) {
  if (!key.value.ends_with(kMedia)) return std::nullopt;
  const std::string_view media(kMedia);
  return BlobKey(key.value.substr(0, key.value.size() - media.size()) + kSums);
}

/// Empty: nobody knows it.
std::optional<std::uint32_t> sum_in(const ViewObjects::Sums& sums, std::uint64_t number) {
  if (number >= sums.size()) return std::nullopt;
  return sums[number];
}

/// A file of the local disk, piece by piece.
class FileSource final : public blob::BlobSource {
 public:
  static constexpr std::size_t kPieceBytes = blob::RangeCache::kBlockBytes;
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

/// The version in a key of a view; empty for other keys.
std::optional<std::int64_t> version_in(const RecordingId& id, const BlobKey& key) {
  const std::string rest = key.value.substr(folder_of(id).value.size() + 1);
  std::int64_t version = 0;
  const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), version);
  if (parsed.ec != std::errc() || *parsed.ptr != '/') return std::nullopt;
  return version;
}

}  // namespace

/// Part of an object, block by block; the next ones are read ahead once the reader has gone on from
/// one block to the next. A seek reads one block only: a player gives up the rest of its range. The
/// owner lives as long as the server.
class ViewObjects::BlockSource final : public http::BodySource {
 public:
  BlockSource(ViewObjects& objects, BlobKey key, ByteRange part)
      : objects_(objects), key_(std::move(key)), left_(part) {}
  Task<Bytes> next() override {
    constexpr std::uint64_t kBlock = blob::RangeCache::kBlockBytes;
    if (left_.first >= left_.last) co_return Bytes();
    if (!sums_) sums_ = co_await objects_.sums_of(key_);
    const std::uint64_t number = left_.first / kBlock;
    auto block =
        co_await objects_.cache_.block(key_, number, usual_deadline(), sum_in(*sums_, number));
    const std::uint64_t from = left_.first - number * kBlock;
    if (!block || block->size() <= from) throw std::runtime_error("the media are gone");
    const std::uint64_t count = std::min(block->size() - from, left_.last - left_.first);
    left_.first += count;
    read_ahead(number);
    if (from == 0 && count == block->size()) co_return *std::move(block);
    const ByteView piece = ByteView(*block).subspan(from, count);
    co_return Bytes(piece.begin(), piece.end());
  }

 private:
  void read_ahead(std::uint64_t number) {
    const std::uint64_t end = (left_.last - 1) / blob::RangeCache::kBlockBytes + 1;
    const std::uint64_t until = std::min(number + 1 + std::min(in_order_++, kAheadMax), end);
    for (std::uint64_t next = number + 1; next < until; ++next) {
      objects_.cache_.read_ahead(key_, next, sum_in(*sums_, next));
    }
  }

  ViewObjects& objects_;
  const BlobKey key_;
  ByteRange left_;
  std::shared_ptr<const Sums> sums_;
  std::uint64_t in_order_ = 0;  ///< how often the reader has gone on to another block
};

Task<void> ViewObjects::store_sums(BlobKey media, std::filesystem::path file) {
  FileSource source(std::move(file), pool_);
  Bytes sums;
  for (Bytes piece = co_await source.next(); !piece.empty(); piece = co_await source.next()) {
    const std::uint32_t sum = crc32c(piece);
    for (std::size_t i = 0; i < sizeof sum; ++i) {
      sums.push_back(static_cast<std::byte>(sum >> (8 * i)));
    }
  }
  const auto stored = co_await store_.put(*sums_key(media), std::move(sums), usual_deadline());
  if (!stored) throw std::runtime_error(stored.error().client_message);
}

void ViewObjects::note_sums(const BlobKey& key, std::shared_ptr<const Sums> sums) {
  const std::lock_guard lock(mutex_);
  if (sums_.size() >= kSumsKept) sums_.clear();
  sums_.insert_or_assign(key.value, std::move(sums));
}

/// Without any for an object of which nobody knows them.
Task<std::shared_ptr<const ViewObjects::Sums>> ViewObjects::sums_of(BlobKey key) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto kept = sums_.find(key.value); kept != sums_.end()) co_return kept->second;
  }
  const auto of_sums = sums_key(key);
  if (!of_sums) co_return std::make_shared<const Sums>();
  const auto bytes = co_await store_.read(*of_sums, {}, usual_deadline());
  Sums sums(bytes ? bytes->size() / sizeof(std::uint32_t) : 0);
  for (std::size_t i = 0; i < sums.size() * sizeof(std::uint32_t); ++i) {
    sums[i / 4] |= std::to_integer<std::uint32_t>((*bytes)[i]) << (8 * (i % 4));
  }
  auto found = std::make_shared<const Sums>(std::move(sums));
  note_sums(key, found);
  co_return found;
}

Task<void> ViewObjects::store(RecordingId id, ViewRow row, std::filesystem::path folder) {
  for (const ViewFileRow& file : row.files) {
    FileSource source(folder / file.name, pool_);
    BlobKey key = key_of(id, row.version, file);
    if (file.name == kMedia) co_await store_sums(key, folder / file.name);
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

/// A small object. Errors: NotFound when it is absent or is not what its row says.
Task<Result<std::string>> ViewObjects::whole(BlobKey key, std::int64_t bytes,
                                             std::string sha256_hex) {
  for (int i = 0; i < kReadsMax; ++i) {
    auto text = co_await this->text(key, bytes);
    if (!text) co_return text;
    const std::string digest = co_await pool_.run([&text] { return hex(sha256(as_bytes(*text))); });
    if (digest == sha256_hex) co_return text;
    log::warn("view.object_differs", {{"key", key.value}});
    co_await cache_.forget(key);
  }
  co_return fail(ErrorCode::NotFound, "The view is damaged.");
}

Task<void> ViewObjects::read_text(BlobKey key, const ViewFileRow& row, Result<std::string>& text) {
  text = co_await whole(std::move(key), row.bytes, row.sha256_hex);
}

Task<Result<ViewTexts>> ViewObjects::read(RecordingId id, ViewRow row) {
  std::array<Result<std::string>, kTextFiles.size()> found;
  std::vector<Task<void>> reads;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const ViewFileRow* must_be = row_of(row, kTextFiles.at(i).name);
    if (must_be == nullptr) co_return fail(ErrorCode::NotFound, "The view is not there.");
    reads.push_back(read_text(key_of(id, row.version, *must_be), *must_be, found.at(i)));
  }
  co_await run_together(std::move(reads));
  ViewTexts texts;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found.at(i)) co_return std::unexpected(found.at(i).error());
    texts.*kTextFiles.at(i).text = *std::move(found.at(i));
  }
  co_return texts;
}

Task<bool> ViewObjects::is_still_whole(BlobKey key, ViewFileRow row) {
  const auto still = co_await whole(key, row.bytes, row.sha256_hex);
  if (!still) co_return false;
  // Whoever sends the picture reads it again.
  Sums sums;
  for (ByteView left = as_bytes(*still); !left.empty();) {
    const ByteView block = left.first(std::min(left.size(), FileSource::kPieceBytes));
    sums.push_back(crc32c(block));
    left = left.subspan(block.size());
  }
  note_sums(key, std::make_shared<const Sums>(std::move(sums)));
  co_return true;
}

Task<void> ViewObjects::keep_sums(BlobKey key) { (void)co_await sums_of(std::move(key)); }
Task<void> ViewObjects::keep_block(BlobKey key) {
  (void)co_await cache_.block(std::move(key), 0, usual_deadline());
}

/// Whether the first block is there. What a player asks for first is read at the same time: the
/// checksums, the first block, and the last one, where the index of the film lies.
Task<bool> ViewObjects::do_media_begin(BlobKey key, std::int64_t bytes) {
  if (cache_.keeps(key, 0)) co_return true;
  const auto last = static_cast<std::uint64_t>(std::max<std::int64_t>(bytes - 1, 0)) /
                    blob::RangeCache::kBlockBytes;
  if (last > 0) cache_.read_ahead(key, last);
  std::vector<Task<void>> reads;
  reads.push_back(keep_sums(key));
  reads.push_back(keep_block(key));
  co_await run_together(std::move(reads));
  const auto sums = co_await sums_of(key);
  const auto block = co_await cache_.block(key, 0, usual_deadline(), sum_in(*sums, 0));
  co_return block.has_value();
}

Task<std::optional<BlobKey>> ViewObjects::find(RecordingId id, ViewRow row, std::string name) {
  const ViewFileRow* file = row_of(row, name);
  if (file == nullptr) co_return std::nullopt;
  BlobKey key = key_of(id, row.version, *file);
  const bool there = name == kMedia ? co_await do_media_begin(key, file->bytes)
                                    : co_await is_still_whole(key, *file);
  if (!there) co_return std::nullopt;
  co_return key;
}

std::unique_ptr<http::BodySource> ViewObjects::open(BlobKey key, std::uint64_t bytes,
                                                    ByteRange part) {
  part.last = std::min(part.last, bytes);
  return std::make_unique<BlockSource>(*this, std::move(key), part);
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
