#include <algorithm>
#include <map>
#include <optional>

#include "domain/recording/format/chunk.hpp"
#include "domain/recording/format/mcap.hpp"

namespace reprise::recording {
namespace {

using mcap::Op;
using mcap::Writer;

constexpr std::string_view kLibrary = "reprise";
/// Further topics are left out: this bounds the memory that hostile chunks can make us use.
constexpr std::size_t kTopicsMax = 256;

struct IndexEntry {
  std::uint64_t log_time;
  std::uint64_t offset;
  friend auto operator<=>(const IndexEntry&, const IndexEntry&) = default;
};
using ChannelIndexes = std::map<std::uint16_t, std::vector<IndexEntry>>;

struct ChunkIndex {
  std::uint64_t first_time = 0;
  std::uint64_t last_time = 0;
  std::uint64_t start = 0;
  std::uint64_t length = 0;
  std::vector<std::pair<std::uint16_t, std::uint64_t>> message_indexes;  ///< channel, file offset
  std::uint64_t message_index_length = 0;
  std::uint64_t content_bytes = 0;
};

void message_index_record(Bytes& out, std::uint16_t channel, std::vector<IndexEntry>& entries) {
  std::ranges::sort(entries);
  mcap::record(out, Op::MessageIndex, [&](Writer& to) {
    to.number(channel);
    to.number(static_cast<std::uint32_t>(entries.size() * sizeof(IndexEntry)));
    for (const IndexEntry& entry : entries) {
      to.number(entry.log_time);
      to.number(entry.offset);
    }
  });
}

void chunk_index_record(Bytes& out, const ChunkIndex& index) {
  constexpr std::size_t kPairBytes = sizeof(std::uint16_t) + sizeof(std::uint64_t);
  mcap::record(out, Op::ChunkIndex, [&](Writer& to) {
    to.number(index.first_time);
    to.number(index.last_time);
    to.number(index.start);
    to.number(index.length);
    to.number(static_cast<std::uint32_t>(index.message_indexes.size() * kPairBytes));
    for (const auto& [channel, offset] : index.message_indexes) {
      to.number(channel);
      to.number(offset);
    }
    to.number(index.message_index_length);
    to.text("");  // not compressed
    to.number(index.content_bytes);
    to.number(index.content_bytes);
  });
}

}  // namespace

struct DownloadWriter::State {
  struct MergedChannel {
    Channel channel;
    std::uint64_t messages = 0;
  };
  std::uint64_t written = 0;
  std::uint32_t crc = 0;  ///< CRC of everything written so far
  std::vector<Schema> schemas;
  std::vector<MergedChannel> channels;
  std::vector<ChunkIndex> chunks;

  /// Adds `piece` to the count of bytes and to the CRC, and returns it.
  Bytes emit(Bytes piece) {
    written += piece.size();
    crc = mcap::crc32(piece, crc);
    return piece;
  }

  const Schema* find_schema(std::uint16_t id) const { return id == 0 ? nullptr : &schemas[id - 1]; }

  std::uint16_t merge_schema(const Schema& schema, Bytes& records) {
    for (const Schema& known : schemas) {
      if (known.name == schema.name && known.encoding == schema.encoding) return known.id;
    }
    Schema merged = schema;
    merged.id = static_cast<std::uint16_t>(schemas.size() + 1);
    mcap::schema_record(records, merged.id, merged.name, merged.encoding, merged.data);
    schemas.push_back(std::move(merged));
    return schemas.back().id;
  }

  /// The download's channel for a channel of a chunk; declares it in `records` when it is new.
  /// Null: there are too many.
  MergedChannel* merge_channel(const Chunk& chunk, const Channel& channel, Bytes& records) {
    const auto schema = std::ranges::find(chunk.schemas, channel.schema_id, &Schema::id);
    const bool has_schema = channel.schema_id != 0 && schema != chunk.schemas.end();
    for (MergedChannel& known : channels) {
      const Schema* known_schema = find_schema(known.channel.schema_id);
      const bool same_schema = has_schema ? known_schema != nullptr &&
                                                known_schema->name == schema->name &&
                                                known_schema->encoding == schema->encoding
                                          : known_schema == nullptr;
      if (known.channel.topic == channel.topic && same_schema &&
          known.channel.message_encoding == channel.message_encoding) {
        return &known;
      }
    }
    if (channels.size() == kTopicsMax) return nullptr;
    Channel merged = channel;
    merged.id = static_cast<std::uint16_t>(channels.size());
    merged.schema_id = has_schema ? merge_schema(*schema, records) : std::uint16_t{0};
    mcap::channel_record(records, merged.id, merged.schema_id, merged.topic,
                         merged.message_encoding);
    channels.push_back({std::move(merged)});
    return &channels.back();
  }

  /// Writes one group of the summary and notes it for the summary offsets.
  struct Group {
    Op op;
    std::uint64_t start;
    std::uint64_t length;
  };
  template <class Fill>
  void group(Bytes& out, std::vector<Group>& groups, Op op, Fill fill) const {
    const std::size_t before = out.size();
    fill();
    if (out.size() > before) groups.push_back({op, written + before, out.size() - before});
  }

