#include "domain/recording/format/pack.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"

namespace reprise::recording {
namespace {

std::vector<PackChunk> chunks_of(const std::vector<std::uint32_t>& sizes) {
  std::vector<PackChunk> chunks;
  chunks.reserve(sizes.size());
  for (const std::uint32_t bytes : sizes) {
    chunks.push_back({.seq = static_cast<std::int64_t>(chunks.size()),
                      .bytes = bytes,
                      .crc32c = bytes,
                      .sha256_hex = std::string(64, 'a')});
  }
  return chunks;
}

constexpr std::uint32_t kMebibyte = 1 << 20;

struct PlanCase {
  const char* name;
  std::vector<std::uint32_t> sizes;
  std::size_t taken;  ///< 0: no pack
};
class PackPlanTest : public testing::TestWithParam<PlanCase> {};
TEST_P(PackPlanTest, TakesAsManyOfTheFirstAsFit) {
  const auto chunks = chunks_of(GetParam().sizes);
  const auto pack = plan_pack(chunks);
  ASSERT_EQ(pack.has_value(), GetParam().taken > 0);
  if (!pack) return;
  EXPECT_EQ(pack->chunks, std::vector(chunks.begin(), chunks.begin() + GetParam().taken));
  EXPECT_LE(bytes_of(*pack), kPackBytesMax);
  EXPECT_EQ(head_of(*pack).size(), head_bytes(*pack));
}
// 16 bytes and 56 for each chunk are the head.
constexpr std::uint32_t kJustFits = 64 * kMebibyte - 16 - (2 * 56) - 1;
INSTANTIATE_TEST_SUITE_P(
    Packs, PackPlanTest,
    testing::Values(PlanCase{"Nothing", {}, 0}, PlanCase{"One", {100}, 0},
                    PlanCase{"Two", {100, 1}, 2}, PlanCase{"ToTheByte", {kJustFits, 1}, 2},
                    PlanCase{"AByteTooMany", {kJustFits, 2}, 0},
                    PlanCase{"EightLargestDoNotFit", std::vector(8, 8 * kMebibyte), 7},
                    PlanCase{"TheSmallOneBehindWaits", {60 * kMebibyte, 1, 9 * kMebibyte, 1}, 2},
                    PlanCase{"TooMany", std::vector<std::uint32_t>(5'000, 1), kPackChunksMax}),
    [](const auto& tested) { return tested.param.name; });

TEST(PackTest, TheHeadIsAsItsPageSays) {
  const Pack pack{{{.seq = 7, .bytes = 3, .crc32c = 0x01020304, .sha256_hex = hex(sha256({}))},
                   {.seq = 0x0102, .bytes = 0x0a0b, .crc32c = 5, .sha256_hex = hex(sha256({}))}}};
  const std::string digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const std::string entries = "0700000000000000800000000000000003000000" + std::string("04030201") +
                              digest + "020100000000000083000000000000000b0a0000" + "05000000" +
                              digest;
  const Bytes head = head_of(pack);
  ASSERT_EQ(head.size(), 128U);
  const std::uint32_t crc = crc32c(ByteView(head).subspan(16));
  std::string sum;
  for (int i = 0; i < 4; ++i) sum += hex(Bytes{static_cast<std::byte>(crc >> (8 * i))});
  EXPECT_EQ(hex(head), hex(as_bytes("RPRPACK1")) + "02000000" + sum + entries);
  EXPECT_EQ(bytes_of(pack), 128U + 3 + 0x0a0b);
}

struct WindowCase {
  const char* name;
  std::vector<std::uint32_t> sizes;
  std::vector<std::size_t> counts;
};
class PackWindowTest : public testing::TestWithParam<WindowCase> {};
TEST_P(PackWindowTest, CoversEachChunkOnce) {
  constexpr std::uint64_t kMost = 10;
  const Pack pack{chunks_of(GetParam().sizes)};
  std::vector<std::size_t> counts;
  std::size_t next = 0;
  std::uint64_t at = head_bytes(pack);
  for (const PackWindow& window : windows_of(pack, kMost)) {
    counts.push_back(window.count);
    EXPECT_EQ(window.first, next);
    EXPECT_EQ(window.range.first, at);
    next += window.count;
    at = window.range.last;
    EXPECT_TRUE(window.range.length() <= kMost || window.count == 1);
  }
  EXPECT_EQ(counts, GetParam().counts);
  EXPECT_EQ(at, bytes_of(pack));
}
INSTANTIATE_TEST_SUITE_P(Windows, PackWindowTest,
                         testing::Values(WindowCase{"None", {}, {}},
                                         WindowCase{"AllInOne", {4, 6}, {2}},
                                         WindowCase{"AByteTooMany", {4, 7}, {1, 1}},
                                         WindowCase{"ALargeOneAlone", {4, 20, 4, 4}, {1, 1, 2}}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::recording
