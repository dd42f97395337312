#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_range.hpp"
#include "platform/gcs/address.hpp"
#include "platform/http/client.hpp"

// The calls of the JSON API (cloud.google.com/storage/docs/json_api/v1/objects) that we use: each
// as a request, and what its answer says. Pure.
namespace reprise::gcs {

struct ObjectInfo {
  std::string key;  ///< without the address's prefix
  std::uint64_t bytes = 0;
  std::uint32_t crc32c = 0;
  std::int64_t generation = 0;  ///< changes whenever an object of this name is made anew
  std::int64_t created_utc_ns = 0;
};

struct ObjectPage {
  std::vector<ObjectInfo> objects;  ///< sorted by name
  std::string next;                 ///< the cursor of the next page; empty: there is none
};

/// `crc32c=` and four bytes, big-endian, in base64: the value of `x-goog-hash`.
std::string hash_header(std::uint32_t crc32c);
/// The reverse; the header may name MD5 too. None: it names no CRC32C.
std::optional<std::uint32_t> crc32c_of(std::string_view hash_header);

/// Makes an object, unless there is one of this name: then 412.
http::ClientRequest put_request(const Address& address, std::string_view key, std::string body,
                                std::uint32_t crc32c);
/// Begins an upload in pieces with the same condition; the answer's `Location` takes them.
http::ClientRequest begin_request(const Address& address, std::string_view key);
http::ClientRequest piece_request(const std::string& session, std::string content_range,
                                  std::string body);
http::ClientRequest look_request(const Address& address, std::string_view key);
/// `generation`: of an object that was seen before; else 404.
http::ClientRequest read_request(const Address& address, std::string_view key, ByteRange range,
                                 std::optional<std::int64_t> generation);
/// Removes this generation only.
http::ClientRequest remove_request(const Address& address, std::string_view key,
                                   std::int64_t generation);
inline constexpr int kPageMax = 1000;  // Google's own limit
/// Objects whose key begins with `key_prefix`.
http::ClientRequest list_request(const Address& address, std::string_view key_prefix,
                                 std::string_view cursor, int page_max);

/// The answer of put, look, or the last piece. Errors: Unavailable when it is none.
Result<ObjectInfo> read_object(const Address& address, std::string_view json);
Result<ObjectPage> read_page(const Address& address, std::string_view json);

/// The bytes of a 200 or 206 to `read_request`. None when they came wrong: a whole object whose
/// CRC32C is not the store's, or a part that is not the one that was asked for.
std::optional<Bytes> read_bytes(const http::ClientResponse& answer, ByteRange range);

/// Whether the session that an answer names may be written to: Google's, or the endpoint's own.
/// It takes our bytes without a further login.
bool is_own_session(const Address& address, std::string_view session);

}  // namespace reprise::gcs