  void statistics_record(Bytes& out) const {
    std::uint64_t count = 0;
    for (const MergedChannel& channel : channels) count += channel.messages;
    std::uint64_t first = chunks.empty() ? 0 : chunks.front().first_time;
    std::uint64_t last = 0;
    for (const ChunkIndex& chunk : chunks) {
      first = std::min(first, chunk.first_time);
      last = std::max(last, chunk.last_time);
    }
    mcap::record(out, Op::Statistics, [&](Writer& to) {
      to.number(count);
      to.number(static_cast<std::uint16_t>(schemas.size()));
      to.number(static_cast<std::uint32_t>(channels.size()));
      to.number(std::uint32_t{0});  // attachments
      to.number(std::uint32_t{0});  // metadata
      to.number(static_cast<std::uint32_t>(chunks.size()));
      to.number(first);
      to.number(last);
      to.number(static_cast<std::uint32_t>(channels.size() * 10));
      for (const MergedChannel& channel : channels) {
        to.number(channel.channel.id);
        to.number(channel.messages);
      }
    });
  }
};

DownloadWriter::DownloadWriter() : state_(std::make_unique<State>()) {}
DownloadWriter::~DownloadWriter() = default;
DownloadWriter::DownloadWriter(DownloadWriter&&) noexcept = default;

Bytes DownloadWriter::begin() {
  Bytes out;
  Writer(out).raw(as_bytes(mcap::kMagic));
  mcap::header_record(out, kLibrary);
  return state_->emit(std::move(out));
}

Bytes DownloadWriter::add(const Chunk& chunk) {
  Bytes records;
  ChannelIndexes indexes;
  ChunkIndex index;
  // key: the chunk's id; value: the download's
  std::map<std::uint16_t, std::optional<std::uint16_t>> ids;
  for (const Message& message : chunk.messages) {
    const auto [known, is_new] = ids.try_emplace(message.channel_id);
    if (is_new) {
      const auto channel = std::ranges::find(chunk.channels, message.channel_id, &Channel::id);
      const auto* merged = state_->merge_channel(chunk, *channel, records);
      if (merged != nullptr) known->second = merged->channel.id;
    }
    if (!known->second) continue;
    const std::uint16_t id = *known->second;
    const auto time = static_cast<std::uint64_t>(message.log_time_ns);
    index.first_time = indexes.empty() ? time : std::min(index.first_time, time);
    index.last_time = std::max(index.last_time, time);
    indexes[id].push_back({time, records.size()});
    state_->channels[id].messages += 1;
    mcap::message_record(records, id, message.sequence, message.log_time_ns, message.data);
  }
  if (indexes.empty()) return {};

  Bytes out;
  mcap::record(out, Op::Chunk, [&](Writer& to) {
    to.number(index.first_time);
    to.number(index.last_time);
    to.number(static_cast<std::uint64_t>(records.size()));
    to.number(mcap::crc32(records));
    to.text("");  // not compressed
    to.number(static_cast<std::uint64_t>(records.size()));
    to.raw(records);
  });
  index.start = state_->written;
  index.length = out.size();
  index.content_bytes = records.size();
  for (auto& [id, entries] : indexes) {
    index.message_indexes.emplace_back(id, state_->written + out.size());
    message_index_record(out, id, entries);
  }
  index.message_index_length = out.size() - index.length;
  state_->chunks.push_back(std::move(index));
  return state_->emit(std::move(out));
}

Bytes DownloadWriter::end() {
  const State& state = *state_;
  Bytes out;
  mcap::data_end_record(out, state.crc);
  const std::size_t summary = out.size();
  std::vector<State::Group> groups;
  state.group(out, groups, Op::Schema, [&] {
    for (const Schema& schema : state.schemas) {
      mcap::schema_record(out, schema.id, schema.name, schema.encoding, schema.data);
    }
  });
  state.group(out, groups, Op::Channel, [&] {
    for (const auto& [channel, messages] : state.channels) {
      mcap::channel_record(out, channel.id, channel.schema_id, channel.topic,
                           channel.message_encoding);
    }
  });
  state.group(out, groups, Op::Statistics, [&] { state.statistics_record(out); });
  state.group(out, groups, Op::ChunkIndex, [&] {
    for (const ChunkIndex& index : state.chunks) chunk_index_record(out, index);
  });
  const std::size_t offsets = out.size();
  for (const State::Group& group : groups) {
    mcap::record(out, Op::SummaryOffset, [&](Writer& to) {
      to.number(static_cast<std::uint8_t>(group.op));
      to.number(group.start);
      to.number(group.length);
    });
  }
  mcap::footer_record(out, summary, state.written + summary, state.written + offsets);
  Writer(out).raw(as_bytes(mcap::kMagic));
  return state_->emit(std::move(out));
}

}  // namespace reprise::recording
