// A whole upload becomes a file: what it is, and its bytes as they are kept.

#include <algorithm>

#include "base/digest.hpp"
#include "base/log.hpp"
#include "domain/upload/film.hpp"
#include "domain/upload/picture.hpp"
#include "domain/upload/preview_plan.hpp"
#include "platform/uploads/rows.hpp"

namespace reprise::uploads {

using blob::BlobKey;
using database::Transaction;
using database::usual_deadline;

namespace {

/// A picture is rewritten in memory.
constexpr std::int64_t kPictureBytesMax = 64'000'000;
constexpr std::uint64_t kReadBytes = std::uint64_t{1} << 20;
constexpr std::chrono::minutes kCheckWithin{10};

/// The bytes of parts, in pieces.
class PartsSource final : public blob::BlobSource {
 public:
  PartsSource(blob::BlobStore& blobs, std::vector<StoredPart> parts, ByteRange range)
      : blobs_(blobs), parts_(std::move(parts)), range_(range) {}

  Task<Bytes> next() override {
    if (range_.first >= range_.last) co_return Bytes();
    const auto part = std::ranges::find_if(parts_, [this](const StoredPart& one) {
      return static_cast<std::uint64_t>(one.first_byte + one.byte_count) > range_.first;
    });
    if (part == parts_.end() || static_cast<std::uint64_t>(part->first_byte) > range_.first) {
      throw std::runtime_error("a part of an upload is missing");
    }
    const auto base = static_cast<std::uint64_t>(part->first_byte);
    const std::uint64_t end =
        std::min({range_.last, base + static_cast<std::uint64_t>(part->byte_count),
                  range_.first + kReadBytes});
    const ByteRange wanted{.first = range_.first - base, .last = end - base};
    auto bytes = co_await blobs_.read(BlobKey(part->object_key), wanted, usual_deadline());
    if (!bytes || bytes->size() != wanted.length()) {
      throw std::runtime_error("a part of an upload is gone or too short");
    }
    range_.first = end;
    co_return *std::move(bytes);
  }

