#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the service says of an error, and how much of it may be repeated. Pure.
namespace reprise::gemini {

/// Google's error body (google.rpc.Status in proto JSON).
struct ApiError {
  int code = 0;
  std::string status;                               ///< `INVALID_ARGUMENT`
  std::string message;                              ///< as it came
  std::vector<std::string> reasons;                 ///< of each ErrorInfo: `API_KEY_INVALID`
  std::optional<std::chrono::seconds> retry_after;  ///< of RetryInfo, rounded up
};
/// A google.protobuf.Duration (`27s`, `0.5s`), rounded up, at most an hour. None for anything else.
std::optional<std::chrono::seconds> read_wait(std::string_view text);
/// None when the body is no such error.
std::optional<ApiError> read_api_error(std::string_view body);

/// Words of the service that are safe to show: control characters and line breaks are blanks, each
/// piece of a secret of `kSecretPieceMin` characters and more, and all that looks like a key or a
/// token, is "…"; cut at `kWordsBytesMax`.
std::string safe_words(std::string_view text, std::span<const std::string> secrets);
inline constexpr std::size_t kWordsBytesMax = 300;
inline constexpr std::size_t kSecretPieceMin = 10;

}  // namespace reprise::gemini
