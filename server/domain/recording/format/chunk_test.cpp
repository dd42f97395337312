#include "domain/recording/format/chunk.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <optional>

#include "domain/recording/format/mcap.hpp"
#include "domain/recording/format/schemas.hpp"

namespace reprise::recording {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kTime = 1'795'531'763'000'000'000;

Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

/// A chunk with one event, with the given end.
struct Parts {
  std::function<void(Bytes&)> data = [](Bytes& out) {
    mcap::schema_record(out, 1, "reprise.Event", "jsonschema", {});
    mcap::channel_record(out, 1, 1, "/events", "json");
    mcap::message_record(out, 1, 0, kTime, as_bytes("{}"));
  };
  std::string_view profile = "reprise";
  std::optional<std::uint32_t> data_crc = {};
  std::uint64_t summary_start = 0;
  std::optional<std::uint32_t> summary_crc = {};
  std::string_view tail = mcap::kMagic;
};

Bytes build(const Parts& parts) {
  Bytes out;
  mcap::Writer to(out);
  to.raw(as_bytes(mcap::kMagic));
  mcap::record(out, mcap::Op::Header, [&](mcap::Writer& header) {
    header.text(parts.profile);
    header.text("test");
  });
  parts.data(out);
  mcap::data_end_record(out, parts.data_crc.value_or(mcap::crc32(out)));
  mcap::footer_record(out, out.size(), parts.summary_start, 0);
  if (parts.summary_crc) {
    std::memcpy(out.data() + out.size() - sizeof(std::uint32_t), &*parts.summary_crc,
                sizeof(std::uint32_t));
  }
  to.raw(as_bytes(parts.tail));
  return out;
}

void one_message(Bytes& out, std::uint16_t channel, std::uint64_t log_time) {
  mcap::record(out, mcap::Op::Message, [&](mcap::Writer& to) {
    to.number(channel);
    to.number(std::uint32_t{0});
    to.number(log_time);
    to.number(log_time);
  });
}

TEST(Crc32, IsThatOfZlib) {
  EXPECT_EQ(mcap::crc32(as_bytes("123456789")), 0xCBF43926u);
  EXPECT_EQ(mcap::crc32(as_bytes("6789"), mcap::crc32(as_bytes("12345"))), 0xCBF43926u);
  EXPECT_EQ(mcap::crc32({}), 0u);
  // Whatever the length and the place, the CRC is the same as when computed byte by byte.
  std::vector<std::byte> bytes(400);
  std::uint32_t random = 1;
  for (auto& byte : bytes) byte = static_cast<std::byte>((random = random * 48'271 % 65'537));
  std::uint32_t by_bytes = 7;
  for (std::size_t count = 0; count < bytes.size(); ++count) {
    ASSERT_EQ(mcap::crc32(ByteView(bytes).first(count), 7), by_bytes) << count;
    by_bytes = mcap::crc32(ByteView(bytes).subspan(count, 1), by_bytes);
  }
}

TEST(Topics, HaveNamesBothWays) {
  for (std::size_t index = 0; index < kKnownTopics; ++index) {
    const auto topic = static_cast<Topic>(index);
    EXPECT_EQ(topic_of(name_of(topic)), topic);
    EXPECT_FALSE(format_of(topic).schema_data.empty()) << name_of(topic);
  }
  EXPECT_EQ(topic_of("/later"), Topic::Unknown);
  EXPECT_EQ(name_of(Topic::Unknown), "");
  EXPECT_EQ(format_of(Topic::MicPcm).schema_number, format_of(Topic::ModelPcm).schema_number);
}

TEST(Chunk, KeepsWhatWasWritten) {
  ChunkWriter writer;
  writer.add(Topic::Events, 7, kTime + 2000, as_bytes(R"({"kind":"mute"})"));
  writer.add(Topic::MicPcm, 320, kTime, as_bytes("pcm"));
  writer.add(Topic::ModelPcm, 0, kTime + 5000, as_bytes("model"));
  const Bytes bytes = writer.seal();
  const auto chunk = parse_chunk(bytes);
  ASSERT_TRUE(chunk) << chunk.error().client_message;
  ASSERT_EQ(chunk->messages.size(), 3u);
  EXPECT_EQ(chunk->schemas.size(), 2u);  // the two sound channels share one
  EXPECT_EQ(chunk->channels.size(), 3u);
  EXPECT_EQ(chunk->messages[0].topic, Topic::Events);
  EXPECT_EQ(chunk->messages[0].sequence, 7u);
  EXPECT_EQ(chunk->messages[0].log_time_ns, kTime + 2000);
  EXPECT_EQ(as_text(chunk->messages[0].data), R"({"kind":"mute"})");
  EXPECT_EQ(chunk->messages[1].topic, Topic::MicPcm);
  EXPECT_EQ(as_text(chunk->messages[2].data), "model");
  EXPECT_EQ(chunk->first_log_ns, kTime);
  EXPECT_EQ(chunk->last_log_ns, kTime + 5000);
}

TEST(Chunk, TakesTheLongestMessage) {
  ChunkWriter writer;
  writer.add(Topic::Health, 0, kTime, Bytes(kMessageBytesMax));
  EXPECT_TRUE(parse_chunk(writer.seal()));
}

TEST(Chunk, WriterStartsAfreshAfterSeal) {
  ChunkWriter writer;
  writer.add(Topic::Health, 0, kTime, as_bytes("{}"));
  const Bytes first = writer.seal();
  writer.add(Topic::Health, 0, kTime, as_bytes("{}"));
  EXPECT_EQ(writer.seal(), first);
  const Bytes empty = writer.seal();
  const auto chunk = parse_chunk(empty);
  ASSERT_TRUE(chunk);
  EXPECT_TRUE(chunk->messages.empty());
}

TEST(Chunk, KeepsTopicsOfLaterVersions) {
  const Bytes bytes = build({.data = [](Bytes& out) {
    mcap::channel_record(out, 9, 0, "/later", "cbor");
    mcap::message_record(out, 9, 0, kTime, as_bytes("?"));
  }});
  const auto chunk = parse_chunk(bytes);
  ASSERT_TRUE(chunk) << chunk.error().client_message;
  EXPECT_EQ(chunk->messages[0].topic, Topic::Unknown);
}

TEST(Chunk, RefusesNamesThatAreNotUtf8) {
  for (const char* name : {"/later\xff", "\xc0\xaf", "/\xed\xa0\x80", "\xf8", "/cut\xe2\x82"}) {
    for (const bool topic : {true, false}) {
      const Bytes bytes = build({.data = [&](Bytes& out) {
        mcap::channel_record(out, 9, 0, topic ? name : "/later", topic ? "cbor" : name);
      }});
      const auto chunk = parse_chunk(bytes);
      ASSERT_FALSE(chunk) << name;
      EXPECT_EQ(chunk.error().type, "chunk-malformed");
    }
    const Bytes schema = build(
        {.data = [&](Bytes& out) { mcap::schema_record(out, 99, name, "x", as_bytes("{}")); }});
    EXPECT_FALSE(parse_chunk(schema)) << name;
  }
}

TEST(Chunk, AcceptsCrcsThatWereNotComputed) {
  EXPECT_TRUE(parse_chunk(build({})));
  EXPECT_TRUE(parse_chunk(build({.data_crc = 0, .summary_crc = 0})));
}

TEST(Chunk, RefusesEveryCut) {
  const Bytes whole = build({});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto chunk = parse_chunk(ByteView{whole}.first(size));
    ASSERT_FALSE(chunk) << size;
    EXPECT_EQ(chunk.error().type, "chunk-malformed");
  }
}

