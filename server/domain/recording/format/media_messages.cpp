// Reads and writes the three protobuf messages of api/schemas/*.proto by hand: they have at most
// five fields and two wire types.

#include <limits>
#include <optional>

#include "domain/recording/format/chunk.hpp"
#include "domain/recording/format/mcap.hpp"

namespace reprise::recording {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsMax = std::numeric_limits<std::int64_t>::max() / kNanosPerSecond - 1;

enum class Wire : std::uint8_t { Varint = 0, Fixed64 = 1, Block = 2, Fixed32 = 5 };

struct Field {
  std::uint64_t number = 0;
  Wire wire = Wire::Varint;
  std::uint64_t value = 0;  ///< value of the numeric wire types
  ByteView block;
};

/// Walks through the fields of a message. A group or wrong framing sets `failed` and ends the walk.
class FieldReader {
 public:
  explicit FieldReader(ByteView message) : rest_(message) {}
  bool failed() const { return failed_; }
  std::optional<Field> next() {
    if (rest_.empty()) return std::nullopt;
    const std::uint64_t key = varint();
    Field field{.number = key >> 3, .wire = static_cast<Wire>(key & 7)};
    switch (field.wire) {
      case Wire::Varint:
        field.value = varint();
        break;
      case Wire::Fixed64:
        field.value = fixed<std::uint64_t>();
        break;
      case Wire::Fixed32:
        field.value = fixed<std::uint32_t>();
        break;
      case Wire::Block:
        field.block = take(varint());
        break;
      default:
        failed_ = true;
    }
    if (failed_ || field.number == 0) {
      failed_ = true;
      return std::nullopt;
    }
    return field;
  }

 private:
  ByteView take(std::uint64_t count) {
    if (count > rest_.size()) {
      failed_ = true;
      return {};
    }
    const ByteView taken = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  template <class Number>
  Number fixed() {
    Number value = 0;
    const ByteView raw = take(sizeof(Number));
    if (!raw.empty()) std::memcpy(&value, raw.data(), sizeof(Number));
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const ByteView byte = take(1);
      if (byte.empty()) return 0;
      const auto bits = std::to_integer<std::uint64_t>(byte[0]);
      value |= (bits & 0x7F) << shift;
      if ((bits & 0x80) == 0) return value;
    }
    failed_ = true;
    return 0;
  }

