#include "platform/backup/sealing.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "base/secret.hpp"

namespace reprise::backup {
namespace {

constexpr std::string_view kMagic = "REPRBKP1";
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kHeadBytes = kMagic.size() + kSaltBytes;
/// Each key seals one file only, so the nonce need not differ.
constexpr std::array<unsigned char, 12> kNonce{};

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* octets(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* room(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// HKDF-SHA-256. `use` keeps keys for different uses apart.
Key derived(const Key& key, ByteView salt, std::string_view use) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(
      EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr), EVP_KDF_free);
  REPRISE_ASSERT(kdf != nullptr);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
      EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  std::string digest = "SHA256";
  std::string info(use);
  Bytes secret(key.begin(), key.end());
  Bytes salted(salt.begin(), salt.end());
  std::array<OSSL_PARAM, 5> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salted.data(), salted.size()),
      OSSL_PARAM_construct_end()};
  if (salted.empty()) parameters[3] = OSSL_PARAM_construct_end();
  Key made{};
  const int done = EVP_KDF_derive(context.get(), room(made), made.size(), parameters.data());
  REPRISE_ASSERT(done == 1);
  return made;
}

int half_byte(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char small = static_cast<char>(digit | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

}  // namespace

Result<Key> read_key(std::string_view text) {
  Key key{};
  bool good = text.size() == kKeyBytes * 2;
  for (std::size_t i = 0; good && i < kKeyBytes; ++i) {
    const int high = half_byte(text[2 * i]);
    const int low = half_byte(text[2 * i + 1]);
    good = high >= 0 && low >= 0;
    if (good) key[i] = static_cast<std::byte>(high * 16 + low);
  }
  if (good) return key;
  return fail(ErrorCode::Invalid,
              "the key of a backup is 64 hexadecimal digits; `openssl rand -hex 32` makes one");
}

Sealer::Sealer(const Key& key) : key_(key), names_(derived(key, {}, "reprise backup names")) {}

Bytes Sealer::seal(std::string_view name, ByteView content) const {
  const Bytes salt = random_bytes(kSaltBytes);
  const Key key = derived(key_, salt, "reprise backup file");
  Bytes file(kHeadBytes + content.size() + kTagBytes);
  std::ranges::copy(bytes_of(kMagic), file.begin());
  std::ranges::copy(salt, file.begin() + kMagic.size());
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int length = 0;
  int done = EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), octets(ByteView(key)),
                                 kNonce.data(), nullptr);
  done &= EVP_EncryptUpdate(cipher.get(), nullptr, &length, octets(bytes_of(name)),
                            static_cast<int>(name.size()));
  done &= EVP_EncryptUpdate(cipher.get(), room(file) + kHeadBytes, &length, octets(content),
                            static_cast<int>(content.size()));
  done &= EVP_EncryptFinal_ex(cipher.get(), room(file) + kHeadBytes + length, &length);
  done &= EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                              room(file) + kHeadBytes + content.size());
  REPRISE_ASSERT(done == 1);
  return file;
}

Result<Bytes> Sealer::open(std::string_view name, ByteView file) const {
  const auto refused = fail(ErrorCode::Invalid,
                            "it was changed, or made with another key than the one that is given");
  if (file.size() < kHeadBytes + kTagBytes ||
      !std::ranges::equal(file.first(kMagic.size()), bytes_of(kMagic))) {
    return fail(ErrorCode::Invalid, "it is no file of a backup");
  }
  const Key key = derived(key_, file.subspan(kMagic.size(), kSaltBytes), "reprise backup file");
  const ByteView sealed = file.subspan(kHeadBytes, file.size() - kHeadBytes - kTagBytes);
  Bytes tag(file.end() - kTagBytes, file.end());
  Bytes content(sealed.size());
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int length = 0;
  int done = EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), octets(ByteView(key)),
                                 kNonce.data(), nullptr);
  done &= EVP_DecryptUpdate(cipher.get(), nullptr, &length, octets(bytes_of(name)),
                            static_cast<int>(name.size()));
  done &= EVP_DecryptUpdate(cipher.get(), room(content), &length, octets(sealed),
                            static_cast<int>(sealed.size()));
  done &= EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data());
  std::array<unsigned char, kTagBytes> rest{};  // stays empty: GCM pads nothing
  if (done != 1 || EVP_DecryptFinal_ex(cipher.get(), rest.data(), &length) != 1) return refused;
  return content;
}

std::string Sealer::name_of(ByteView content) const {
  std::array<std::byte, 32> made{};
  unsigned int length = 0;
  const auto* done = HMAC(EVP_sha256(), names_.data(), static_cast<int>(names_.size()),
                          octets(content), content.size(), room(made), &length);
  REPRISE_ASSERT(done != nullptr && length == made.size());
  return hex(made);
}

}  // namespace reprise::backup
