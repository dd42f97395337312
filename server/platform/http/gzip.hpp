#pragma once

#include "platform/http/http.hpp"

namespace reprise::http {

/// A text below this fits into one packet anyway.
inline constexpr std::size_t kGzipBytesMin = 1200;

/// The same answer with its text in gzip, when the text is long and the request accepts that (RFC
/// 9110 12.5.3); other answers as they are. For text without secrets. Takes its time for a long
/// text: only where that may block.
Response gzipped(const Request& request, Response response);

}  // namespace reprise::http
