#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_range.hpp"
#include "platform/gcs/address.hpp"
#include "platform/http/client.hpp"

// The calls of the JSON API that we use (cloud.google.com/storage/docs/json_api/v1/objects). Makes
// the requests and reads the answers. Pure.
namespace reprise::gcs {

struct ObjectInfo {
  std::string key;  ///< without the address's prefix
  std::uint64_t bytes = 0;
  std::uint32_t crc32c = 0;
  std::int64_t generation = 0;  ///< each object that is made under a name has its own number
  std::int64_t created_utc_ns = 0;
};

struct ObjectPage {
  std::vector<ObjectInfo> objects;  ///< sorted by name
  std::string next;                 ///< the cursor of the next page; empty: there is none
};

/// `crc32c=` and four bytes, big-endian, in base64: the value of `x-goog-hash`.
std::string hash_header(std::uint32_t crc32c);
/// Reads the CRC32C from the value of `x-goog-hash`, which may also hold an MD5. Empty when it
/// holds no CRC32C.
std::optional<std::uint32_t> crc32c_of(std::string_view hash_header);

/// Makes an object. The answer is 412 when there is an object of this name already.
http::ClientRequest put_request(const Address& address, std::string_view key, std::string body,
                                std::uint32_t crc32c);
/// Begins an upload in pieces, with the same condition. The pieces are sent to the `Location` of
/// the answer.
http::ClientRequest begin_request(const Address& address, std::string_view key);
http::ClientRequest piece_request(const std::string& session, std::string content_range,
                                  std::string body);
http::ClientRequest look_request(const Address& address, std::string_view key);
/// With a `generation` the answer is 404 when the object has been replaced since.
http::ClientRequest read_request(const Address& address, std::string_view key, ByteRange range,
                                 std::optional<std::int64_t> generation);
/// Removes the object if it still has this generation.
http::ClientRequest remove_request(const Address& address, std::string_view key,
                                   std::int64_t generation);
inline constexpr int kPageMax = 1000;  // Google's own limit
/// Objects whose key begins with `key_prefix`.
http::ClientRequest list_request(const Address& address, std::string_view key_prefix,
                                 std::string_view cursor, int page_max);

/// Reads the answer to a put, a look or the last piece. Errors: Unavailable when the text does not
/// describe an object below our prefix.
Result<ObjectInfo> read_object(const Address& address, std::string_view json);
Result<ObjectPage> read_page(const Address& address, std::string_view json);

/// The bytes of an answer 200 or 206 to `read_request`. Empty when they are wrong: the CRC32C of a
/// whole object is not that of the store, or the part is not the one that was asked for.
std::optional<Bytes> read_bytes(const http::ClientResponse& answer, ByteRange range);

/// Whether an upload session is on Google's servers or on the endpoint itself. Content must not be
/// sent anywhere else, whatever an answer says.
bool is_own_session(const Address& address, std::string_view session);

}  // namespace reprise::gcs
