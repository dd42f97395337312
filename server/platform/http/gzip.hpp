#pragma once

#include "platform/http/http.hpp"

namespace reprise::http {

/// A shorter text fits into one packet anyway.
inline constexpr std::size_t kGzipBytesMin = 1200;

/// The same answer with its text in gzip, when the text is long and the request accepts gzip (RFC
/// 9110 12.5.3); otherwise the answer unchanged. Not for text with secrets. Slow for a long text:
/// call it only where blocking is allowed.
Response gzipped(const Request& request, Response response);

}  // namespace reprise::http
