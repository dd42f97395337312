#include "platform/media/ebml.hpp"

namespace reprise::media::ebml {
namespace {

int bytes_needed(std::uint64_t value) {
  int count = 1;
  while (count < 8 && (value >> (8 * count)) != 0) ++count;
  return count;
}

}  // namespace

void number(Bytes& out, std::uint64_t value, int count) {
  for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::byte>(value >> shift));
  }
}

void id(Bytes& out, Id id) {
  const auto value = static_cast<std::uint32_t>(id);
  number(out, value, bytes_needed(value));
}

void size(Bytes& out, std::uint64_t size) {
  int count = 1;
  // A size of all ones means unknown, so one value less fits than the bits allow.
  while (size >= (std::uint64_t{1} << (7 * count)) - 1) ++count;
  number(out, size | std::uint64_t{1} << (7 * count), count);
}

void wide_size(Bytes& out, std::uint64_t size) { number(out, size | std::uint64_t{1} << 56, 8); }

void element(Bytes& out, Id element_id, ByteView content) {
  id(out, element_id);
  size(out, content.size());
  out.insert(out.end(), content.begin(), content.end());
}

void text(Bytes& out, Id element_id, std::string_view value) {
  element(out, element_id, as_bytes(value));
}

void integer(Bytes& out, Id element_id, std::uint64_t value) {
  const int count = bytes_needed(value);
  id(out, element_id);
  size(out, static_cast<std::uint64_t>(count));
  number(out, value, count);
}

void wide_integer(Bytes& out, Id element_id, std::uint64_t value) {
  id(out, element_id);
  size(out, 8);
  number(out, value, 8);
}

void real(Bytes& out, Id element_id, double value) {
  wide_integer(out, element_id, std::bit_cast<std::uint64_t>(value));
}

void filler(Bytes& out, std::size_t total) {
  id(out, Id::Void);
  size(out, total - 2);
  out.resize(out.size() + total - 2);
}

}  // namespace reprise::media::ebml