 private:
  blob::BlobStore& blobs_;
  const std::vector<StoredPart> parts_;
  ByteRange range_;
};

std::unexpected<Error> too_large(std::string_view what, std::int64_t most) {
  return fail(ErrorCode::TooLarge, "`file` is " + std::string(what) + "; it may have at most " +
                                       std::to_string(most / 1'000'000) + " MB.");
}

Status fits_its_family(const upload::MediaType& type, std::int64_t length) {
  if (type.family == upload::Family::Picture && length > kPictureBytesMax) {
    return too_large("a picture", kPictureBytesMax);
  }
  return {};
}

}  // namespace

/// What the check of a whole upload has found.
struct Uploads::Checked {
  upload::MediaType type;
  std::string sha256_hex;
  std::int64_t bytes = 0;
  std::optional<std::int64_t> width = std::nullopt;
  std::optional<std::int64_t> height = std::nullopt;
  std::optional<StoredPart> instead = std::nullopt;  ///< replaces the parts
  std::vector<StoredPart> changed = {};              ///< each replaces the part of its first byte
};

Task<std::unique_ptr<blob::BlobSource>> Uploads::open(const Upload& upload, ByteRange part,
                                                      Deadline deadline) {
  auto parts = co_await database_.read(
      deadline, [&](Transaction& transaction) { return parts_in(transaction, upload.content_id); });
  co_return std::make_unique<PartsSource>(blobs_, std::move(parts), part);
}

Task<Bytes> Uploads::read_all(const Upload& upload, Deadline deadline) {
  const auto bytes = static_cast<std::uint64_t>(upload.bytes);
  const auto source = co_await open(upload, {.first = 0, .last = bytes}, deadline);
  Bytes whole;
  whole.reserve(bytes);
  for (Bytes piece = co_await source->next(); !piece.empty(); piece = co_await source->next()) {
    whole.insert(whole.end(), piece.begin(), piece.end());
  }
  co_return whole;
}

/// Reads the upload back, which also proves that it can be read.
Task<Result<Uploads::Checked>> Uploads::check(const Upload& upload) {
  const auto length = static_cast<std::uint64_t>(upload.offset);
  const auto source =
      co_await open(upload, {.first = 0, .last = length}, Deadline::after(kCheckWithin));
  Bytes kept;  // a picture as a whole, of others the beginning
  upload::TextCheck text;
  upload::FilmNotes film;
  Sha256Stream sha256;
  std::optional<upload::MediaType> type;
  for (;;) {
    const Bytes piece = co_await source->next();
    const bool ended = piece.empty();
    co_await pool_.run([&] {
      sha256.add(piece);
      text.add(piece);
      film.add(piece);
      const bool wanted = !type || upload::can_clean(type->name);
      if (wanted) kept.insert(kept.end(), piece.begin(), piece.end());
    });
    if (!type && (ended || kept.size() >= upload::kHeadBytes)) {
      auto found = upload::media_type_of(kept, upload.name, upload.declared_type);
      if (!found) co_return std::unexpected(found.error());
      if (auto fits = fits_its_family(*found, upload.offset); !fits) {
        co_return std::unexpected(fits.error());
      }
      type = *found;
    }
    if (ended) break;
  }
  Checked checked{.type = *type, .sha256_hex = hex(sha256.finish()), .bytes = upload.offset};
  if (type->family == upload::Family::Text) {
    if (auto plain = text.finish(); !plain) co_return std::unexpected(plain.error());
  }
  if (upload::can_clean(type->name)) {
    co_return co_await clean(upload, std::move(checked), std::move(kept));
  }
  if (!upload::is_film(type->name)) co_return checked;
  auto notes = film.finish();
  if (!notes) co_return std::unexpected(notes.error());
  if (notes->empty()) co_return checked;
  co_return co_await blank(upload, std::move(checked), *std::move(notes));
}

/// A film without what its camera wrote beside it: the parts that had something of it are stored
/// anew.
Task<Result<Uploads::Checked>> Uploads::blank(const Upload& upload, Checked checked,
                                              std::vector<upload::Patch> notes) {
  const auto parts = co_await database_.read(
      Deadline::after(kCheckWithin),
      [&](Transaction& transaction) { return parts_in(transaction, upload.content_id); });
  Sha256Stream sha256;
  for (const StoredPart& part : parts) {
    const ByteRange all{.first = 0, .last = static_cast<std::uint64_t>(part.byte_count)};
    auto content = co_await blobs_.read(BlobKey(part.object_key), all, usual_deadline());
    if (!content || content->size() != all.length()) {
      throw std::runtime_error("a part of an upload is gone or too short");
    }
    const bool changes = co_await pool_.run([&] {
      const bool written =
          upload::apply(notes, static_cast<std::uint64_t>(part.first_byte), *content);
      sha256.add(*content);
      return written;
    });
    if (!changes) continue;
    StoredPart instead{.first_byte = part.first_byte,
                       .byte_count = part.byte_count,
                       .object_key = new_key(upload.content_id, part.first_byte)};
    const auto stored =
        co_await blobs_.put(BlobKey(instead.object_key), *std::move(content), usual_deadline());
    if (!stored) co_return std::unexpected(stored.error());
    checked.changed.push_back(std::move(instead));
  }
  checked.sha256_hex = hex(sha256.finish());
  co_return checked;
}

/// A picture without what its camera wrote into it takes the place of the one that came.
Task<Result<Uploads::Checked>> Uploads::clean(const Upload& upload, Checked checked, Bytes whole) {
  auto picture =
      co_await pool_.run([&] { return upload::clean_picture(checked.type.name, whole); });
  if (!picture) co_return std::unexpected(picture.error());
  checked.width = picture->width;
  checked.height = picture->height;
  Bytes content = co_await turn(checked.type.name, *std::move(picture));
  if (content == whole) co_return checked;
  checked.sha256_hex = hex(sha256(content));
  checked.bytes = std::ssize(content);
  checked.instead = StoredPart{
      .first_byte = 0, .byte_count = checked.bytes, .object_key = new_key(upload.content_id, 0)};
  const auto stored = co_await blobs_.put(BlobKey(checked.instead->object_key), std::move(content),
                                          usual_deadline());
  if (!stored) co_return std::unexpected(stored.error());
  co_return checked;
}

/// Its pixels as they are meant to be seen. Where nothing can turn them, it says how they lie.
Task<Bytes> Uploads::turn(std::string_view media_type, upload::CleanPicture picture) {
  if (picture.turned == 1) co_return std::move(picture.content);
  auto made = tools_ == nullptr ? std::nullopt
                                : co_await tools_->turned(std::string(media_type), picture.turned,
                                                          picture.content);
  if (made) {
    made = upload::with_profile_of(media_type, picture.content, *std::move(made));
    auto clean = upload::clean_picture(media_type, *made);
    const bool fits = clean && clean->turned == 1 && clean->width == picture.width &&
                      clean->height == picture.height;
    if (fits) co_return std::move(clean->content);
  }
  co_return upload::with_orientation(media_type, std::move(picture.content), picture.turned);
}

/// From here on it never changes. An equal file of the same owner lends its content.
Task<Result<Upload>> Uploads::settle(const Upload& upload, Checked checked) {
  std::vector<BlobKey> unused;
  const std::int64_t side = std::max(checked.width.value_or(0), checked.height.value_or(0));
  const bool has_plan = upload::preview_plan(checked.type.name, side).has_value();
  const std::int64_t now = now_();
  auto settled =
      co_await database_.write(usual_deadline(), [&](Transaction& transaction) -> Result<Upload> {
        unused.clear();
        auto current = upload_in(transaction, Reach::everything(), upload.id);
        if (!current) return no_upload();
        if (current->state == State::Complete) return *std::move(current);
        const auto same = transaction.first(
            "select content_id, preview, duration_ms from upload where owner_id = $1 and "
            "sha256_hex = $2 and file_bytes = $3 and media_type = $4 and state = 'complete' limit "
            "1",
            {upload.owner.value, checked.sha256_hex, checked.bytes, checked.type.name});
        if (same || checked.instead) {
          for (const StoredPart& part : parts_in(transaction, upload.content_id)) {
            unused.emplace_back(part.object_key);
          }
          transaction.run("delete from upload_part where content_id = $1", {upload.content_id});
        }
        if (checked.instead && same) unused.emplace_back(checked.instead->object_key);
        if (checked.instead && !same) insert_part(transaction, upload.content_id, *checked.instead);
        for (const StoredPart& part : checked.changed) {
          unused.emplace_back(same ? part.object_key
                                   : replace_part(transaction, upload.content_id, part));
        }
        const std::string preview = same ? same->text(1) : has_plan ? "wanted" : "none";
        transaction.run(
            "update upload set state = 'complete', writer = '', content_id = $2, media_type = $3, "
            "file_bytes = $4, sha256_hex = $5, width = $6, height = $7, touched_utc_ns = $8, "
            "preview = $9, duration_ms = $10 where upload_id = $1",
            {upload.id.value, same ? same->text(0) : upload.content_id, checked.type.name,
             checked.bytes, checked.sha256_hex, checked.width, checked.height, now, preview,
             same ? same->maybe_integer(2) : std::nullopt});
        return upload_in(transaction, Reach::everything(), upload.id).value();
      });
  try {
    if (settled && !unused.empty()) co_await blobs_.remove(std::move(unused), usual_deadline());
  } catch (const blob::StoreFailed& error) {  // they go with the upload
    log::debug("upload.part_left", {{"what", error.what()}});
  }
  co_return settled;
}

Task<Result<Upload>> Uploads::complete(Reach reach, UploadId id) {
  auto found = co_await find(std::move(reach), std::move(id), usual_deadline());
  if (!found || found->state == State::Complete) co_return found;
  if (!found->is_whole()) {
    co_return fail(ErrorCode::Conflict, "This upload is not whole yet.", "upload-not-whole");
  }
  auto checked = co_await check(*found);
  if (checked) co_return co_await settle(*found, *std::move(checked));
  const bool refused =
      checked.error().code == ErrorCode::Unsupported || checked.error().code == ErrorCode::TooLarge;
  if (refused) (void)co_await remove(Reach::of(found->owner), found->id, usual_deadline());
  co_return std::unexpected(checked.error());
}

}  // namespace reprise::uploads
