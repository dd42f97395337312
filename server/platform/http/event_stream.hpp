#pragma once

#include <memory>

#include "platform/http/http.hpp"

namespace reprise::http {

/// 200 with server-sent events (WHATWG HTML 9.2) as `source` has them.
inline Response event_stream(std::unique_ptr<BodySource> source) {
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");  // nginx passes each piece on at once
  response.body = StreamBody{.source = std::move(source), .length = std::nullopt};
  return response;
}

}  // namespace reprise::http
