#include "platform/media/view_media.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "platform/media/opus_encoder.hpp"
#include "platform/media/vp9.hpp"
#include "platform/media/webm_writer.hpp"

namespace reprise::media {
namespace {

constexpr std::int64_t kNanosPerMs = 1'000'000;
constexpr std::int64_t kFramesPerMs = recording::kMediaRate / 1000;
constexpr VideoTrack kDefaultSize{640, 360};
static_assert(StereoOpusEncoder::kFrames == recording::kSoundBlockFrames);

VideoTrack size_of(const recording::Picture& picture) {
  const auto sane = [](std::uint32_t side) { return side > 0 && side <= Vp9Encoder::kSideMax; };
  if (!sane(picture.width) || !sane(picture.height)) return kDefaultSize;
  return {picture.width, picture.height};
}

std::int64_t to_ms(std::int64_t at_ns) {
  return (std::max<std::int64_t>(at_ns, 0) + kNanosPerMs / 2) / kNanosPerMs;
}

AudioTrack audio_track() { return {StereoOpusEncoder::head(), StereoOpusEncoder::kPreSkipNs}; }

}  // namespace

// Until the first picture the file has no video track, and the times of held pictures are only
// noted. The first picture gives the size of the track: then the file is written again, with that
// picture from t = 0. A held picture is the last key picture, at most two seconds older than the
// last picture.
struct ViewMediaWriter::State {
  State(std::filesystem::path target, std::uint64_t held_max)
      : held_bytes_left(held_max),
        path(std::move(target)),
        beside(path.string() + ".video"),
        file(std::make_unique<WebmWriter>(path, audio_track(), std::nullopt)) {}

  std::uint64_t held_bytes_left;
  std::filesystem::path path;
  std::filesystem::path beside;  ///< path at which the file with video is begun
  StereoOpusEncoder encoder;
  std::unique_ptr<WebmWriter> file;
  std::int64_t next_sound_ms = 0;
  std::optional<VideoTrack> video;
  std::vector<std::int64_t> before_ms;  ///< times of holds before the first picture
  Bytes last_key;
  std::int64_t last_picture_ms = -1;
  bool decodable = false;  ///< the last picture is in the file, so a delta may refer to it
  bool finished = false;

  void add_picture(std::int64_t time_ms, bool key, ByteView data) {
    // Two pictures fall on one millisecond: players need growing times.
    last_picture_ms = std::max(time_ms, last_picture_ms + 1);
    file->add({Track::Video, last_picture_ms, key, data});
  }

  void add_held(std::int64_t time_ms) {
    decodable = false;
    if (last_key.size() > held_bytes_left) return;  // the track then has a hole
    held_bytes_left -= last_key.size();
    add_picture(time_ms, true, last_key);
  }

  void begin_video(VideoTrack size) {
    video = size;
    const auto sound_only =
        std::exchange(file, std::make_unique<WebmWriter>(beside, audio_track(), video));
    auto next = before_ms.begin();
    sound_only->replay([&](const Block& block) {
      while (next != before_ms.end() && *next <= block.time_ms) add_held(*next++);
      file->add(block);
    });
    while (next != before_ms.end()) add_held(*next++);
    before_ms = {};
    file->file().rename(path);
  }
};

ViewMediaWriter::ViewMediaWriter(std::filesystem::path path, std::uint64_t held_bytes_max)
    : state_(std::make_unique<State>(std::move(path), held_bytes_max)) {}

ViewMediaWriter::~ViewMediaWriter() {
  if (state_->finished) return;
  std::error_code ignored;
  std::filesystem::remove(state_->path, ignored);
  std::filesystem::remove(state_->beside, ignored);
}

void ViewMediaWriter::sound(const recording::SoundBlock& block) {
  const ByteView packet = block.silent ? state_->encoder.encode_silence()
                                       : state_->encoder.encode(block.left, block.right);
  const std::int64_t time_ms = block.first_frame / kFramesPerMs;
  state_->file->add({Track::Audio, time_ms, true, packet});
  state_->next_sound_ms = time_ms + recording::kSoundBlockFrames / kFramesPerMs;
}

void ViewMediaWriter::picture(const recording::Picture& picture) {
  State& state = *state_;
  state.decodable = state.decodable || picture.key;
  if (!state.decodable) return;  // the picture that this delta refers to is not in the file
  if (picture.key) state.last_key.assign(picture.vp9.begin(), picture.vp9.end());
  if (!state.video) state.begin_video(size_of(picture));
  state.decodable = true;
  state.add_picture(to_ms(picture.at_ns), picture.key, picture.vp9);
}

void ViewMediaWriter::hold(std::int64_t at_ns) {
  if (!state_->video) {
    state_->before_ms.push_back(to_ms(at_ns));
  } else {
    state_->add_held(to_ms(at_ns));
  }
}

ViewMediaInfo ViewMediaWriter::finish(std::int64_t duration_ns) {
  State& state = *state_;
  // The decoder is kPreSkipFrames late, so one more packet is needed for the last sound.
  state.file->add({Track::Audio, state.next_sound_ms, true, state.encoder.encode_silence()});
  state.file->finish(duration_ns);
  state.finished = true;
  return {state.file->file().size(), duration_ns, state.video.has_value()};
}

}  // namespace reprise::media
