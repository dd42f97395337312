#include "domain/recording/format/mcap.hpp"

#if defined(__x86_64__)
#include <wmmintrin.h>
#endif

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

/// Here and below `crc` is the state that the tables use, not inverted.
std::uint32_t crc_by_tables(ByteView bytes, std::uint32_t crc) {
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
  return crc;
}

#if defined(__x86_64__)
/// x^n modulo the polynomial, with the bits in the reflected order of a CRC, and one place further
/// left, as the carry-less product of two reflected numbers requires.
constexpr std::int64_t power(int n) {
  std::uint32_t value = 0x80000000;  // x^0
  for (int i = 0; i < n; ++i) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
  return static_cast<std::int64_t>(std::uint64_t{value} << 1);
}
static_assert(power(4 * 128 + 32) == 0x154442bd4);  // as in Intel's paper

constexpr std::size_t kLane = sizeof(__m128i);
constexpr std::size_t kLanes = 4;

__attribute__((target("pclmul"))) inline __m128i load(const std::byte* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
/// Moves `lane` forward by `far` bits and combines it with `next`.
__attribute__((target("pclmul"))) inline __m128i fold(__m128i lane, __m128i far, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(lane, far, 0x00);
  const __m128i high = _mm_clmulepi64_si128(lane, far, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/// Folds the message onto its last 16 bytes, which have the same remainder ("Fast CRC Computation
/// for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009). At least kLanes * kLane
/// bytes.
__attribute__((target("pclmul"))) std::uint32_t crc_by_products(ByteView bytes, std::uint32_t crc) {
  const __m128i by_lanes = _mm_set_epi64x(power(4 * 128 - 32), power(4 * 128 + 32));
  const __m128i by_lane = _mm_set_epi64x(power(128 - 32), power(128 + 32));
  std::array<__m128i, kLanes> lanes;
  for (std::size_t n = 0; n < kLanes; ++n) lanes[n] = load(bytes.data() + n * kLane);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128(static_cast<int>(crc)));
  for (bytes = bytes.subspan(kLanes * kLane); bytes.size() >= kLanes * kLane;
       bytes = bytes.subspan(kLanes * kLane)) {
    for (std::size_t n = 0; n < kLanes; ++n) {
      lanes[n] = fold(lanes[n], by_lanes, load(bytes.data() + n * kLane));
    }
  }
  __m128i all = lanes[0];
  for (std::size_t n = 1; n < kLanes; ++n) all = fold(all, by_lane, lanes[n]);
  for (; bytes.size() >= kLane; bytes = bytes.subspan(kLane)) {
    all = fold(all, by_lane, load(bytes.data()));
  }
  std::array<std::byte, kLane> last;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(last.data()), all);
  return crc_by_tables(bytes, crc_by_tables(last, 0));
}
#endif

}  // namespace

std::uint32_t crc32(ByteView bytes, std::uint32_t crc) {
#if defined(__x86_64__)
  static const bool fast = __builtin_cpu_supports("pclmul") != 0;
  if (fast && bytes.size() >= kLanes * kLane) return ~crc_by_products(bytes, ~crc);
#endif
  return ~crc_by_tables(bytes, ~crc);
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
