#pragma once

// The chunk format (docs/formats/recording.md 1-3): reading, checking and writing. No I/O.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::recording {

inline constexpr std::size_t kChunkBytesMax = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t kMessageBytesMax = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t kMessagesPerChunkMax = 20'000;
inline constexpr std::size_t kChannelsPerChunkMax = 64;
/// Most bytes of the name of a topic, schema or encoding.
inline constexpr std::size_t kNameBytesMax = 256;
/// Most bytes of the data of one schema.
inline constexpr std::size_t kSchemaBytesMax = std::size_t{64} * 1024;

/// The streams of a recording (docs/formats/recording.md 3). `Unknown` is a stream of a later
/// version: it is kept but not read.
enum class Topic {
  Session,
  WireTx,
  WireRx,
  MicPcm,
  ModelPcm,
  FramesJpeg,
  CameraVideo,
  Playout,
  Clock,
  Events,
  Health,
  Unknown,
};
std::string_view name_of(Topic topic);  ///< `/mic/pcm`; empty for Unknown
Topic topic_of(std::string_view name);

/// One MCAP message. `data` points into the bytes that were parsed.
struct Message {
  std::uint16_t channel_id;  ///< the id of one of this chunk's `channels`
  Topic topic;
  std::uint32_t sequence;    ///< docs/formats/recording.md 2
  std::int64_t log_time_ns;  ///< page clock, Unix epoch
  ByteView data;
};

struct Schema {
  std::uint16_t id;
  std::string name;
  std::string encoding;
  Bytes data;
};
struct Channel {
  std::uint16_t id;
  std::uint16_t schema_id;  ///< 0: the channel has no schema
  std::string topic;
  std::string message_encoding;
};

/// A parsed chunk. Lives no longer than the bytes it was parsed from.
struct Chunk {
  std::vector<Schema> schemas;
  std::vector<Channel> channels;
  std::vector<Message> messages;  ///< in file order
  std::int64_t first_log_ns = 0;  ///< smallest and largest log time; both 0 without messages
  std::int64_t last_log_ns = 0;
};

/// Reads a sealed chunk and checks every rule of docs/formats/recording.md 1: magic, record
/// framing, limits, ids that exist, DataEnd and Footer, CRC when given. Bounded in time and memory
/// for any input. Errors: Unprocessable with type `chunk-malformed` and a sentence that names the
/// byte offset; TooLarge.
Result<Chunk> parse_chunk(ByteView bytes);

/// Media messages, decoded from their protobuf forms (api/schemas/*.proto). The views point into
/// the bytes of the message.
struct RawAudio {
  std::int64_t timestamp_ns;
  ByteView pcm;  ///< s16le, interleaved
  std::uint32_t sample_rate;
  std::uint32_t channels;
};
struct EncodedPicture {
  std::int64_t timestamp_ns;  ///< device clock
  std::string_view frame_id;  ///< `key 640x480`, `delta 640x480`; JPEG: `640x480`
  std::string_view format;    ///< `vp9`, `jpeg`
  ByteView data;
};
Result<RawAudio> decode_audio(ByteView message);
Result<EncodedPicture> decode_video(ByteView message);  ///< foxglove.CompressedVideo
Result<EncodedPicture> decode_image(ByteView message);  ///< foxglove.CompressedImage
Bytes encode_audio(const RawAudio& audio);
Bytes encode_video(const EncodedPicture& picture);
Bytes encode_image(const EncodedPicture& picture);

/// Writes a sealed chunk. Used by tests, tools and the synthetic recording; the browser has its own
/// writer.
class ChunkWriter {
 public:
  ChunkWriter();
  /// Adds a message; writes schema and channel before the first message of a topic. `topic` must
  /// not be Unknown.
  void add(Topic topic, std::uint32_t sequence, std::int64_t log_time_ns, ByteView data);
  /// Adds DataEnd, Footer and Magic and returns the chunk. The writer is empty afterwards.
  Bytes seal();

 private:
  Bytes bytes_;
  std::vector<bool> declared_;
};

/// Merges chunks into one chunked and indexed MCAP file (docs/formats/recording.md 4), piece by
/// piece. Its memory does not grow, except for the indexes (a few bytes per message).
class DownloadWriter {
 public:
  DownloadWriter();
  ~DownloadWriter();
  DownloadWriter(DownloadWriter&&) noexcept;
  /// The first bytes of the file.
  Bytes begin();
  /// The bytes for the next chunk; chunks come in seq order.
  Bytes add(const Chunk& chunk);
  /// The last bytes: summary, offsets, footer.
  Bytes end();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::recording
