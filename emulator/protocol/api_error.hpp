#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/http.hpp"

namespace reprise::emulator {

/// An error of the REST API (ai.google.dev, November 2026).
struct ApiError {
  int code = 400;
  std::string_view status = "INVALID_ARGUMENT";
  std::string message;
  std::string_view reason = {};  ///< of an ErrorInfo among the details
  std::optional<std::chrono::seconds> retry_after = std::nullopt;  ///< of a RetryInfo among them
};

/// The status name of an HTTP status, as Google maps them.
std::string_view status_name(int code);
/// The answer in Google's form.
http::Response error_response(const ApiError& error);
/// The answer to a request without the right API key; empty for the right one.
std::optional<http::Response> refused(const http::Request& request, std::string_view key);

}  // namespace reprise::emulator