  ByteView rest_;
  bool failed_ = false;
};

std::unexpected<Error> undecodable(std::string_view what) {
  return fail(ErrorCode::Unprocessable, std::string{what}, "message-malformed");
}

std::optional<std::int64_t> decode_timestamp(ByteView message) {
  FieldReader reader(message);
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  while (const auto field = reader.next()) {
    if (field->number == 1 && field->wire == Wire::Varint) {
      seconds = static_cast<std::int64_t>(field->value);
    }
    if (field->number == 2 && field->wire == Wire::Varint) {
      nanos = static_cast<std::int64_t>(field->value);
    }
  }
  const bool sane =
      seconds <= kSecondsMax && seconds >= -kSecondsMax && nanos >= 0 && nanos < kNanosPerSecond;
  if (reader.failed() || !sane) return std::nullopt;
  return seconds * kNanosPerSecond + nanos;
}

struct PictureFields {
  std::uint64_t frame_id;
  std::uint64_t data;
  std::uint64_t format;
};
constexpr PictureFields kVideoFields{.frame_id = 2, .data = 3, .format = 4};
constexpr PictureFields kImageFields{.frame_id = 4, .data = 2, .format = 3};

Result<EncodedPicture> decode_picture(ByteView message, PictureFields numbers) {
  EncodedPicture picture{};
  FieldReader reader(message);
  while (const auto field = reader.next()) {
    if (field->wire != Wire::Block) continue;
    if (field->number == 1) {
      const auto time = decode_timestamp(field->block);
      if (!time) return undecodable("The timestamp of a picture is out of range.");
      picture.timestamp_ns = *time;
    }
    if (field->number == numbers.frame_id) picture.frame_id = as_text(field->block);
    if (field->number == numbers.data) picture.data = field->block;
    if (field->number == numbers.format) picture.format = as_text(field->block);
  }
  if (reader.failed()) return undecodable("A picture's protobuf is cut short.");
  return picture;
}

void varint(mcap::Writer& to, std::uint64_t value) {
  while (value >= 0x80) {
    to.number(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  to.number(static_cast<std::uint8_t>(value));
}

void block(mcap::Writer& to, std::uint64_t number, ByteView bytes) {
  varint(to, number << 3 | static_cast<std::uint64_t>(Wire::Block));
  varint(to, bytes.size());
  to.raw(bytes);
}

void fixed32(mcap::Writer& to, std::uint64_t number, std::uint32_t value) {
  varint(to, number << 3 | static_cast<std::uint64_t>(Wire::Fixed32));
  to.number(value);
}

void timestamp(mcap::Writer& to, std::int64_t time_ns) {
  std::int64_t seconds = time_ns / kNanosPerSecond;
  std::int64_t nanos = time_ns % kNanosPerSecond;
  if (nanos < 0) {  // `nanos` is never negative
    seconds -= 1;
    nanos += kNanosPerSecond;
  }
  Bytes inner;
  mcap::Writer writer(inner);
  if (seconds != 0) {
    varint(writer, 1 << 3);
    varint(writer, static_cast<std::uint64_t>(seconds));
  }
  if (nanos != 0) {
    varint(writer, 2 << 3);
    varint(writer, static_cast<std::uint64_t>(nanos));
  }
  block(to, 1, inner);
}

}  // namespace

Result<RawAudio> decode_audio(ByteView message) {
  RawAudio audio{};
  std::string_view format;
  FieldReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1 && field->wire == Wire::Block) {
      const auto time = decode_timestamp(field->block);
      if (!time) return undecodable("The timestamp of a sound block is out of range.");
      audio.timestamp_ns = *time;
    }
    if (field->number == 2 && field->wire == Wire::Block) audio.pcm = field->block;
    if (field->number == 3 && field->wire == Wire::Block) format = as_text(field->block);
    if (field->number == 4 && field->wire == Wire::Fixed32) {
      audio.sample_rate = static_cast<std::uint32_t>(field->value);
    }
    if (field->number == 5 && field->wire == Wire::Fixed32) {
      audio.channels = static_cast<std::uint32_t>(field->value);
    }
  }
  if (reader.failed()) return undecodable("A sound block's protobuf is cut short.");
  if (format != "pcm-s16") return undecodable("A sound block is not pcm-s16.");
  if (audio.sample_rate == 0 || audio.channels == 0) {
    return undecodable("A sound block has no rate or no channels.");
  }
  if (audio.pcm.size() % (std::uint64_t{2} * audio.channels) != 0) {
    return undecodable("A sound block ends within a sample.");
  }
  return audio;
}

Result<EncodedPicture> decode_video(ByteView message) {
  return decode_picture(message, kVideoFields);
}

Result<EncodedPicture> decode_image(ByteView message) {
  return decode_picture(message, kImageFields);
}

Bytes encode_audio(const RawAudio& audio) {
  Bytes out;
  mcap::Writer to(out);
  timestamp(to, audio.timestamp_ns);
  block(to, 2, audio.pcm);
  block(to, 3, as_bytes("pcm-s16"));
  fixed32(to, 4, audio.sample_rate);
  fixed32(to, 5, audio.channels);
  return out;
}

Bytes encode_video(const EncodedPicture& picture) {
  Bytes out;
  mcap::Writer to(out);
  timestamp(to, picture.timestamp_ns);
  block(to, kVideoFields.frame_id, as_bytes(picture.frame_id));
  block(to, kVideoFields.data, picture.data);
  block(to, kVideoFields.format, as_bytes(picture.format));
  return out;
}

Bytes encode_image(const EncodedPicture& picture) {
  Bytes out;
  mcap::Writer to(out);
  timestamp(to, picture.timestamp_ns);
  block(to, kImageFields.data, picture.data);
  block(to, kImageFields.format, as_bytes(picture.format));
  block(to, kImageFields.frame_id, as_bytes(picture.frame_id));
  return out;
}

}  // namespace reprise::recording
