#include "base/digest.hpp"

#include <openssl/evp.h>

#include <cstring>
#include <stdexcept>

#include "base/crc32c.hpp"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace reprise {
namespace {

constexpr std::uint32_t kCastagnoli = 0x82F63B78;  // reversed polynomial

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kCastagnoli : 0);
    table[i] = value;
  }
  return table;
}

std::uint32_t crc32c_portable(ByteView bytes, std::uint32_t before) {
  static constexpr auto kTable = make_table();
  std::uint32_t crc = ~before;
  for (const std::byte byte : bytes) {
    crc = (crc >> 8) ^ kTable[(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
  }
  return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse(ByteView bytes, std::uint32_t before) {
  std::uint64_t crc = ~before;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    crc = _mm_crc32_u64(crc, word);
  }
  auto tail = static_cast<std::uint32_t>(crc);
  for (; at < bytes.size(); ++at) {
    tail = _mm_crc32_u8(tail, std::to_integer<unsigned char>(bytes[at]));
  }
  return ~tail;
}
#endif

[[noreturn]] void no_sha256() { throw std::runtime_error("SHA-256 is not available from OpenSSL"); }

/// Fetched once: looking the algorithm up costs more than hashing a small object.
const EVP_MD* sha256_algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == nullptr) no_sha256();
  return algorithm;
}

unsigned char* bytes_of(Sha256& digest) { return reinterpret_cast<unsigned char*>(digest.data()); }

}  // namespace

Sha256 sha256(ByteView bytes) {
  using Context = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;
  // Making a context costs more than hashing a small object, such as the cookie of each request.
  static thread_local const Context kAgain(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Sha256 digest;
  if (EVP_DigestInit_ex(kAgain.get(), sha256_algorithm(), nullptr) != 1 ||
      EVP_DigestUpdate(kAgain.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(kAgain.get(), bytes_of(digest), nullptr) != 1) {
    no_sha256();
  }
  return digest;
}

struct Sha256Stream::Context {
  EVP_MD_CTX* held = EVP_MD_CTX_new();
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->held, sha256_algorithm(), nullptr) != 1) no_sha256();
}
Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(context_->held); }
void Sha256Stream::add(ByteView piece) {
  if (EVP_DigestUpdate(context_->held, piece.data(), piece.size()) != 1) no_sha256();
}
Sha256 Sha256Stream::finish() {
  Sha256 digest;
  if (EVP_DigestFinal_ex(context_->held, bytes_of(digest), nullptr) != 1) no_sha256();
  return digest;
}

std::string hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    text.push_back(kDigits[std::to_integer<unsigned>(byte) >> 4]);
    text.push_back(kDigits[std::to_integer<unsigned>(byte) & 15]);
  }
  return text;
}

std::uint32_t crc32c(ByteView bytes) { return crc32c_after(0, bytes); }

std::uint32_t crc32c_after(std::uint32_t before, ByteView bytes) {
#if defined(__x86_64__)
  static const bool fast = __builtin_cpu_supports("sse4.2") != 0;
  if (fast) return crc32c_sse(bytes, before);
#endif
  return crc32c_portable(bytes, before);
}

}  // namespace reprise
