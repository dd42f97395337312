#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/http.hpp"

// The start line and fields of an answer, as text. Pure.
namespace reprise::http {

/// How the client learns where the body ends (RFC 9112 6.3).
enum class BodyEnd {
  NoBody,  ///< HEAD, 204, 304
  Length,  ///< Content-Length
  Chunked,
  Close,  ///< HTTP/1.0 and no length
};

struct HeadFacts {
  unsigned version = 11;
  bool is_head = false;
  bool keep_alive = true;
  std::string_view request_id;
  std::string_view date;
  const Headers* defaults = nullptr;  ///< added where the answer has no field of that name
};

/// Empty when the length is not known beforehand.
std::optional<std::uint64_t> body_length(const Response& response);
BodyEnd body_end(const Response& response, const HeadFacts& facts);

/// The head with its empty line. The server sets the fields that frame the message; those that a
/// handler has set are left out.
std::string head_text(const Response& response, const HeadFacts& facts);

/// False when a field's value could end its line or a field's name is not a token. Such an answer
/// must not be sent.
bool is_safe(const Headers& headers);

/// For `Date`: `Tue, 24 Nov 2026 18:24:11 GMT`.
std::string http_date(std::int64_t utc_ns);

}  // namespace reprise::http
