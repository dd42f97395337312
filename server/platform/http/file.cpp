#include <fmt/format.h>

#include "platform/http/range.hpp"
#include "platform/http/ranged.hpp"
#include "platform/http/responses.hpp"

namespace reprise::http {
namespace {

struct Answer {
  Response response;
  /// The part that has to be sent; empty when the answer is complete without it.
  std::optional<ByteRange> part = {};
};

/// Everything but the body.
Answer answer_to(const Request& request, std::uint64_t size, std::string content_type,
                 std::string etag, std::string cache_control) {
  const std::string quoted = '"' + std::move(etag) + '"';
  const Conditions conditions{.if_match = request.headers.find("If-Match"),
                              .if_none_match = request.headers.find("If-None-Match"),
                              .if_range = request.headers.find("If-Range"),
                              .range = request.headers.find("Range")};
  const ConditionAnswer answer = decide(conditions, request.method == Method::Head, quoted, size);
  Response response{.status = answer.status};
  if (answer.status == 412) {
    return {problem(412, "", "The file is not (or no longer) the version you named.")};
  }
  if (answer.status == 416) {
    response = problem(416, "", fmt::format("The file has {} bytes.", size));
    response.headers.add("Content-Range", fmt::format("bytes */{}", size));
    return {std::move(response)};
  }
  response.headers.add("ETag", quoted);
  response.headers.add("Cache-Control", std::move(cache_control));
  response.headers.add("Accept-Ranges", "bytes");
  if (answer.status == 304) return {std::move(response)};
  response.headers.add("Content-Type", std::move(content_type));
  const ByteRange range = answer.range;
  if (answer.status == 206) {
    response.headers.add("Content-Range",
                         fmt::format("bytes {}-{}/{}", range.first, range.last - 1, size));
  }
  return {std::move(response), range};
}

}  // namespace

Response file(const Request& request, FileSlice whole, std::string content_type, std::string etag,
              std::string cache_control) {
  Answer answer = answer_to(request, whole.length, std::move(content_type), std::move(etag),
                            std::move(cache_control));
  if (!answer.part) return std::move(answer.response);
  whole.offset += answer.part->first;
  whole.length = answer.part->length();
  answer.response.body = std::move(whole);
  return std::move(answer.response);
}

Response ranged(const Request& request, std::uint64_t size, std::string content_type,
                std::string etag, std::string cache_control,
                const std::function<std::unique_ptr<BodySource>(ByteRange)>& open) {
  Answer answer =
      answer_to(request, size, std::move(content_type), std::move(etag), std::move(cache_control));
  if (!answer.part) return std::move(answer.response);
  answer.response.body = StreamBody{.source = open(*answer.part), .length = answer.part->length()};
  return std::move(answer.response);
}

}  // namespace reprise::http
