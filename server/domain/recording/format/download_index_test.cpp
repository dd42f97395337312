// The indexes of the download, read as a tool reads them: from the footer at the end to the
// messages.

#include <gmock/gmock.h>

#include <map>

#include "domain/recording/format/chunk.hpp"
#include "domain/recording/format/mcap.hpp"

namespace reprise::recording {
namespace {

using testing::ElementsAre;
using testing::Pair;

/// Reads little-endian fields one behind the other. For our own well-formed bytes only.
class Fields {
 public:
  explicit Fields(ByteView bytes) : rest_(bytes) {}
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, take(bytes).data(), bytes);
    return value;
  }
  std::uint64_t u16() { return number(2); }
  std::uint64_t u32() { return number(4); }
  std::uint64_t u64() { return number(8); }
  ByteView block() { return take(u32()); }
  std::string text() { return std::string{as_text(block())}; }
  ByteView rest() const { return rest_; }

 private:
  ByteView take(std::size_t count) {
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  ByteView rest_;
};

struct Record {
  mcap::Op op;
  ByteView content;
};
/// The record at an offset of the file.
Record record_at(ByteView file, std::uint64_t offset) {
  Fields head(file.subspan(offset));
  const auto op = static_cast<mcap::Op>(head.number(1));
  const std::uint64_t length = head.u64();
  return {op, head.rest().first(length)};
}
std::uint64_t bytes_of(const Record& record) {
  return mcap::kRecordHeadBytes + record.content.size();
}

struct ChannelRow {
  std::string topic;
  std::string schema;  ///< name of its schema, whose encoding is `jsonschema`; empty: none
  std::string encoding = "json";
  std::string schema_encoding = "jsonschema";
  std::vector<std::int64_t> times;  ///< of its messages; their text is topic and time
};

Bytes chunk_of(const std::vector<ChannelRow>& rows) {
  Bytes out;
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  mcap::header_record(out, "test");
  std::uint16_t id = 0;
  for (const ChannelRow& row : rows) {
    ++id;
    const bool plain = row.schema.empty();
    if (!plain) mcap::schema_record(out, id, row.schema, row.schema_encoding, as_bytes("{}"));
    mcap::channel_record(out, id, plain ? 0 : id, row.topic, row.encoding);
    for (const std::int64_t time : row.times) {
      mcap::message_record(out, id, 0, time, as_bytes(row.topic + "@" + std::to_string(time)));
    }
  }
  mcap::data_end_record(out, 0);
  mcap::footer_record(out, out.size(), 0, 0);
  mcap::Writer(out).raw(as_bytes(mcap::kMagic));
  return out;
}

/// A merged file and what its summary says.
class Download {
 public:
  explicit Download(const std::vector<Bytes>& chunks) {
    DownloadWriter writer;
    append(writer.begin());
    for (const Bytes& bytes : chunks) append(writer.add(parse_chunk(bytes).value()));
    append(writer.end());
    const std::size_t footer_at =
        file_.size() - mcap::kMagic.size() - mcap::kFooterBytes - mcap::kRecordHeadBytes;
    Fields footer(record_at(file_, footer_at).content);
    summary_ = footer.u64();
    offsets_ = footer.u64();
    const std::uint64_t covered = file_.size() - mcap::kMagic.size() - sizeof(std::uint32_t);
    EXPECT_EQ(footer.u32(), mcap::crc32(ByteView(file_).subspan(summary_, covered - summary_)));
    for (std::uint64_t at = summary_; at < offsets_;) {
      const Record record = record_at(file_, at);
      summary[record.op].push_back(record.content);
      at += bytes_of(record);
    }
    read_groups(footer_at);
    const std::uint64_t data_end = summary_ - mcap::kRecordHeadBytes - mcap::kDataEndBytes;
    EXPECT_EQ(record_at(file_, data_end).op, mcap::Op::DataEnd);
    EXPECT_EQ(Fields(record_at(file_, data_end).content).u32(),
              mcap::crc32(ByteView(file_).first(data_end)));
  }

  std::map<mcap::Op, std::vector<ByteView>> summary;