TEST(Chunk, NoticesEveryFlippedBit) {
  const Bytes whole = build({});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes flipped = whole;
    flipped[at] ^= std::byte{0x10};
    EXPECT_FALSE(parse_chunk(flipped)) << at;
  }
}

struct RefusedCase {
  const char* name;
  Parts parts;
  ErrorCode code;
  const char* says;
};
class RefusedChunkTest : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedChunkTest, SaysWhy) {
  const Bytes bytes = build(GetParam().parts);
  const auto chunk = parse_chunk(bytes);
  ASSERT_FALSE(chunk);
  EXPECT_EQ(chunk.error().code, GetParam().code);
  EXPECT_EQ(chunk.error().type,
            GetParam().code == ErrorCode::TooLarge ? "chunk-too-large" : "chunk-malformed");
  EXPECT_THAT(chunk.error().client_message, HasSubstr(GetParam().says));
}

constexpr auto kMalformed = ErrorCode::Unprocessable;
constexpr auto kLarge = ErrorCode::TooLarge;
INSTANTIATE_TEST_SUITE_P(
    Rules, RefusedChunkTest,
    testing::Values(
        RefusedCase{"Profile", {.profile = "ros2"}, kMalformed, "byte 8: the profile"},
        RefusedCase{"DataCrc", {.data_crc = 1}, kMalformed, "CRC of the data section"},
        RefusedCase{"SummaryCrc", {.summary_crc = 1}, kMalformed, "CRC of the summary"},
        RefusedCase{"Summary", {.summary_start = 8}, kMalformed, "no summary section"},
        RefusedCase{"NoMagicAtTheEnd", {.tail = ""}, kMalformed, "followed by the MCAP magic"},
        RefusedCase{"BytesAfterTheEnd", {.tail = "\x89MCAP0\r\n."}, kMalformed, "and the end"},
        RefusedCase{"UnknownChannel",
                    {.data = [](Bytes& out) { one_message(out, 3, 0); }},
                    kMalformed,
                    "byte 36: a message names a channel"},
        RefusedCase{"UnknownSchema",
                    {.data = [](Bytes& out) { mcap::channel_record(out, 1, 4, "/x", "json"); }},
                    kMalformed,
                    "names a schema"},
        RefusedCase{"SchemaZero",
                    {.data = [](Bytes& out) { mcap::schema_record(out, 0, "x", "", {}); }},
                    kMalformed,
                    "id 0"},
        RefusedCase{"SchemaTwice",
                    {.data =
                         [](Bytes& out) {
                           mcap::schema_record(out, 1, "x", "", {});
                           mcap::schema_record(out, 1, "x", "", {});
                         }},
                    kMalformed,
                    "schema id is used twice"},
        RefusedCase{"ChannelTwice",
                    {.data =
                         [](Bytes& out) {
                           mcap::channel_record(out, 1, 0, "/x", "json");
                           mcap::channel_record(out, 1, 0, "/x", "json");
                         }},
                    kMalformed,
                    "channel id is used twice"},
        RefusedCase{"WrongSchemaForTopic",
                    {.data =
                         [](Bytes& out) {
                           mcap::schema_record(out, 1, "reprise.Event", "jsonschema", {});
                           mcap::channel_record(out, 1, 1, "/mic/pcm", "protobuf");
                         }},
                    kMalformed,
                    "/mic/pcm is not foxglove.RawAudio as protobuf"},
        RefusedCase{"NestedChunk",
                    {.data = [](Bytes& out) { mcap::record(out, mcap::Op::Chunk, [](auto&) {}); }},
                    kMalformed,
                    "not opcode 6"},
        RefusedCase{"ShortMessage",
                    {.data =
                         [](Bytes& out) {
                           mcap::channel_record(out, 1, 0, "/x", "json");
                           mcap::record(out, mcap::Op::Message,
                                        [](mcap::Writer& to) { to.number(std::uint16_t{1}); });
                         }},
                    kMalformed,
                    "a Message is cut short"},
        RefusedCase{"LengthBeyondTheFile",
                    {.data =
                         [](Bytes& out) {
                           mcap::Writer to(out);
                           to.number(std::uint8_t{5});
                           to.number(~std::uint64_t{0});
                         }},
                    kMalformed,
                    "leaves the file"},
        RefusedCase{"TimeBeyondInt64",
                    {.data =
                         [](Bytes& out) {
                           mcap::channel_record(out, 1, 0, "/x", "json");
                           one_message(out, 1, std::uint64_t{1} << 63);
                         }},
                    kMalformed,
                    "2262"},
        RefusedCase{"TooManyChannels",
                    {.data =
                         [](Bytes& out) {
                           for (std::uint16_t id = 0; id <= kChannelsPerChunkMax; ++id) {
                             mcap::channel_record(out, id, 0, "/x", "json");
                           }
                         }},
                    kLarge,
                    "64 channels"},
        RefusedCase{"TooManySchemas",
                    {.data =
                         [](Bytes& out) {
                           for (std::uint16_t id = 1; id <= kChannelsPerChunkMax + 1; ++id) {
                             mcap::schema_record(out, id, "x", "", {});
                           }
                         }},
                    kLarge,
                    "64 schemas"},
        RefusedCase{"TooManyMessages",
                    {.data =
                         [](Bytes& out) {
                           mcap::channel_record(out, 1, 0, "/x", "json");
                           for (std::size_t n = 0; n <= kMessagesPerChunkMax; ++n) {
                             one_message(out, 1, 0);
                           }
                         }},
                    kLarge,
                    "20 000 messages"},
        RefusedCase{"LongMessage",
                    {.data =
                         [](Bytes& out) {
                           mcap::channel_record(out, 1, 0, "/x", "json");
                           mcap::message_record(out, 1, 0, 0, Bytes(kMessageBytesMax + 1));
                         }},
                    kLarge,
                    "4 MiB"},
        RefusedCase{"LongName",
                    {.data =
                         [](Bytes& out) {
                           mcap::channel_record(out, 1, 0, std::string(257, 'x'), "json");
                         }},
                    kLarge,
                    "256 bytes"},
        RefusedCase{"LongSchema",
                    {.data =
                         [](Bytes& out) {
                           mcap::schema_record(out, 1, "x", "", Bytes(kSchemaBytesMax + 1));
                         }},
                    kLarge,
                    "64 KiB"},
        RefusedCase{"LongChunk",
                    {.data =
                         [](Bytes& out) {
                           mcap::channel_record(out, 1, 0, "/x", "json");
                           for (int n = 0; n < 3; ++n) {
                             mcap::message_record(out, 1, 0, 0, Bytes(kMessageBytesMax));
                           }
                         }},
                    kLarge,
                    "8 MiB"}),
    [](const auto& tested) { return tested.param.name; });

