/// The server accepts what the browser writes: the file comes from
/// web/src/media/journal/browser-chunk.test.ts, which checks that the browser still writes these
/// bytes.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "domain/recording/format/chunk.hpp"

namespace reprise::recording {
namespace {

constexpr std::int64_t kStart = 1'795'531'763'000'000'000;

std::string browser_chunk() {
  std::ifstream file(REPRISE_SOURCE_DIR "/tests/fixtures/browser-chunk.mcap", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(BrowserChunk, IsReadWithEveryChannel) {
  const std::string bytes = browser_chunk();
  const auto chunk = parse_chunk(as_bytes(bytes));
  ASSERT_TRUE(chunk.has_value()) << chunk.error().client_message;
  std::vector<std::string> topics;
  for (const Message& message : chunk->messages) topics.emplace_back(name_of(message.topic));
  EXPECT_THAT(topics, testing::ElementsAre("/session", "/wire/tx", "/wire/rx", "/playout", "/clock",
                                           "/events", "/health", "/mic/pcm", "/model/pcm",
                                           "/camera/video", "/frames/jpeg"));
  EXPECT_EQ(chunk->first_log_ns, kStart);
  EXPECT_EQ(chunk->last_log_ns, kStart + 2'000'000'000);
}

TEST(BrowserChunk, HoldsMediaThatDecodes) {
  const std::string bytes = browser_chunk();
  const auto chunk = parse_chunk(as_bytes(bytes));
  ASSERT_TRUE(chunk.has_value()) << chunk.error().client_message;
  ASSERT_EQ(chunk->messages.size(), 11U);
  const Message& mic = chunk->messages[7];
  EXPECT_EQ(mic.sequence, 320U);
  EXPECT_EQ(mic.log_time_ns, kStart + 20'000'000);
  const auto audio = decode_audio(mic.data);
  ASSERT_TRUE(audio.has_value());
  EXPECT_EQ(audio->timestamp_ns, mic.log_time_ns);
  EXPECT_EQ(audio->sample_rate, 16'000U);
  EXPECT_EQ(audio->channels, 1U);
  EXPECT_EQ(audio->pcm.size(), 640U);
  const auto video = decode_video(chunk->messages[9].data);
  ASSERT_TRUE(video.has_value());
  EXPECT_EQ(video->frame_id, "key 640x480");
  EXPECT_EQ(video->format, "vp9");
  EXPECT_EQ(video->timestamp_ns, 5'000'000'000);
  EXPECT_EQ(video->data.size(), 300U);
  const auto image = decode_image(chunk->messages[10].data);
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->format, "jpeg");
  EXPECT_EQ(image->frame_id, "640x480");
  EXPECT_EQ(chunk->messages[10].sequence, 2U);
}

}  // namespace
}  // namespace reprise::recording
