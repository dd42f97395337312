#include "platform/http/gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace reprise::http {
namespace {

Request asks_for(std::string coding) {
  Request request{.method = Method::Get};
  if (!coding.empty()) request.headers.add("Accept-Encoding", std::move(coding));
  return request;
}

std::string unpacked(const std::string& packed, std::size_t size) {
  std::string text(size, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.total_out, size);
  inflateEnd(&stream);
  return text;
}

std::string rows(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) text += "{\"row\":" + std::to_string(i) + "},";
  return text;
}

TEST(Gzip, PacksALongTextForWhoAcceptsIt) {
  const std::string text = rows(300'000);
  const Response packed = gzipped(asks_for("br, gzip;q=0.5"), json(200, text));
  EXPECT_EQ(packed.headers.find("Content-Encoding"), "gzip");
  EXPECT_EQ(packed.headers.find("Vary"), "Accept-Encoding");
  const auto& body = std::get<std::string>(packed.body);
  EXPECT_LT(body.size(), text.size() / 2);
  EXPECT_EQ(unpacked(body, text.size()), text);
}

TEST(Gzip, LeavesATextThatCannotBeMadeShorterReadable) {
  std::string noise(5000, '\0');
  std::uint32_t random = 1;
  for (char& c : noise) c = static_cast<char>((random = random * 1664525 + 1013904223) >> 24);
  const Response packed = gzipped(asks_for("gzip"), Response{.body = noise});
  EXPECT_EQ(unpacked(std::get<std::string>(packed.body), noise.size()), noise);
}

TEST(Gzip, LeavesOthersAsTheyAre) {
  const std::string text = rows(5000);
  for (const char* coding : {"", "identity", "br", "gzip;q=0", "gzip;q=0.0, *"}) {
    const Response plain = gzipped(asks_for(coding), json(200, text));
    EXPECT_FALSE(plain.headers.find("Content-Encoding").has_value()) << coding;
    EXPECT_EQ(std::get<std::string>(plain.body), text) << coding;
  }
  const Response small = gzipped(asks_for("gzip"), json(200, "{}"));
  EXPECT_EQ(std::get<std::string>(small.body), "{}");
  EXPECT_FALSE(small.headers.find("Vary").has_value());
}

}  // namespace
}  // namespace reprise::http