  /// The texts of all messages, found through the chunk indexes and message indexes.
  std::vector<std::string> messages() const {
    std::vector<std::string> texts;
    for (const ByteView content : summary.at(mcap::Op::ChunkIndex)) read_chunk(content, texts);
    return texts;
  }

 private:
  void append(const Bytes& piece) { file_.insert(file_.end(), piece.begin(), piece.end()); }

  /// The summary offsets name each group of the summary, one behind the other.
  void read_groups(std::uint64_t footer_at) {
    std::uint64_t expected = summary_;
    for (std::uint64_t at = offsets_; at < footer_at;) {
      const Record record = record_at(file_, at);
      EXPECT_EQ(record.op, mcap::Op::SummaryOffset);
      Fields fields(record.content);
      const auto op = static_cast<mcap::Op>(fields.number(1));
      EXPECT_EQ(fields.u64(), expected);
      std::uint64_t length = 0;
      EXPECT_EQ(summary.count(op), 1U);
      for (const ByteView content : summary[op]) length += mcap::kRecordHeadBytes + content.size();
      EXPECT_EQ(fields.u64(), length);
      expected += length;
      at += bytes_of(record);
    }
    EXPECT_EQ(expected, offsets_);
  }

  void read_chunk(ByteView index, std::vector<std::string>& texts) const {
    Fields says(index);
    const std::uint64_t first = says.u64();
    const std::uint64_t last = says.u64();
    const std::uint64_t start = says.u64();
    const std::uint64_t length = says.u64();
    const Record chunk = record_at(file_, start);
    EXPECT_EQ(chunk.op, mcap::Op::Chunk);
    EXPECT_EQ(bytes_of(chunk), length);
    Fields head(chunk.content);
    EXPECT_EQ(head.u64(), first);
    EXPECT_EQ(head.u64(), last);
    EXPECT_EQ(head.u64(), head.rest().size() - 4 - 4 - 8);
    EXPECT_EQ(head.u32(), mcap::crc32(head.rest().subspan(4 + 8)));
    EXPECT_EQ(head.text(), "");
    EXPECT_EQ(head.u64(), head.rest().size());
    const ByteView records = head.rest();

    std::uint64_t at = start + length;
    Fields places(says.block());
    while (!places.rest().empty()) {
      const std::uint64_t channel = places.u16();
      EXPECT_EQ(places.u64(), at);
      read_index(at, channel, records, texts);
      at += bytes_of(record_at(file_, at));
    }
    EXPECT_EQ(says.u64(), at - start - length);
    EXPECT_EQ(says.text(), "");
    EXPECT_EQ(says.u64(), records.size());
    EXPECT_EQ(says.u64(), records.size());
  }

  void read_index(std::uint64_t at, std::uint64_t channel, ByteView records,
                  std::vector<std::string>& texts) const {
    const Record record = record_at(file_, at);
    EXPECT_EQ(record.op, mcap::Op::MessageIndex);
    Fields index(record.content);
    EXPECT_EQ(index.u16(), channel);
    Fields entries(index.block());
    EXPECT_TRUE(index.rest().empty());
    while (!entries.rest().empty()) {
      const std::uint64_t time = entries.u64();
      const Record found = record_at(records, entries.u64());
      EXPECT_EQ(found.op, mcap::Op::Message);
      Fields message(found.content);
      EXPECT_EQ(message.u16(), channel);
      message.u32();  // sequence
      EXPECT_EQ(message.u64(), time);
      texts.emplace_back(as_text(message.rest().subspan(8)));
    }
  }

