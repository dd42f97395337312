#include <algorithm>
#include <limits>
#include <optional>

#include "base/utf8.hpp"
#include "domain/recording/format/chunk.hpp"
#include "domain/recording/format/mcap.hpp"
#include "domain/recording/format/schemas.hpp"

namespace reprise::recording {
namespace {

using mcap::Op;

std::unexpected<Error> malformed(std::size_t offset, std::string_view what) {
  return fail(
      ErrorCode::Unprocessable,
      "The chunk is malformed at byte " + std::to_string(offset) + ": " + std::string{what} + ".",
      "chunk-malformed");
}

std::unexpected<Error> too_large(std::string_view what) {
  return fail(ErrorCode::TooLarge, "The chunk is too large: " + std::string{what} + ".",
              "chunk-too-large");
}

/// Reads the fields of one record. Reading past the end gives zeros and sets `failed`.
class Fields {
 public:
  explicit Fields(ByteView content) : rest_(content) {}
  template <std::unsigned_integral Number>
  Number number() {
    Number value = 0;
    const ByteView raw = take(sizeof(Number));
    if (!raw.empty()) std::memcpy(&value, raw.data(), sizeof(Number));
    return value;
  }
  ByteView block() { return take(number<std::uint32_t>()); }
  std::string_view text() { return as_text(block()); }
  ByteView rest() const { return rest_; }
  bool failed() const { return failed_; }

 private:
  ByteView take(std::size_t count) {
    if (count > rest_.size()) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  ByteView rest_;
  bool failed_ = false;
};

struct Record {
  std::size_t offset;  ///< file offset of its opcode
  Op op;
  ByteView content;
};

class ChunkReader {
 public:
  explicit ChunkReader(ByteView bytes) : bytes_(bytes) {}

  Result<Chunk> read() {
    const std::size_t magic = mcap::kMagic.size();
    if (bytes_.size() > kChunkBytesMax) return too_large("more than 8 MiB");
    if (as_text(bytes_.first(std::min(magic, bytes_.size()))) != mcap::kMagic) {
      return malformed(0, "it does not begin with the MCAP magic");
    }
    at_ = magic;
    if (Status status = read_header(); !status) return std::unexpected(status.error());
    for (;;) {
      const Result<Record> record = next();
      if (!record) return std::unexpected(record.error());
      if (record->op == Op::DataEnd) {
        if (Status status = read_end(*record); !status) return std::unexpected(status.error());
        return std::move(chunk_);
      }
      if (Status status = read_data(*record); !status) return std::unexpected(status.error());
    }
  }

 private:
  Result<Record> next() {
    const std::size_t offset = at_;
    Fields head(bytes_.subspan(at_));
    const auto op = head.number<std::uint8_t>();
    const auto length = head.number<std::uint64_t>();
    if (head.failed()) return malformed(offset, "the file ends before DataEnd and Footer");
    if (length > head.rest().size()) return malformed(offset, "a record leaves the file");
    const ByteView content = head.rest().first(static_cast<std::size_t>(length));
    at_ = offset + mcap::kRecordHeadBytes + content.size();
    return Record{offset, static_cast<Op>(op), content};
  }

  Status read_header() {
    const Result<Record> record = next();
    if (!record) return std::unexpected(record.error());
    if (record->op != Op::Header) return malformed(record->offset, "the first record is no Header");
    Fields fields(record->content);
    const std::string_view profile = fields.text();
    fields.text();  // library
    if (fields.failed()) return malformed(record->offset, "the Header is cut short");
    if (profile != mcap::kProfile) return malformed(record->offset, "the profile is not reprise");
    return {};
  }

  Status read_data(const Record& record) {
    switch (record.op) {
      case Op::Schema:
        return read_schema(record);
      case Op::Channel:
        return read_channel(record);
      case Op::Message:
        return read_message(record);
      default:
        return malformed(record.offset,
                         "only schemas, channels and messages belong here, not opcode " +
                             std::to_string(static_cast<int>(record.op)));
    }
  }

  Status read_schema(const Record& record) {
    Fields fields(record.content);
    const auto id = fields.number<std::uint16_t>();
    const std::string_view name = fields.text();
    const std::string_view encoding = fields.text();
    const ByteView data = fields.block();
    if (fields.failed()) return malformed(record.offset, "a Schema is cut short");
    if (!is_utf8(name) || !is_utf8(encoding)) {
      return malformed(record.offset, "a Schema has a name that is not UTF-8");
    }
    if (id == 0) return malformed(record.offset, "a schema has the id 0");
    if (find_schema(id) != nullptr) return malformed(record.offset, "a schema id is used twice");
    if (chunk_.schemas.size() == kChannelsPerChunkMax) return too_large("more than 64 schemas");
    if (name.size() > kNameBytesMax || encoding.size() > kNameBytesMax ||
        data.size() > kSchemaBytesMax) {
      return too_large("a schema of more than 64 KiB or a name of more than 256 bytes");
    }
    chunk_.schemas.push_back(
        {id, std::string{name}, std::string{encoding}, Bytes{data.begin(), data.end()}});
    return {};
  }

