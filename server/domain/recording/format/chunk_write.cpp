#include "domain/recording/format/chunk.hpp"
#include "domain/recording/format/mcap.hpp"
#include "domain/recording/format/schemas.hpp"

namespace reprise::recording {
namespace {

constexpr std::string_view kLibrary = "reprise-tools";

}  // namespace

ChunkWriter::ChunkWriter() = default;

void ChunkWriter::add(Topic topic, std::uint32_t sequence, std::int64_t log_time_ns,
                      ByteView data) {
  if (bytes_.empty()) {
    mcap::Writer(bytes_).raw(as_bytes(mcap::kMagic));
    mcap::header_record(bytes_, kLibrary);
    // First one entry for each topic's channel, then one for each schema's number.
    declared_.assign(2 * kKnownTopics, false);
  }
  const auto index = static_cast<std::size_t>(topic);
  const auto channel_id = static_cast<std::uint16_t>(index + 1);
  const ChannelFormat& format = format_of(topic);
  if (!declared_[index]) {
    const std::size_t schema = kKnownTopics + format.schema_number - 1;
    if (!declared_[schema]) {
      mcap::schema_record(bytes_, format.schema_number, format.schema_name, format.schema_encoding,
                          format.schema_data);
    }
    mcap::channel_record(bytes_, channel_id, format.schema_number, name_of(topic),
                         format.message_encoding);
    declared_[index] = declared_[schema] = true;
  }
  mcap::message_record(bytes_, channel_id, sequence, log_time_ns, data);
}

Bytes ChunkWriter::seal() {
  if (bytes_.empty()) {
    mcap::Writer(bytes_).raw(as_bytes(mcap::kMagic));
    mcap::header_record(bytes_, kLibrary);
  }
  mcap::data_end_record(bytes_, mcap::crc32(bytes_));
  mcap::footer_record(bytes_, bytes_.size(), 0, 0);
  mcap::Writer(bytes_).raw(as_bytes(mcap::kMagic));
  return std::exchange(bytes_, {});
}

}  // namespace reprise::recording
