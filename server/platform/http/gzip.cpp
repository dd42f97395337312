#include "platform/http/gzip.hpp"

#include <zlib.h>

#include <new>
#include <string>
#include <variant>

#include "platform/http/static_site.hpp"

namespace reprise::http {
namespace {

/// 2 of 9. Nearby rows are alike and compress well even so, and people wait for lists.
constexpr int kLevel = 2;
constexpr int kGzipWindow = 15 + 16;  ///< zlib.h: 16 more writes a gzip header
constexpr int kMemoryLevel = 8;       ///< zlib's default

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);  // deflateBound leaves room for all of it
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

Response gzipped(const Request& request, Response response) {
  auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || text->size() < kGzipBytesMin) return response;
  response.headers.add("Vary", "Accept-Encoding");
  if (!accepts_coding(request.headers.find("Accept-Encoding").value_or(""), "gzip")) {
    return response;
  }
  *text = gzip(*text);
  response.headers.add("Content-Encoding", "gzip");
  return response;
}

}  // namespace reprise::http