  Status read_channel(const Record& record) {
    Fields fields(record.content);
    const auto id = fields.number<std::uint16_t>();
    const auto schema_id = fields.number<std::uint16_t>();
    const std::string_view name = fields.text();
    const std::string_view encoding = fields.text();
    fields.block();  // metadata
    if (fields.failed()) return malformed(record.offset, "a Channel is cut short");
    // The download repeats the name unchanged, and readers refuse a file whose names are not UTF-8.
    if (!is_utf8(name) || !is_utf8(encoding)) {
      return malformed(record.offset, "a Channel has a name that is not UTF-8");
    }
    if (find_channel(id)) return malformed(record.offset, "a channel id is used twice");
    if (schema_id != 0 && find_schema(schema_id) == nullptr) {
      return malformed(record.offset, "a channel names a schema that was not declared");
    }
    if (chunk_.channels.size() == kChannelsPerChunkMax) return too_large("more than 64 channels");
    if (name.size() > kNameBytesMax || encoding.size() > kNameBytesMax) {
      return too_large("a name of more than 256 bytes");
    }
    const Topic topic = topic_of(name);
    if (topic != Topic::Unknown) {
      const ChannelFormat& format = format_of(topic);
      const Schema* schema = find_schema(schema_id);
      if (encoding != format.message_encoding || schema == nullptr ||
          schema->name != format.schema_name || schema->encoding != format.schema_encoding) {
        return malformed(record.offset, std::string{name} + " is not " +
                                            std::string{format.schema_name} + " as " +
                                            std::string{format.message_encoding});
      }
    }
    chunk_.channels.push_back({id, schema_id, std::string{name}, std::string{encoding}});
    topics_.push_back(topic);
    return {};
  }

  Status read_message(const Record& record) {
    Fields fields(record.content);
    const auto channel_id = fields.number<std::uint16_t>();
    const auto sequence = fields.number<std::uint32_t>();
    const auto log_time = fields.number<std::uint64_t>();
    fields.number<std::uint64_t>();  // publish_time
    if (fields.failed()) return malformed(record.offset, "a Message is cut short");
    const std::optional<std::size_t> channel = find_channel(channel_id);
    if (!channel)
      return malformed(record.offset, "a message names a channel that was not declared");
    if (log_time > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return malformed(record.offset, "a log time is beyond the year 2262");
    }
    if (fields.rest().size() > kMessageBytesMax) return too_large("a message of more than 4 MiB");
    if (chunk_.messages.size() == kMessagesPerChunkMax) {
      return too_large("more than 20 000 messages");
    }
    const auto time = static_cast<std::int64_t>(log_time);
    const bool first = chunk_.messages.empty();
    chunk_.first_log_ns = first ? time : std::min(chunk_.first_log_ns, time);
    chunk_.last_log_ns = first ? time : std::max(chunk_.last_log_ns, time);
    chunk_.messages.push_back({channel_id, topics_[*channel], sequence, time, fields.rest()});
    return {};
  }

  /// DataEnd, then Footer and Magic and nothing else.
  Status read_end(const Record& end) {
    if (end.content.size() != mcap::kDataEndBytes) {
      return malformed(end.offset, "DataEnd does not have 4 bytes");
    }
    const auto data_crc = Fields(end.content).number<std::uint32_t>();
    if (data_crc != 0 && data_crc != mcap::crc32(bytes_.first(end.offset))) {
      return malformed(end.offset, "the CRC of the data section is wrong");
    }
    const Result<Record> footer = next();
    if (!footer) return std::unexpected(footer.error());
    if (footer->op != Op::Footer || footer->content.size() != mcap::kFooterBytes) {
      return malformed(footer->offset, "no Footer follows DataEnd");
    }
    Fields fields(footer->content);
    if (fields.number<std::uint64_t>() != 0 || fields.number<std::uint64_t>() != 0) {
      return malformed(footer->offset, "a chunk has no summary section");
    }
    const auto crc = fields.number<std::uint32_t>();
    const std::size_t covered = mcap::kRecordHeadBytes + mcap::kFooterBytes - sizeof(crc);
    if (crc != 0 && crc != mcap::crc32(bytes_.subspan(footer->offset, covered))) {
      return malformed(footer->offset, "the CRC of the summary is wrong");
    }
    if (as_text(bytes_.subspan(at_)) != mcap::kMagic) {
      return malformed(at_, "the Footer is not followed by the MCAP magic and the end");
    }
    return {};
  }

  const Schema* find_schema(std::uint16_t id) const {
    const auto found = std::ranges::find(chunk_.schemas, id, &Schema::id);
    return found == chunk_.schemas.end() ? nullptr : &*found;
  }
  std::optional<std::size_t> find_channel(std::uint16_t id) const {
    const auto found = std::ranges::find(chunk_.channels, id, &Channel::id);
    if (found == chunk_.channels.end()) return std::nullopt;
    return static_cast<std::size_t>(found - chunk_.channels.begin());
  }

  ByteView bytes_;
  std::size_t at_ = 0;
  Chunk chunk_;
  std::vector<Topic> topics_;  ///< topics of chunk_.channels, by index
};

}  // namespace

Result<Chunk> parse_chunk(ByteView bytes) { return ChunkReader(bytes).read(); }

}  // namespace reprise::recording
