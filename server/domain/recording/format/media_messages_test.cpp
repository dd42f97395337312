// The limits of media messages, and fields that are not what they seem.

#include <gtest/gtest.h>

#include <limits>

#include "domain/recording/format/chunk.hpp"

namespace reprise::recording {
namespace {

constexpr std::uint64_t kLastSecond = 9'223'372'035;  // 2^63 ns, and a second for the nanoseconds

void add_varint(Bytes& to, std::uint64_t value) {
  for (; value > 0x7F; value >>= 7) to.push_back(static_cast<std::byte>((value & 0x7F) | 0x80));
  to.push_back(static_cast<std::byte>(value));
}
void add(Bytes& to, std::string_view bytes) {
  const ByteView view = as_bytes(bytes);
  to.insert(to.end(), view.begin(), view.end());
}
Bytes timestamp_of(std::uint64_t seconds, std::uint64_t nanos) {
  Bytes inner;
  add(inner, "\x08");
  add_varint(inner, seconds);
  add(inner, "\x10");
  add_varint(inner, nanos);
  return inner;
}
/// A picture with only this timestamp.
Bytes picture_at(const Bytes& timestamp) {
  Bytes message;
  add(message, "\x0a");
  add_varint(message, timestamp.size());
  message.insert(message.end(), timestamp.begin(), timestamp.end());
  return message;
}
Bytes sound(std::size_t pcm_bytes = 4, std::uint32_t channels = 1) {
  return encode_audio(
      {.timestamp_ns = 5, .pcm = Bytes(pcm_bytes), .sample_rate = 16'000, .channels = channels});
}

struct TimeCase {
  const char* name;
  std::uint64_t seconds;
  std::uint64_t nanos;
  bool taken;
};
class MessageTimeTest : public testing::TestWithParam<TimeCase> {};
TEST_P(MessageTimeTest, HasASaneTime) {
  const auto& [name, seconds, nanos, taken] = GetParam();
  const auto picture = decode_video(picture_at(timestamp_of(seconds, nanos)));
  ASSERT_EQ(picture.has_value(), taken);
  if (!picture) return;
  EXPECT_EQ(picture->timestamp_ns,
            static_cast<std::int64_t>(seconds) * 1'000'000'000 + static_cast<std::int64_t>(nanos));
}
INSTANTIATE_TEST_SUITE_P(Times, MessageTimeTest,
                         testing::Values(TimeCase{"Zero", 0, 0, true},
                                         TimeCase{"LastNano", 1, 999'999'999, true},
                                         TimeCase{"ANanoTooMany", 1, 1'000'000'000, false},
                                         TimeCase{"NegativeNano", 1, ~std::uint64_t{0}, false},
                                         TimeCase{"LastSecond", kLastSecond, 999'999'999, true},
                                         TimeCase{"ASecondTooMany", kLastSecond + 1, 0, false},
                                         TimeCase{"FirstSecond", ~kLastSecond + 1, 0, true},
                                         TimeCase{"ASecondTooEarly", ~kLastSecond, 0, false}),
                         [](const auto& tested) { return tested.param.name; });

TEST(MediaFields, ATimestampThatIsCutIsRefused) {
  Bytes cut;
  add(cut, "\x08");
  EXPECT_FALSE(decode_video(picture_at(cut)));
}

TEST(MediaFields, ATimestampIsReadByItsNumbersAndTypes) {
  // 1 and 2 as fixed32 and block, and the later fields 3 as a number.
  Bytes odd = timestamp_of(7, 9);
  add(odd, std::string_view("\x0d\x01\x00\x00\x00\x12\x01x\x18\x05", 10));
  const auto picture = decode_video(picture_at(odd));
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->timestamp_ns, 7'000'000'009);
}

TEST(MediaFields, ANumberHasAtMostTenBytes) {
  Bytes message = sound();
  add(message, "\x30\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  EXPECT_TRUE(decode_audio(message));
  message.back() = std::byte{0xff};
  EXPECT_FALSE(decode_audio(message));
}

TEST(MediaFields, SoundIgnoresFieldsOfLaterVersions) {
  for (const auto& later :
       {std::string_view("\x32\x01x"), std::string_view("\x30\x07"),
        std::string_view("\x35\x09\x00\x00\x00", 5),
        std::string_view("\x31\x01\x02\x03\x04\x05\x06\x07\x08"),
        // Fields of a known number and another type.
        std::string_view("\x08\x07"), std::string_view("\x10\x07"), std::string_view("\x18\x07"),
        std::string_view("\x20\x07"), std::string_view("\x28\x07")}) {
    Bytes message = sound();
    add(message, later);
    const auto audio = decode_audio(message);
    ASSERT_TRUE(audio) << int{later[0]};
    EXPECT_EQ(audio->timestamp_ns, 5);
    EXPECT_EQ(audio->pcm.size(), 4U);
    EXPECT_EQ(audio->sample_rate, 16'000U);
    EXPECT_EQ(audio->channels, 1U);
  }
}

TEST(MediaFields, SoundEndsWithASampleOfEachChannel) {
  EXPECT_TRUE(decode_audio(sound(8, 2)));
  EXPECT_FALSE(decode_audio(sound(6, 2)));
  EXPECT_FALSE(decode_audio(sound(3, 1)));
  EXPECT_TRUE(decode_audio(sound(0, 2)));
}

TEST(MediaFields, SoundHasAKnownFormat) {
  Bytes message = sound();
  add(message, "\x1a\x07pcm-f32");
  EXPECT_FALSE(decode_audio(message));
}

TEST(MediaFields, LengthsOfOneAndTwoBytesAreWritten) {
  for (const std::size_t bytes : {126U, 128U, 130U, 16'382U, 16'384U}) {
    const Bytes message = sound(bytes);
    const auto audio = decode_audio(message);
    ASSERT_TRUE(audio) << bytes;
    EXPECT_EQ(audio->pcm.size(), bytes);
  }
}

}  // namespace
}  // namespace reprise::recording
