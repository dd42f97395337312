#include "emulator/text/pdf_pages.hpp"

#include <zlib.h>

#include <algorithm>
#include <string>

namespace reprise::emulator {
namespace {

/// All object streams of a file together are unpacked up to this size; what is behind it is not
/// counted.
constexpr std::size_t kUnpackedBytesMax = 64U << 20U;
/// The dictionary before `stream` is looked for in so many bytes.
constexpr std::size_t kDictionaryBytesMax = 1'024;

std::int64_t pages_in(std::string_view objects) {
  constexpr std::string_view kType = "/Type";
  constexpr std::string_view kPage = "/Page";
  std::int64_t pages = 0;
  for (std::size_t at = objects.find(kType); at != objects.npos; at = objects.find(kType, at + 1)) {
    const std::size_t name = objects.find_first_not_of(" \r\n\t", at + kType.size());
    if (name == objects.npos || !objects.substr(name).starts_with(kPage)) continue;
    const std::size_t end = name + kPage.size();
    if (end == objects.size() || objects[end] != 's') ++pages;
  }
  return pages;
}

/// What zlib gives, up to `bytes_max`; what came before an error counts.
std::string unpacked(std::string_view packed, std::size_t bytes_max) {
  constexpr std::size_t kStep = 64U << 10U;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return {};
  std::string bytes;
  // zlib only reads what its member, which is not const, points to.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int state = Z_OK;
  while (state == Z_OK && bytes.size() < bytes_max) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::min(kStep, bytes_max - before));
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + before);
    stream.avail_out = static_cast<uInt>(bytes.size() - before);
    state = inflate(&stream, Z_NO_FLUSH);
    bytes.resize(bytes.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return bytes;
}

}  // namespace

std::int64_t pages_of_pdf(std::string_view pdf) {
  constexpr std::string_view kStream = "stream";
  constexpr std::string_view kEnd = "endstream";
  std::int64_t pages = 0;
  std::size_t left = kUnpackedBytesMax;
  std::size_t plain = 0;  // up to here the file was looked at
  for (std::size_t at = pdf.find(kStream); at != pdf.npos && left > 0;
       at = pdf.find(kStream, plain)) {
    pages += pages_in(pdf.substr(plain, at - plain));
    const std::size_t from = at > kDictionaryBytesMax ? at - kDictionaryBytesMax : 0;
    std::string_view dictionary = pdf.substr(std::max(from, plain), at - std::max(from, plain));
    dictionary.remove_prefix(std::min(dictionary.rfind(" obj"), dictionary.size()));
    std::size_t begin = at + kStream.size();
    if (pdf.substr(begin).starts_with('\r')) ++begin;
    if (pdf.substr(begin).starts_with('\n')) ++begin;
    const std::size_t end = std::min(pdf.find(kEnd, begin), pdf.size());
    if (dictionary.contains("/ObjStm") && dictionary.contains("/FlateDecode")) {
      const std::string objects = unpacked(pdf.substr(begin, end - begin), left);
      left -= objects.size();
      pages += pages_in(objects);
    }
    plain = std::min(end + kEnd.size(), pdf.size());
  }
  return pages + pages_in(pdf.substr(plain));
}

}  // namespace reprise::emulator