TEST(MediaMessages, DecodeWhatWasEncoded) {
  const Bytes pcm = bytes_of("ab");
  for (const std::int64_t time :
       {std::int64_t{0}, kTime, kTime + 1, std::int64_t{-1}, std::int64_t{-1'000'000'000}}) {
    const Bytes sound =
        encode_audio({.timestamp_ns = time, .pcm = pcm, .sample_rate = 16'000, .channels = 1});
    const auto audio = decode_audio(sound);
    ASSERT_TRUE(audio) << audio.error().client_message;
    EXPECT_EQ(audio->timestamp_ns, time);
    EXPECT_EQ(as_text(audio->pcm), "ab");
    EXPECT_EQ(audio->sample_rate, 16'000u);
    EXPECT_EQ(audio->channels, 1u);
    const EncodedPicture picture{time, "key 640x480", "vp9", pcm};
    for (const bool video : {true, false}) {
      const Bytes message = video ? encode_video(picture) : encode_image(picture);
      const auto decoded = video ? decode_video(message) : decode_image(message);
      ASSERT_TRUE(decoded);
      EXPECT_EQ(decoded->timestamp_ns, time);
      EXPECT_EQ(decoded->frame_id, "key 640x480");
      EXPECT_EQ(decoded->format, "vp9");
      EXPECT_EQ(as_text(decoded->data), "ab");
    }
  }
}

TEST(MediaMessages, RefuseEveryCutThatTearsAField) {
  const Bytes pcm(640);
  const Bytes message =
      encode_audio({.timestamp_ns = kTime, .pcm = pcm, .sample_rate = 16'000, .channels = 1});
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_FALSE(decode_audio(ByteView{message}.first(size))) << size;
  }
}

TEST(MediaMessages, RefuseNonsense) {
  const Bytes odd = bytes_of("abc");
  EXPECT_FALSE(decode_audio(encode_audio({.pcm = odd, .sample_rate = 16'000, .channels = 1})));
  EXPECT_FALSE(decode_audio(encode_audio({.pcm = {}, .sample_rate = 0, .channels = 1})));
  EXPECT_FALSE(decode_audio(encode_audio({.pcm = {}, .sample_rate = 1, .channels = 0})));
  EXPECT_FALSE(decode_video(bytes_of("\x0b")));  // a group
  Bytes numbered_zero = encode_video({0, "key 2x2", "vp9", {}});
  numbered_zero.insert(numbered_zero.end(), {std::byte{0}, std::byte{1}});
  EXPECT_FALSE(decode_video(numbered_zero));  // protobuf has no field 0
  EXPECT_FALSE(decode_video(bytes_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")));
  EXPECT_FALSE(decode_image(bytes_of("\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f")));
}

TEST(MediaMessages, SkipFieldsOfLaterVersions) {
  Bytes message = encode_video({0, "key 2x2", "vp9", {}});
  const Bytes later = bytes_of("\x98\x06\x07\xa2\x06\x01x");
  message.insert(message.end(), later.begin(), later.end());
  const auto decoded = decode_video(message);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->frame_id, "key 2x2");
}

}  // namespace
}  // namespace reprise::recording
