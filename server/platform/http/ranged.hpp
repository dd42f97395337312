#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/byte_range.hpp"
#include "platform/http/http.hpp"

namespace reprise::http {

/// The same answers as `file` gives, for bytes that do not lie in one file. `size` is that of the
/// whole. `open` is called when a body is sent, with the part that was asked for.
Response ranged(const Request& request, std::uint64_t size, std::string content_type,
                std::string etag, std::string cache_control,
                const std::function<std::unique_ptr<BodySource>(ByteRange)>& open);

}  // namespace reprise::http
