#include <fmt/format.h>

#include "platform/http/range.hpp"
#include "platform/http/responses.hpp"

namespace reprise::http {

Response file(const Request& request, FileSlice whole, std::string content_type, std::string etag,
              std::string cache_control) {
  const std::string quoted = '"' + std::move(etag) + '"';
  const Conditions conditions{.if_match = request.headers.find("If-Match"),
                              .if_none_match = request.headers.find("If-None-Match"),
                              .if_range = request.headers.find("If-Range"),
                              .range = request.headers.find("Range")};
  const ConditionAnswer answer =
      decide(conditions, request.method == Method::Head, quoted, whole.length);
  Response response{.status = answer.status};
  if (answer.status == 412) {
    return problem(412, "", "The file is not (or no longer) the version you named.");
  }
  if (answer.status == 416) {
    response = problem(416, "", fmt::format("The file has {} bytes.", whole.length));
    response.headers.add("Content-Range", fmt::format("bytes */{}", whole.length));
    return response;
  }
  response.headers.add("ETag", quoted);
  response.headers.add("Cache-Control", std::move(cache_control));
  response.headers.add("Accept-Ranges", "bytes");
  if (answer.status == 304) return response;
  response.headers.add("Content-Type", std::move(content_type));
  const ByteRange range = answer.range;
  if (answer.status == 206) {
    response.headers.add("Content-Range",
                         fmt::format("bytes {}-{}/{}", range.first, range.last - 1, whole.length));
  }
  whole.offset += range.first;
  whole.length = range.length();
  response.body = std::move(whole);
  return response;
}

}  // namespace reprise::http
