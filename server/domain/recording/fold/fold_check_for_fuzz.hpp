#pragma once

// What the fuzzers of the fold check: its results are in order, and they are the same wherever the
// recording is cut into chunks. Not part of the program.

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/recording/fold/fold.hpp"
#include "domain/recording/format/chunk.hpp"
#include "domain/recording/view/webvtt.hpp"

namespace reprise::recording {

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
  void hold(std::int64_t at_ns) override {
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

/// `seq` bounds how far each chunk may reach, as in Fold::add.
inline std::uint64_t fold_messages(const std::vector<Message>& messages, std::size_t per_chunk,
                                   bool render, std::optional<std::int64_t> seq = std::nullopt) {
  OrderCheck sink;
  Fold fold({.render_sound = render}, &sink);
  for (std::size_t at = 0; at < messages.size(); at += per_chunk) {
    Chunk chunk;
    const auto end = std::min(messages.size(), at + per_chunk);
    chunk.messages.assign(messages.begin() + static_cast<std::ptrdiff_t>(at),
                          messages.begin() + static_cast<std::ptrdiff_t>(end));
    fold.add(chunk, seq);
    if (at == 0) (void)fold.view();
  }
  fold.finish();
  const auto& view = fold.view();
  for (const auto& turn : view.turns) OrderCheck::demand(turn.start_ns <= turn.end_ns);
  const auto vtt = to_webvtt(view);
  return sink.digest ^ std::hash<std::string>{}(vtt) ^ view.peaks.model.size();
}

}  // namespace reprise::recording