  Bytes file_;
  std::uint64_t summary_ = 0;
  std::uint64_t offsets_ = 0;
};

TEST(DownloadIndex, LeadsToEveryMessageInTheOrderOfTime) {
  const Download download({chunk_of({{.topic = "/a", .schema = "A", .times = {50, 90, 30}},
                                     {.topic = "/b", .schema = "", .times = {40}}}),
                           chunk_of({{.topic = "/b", .schema = "", .times = {20, 70}}})});
  EXPECT_THAT(download.messages(),
              ElementsAre("/a@30", "/a@50", "/a@90", "/b@40", "/b@20", "/b@70"));
  const auto& chunks = download.summary.at(mcap::Op::ChunkIndex);
  ASSERT_EQ(chunks.size(), 2U);
  Fields first(chunks[0]);
  EXPECT_EQ(first.u64(), 30U);
  EXPECT_EQ(first.u64(), 90U);
}

TEST(DownloadIndex, CountsWhatItHolds) {
  const Download download({chunk_of({{.topic = "/a", .schema = "A", .times = {50, 90}},
                                     {.topic = "/b", .schema = "", .times = {60}}}),
                           chunk_of({{.topic = "/b", .schema = "", .times = {20, 70}}})});
  Fields says(download.summary.at(mcap::Op::Statistics).at(0));
  EXPECT_EQ(says.u64(), 5U);  // messages
  EXPECT_EQ(says.u16(), 1U);  // schemas
  EXPECT_EQ(says.u32(), 2U);  // channels
  EXPECT_EQ(says.u64(), 0U);  // attachments and metadata
  EXPECT_EQ(says.u32(), 2U);  // chunks
  EXPECT_EQ(says.u64(), 20U);
  EXPECT_EQ(says.u64(), 90U);
  std::map<std::uint64_t, std::uint64_t> messages;
  Fields counts(says.block());
  while (!counts.rest().empty()) {
    const std::uint64_t channel = counts.u16();
    messages[channel] = counts.u64();
  }
  EXPECT_THAT(messages, ElementsAre(Pair(0, 2), Pair(1, 3)));
}

TEST(DownloadIndex, NamesOnlyWhatIsThere) {
  const Download plain({chunk_of({{.topic = "/b", .schema = "", .times = {20}}})});
  EXPECT_FALSE(plain.summary.contains(mcap::Op::Schema));
  EXPECT_TRUE(plain.summary.contains(mcap::Op::Channel));
  const Download nothing({chunk_of({})});
  EXPECT_EQ(nothing.summary.size(), 1U);
  Fields says(nothing.summary.at(mcap::Op::Statistics).at(0));
  EXPECT_EQ(says.u64(), 0U);
}

/// Topic, schema and encodings of each channel of the summary.
std::vector<std::string> channels_of(const Download& download) {
  std::map<std::uint64_t, std::string> schemas{{0, "-"}};
  if (download.summary.contains(mcap::Op::Schema)) {
    for (const ByteView content : download.summary.at(mcap::Op::Schema)) {
      Fields fields(content);
      const std::uint64_t id = fields.u16();
      const std::string name = fields.text();
      EXPECT_TRUE(schemas.emplace(id, name + "/" + fields.text()).second);
    }
  }
  std::vector<std::string> channels;
  for (const ByteView content : download.summary.at(mcap::Op::Channel)) {
    Fields fields(content);
    fields.u16();
    const std::string schema = schemas.at(fields.u16());
    std::string channel = fields.text();
    channel.append(" ").append(schema).append(" ").append(fields.text());
    channels.push_back(std::move(channel));
  }
  return channels;
}

TEST(DownloadIndex, AChannelIsItsTopicSchemaAndEncoding) {
  const auto one = [](ChannelRow row) {
    row.times = {10};
    return chunk_of({std::move(row)});
  };
  const std::vector<Bytes> chunks{
      one({.topic = "/a", .schema = "A"}),
      one({.topic = "/a", .schema = "B"}),
      one({.topic = "/a", .schema = ""}),
      one({.topic = "/a", .schema = "A", .schema_encoding = "protobuf"}),
      one({.topic = "/a", .schema = "A", .encoding = "cbor"}),
      one({.topic = "/b", .schema = "A"})};
  std::vector<Bytes> twice = chunks;
  twice.insert(twice.end(), chunks.begin(), chunks.end());
  const Download download(twice);
  EXPECT_THAT(channels_of(download),
              ElementsAre("/a A/jsonschema json", "/a B/jsonschema json", "/a - json",
                          "/a A/protobuf json", "/a A/jsonschema cbor", "/b A/jsonschema json"));
  EXPECT_EQ(download.summary.at(mcap::Op::Schema).size(), 3U);
}

}  // namespace
}  // namespace reprise::recording
