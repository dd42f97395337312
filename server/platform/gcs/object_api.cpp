#include "platform/gcs/object_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <charconv>

#include "base/base64.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "platform/http/text.hpp"

namespace reprise::gcs {
namespace {

using http::Method;

constexpr const char* kFields = "name,size,crc32c,generation,timeCreated";
constexpr const char* kContentType = "application/octet-stream";

/// An object as Google describes it. Google writes 64-bit numbers as texts.
struct Resource {
  std::string name;
  std::string size;
  std::string crc32c;
  std::string generation;
  std::string timeCreated;
};
BOOST_DESCRIBE_STRUCT(Resource, (), (name, size, crc32c, generation, timeCreated))

struct ResourceList {
  std::optional<std::vector<Resource>> items;
  std::optional<std::string> nextPageToken;
};
BOOST_DESCRIBE_STRUCT(ResourceList, (), (items, nextPageToken))

std::string escaped(std::string_view text) { return percent_encode(text, Slashes::Encode); }

std::string object_url(const Address& address, std::string_view key) {
  return fmt::format("{}/storage/v1/b/{}/o/{}", address.endpoint, escaped(address.bucket),
                     escaped(address.object_name(key)));
}

std::string upload_url(const Address& address, std::string_view key, std::string_view type) {
  return fmt::format(
      "{}/upload/storage/v1/b/{}/o?uploadType={}&name={}&ifGenerationMatch=0&fields={}",
      address.endpoint, escaped(address.bucket), type, escaped(address.object_name(key)),
      escaped(kFields));
}

template <class T>
bool read_number(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

std::optional<std::uint32_t> crc32c_from_base64(std::string_view text) {
  const auto bytes = base64_decode(text);
  if (!bytes || bytes->size() != 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::byte byte : *bytes) value = (value << 8) | std::to_integer<std::uint32_t>(byte);
  return value;
}

std::unexpected<Error> not_understood(std::string detail) {
  return fail(ErrorCode::Unavailable, "The object store's answer is not understood.", {},
              std::move(detail));
}

Result<ObjectInfo> info_of(const Address& address, const Resource& resource) {
  const std::string own = address.prefix.empty() ? "" : address.prefix + "/";
  if (!resource.name.starts_with(own)) return not_understood("an object outside the prefix");
  ObjectInfo info{.key = std::string(address.key_of(resource.name))};
  const auto crc32c = crc32c_from_base64(resource.crc32c);
  const auto created = parse_rfc3339(resource.timeCreated);
  if (!crc32c || !created || !read_number(resource.size, info.bytes) ||
      !read_number(resource.generation, info.generation)) {
    return not_understood("an object without size, CRC32C, generation or time");
  }
  info.crc32c = *crc32c;
  info.created_utc_ns = *created;
  return info;
}

}  // namespace

std::string hash_header(std::uint32_t crc32c) {
  const std::array bytes{std::byte(crc32c >> 24), std::byte(crc32c >> 16), std::byte(crc32c >> 8),
                         std::byte(crc32c)};
  return "crc32c=" + base64_encode(bytes);
}

std::optional<std::uint32_t> crc32c_of(std::string_view header) {
  constexpr std::string_view kName = "crc32c=";
  while (const auto element = http::next_element(header)) {
    if (element->starts_with(kName)) return crc32c_from_base64(element->substr(kName.size()));
  }
  return std::nullopt;
}

http::ClientRequest put_request(const Address& address, std::string_view key, std::string body,
                                std::uint32_t crc32c) {
  http::ClientRequest request{
      .method = Method::Post, .url = upload_url(address, key, "media"), .body = std::move(body)};
  request.headers.add("Content-Type", kContentType);
  request.headers.add("x-goog-hash", hash_header(crc32c));
  return request;
}

http::ClientRequest begin_request(const Address& address, std::string_view key) {
  http::ClientRequest request{.method = Method::Post, .url = upload_url(address, key, "resumable")};
  request.headers.add("X-Upload-Content-Type", kContentType);
  return request;
}

http::ClientRequest piece_request(const std::string& session, std::string content_range,
                                  std::string body) {
  http::ClientRequest request{.method = Method::Put, .url = session, .body = std::move(body)};
  request.headers.add("Content-Range", std::move(content_range));
  return request;
}

http::ClientRequest look_request(const Address& address, std::string_view key) {
  return {.url = fmt::format("{}?fields={}", object_url(address, key), escaped(kFields))};
}

http::ClientRequest read_request(const Address& address, std::string_view key, ByteRange range,
                                 std::optional<std::int64_t> generation) {
  http::ClientRequest request{.url = object_url(address, key) + "?alt=media"};
  if (generation) request.url += fmt::format("&generation={}", *generation);
  if (!range.is_whole()) {
    const std::string last = range.last == UINT64_MAX ? "" : std::to_string(range.last - 1);
    request.headers.add("Range", fmt::format("bytes={}-{}", range.first, last));
  }
  return request;
}

http::ClientRequest remove_request(const Address& address, std::string_view key,
                                   std::int64_t generation) {
  return {.method = Method::Delete,
          .url = fmt::format("{}?ifGenerationMatch={}", object_url(address, key), generation)};
}

http::ClientRequest list_request(const Address& address, std::string_view key_prefix,
                                 std::string_view cursor, int page_max) {
  std::string url =
      fmt::format("{}/storage/v1/b/{}/o?prefix={}&maxResults={}&fields={}", address.endpoint,
                  escaped(address.bucket), escaped(address.object_name(key_prefix)), page_max,
                  escaped(fmt::format("items({}),nextPageToken", kFields)));
  if (!cursor.empty()) url += "&pageToken=" + escaped(cursor);
  constexpr std::uint64_t kPageBytesMax = 4 * 1024 * 1024;  // 1000 names of 1 KiB, and the rest
  return {.url = std::move(url), .body_bytes_max = kPageBytesMax};
}

Result<ObjectInfo> read_object(const Address& address, std::string_view json) {
  const auto resource = from_json<Resource>(json, UnknownMembers::Ignore);
  if (!resource) return not_understood(resource.error().client_message);
  return info_of(address, *resource);
}

Result<ObjectPage> read_page(const Address& address, std::string_view json) {
  auto list = from_json<ResourceList>(json, UnknownMembers::Ignore);
  if (!list) return not_understood(list.error().client_message);
  ObjectPage page{.objects = {}, .next = list->nextPageToken.value_or("")};
  for (const Resource& resource : list->items.value_or(std::vector<Resource>{})) {
    auto info = info_of(address, resource);
    if (!info) return std::unexpected(info.error());
    page.objects.push_back(*std::move(info));
  }
  return page;
}

std::optional<Bytes> read_bytes(const http::ClientResponse& answer, ByteRange range) {
  const ByteView bytes = as_bytes(answer.body);
  std::uint64_t total = bytes.size();
  if (answer.status == 206) {
    const std::string said(answer.headers.find("Content-Range").value_or(""));
    const auto slash = said.find('/');
    if (slash == said.npos || !read_number(said.substr(slash + 1), total)) return std::nullopt;
    const std::uint64_t last = std::min(range.last, total);
    if (last <= range.first || last - range.first != bytes.size()) return std::nullopt;
    if (said != fmt::format("bytes {}-{}/{}", range.first, last - 1, total)) return std::nullopt;
  }
  if (bytes.size() == total) {
    const auto theirs = crc32c_of(answer.headers.find("x-goog-hash").value_or(""));
    if (theirs != crc32c(bytes)) return std::nullopt;
  }
  if (answer.status == 206) return Bytes(bytes.begin(), bytes.end());
  // A server may ignore Range (RFC 9110 14.2) and send the whole.
  const std::uint64_t first = std::min(range.first, total);
  const ByteView part = bytes.subspan(first, std::min(range.last, total) - first);
  return Bytes(part.begin(), part.end());
}

bool is_own_session(const Address& address, std::string_view session) {
  const auto url = http::parse_url(session);
  const auto own = http::parse_url(address.endpoint);
  if (!url || !own || url->tls != own->tls) return false;
  if (url->authority == own->authority) return true;
  return address.endpoint == kGoogleUrl && url->authority.ends_with(".googleapis.com");
}

}  // namespace reprise::gcs
