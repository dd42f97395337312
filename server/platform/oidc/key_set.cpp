#include "platform/oidc/key_set.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <optional>

#include "base/base64.hpp"
#include "base/json.hpp"

namespace reprise::oidc {
namespace json = boost::json;
using login::Algorithm;

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* one) const {
    Free(one);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using PKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

constexpr std::size_t kP256Bytes = 32;
/// Exponents in use are 3 and 65537; a long one makes each check slow.
constexpr std::size_t kExponentBytesMax = 8;

const unsigned char* raw(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
  const json::value* held = object.if_contains(name);
  if (held == nullptr || !held->is_string()) return std::nullopt;
  return std::string_view(held->get_string());
}

std::optional<Bytes> bytes_member(const json::object& object, std::string_view name) {
  const auto text = text_member(object, name);
  return text ? base64url_decode(*text) : std::nullopt;
}

PKey key_from(const char* type, const OSSL_PARAM* params) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY,
                        const_cast<OSSL_PARAM*>(params)) != 1) {
    return nullptr;
  }
  return PKey(made);
}

PKey rsa_key(const json::object& jwk) {
  const auto modulus = bytes_member(jwk, "n");
  const auto exponent = bytes_member(jwk, "e");
  if (!modulus || !exponent || exponent->size() > kExponentBytesMax ||
      modulus->size() > kRsaBitsMost / 8) {
    return nullptr;
  }
  const BigNumber n(BN_bin2bn(raw(*modulus), static_cast<int>(modulus->size()), nullptr));
  const BigNumber e(BN_bin2bn(raw(*exponent), static_cast<int>(exponent->size()), nullptr));
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!n || !e || !build || BN_num_bits(n.get()) < kRsaBitsLeast || BN_is_odd(n.get()) == 0 ||
      BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  const Params params(OSSL_PARAM_BLD_to_param(build.get()));
  return params ? key_from("RSA", params.get()) : nullptr;
}

/// OpenSSL refuses a point that is not on the curve.
PKey p256_key(const json::object& jwk) {
  const auto x = bytes_member(jwk, "x");
  const auto y = bytes_member(jwk, "y");
  if (text_member(jwk, "crv") != "P-256" || !x || !y || x->size() != kP256Bytes ||
      y->size() != kP256Bytes) {
    return nullptr;
  }
  constexpr std::byte kUncompressed{4};  // SEC 1, 2.3.3
  Bytes point{kUncompressed};
  point.insert(point.end(), x->begin(), x->end());
  point.insert(point.end(), y->begin(), y->end());
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!build ||
      OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return nullptr;
  }
  const Params params(OSSL_PARAM_BLD_to_param(build.get()));
  return params ? key_from("EC", params.get()) : nullptr;
}

/// A signature as OpenSSL wants it: r and s in DER.
std::optional<Bytes> der_of(ByteView signature) {
  if (signature.size() != 2 * kP256Bytes) return std::nullopt;
  const EcSignature parts(ECDSA_SIG_new());
  BigNumber r(BN_bin2bn(raw(signature), kP256Bytes, nullptr));
  BigNumber s(BN_bin2bn(raw(signature) + kP256Bytes, kP256Bytes, nullptr));
  if (!parts || !r || !s || ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1) {
    return std::nullopt;
  }
  (void)r.release();  // `parts` owns them now
  (void)s.release();
  const int size = i2d_ECDSA_SIG(parts.get(), nullptr);
  if (size <= 0) return std::nullopt;
  Bytes der(static_cast<std::size_t>(size));
  auto* at = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(parts.get(), &at);
  return der;
}

/// Whether the key may verify signatures, by what the set says about it (RFC 7517 4.2, 4.3).
bool is_for_signatures(const json::object& jwk) {
  if (jwk.contains("use")) return text_member(jwk, "use") == "sig";
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  return operations->is_array() &&
         std::ranges::find(operations->get_array(), "verify") != operations->get_array().end();
}

}  // namespace

struct PublicKey::Key {
  PKey held;
};

bool PublicKey::verifies(std::string_view message, ByteView signature) const {
  std::optional<Bytes> der;
  if (algorithm_ == Algorithm::Es256) {
    der = der_of(signature);
    if (!der) return false;
    signature = *der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  // The padding of RSA is PKCS #1 v1.5 unless it is set otherwise
  // (EVP_PKEY_CTX_set_rsa_padding(3)).
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->held.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(as_bytes(message)),
                          message.size()) == 1;
}

Result<KeySet> KeySet::read(std::string_view text) {
  const auto invalid = fail(ErrorCode::Invalid, "The issuer's keys are no JWK set.");
  const auto value = parse_json(text);
  if (!value || !value->is_object()) return invalid;
  const json::value* keys = value->get_object().if_contains("keys");
  if (keys == nullptr || !keys->is_array() || keys->get_array().size() > kKeysMax) return invalid;
  KeySet set;
  for (const json::value& one : keys->get_array()) {
    if (!one.is_object()) return invalid;
    const json::object& jwk = one.get_object();
    const auto type = text_member(jwk, "kty");
    const bool rsa = type == "RSA";
    const auto key_id = text_member(jwk, "kid");
    if (!key_id || key_id->empty() || !is_for_signatures(jwk)) continue;
    if (jwk.contains("alg") && text_member(jwk, "alg") != (rsa ? "RS256" : "ES256")) continue;
    PKey key = rsa ? rsa_key(jwk) : type == "EC" ? p256_key(jwk) : nullptr;
    if (!key) continue;
    set.keys_.push_back(
        {std::string(*key_id), PublicKey(rsa ? Algorithm::Rs256 : Algorithm::Es256,
                                         std::make_shared<PublicKey::Key>(std::move(key)))});
  }
  return set;
}

bool KeySet::has(std::string_view key_id, Algorithm algorithm) const {
  return std::ranges::any_of(keys_, [&](const Named& one) {
    return one.key_id == key_id && one.key.algorithm() == algorithm;
  });
}

bool KeySet::verifies(const login::UncheckedToken& token) const {
  return std::ranges::any_of(keys_, [&](const Named& one) {
    return one.key_id == token.key_id && one.key.algorithm() == token.algorithm &&
           one.key.verifies(token.signed_part, token.signature);
  });
}

}  // namespace reprise::oidc
