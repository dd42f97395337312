#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "base/async.hpp"
#include "platform/http/client/failure.hpp"

namespace reprise::http {

/// Until when the certificate of an `https://…` server is valid, as Unix time in nanoseconds.
/// Connects directly, by no proxy. Errors also when the certificate is not trusted.
Task<std::expected<std::int64_t, FetchError>> certificate_end(std::string url, Deadline deadline);

}  // namespace reprise::http
