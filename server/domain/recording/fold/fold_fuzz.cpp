// Takes any bytes as a recording: either a whole chunk or (first byte 0xFF, or 0xFE without
// rendering, which is much faster) a stream of messages:
// topic u8 · step of the log time u8 (× 100 ms) · sequence u32 · length u16 · data.
// The results of the fold must be in order, and the same when the recording is cut elsewhere.

#include <algorithm>

#include "domain/recording/fold/fold_check_for_fuzz.hpp"

namespace {

using namespace reprise::recording;

std::vector<Message> messages_of(reprise::ByteView bytes) {
  std::vector<Message> messages;
  std::int64_t log_time_ns = 1'795'531'763'000'000'000;
  while (bytes.size() >= 8) {
    const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
    log_time_ns += byte(1) * 100'000'000LL;
    const auto sequence = byte(2) | byte(3) << 8 | byte(4) << 16 | byte(5) << 24;
    const auto length = std::min<std::size_t>(byte(6) | byte(7) << 8, bytes.size() - 8);
    messages.push_back(
        {0, static_cast<Topic>(byte(0) % 12), sequence, log_time_ns, bytes.subspan(8, length)});
    bytes = bytes.subspan(8 + length);
  }
  return messages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const reprise::ByteView bytes{reinterpret_cast<const std::byte*>(data), size};
  if (size > 0 && data[0] >= 0xFE) {
    const auto messages = messages_of(bytes.subspan(1));
    OrderCheck::demand(fold_messages(messages, 1, data[0] == 0xFF) ==
                       fold_messages(messages, 1'000'000, data[0] == 0xFF));
    return 0;
  }
  const auto chunk = parse_chunk(bytes);
  if (chunk) (void)fold_messages(chunk->messages, 64, true);
  return 0;
}
