#include "features/account/export_zip.hpp"

#include <stdexcept>

namespace reprise::account {
namespace {

/// Pieces of the zip have about this size, so that not every line is a write of its own.
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

}  // namespace

struct ExportZip::Open {
  Part part;
  std::uint64_t bytes = 0;
  Sha256Stream sha256 = {};
};

ExportZip::ExportZip(const ExportStores& stores, ExportManifest manifest, std::int64_t now_utc_ns,
                     std::function<Task<void>()> check)
    : stores_(stores),
      manifest_(std::move(manifest)),
      now_(now_utc_ns),
      check_(std::move(check)),
      parts_(stores, access::UserId(manifest_.user_id), now_utc_ns) {}

ExportZip::~ExportZip() = default;

Task<Bytes> ExportZip::next() {
  while (!ended_ && made_.size() < kPieceBytes) {
    co_await step();
  }
  co_return std::exchange(made_, {});
}

Task<void> ExportZip::step() {
  if (open_) {
    co_await add_piece();
    co_return;
  }
  co_await check_();
  std::optional<Part> part = co_await parts_.next();
  if (!part) {
    co_await add_manifest();
    co_return;
  }
  writer_.begin(
      {.path = part->path, .bytes = part->bytes, .modified_utc_ns = part->modified_utc_ns});
  open_ = std::make_unique<Open>(*std::move(part));
}

Task<void> ExportZip::add_piece() {
  const Bytes piece = co_await open_->part.content->next();
  if (piece.empty()) {
    // The zip would be filled up with zeros.
    if (open_->part.bytes && *open_->part.bytes != open_->bytes) {
      throw std::runtime_error(open_->part.path + " has another size than it should have");
    }
    manifest_.files.push_back({.path = open_->part.path,
                               .bytes = static_cast<std::int64_t>(open_->bytes),
                               .sha256 = hex(open_->sha256.finish())});
    open_.reset();
    co_return;
  }
  co_await stores_.pool.run([this, &piece] {
    open_->bytes += piece.size();
    open_->sha256.add(piece);
    writer_.add(piece);
    const Bytes some = writer_.take();
    sha256_.add(some);
    made_.insert(made_.end(), some.begin(), some.end());
  });
}

Task<void> ExportZip::add_manifest() {
  manifest_.left_out = std::move(parts_.left_out());
  co_await stores_.pool.run([this] {
    writer_.begin({.path = kManifestPath, .modified_utc_ns = now_});
    const std::string text = to_text(manifest_);
    writer_.add(as_bytes(text));
    writer_.finish();
    const Bytes some = writer_.take();
    sha256_.add(some);
    made_.insert(made_.end(), some.begin(), some.end());
  });
  ended_ = true;
}

}  // namespace reprise::account
