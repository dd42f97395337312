// Any bytes as a recording. Either a whole chunk, or (first byte 0xFF, or 0xFE without
// rendering, which is much faster) a stream of messages:
// topic u8 · step of the log time u8 (× 100 ms) · sequence u32 · length u16 · data.
// What the fold gives must be in order, and the same when it is cut elsewhere.

#include <cstdlib>
#include <cstring>

#include "domain/recording/fold.hpp"

namespace {

using namespace reprise::recording;

class OrderCheck final : public FoldSink {
 public:
  std::uint64_t digest = 0;
  void sound(const SoundBlock& block) override {
    demand(block.first_frame == next_frame_);
    next_frame_ += kSoundBlockFrames;
    see(block.first_frame * 62'500 / 3);
    for (const float value : block.left) demand(value >= -8 && value <= 8);
    mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(block.right[100] * 1e6F)) +
        (block.silent ? 1 : 0));
  }
  void picture(const Picture& picture) override {
    demand(picture.at_ns > last_picture_ns_ && !picture.vp9.empty());
    demand(picture.key || shown_);
    shown_ = true;
    last_picture_ns_ = picture.at_ns;
    see(picture.at_ns);
    mix(static_cast<std::uint64_t>(picture.at_ns));
  }
  void black(std::int64_t at_ns) override {
    demand(at_ns > last_picture_ns_);
    last_picture_ns_ = at_ns;
    shown_ = false;
    see(at_ns);
    mix(static_cast<std::uint64_t>(at_ns) + 7);
  }
  static void demand(bool truth) {
    if (!truth) std::abort();
  }

 private:
  void see(std::int64_t at_ns) {
    demand(at_ns >= last_ns_);
    last_ns_ = at_ns;
  }
  void mix(std::uint64_t value) { digest = digest * 1'099'511'628'211U + value; }
  std::int64_t next_frame_ = 0;
  std::int64_t last_ns_ = 0;
  std::int64_t last_picture_ns_ = -1;
  bool shown_ = false;
};

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

std::uint64_t fold_messages(const std::vector<Message>& messages, std::size_t per_chunk,
                            bool render) {
  OrderCheck sink;
  Fold fold({.render_sound = render}, &sink);
  for (std::size_t at = 0; at < messages.size(); at += per_chunk) {
    Chunk chunk;
    const auto end = std::min(messages.size(), at + per_chunk);
    chunk.messages.assign(messages.begin() + static_cast<std::ptrdiff_t>(at),
                          messages.begin() + static_cast<std::ptrdiff_t>(end));
    fold.add(chunk);
    if (at == 0) (void)fold.view();
  }
  fold.finish();
  const auto& view = fold.view();
  for (const auto& turn : view.turns) OrderCheck::demand(turn.start_ns <= turn.end_ns);
  const auto vtt = to_webvtt(view);
  return sink.digest ^ std::hash<std::string>{}(vtt) ^ view.peaks.model.size();
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
