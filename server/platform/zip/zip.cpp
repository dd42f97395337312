#include "platform/zip/zip.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <stdexcept>
#include <vector>

namespace reprise::zip {
namespace {

/// What a person's file manager shows of each file.
constexpr unsigned kPermissions = 0644;
constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr std::int64_t kNsInSecond = 1'000'000'000;

struct FreeWrite {
  void operator()(archive* zip) const { archive_write_free(zip); }
};
struct FreeRead {
  void operator()(archive* zip) const { archive_read_free(zip); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

std::string error_of(archive* zip) {
  const char* text = archive_error_string(zip);
  return text == nullptr ? "no reason given" : text;
}

/// Warnings are about what the zip does not need, such as an unusual letter in a name.
void check(archive* zip, int status) {
  if (status < ARCHIVE_WARN) throw std::runtime_error("zip: " + error_of(zip));
}

}  // namespace

struct Writer::State {
  Bytes made;
  std::unique_ptr<archive, FreeWrite> zip{archive_write_new()};

  static la_ssize_t keep(archive*, void* state, const void* bytes, std::size_t count) {
    const auto* first = static_cast<const std::byte*>(bytes);
    Bytes& made = static_cast<State*>(state)->made;
    made.insert(made.end(), first, first + count);
    return static_cast<la_ssize_t>(count);
  }
};

Writer::Writer() : state_(std::make_unique<State>()) {
  archive* zip = state_->zip.get();
  if (zip == nullptr) throw std::runtime_error("zip: no memory");
  check(zip, archive_write_set_format_zip(zip));
  // Names are ours and ASCII; the program's locale must not matter.
  check(zip, archive_write_set_format_option(zip, "zip", "hdrcharset", "UTF-8"));
  // What is compressed is large and mostly sound: more effort gains little.
  check(zip, archive_write_set_format_option(zip, "zip", "compression-level", "1"));
  check(zip, archive_write_set_bytes_per_block(zip, 0));
  check(zip, archive_write_open2(zip, state_.get(), nullptr, State::keep, nullptr, nullptr));
}

Writer::~Writer() = default;

void Writer::begin(const Entry& entry) {
  archive* zip = state_->zip.get();
  const std::unique_ptr<archive_entry, FreeEntry> head(archive_entry_new());
  if (!head) throw std::runtime_error("zip: no memory");
  archive_entry_set_pathname_utf8(head.get(), entry.path.c_str());
  archive_entry_set_filetype(head.get(), AE_IFREG);
  archive_entry_set_perm(head.get(), kPermissions);
  archive_entry_set_mtime(head.get(), entry.modified_utc_ns / kNsInSecond, 0);
  if (entry.bytes) archive_entry_set_size(head.get(), static_cast<la_int64_t>(*entry.bytes));
  check(zip, entry.bytes ? archive_write_zip_set_compression_store(zip)
                         : archive_write_zip_set_compression_deflate(zip));
  check(zip, archive_write_header(zip, head.get()));
}

void Writer::add(ByteView piece) {
  while (!piece.empty()) {
    const la_ssize_t taken = archive_write_data(state_->zip.get(), piece.data(), piece.size());
    if (taken <= 0) throw std::runtime_error("zip: " + error_of(state_->zip.get()));
    piece = piece.subspan(static_cast<std::size_t>(taken));
  }
}

void Writer::finish() { check(state_->zip.get(), archive_write_close(state_->zip.get())); }

Bytes Writer::take() { return std::exchange(state_->made, {}); }

namespace {

std::unexpected<Error> damaged(archive* zip) {
  return fail(ErrorCode::Invalid, fmt::format("the zip cannot be read: {}", error_of(zip)));
}

Status read_entry(archive* zip, const Visitor& visitor, std::vector<std::byte>& room) {
  for (;;) {
    const la_ssize_t got = archive_read_data(zip, room.data(), room.size());
    if (got < 0) return damaged(zip);
    if (got == 0) return {};
    visitor.add(ByteView(room).first(static_cast<std::size_t>(got)));
  }
}

}  // namespace

Status read_file(const std::filesystem::path& file, const Visitor& visitor) {
  const std::unique_ptr<archive, FreeRead> zip(archive_read_new());
  if (!zip) return fail(ErrorCode::Unavailable, "there is no memory for it");
  check(zip.get(), archive_read_support_format_zip_seekable(zip.get()));
  if (archive_read_open_filename(zip.get(), file.c_str(), kReadBytes) != ARCHIVE_OK) {
    return damaged(zip.get());
  }
  std::vector<std::byte> room(kReadBytes);
  archive_entry* head = nullptr;
  for (;;) {
    const int status = archive_read_next_header(zip.get(), &head);
    if (status == ARCHIVE_EOF) return {};
    if (status < ARCHIVE_WARN) return damaged(zip.get());
    const char* path = archive_entry_pathname_utf8(head);
    if (path == nullptr || archive_entry_filetype(head) != AE_IFREG) {
      return fail(ErrorCode::Invalid, "the zip holds something that is no file with a name");
    }
    visitor.begin(path);
    if (const Status read = read_entry(zip.get(), visitor, room); !read) return read;
  }
}

}  // namespace reprise::zip
