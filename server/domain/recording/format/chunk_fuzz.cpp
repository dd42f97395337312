// Takes any bytes: parses them, decodes the messages, merges them into a download.

#include "domain/recording/format/chunk.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise::recording;
  const reprise::ByteView bytes{reinterpret_cast<const std::byte*>(data), size};
  (void)decode_audio(bytes);
  (void)decode_video(bytes);
  (void)decode_image(bytes);
  const auto chunk = parse_chunk(bytes);
  if (!chunk) return 0;
  for (const Message& message : chunk->messages) {
    (void)decode_audio(message.data);
    (void)decode_video(message.data);
  }
  DownloadWriter download;
  (void)download.begin();
  (void)download.add(*chunk);
  (void)download.add(*chunk);
  (void)download.end();
  return 0;
}
