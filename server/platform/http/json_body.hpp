#pragma once

#include <string>
#include <utility>

#include "base/json.hpp"
#include "platform/http/http.hpp"

namespace reprise::http {

/// The body as text. Errors: Unsupported unless `content_type` is application/json (so that a form
/// of another site can never post), and those of the reader.
Task<Result<std::string>> read_json_text(BodyReader* body, std::string content_type);

template <class T>
Task<Result<T>> read_json_from(BodyReader* body, std::string content_type) {
  const Result<std::string> text = co_await read_json_text(body, std::move(content_type));
  if (!text) co_return std::unexpected(text.error());
  co_return from_json<T>(*text);
}

/// Reads the request's body into a described struct: `auto wish = co_await
/// read_json<ChatCreate>(request);`. Errors: Invalid naming the member, Unsupported, TooLarge.
template <class T>
Task<Result<T>> read_json(const Request& request) {
  return read_json_from<T>(request.body,
                           std::string(request.headers.find("Content-Type").value_or("")));
}

/// An answer made from a described struct.
template <class T>
Response json_of(int status, const T& value) {
  return json(status, to_json(value));
}

}  // namespace reprise::http
