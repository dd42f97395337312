#pragma once

// The bytes of MCAP (https://mcap.dev/spec): record opcodes, a record writer and CRC-32. Used only
// by the files of this folder.

#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <string_view>

#include "base/types.hpp"

namespace reprise::recording::mcap {

static_assert(std::endian::native == std::endian::little, "MCAP is little-endian");

inline constexpr std::string_view kMagic{"\x89MCAP0\r\n", 8};
inline constexpr std::string_view kProfile = "reprise";
inline constexpr std::size_t kRecordHeadBytes = 9;  ///< opcode u8, length u64
inline constexpr std::size_t kDataEndBytes = 4;     ///< crc u32
inline constexpr std::size_t kFooterBytes = 20;     ///< summary start, offset start u64, crc u32

enum class Op : std::uint8_t {
  Header = 0x01,
  Footer = 0x02,
  Schema = 0x03,
  Channel = 0x04,
  Message = 0x05,
  Chunk = 0x06,
  MessageIndex = 0x07,
  ChunkIndex = 0x08,
  Statistics = 0x0B,
  SummaryOffset = 0x0E,
  DataEnd = 0x0F,
};

/// CRC-32 as in zlib. `crc` is the value so far, 0 at the start.
std::uint32_t crc32(ByteView bytes, std::uint32_t crc = 0);

/// Appends little-endian fields to `out`, which outlives it.
class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}
  template <std::unsigned_integral Number>
  void number(Number value) {
    const auto raw = std::bit_cast<std::array<std::byte, sizeof(Number)>>(value);
    out_.insert(out_.end(), raw.begin(), raw.end());
  }
  void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  /// u32 length, then the bytes.
  void block(ByteView bytes) {
    number(static_cast<std::uint32_t>(bytes.size()));
    raw(bytes);
  }
  void text(std::string_view value) { block(as_bytes(value)); }

 private:
  Bytes& out_;
};

/// Appends one record: its opcode, its length, and what `fill(Writer&)` writes.
template <class Fill>
void record(Bytes& out, Op op, Fill fill) {
  Writer writer(out);
  writer.number(static_cast<std::uint8_t>(op));
  const std::size_t length_at = out.size();
  writer.number(std::uint64_t{0});
  fill(writer);
  const std::uint64_t length = out.size() - length_at - sizeof(std::uint64_t);
  std::memcpy(out.data() + length_at, &length, sizeof(length));
}

void header_record(Bytes& out, std::string_view library);
void schema_record(Bytes& out, std::uint16_t id, std::string_view name, std::string_view encoding,
                   ByteView data);
void channel_record(Bytes& out, std::uint16_t id, std::uint16_t schema_id, std::string_view topic,
                    std::string_view message_encoding);
void message_record(Bytes& out, std::uint16_t channel_id, std::uint32_t sequence,
                    std::int64_t log_time_ns, ByteView data);
/// `crc` is of all bytes before the record; 0: it was not computed.
void data_end_record(Bytes& out, std::uint32_t crc);
/// Appends the Footer, with the CRC of `out` from `summary_from` on. The two starts are offsets in
/// the file; 0: absent.
void footer_record(Bytes& out, std::size_t summary_from, std::uint64_t summary_start,
                   std::uint64_t summary_offset_start);

}  // namespace reprise::recording::mcap
