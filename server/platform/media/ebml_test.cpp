#include "platform/media/ebml.hpp"

#include <gtest/gtest.h>

namespace reprise::media::ebml {
namespace {

using namespace std::string_literals;

std::string made(const auto& write) {
  Bytes out;
  write(out);
  return std::string(as_text(out));
}

TEST(Ebml, IntegersTakeAsFewBytesAsTheyNeed) {
  const struct {
    std::uint64_t value;
    std::string want;
  } cases[] = {
      {0, "\x81\x00"s},
      {255, "\x81\xff"s},
      {256, "\x82\x01\x00"s},
      {65'535, "\x82\xff\xff"s},
      {65'536, "\x83\x01\x00\x00"s},
      {(std::uint64_t{1} << 56) - 1, "\x87\xff\xff\xff\xff\xff\xff\xff"s},
      {std::uint64_t{1} << 56, "\x88\x01\x00\x00\x00\x00\x00\x00\x00"s},
      {~std::uint64_t{0}, "\x88\xff\xff\xff\xff\xff\xff\xff\xff"s},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(made([&](Bytes& out) { integer(out, Id::CueTime, c.value); }), "\xb3" + c.want)
        << c.value;
  }
}

// All ones would mean "unknown" (RFC 8794 6.2).
TEST(Ebml, SizesTakeAsFewBytesAsTheyNeedAndAreNeverAllOnes) {
  const struct {
    std::uint64_t value;
    std::string want;
  } cases[] = {
      {0, "\x80"s},
      {126, "\xfe"s},
      {127, "\x40\x7f"s},
      {128, "\x40\x80"s},
      {16'382, "\x7f\xfe"s},
      {16'383, "\x20\x3f\xff"s},
      {16'384, "\x20\x40\x00"s},
      {2'097'150, "\x3f\xff\xfe"s},
      {2'097'151, "\x10\x1f\xff\xff"s},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(made([&](Bytes& out) { size(out, c.value); }), c.want) << c.value;
  }
}

TEST(Ebml, ElementsThatAreChangedLaterTakeEightBytes) {
  EXPECT_EQ(made([](Bytes& out) { wide_size(out, 5); }), "\x01\x00\x00\x00\x00\x00\x00\x05"s);
  EXPECT_EQ(made([](Bytes& out) { wide_size(out, kUnknownSize); }),
            "\x01\xff\xff\xff\xff\xff\xff\xff"s);
  EXPECT_EQ(made([](Bytes& out) { real(out, Id::Duration, 1.0); }),
            "\x44\x89\x88\x3f\xf0\x00\x00\x00\x00\x00\x00"s);
}

TEST(Ebml, AFillerTakesJustThePlaceOfWhatComesLater) {
  EXPECT_EQ(made([](Bytes& out) { filler(out, 2); }), "\xec\x80"s);
  EXPECT_EQ(made([](Bytes& out) { filler(out, 5); }), "\xec\x83\x00\x00\x00"s);
  EXPECT_EQ(made([](Bytes& out) { filler(out, 128); }).size(), 128U);
}

}  // namespace
}  // namespace reprise::media::ebml
