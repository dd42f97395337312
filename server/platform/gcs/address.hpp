#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/types.hpp"

// Where the objects lie in Google Cloud Storage, and what they are called there. Pure.
namespace reprise::gcs {

inline constexpr std::string_view kGoogleUrl = "https://storage.googleapis.com";

/// A prefix of this length and our longest key (blob::kKeyBytesMax, 255 bytes) together stay far
/// below the 1024 bytes that Google allows for the name of an object.
inline constexpr std::size_t kPrefixBytesMax = 512;

/// A bucket, and the part of it that belongs to this installation.
struct Address {
  std::string bucket;
  std::string prefix;    ///< without a slash at its ends; empty: the whole bucket
  std::string endpoint;  ///< scheme, host and port, without a trailing slash
  /// Credentials are sent only over https or to this machine itself. When this is false, requests
  /// carry none.
  bool takes_credentials = true;

  /// The name of the object with one of our keys.
  std::string object_name(std::string_view key) const;
  /// The key that belongs to the name of an object. The name must begin with our prefix.
  std::string_view key_of(std::string_view object_name) const;
  /// For people: `gs://bucket/prefix`, and the endpoint when it is not Google's.
  std::string shown() const;
};

/// Reads `gs://bucket/prefix?endpoint=http://HOST:PORT`; prefix and endpoint may be missing. The
/// bucket follows Google's rules for names (cloud.google.com/storage/docs/buckets#naming), the
/// prefix ours for keys. Errors: Invalid, one sentence that names the setting `blob-store`.
Result<Address> read_address(std::string_view url);

/// Whether slashes are encoded too. Letters, digits and `-._~` always stay as they are.
enum class Slashes { Encode, Keep };
/// Encodes a text for a URL (RFC 3986 2.1) with capital hexadecimal digits.
std::string percent_encode(std::string_view text, Slashes slashes);

}  // namespace reprise::gcs
