#include <gmock/gmock.h>

#include <map>

#include "domain/recording/format/chunk.hpp"
#include "domain/recording/format/mcap.hpp"

namespace reprise::recording {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct ChannelRow {
  std::uint16_t id;
  std::string_view topic;
  std::string_view text;  ///< text of its only message
};

/// A sealed chunk of channels without schema, each with one message.
Bytes chunk_of(const std::vector<ChannelRow>& rows) {
  Bytes out;
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  mcap::header_record(out, "test");
  for (const auto& row : rows) mcap::channel_record(out, row.id, 0, row.topic, "text");
  for (const auto& row : rows) mcap::message_record(out, row.id, 0, 1000, as_bytes(row.text));
  mcap::data_end_record(out, 0);
  mcap::footer_record(out, out.size(), 0, 0);
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  return out;
}

/// A sealed chunk of one channel with a schema of this name, with one message.
Bytes chunk_with_schema(std::string_view topic, std::string_view schema) {
  Bytes out;
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  mcap::header_record(out, "test");
  mcap::schema_record(out, 1, schema, "jsonschema", as_bytes("{}"));
  mcap::channel_record(out, 1, 1, topic, "json");
  mcap::message_record(out, 1, 0, 1000, as_bytes(schema));
  mcap::data_end_record(out, 0);
  mcap::footer_record(out, out.size(), 0, 0);
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  return out;
}

/// Lists `topic=text` of each message in the data section, also inside of MCAP chunks. For our own
/// well-formed bytes only.
class Listing {
 public:
  std::vector<std::string> messages;
  int channels = 0;  ///< declarations in the data section

  void walk(ByteView bytes) {
    while (!bytes.empty()) {
      const auto op = static_cast<mcap::Op>(bytes[0]);
      const auto length = static_cast<std::size_t>(number<std::uint64_t>(bytes.subspan(1)));
      const ByteView content = bytes.subspan(mcap::kRecordHeadBytes, length);
      bytes = bytes.subspan(mcap::kRecordHeadBytes + length);
      if (op == mcap::Op::DataEnd) return;
      if (op == mcap::Op::Chunk) walk(content.subspan(3 * 8 + 4 + 4 + 8));
      if (op == mcap::Op::Channel) {
        ++channels;
        topics_[number<std::uint16_t>(content)] =
            as_text(content.subspan(8, number<std::uint32_t>(content.subspan(4))));
      }
      if (op == mcap::Op::Message) {
        const std::string topic{topics_.at(number<std::uint16_t>(content))};
        messages.push_back(topic + "=" + std::string{as_text(content.subspan(2 + 4 + 8 + 8))});
      }
    }
  }

 private:
  template <class Number>
  static Number number(ByteView bytes) {
    Number value = 0;
    std::memcpy(&value, bytes.data(), sizeof(Number));
    return value;
  }
  std::map<std::uint16_t, std::string_view> topics_;
};

Bytes merge(const std::vector<Bytes>& chunks) {
  DownloadWriter writer;
  Bytes out = writer.begin();
  const auto append = [&out](const Bytes& piece) {
    out.insert(out.end(), piece.begin(), piece.end());
  };
  for (const Bytes& bytes : chunks) append(writer.add(parse_chunk(bytes).value()));
  append(writer.end());
  return out;
}

Listing list(const Bytes& download) {
  Listing listing;
  listing.walk(ByteView{download}.subspan(mcap::kMagic.size()));
  return listing;
}

TEST(Download, MergesByTopicWhateverTheIdsAre) {
  const Bytes download = merge({chunk_of({{5, "/later", "a"}, {6, "/other", "b"}}),
                                chunk_of({{6, "/later", "c"}, {5, "/third", "d"}})});
  const Listing listing = list(download);
  EXPECT_THAT(listing.messages, ElementsAre("/later=a", "/other=b", "/later=c", "/third=d"));
  EXPECT_EQ(listing.channels, 3);
}

TEST(Download, ATopicWhoseSchemaChangesIsTwoChannels) {
  const Listing listing =
      list(merge({chunk_with_schema("/a", "old"), chunk_with_schema("/a", "old"),
                  chunk_with_schema("/a", "new"), chunk_with_schema("/a", "old")}));
  EXPECT_THAT(listing.messages, ElementsAre("/a=old", "/a=old", "/a=new", "/a=old"));
  EXPECT_EQ(listing.channels, 2);
}

TEST(Download, ADownloadWithoutChunksIsAWholeFile) {
  const Bytes download = merge({chunk_of({})});
  EXPECT_THAT(list(download).messages, IsEmpty());
  EXPECT_EQ(as_text(ByteView{download}.last(mcap::kMagic.size())), mcap::kMagic);
}

// Hostile chunks may name 64 new topics each.
TEST(Download, LeavesTopicsBeyondItsLimitOut) {
  std::vector<std::string> names;
  names.reserve(300);
  for (int n = 0; n < 300; ++n) names.push_back("/topic" + std::to_string(n));
  std::vector<Bytes> chunks;
  chunks.reserve(names.size() + 1);
  for (const std::string& name : names) chunks.push_back(chunk_of({{1, name, "x"}}));
  chunks.push_back(chunk_of({{1, names[0], "y"}}));
  const Bytes download = merge(chunks);
  const Listing listing = list(download);
  EXPECT_EQ(listing.channels, 256);
  EXPECT_EQ(listing.messages.size(), 257u);
  EXPECT_EQ(listing.messages.back(), "/topic0=y");
}

}  // namespace
}  // namespace reprise::recording
