#include "platform/zip/zip.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <map>

namespace reprise::zip {
namespace {

namespace fs = std::filesystem;

class ZipTest : public testing::Test {
 protected:
  ~ZipTest() override { fs::remove_all(folder_); }
  fs::path stored(ByteView bytes) const {
    const fs::path file = folder_ / "made.zip";
    std::ofstream(file, std::ios::binary) << as_text(bytes);
    return file;
  }
  static Result<std::map<std::string, std::string>> read(const fs::path& file) {
    std::map<std::string, std::string> found;
    std::string* content = nullptr;
    const Status whole =
        read_file(file, {.begin = [&](const std::string& path) { content = &found[path]; },
                         .add = [&](ByteView piece) { *content += as_text(piece); }});
    if (!whole) return std::unexpected(whole.error());
    return found;
  }
  const fs::path folder_ = [] {
    std::string name = (fs::temp_directory_path() / "reprise-zip-XXXXXX").string();
    return fs::path(::mkdtemp(name.data()));
  }();
};

Bytes joined(Bytes one, const Bytes& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

TEST_F(ZipTest, WhatIsWrittenIsRead) {
  Writer writer;
  writer.begin({.path = "account.json", .modified_utc_ns = 1'700'000'000'000'000'000});
  writer.add(as_bytes("{}"));
  writer.begin({.path = "recordings/1/media.webm", .bytes = 6});
  writer.add(as_bytes("fil"));
  writer.add(as_bytes("m 1"));
  writer.begin({.path = "empty.jsonl"});
  writer.finish();
  const auto found = read(stored(writer.take()));
  ASSERT_TRUE(found.has_value()) << found.error().client_message;
  EXPECT_EQ(*found, (std::map<std::string, std::string>{{"account.json", "{}"},
                                                        {"recordings/1/media.webm", "film 1"},
                                                        {"empty.jsonl", ""}}));
}

TEST_F(ZipTest, BytesComeWhileTheyAreMade) {
  Writer writer;
  writer.begin({.path = "media.webm", .bytes = 3'000'000});
  const std::string piece(1'000'000, 'x');
  Bytes whole;
  for (int i = 0; i < 3; ++i) {
    writer.add(as_bytes(piece));
    const Bytes some = writer.take();
    EXPECT_GT(some.size(), piece.size() / 2) << "memory does not grow with the zip";
    whole = joined(std::move(whole), some);
  }
  writer.finish();
  whole = joined(std::move(whole), writer.take());
  const auto found = read(stored(whole));
  ASSERT_TRUE(found.has_value()) << found.error().client_message;
  EXPECT_EQ(found->at("media.webm").size(), 3'000'000U);
}

TEST_F(ZipTest, MoreThanTheSizeThatWasNamedIsRefused) {
  Writer writer;
  writer.begin({.path = "media.webm", .bytes = 2});
  EXPECT_THROW(writer.add(as_bytes("abc")), std::runtime_error);
}

TEST_F(ZipTest, WhatIsCutOrNoZipIsAnError) {
  Writer writer;
  writer.begin({.path = "a.json"});
  writer.add(as_bytes("{}"));
  writer.finish();
  Bytes whole = writer.take();
  whole.resize(whole.size() - 10);
  EXPECT_FALSE(read(stored(whole)).has_value());
  EXPECT_FALSE(read(stored(as_bytes("no zip at all"))).has_value());
  EXPECT_FALSE(read(folder_ / "absent.zip").has_value());
}

TEST_F(ZipTest, AChangedByteIsFound) {
  Writer writer;
  writer.begin({.path = "media.webm", .bytes = 5});
  writer.add(as_bytes("hello"));
  writer.finish();
  Bytes whole = writer.take();
  const std::size_t at = as_text(whole).find("hello");
  ASSERT_NE(at, std::string_view::npos);
  whole[at] = std::byte{'H'};
  EXPECT_FALSE(read(stored(whole)).has_value());
}

}  // namespace
}  // namespace reprise::zip
