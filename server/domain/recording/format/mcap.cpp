#include "domain/recording/format/mcap.hpp"

namespace reprise::recording::mcap {
namespace {

constexpr std::uint32_t kPolynomial = 0xEDB88320;

// kTables[n][b]: what byte b does to the CRC when n more bytes follow ("slicing by 8").
constexpr auto kTables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t n = 1; n < tables.size(); ++n) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[n - 1][byte];
      tables[n][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}();

}  // namespace

std::uint32_t crc32(ByteView bytes, std::uint32_t crc) {
  crc = ~crc;
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    word ^= crc;
    crc = 0;
    for (std::size_t n = 0; n < 8; ++n) crc ^= kTables[7 - n][(word >> (8 * n)) & 0xFF];
    bytes = bytes.subspan(8);
  }
  for (const std::byte byte : bytes) {
    crc = (crc >> 8) ^ kTables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
  }
  return ~crc;
}

void header_record(Bytes& out, std::string_view library) {
  record(out, Op::Header, [&](Writer& to) {
    to.text(kProfile);
    to.text(library);
  });
}

void schema_record(Bytes& out, std::uint16_t id, std::string_view name, std::string_view encoding,
                   ByteView data) {
  record(out, Op::Schema, [&](Writer& to) {
    to.number(id);
    to.text(name);
    to.text(encoding);
    to.block(data);
  });
}

void channel_record(Bytes& out, std::uint16_t id, std::uint16_t schema_id, std::string_view topic,
                    std::string_view message_encoding) {
  record(out, Op::Channel, [&](Writer& to) {
    to.number(id);
    to.number(schema_id);
    to.text(topic);
    to.text(message_encoding);
    to.number(std::uint32_t{0});  // no metadata
  });
}

void message_record(Bytes& out, std::uint16_t channel_id, std::uint32_t sequence,
                    std::int64_t log_time_ns, ByteView data) {
  record(out, Op::Message, [&](Writer& to) {
    to.number(channel_id);
    to.number(sequence);
    to.number(static_cast<std::uint64_t>(log_time_ns));
    to.number(static_cast<std::uint64_t>(log_time_ns));  // publish_time
    to.raw(data);
  });
}

void data_end_record(Bytes& out, std::uint32_t crc) {
  record(out, Op::DataEnd, [&](Writer& to) { to.number(crc); });
}

void footer_record(Bytes& out, std::size_t summary_from, std::uint64_t summary_start,
                   std::uint64_t summary_offset_start) {
  record(out, Op::Footer, [&](Writer& to) {
    to.number(summary_start);
    to.number(summary_offset_start);
    to.number(std::uint32_t{0});
  });
  const std::size_t crc_at = out.size() - sizeof(std::uint32_t);
  const std::uint32_t crc = crc32(ByteView{out}.subspan(summary_from, crc_at - summary_from));
  std::memcpy(out.data() + crc_at, &crc, sizeof(crc));
}

}  // namespace reprise::recording::mcap
