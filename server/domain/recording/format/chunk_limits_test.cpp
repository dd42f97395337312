// The limits of a chunk, at the last value that is accepted and at the first that is not, and each
// single thing that makes a record wrong.

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "domain/recording/format/chunk.hpp"
#include "domain/recording/format/mcap.hpp"
#include "domain/recording/format/schemas.hpp"

namespace reprise::recording {
namespace {

using testing::HasSubstr;

Bytes beginning() {
  Bytes out;
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  mcap::header_record(out, "test");
  return out;
}

/// A sealed chunk whose data section is what `fill` writes.
Bytes sealed(const std::function<void(Bytes&)>& fill) {
  Bytes out = beginning();
  fill(out);
  mcap::data_end_record(out, 0);
  mcap::footer_record(out, out.size(), 0, 0);
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  return out;
}

/// Empty when the chunk is accepted.
std::string refusal_of(ByteView bytes) {
  const auto chunk = parse_chunk(bytes);
  return chunk ? std::string() : chunk.error().client_message;
}

struct LengthCase {
  const char* name;
  std::size_t most;
  std::function<void(Bytes&, std::size_t)> add;  ///< a record with something of this length
};
class ChunkLengthTest : public testing::TestWithParam<LengthCase> {};
TEST_P(ChunkLengthTest, IsLimited) {
  const auto& [name, most, add] = GetParam();
  EXPECT_EQ(refusal_of(sealed([&](Bytes& out) { add(out, most); })), "");
  EXPECT_THAT(refusal_of(sealed([&](Bytes& out) { add(out, most + 1); })), HasSubstr("too large"));
}
INSTANTIATE_TEST_SUITE_P(
    Lengths, ChunkLengthTest,
    testing::Values(LengthCase{"TopicName", kNameBytesMax,
                               [](Bytes& out, std::size_t length) {
                                 mcap::channel_record(out, 1, 0, std::string(length, 'x'), "y");
                               }},
                    LengthCase{"MessageEncoding", kNameBytesMax,
                               [](Bytes& out, std::size_t length) {
                                 mcap::channel_record(out, 1, 0, "/x", std::string(length, 'y'));
                               }},
                    LengthCase{"SchemaName", kNameBytesMax,
                               [](Bytes& out, std::size_t length) {
                                 mcap::schema_record(out, 1, std::string(length, 'x'), "y", {});
                               }},
                    LengthCase{"SchemaEncoding", kNameBytesMax,
                               [](Bytes& out, std::size_t length) {
                                 mcap::schema_record(out, 1, "x", std::string(length, 'y'), {});
                               }},
                    LengthCase{"SchemaData", kSchemaBytesMax,
                               [](Bytes& out, std::size_t length) {
                                 mcap::schema_record(out, 1, "x", "y", Bytes(length));
                               }}),
    [](const auto& tested) { return tested.param.name; });

TEST(ChunkLimits, TakesEightMebibytes) {
  const auto chunk_of = [](std::size_t last_bytes) {
    return sealed([last_bytes](Bytes& out) {
      mcap::channel_record(out, 1, 0, "/x", "json");
      mcap::message_record(out, 1, 0, 0, Bytes(kMessageBytesMax));
      mcap::message_record(out, 1, 0, 0, Bytes(last_bytes));
    });
  };
  const std::size_t room = kChunkBytesMax - chunk_of(0).size();
  EXPECT_EQ(refusal_of(chunk_of(room)), "");
  EXPECT_THAT(refusal_of(chunk_of(room + 1)), HasSubstr("more than 8 MiB"));
}

TEST(ChunkLimits, TakesTheLastTimeThatFits) {
  const Bytes bytes = sealed([](Bytes& out) {
    mcap::channel_record(out, 1, 0, "/x", "json");
    mcap::message_record(out, 1, 0, std::numeric_limits<std::int64_t>::max(), {});
    mcap::message_record(out, 1, 0, 5, {});
    mcap::message_record(out, 1, 0, 7, {});
  });
  const auto chunk = parse_chunk(bytes);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->first_log_ns, 5);
  EXPECT_EQ(chunk->last_log_ns, std::numeric_limits<std::int64_t>::max());
}

TEST(ChunkLimits, SaysWhereTheFileEnds) {
  const Bytes bytes = beginning();
  EXPECT_THAT(refusal_of(bytes), HasSubstr("byte " + std::to_string(bytes.size()) +
                                           ": the file ends before DataEnd and Footer"));
}

/// What a channel of /mic/pcm says of itself.
struct Declared {
  std::string_view name;
  std::string_view schema_name = "foxglove.RawAudio";
  std::string_view schema_encoding = "protobuf";
  std::string_view message_encoding = "protobuf";
  std::uint16_t schema_id = 1;
};
class KnownTopicTest : public testing::TestWithParam<Declared> {};
TEST_P(KnownTopicTest, HasItsSchemaAndEncodingOnly) {
  const Declared& says = GetParam();
  const Bytes bytes = sealed([&](Bytes& out) {
    mcap::schema_record(out, 1, says.schema_name, says.schema_encoding, {});
    mcap::channel_record(out, 1, says.schema_id, "/mic/pcm", says.message_encoding);
  });
  const std::string want = says.name == "Right" ? "" : "is not foxglove.RawAudio as protobuf";
  EXPECT_THAT(refusal_of(bytes), HasSubstr(want));
  EXPECT_EQ(refusal_of(bytes).empty(), want.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Topics, KnownTopicTest,
    testing::Values(Declared{.name = "Right"},
                    Declared{.name = "SchemaName", .schema_name = "foxglove.RawImage"},
                    Declared{.name = "SchemaEncoding", .schema_encoding = "jsonschema"},
                    Declared{.name = "MessageEncoding", .message_encoding = "json"},
                    Declared{.name = "NoSchema", .schema_id = 0}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct EndCase {
  const char* name;
  std::function<void(Bytes&)> write;  ///< DataEnd and what follows
  const char* says;
};
class ChunkEndTest : public testing::TestWithParam<EndCase> {};
TEST_P(ChunkEndTest, IsDataEndFooterAndMagic) {
  Bytes out = beginning();
  GetParam().write(out);
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  EXPECT_THAT(refusal_of(out), HasSubstr(GetParam().says));
}
void twenty_bytes(mcap::Writer& to) { to.raw(Bytes(mcap::kFooterBytes)); }
INSTANTIATE_TEST_SUITE_P(
    Ends, ChunkEndTest,
    testing::Values(EndCase{"LongDataEnd",
                            [](Bytes& out) { mcap::record(out, mcap::Op::DataEnd, twenty_bytes); },
                            "DataEnd does not have 4 bytes"},
                    EndCase{"AnotherRecordAsLongAsAFooter",
                            [](Bytes& out) {
                              mcap::data_end_record(out, 0);
                              mcap::record(out, mcap::Op::Statistics, twenty_bytes);
                            },
                            "no Footer follows DataEnd"},
                    EndCase{"ShortFooter",
                            [](Bytes& out) {
                              mcap::data_end_record(out, 0);
                              mcap::record(out, mcap::Op::Footer, [](mcap::Writer& to) {
                                to.raw(Bytes(mcap::kFooterBytes - 1));
                              });
                            },
                            "no Footer follows DataEnd"},
                    EndCase{"SummaryOffsets",
                            [](Bytes& out) {
                              mcap::data_end_record(out, 0);
                              mcap::footer_record(out, out.size(), 0, 9);
                            },
                            "no summary section"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ChunkWriterTest, DeclaresEachSchemaOnceInAnyOrder) {
  for (const bool forwards : {true, false}) {
    ChunkWriter writer;
    for (std::size_t n = 0; n < 2 * kKnownTopics; ++n) {
      const std::size_t index = n % kKnownTopics;
      const auto topic = static_cast<Topic>(forwards ? index : kKnownTopics - 1 - index);
      writer.add(topic, 0, 1000, as_bytes(name_of(topic)));
    }
    const Bytes bytes = writer.seal();
    const auto chunk = parse_chunk(bytes);
    ASSERT_TRUE(chunk) << chunk.error().client_message;
    EXPECT_EQ(chunk->channels.size(), kKnownTopics);
    EXPECT_EQ(chunk->schemas.size(), 9U);  // /wire/* share one, and so do /*/pcm
    for (const Message& message : chunk->messages) {
      EXPECT_EQ(as_text(message.data), name_of(message.topic));
      EXPECT_EQ(message.channel_id, static_cast<std::uint16_t>(message.topic) + 1);
    }
  }
}

}  // namespace
}  // namespace reprise::recording
