#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the service says about an error, and how much of it may be shown. Pure.
namespace reprise::gemini {

/// Google's error body (google.rpc.Status in proto JSON).
struct ApiError {
  int code = 0;
  std::string status;                               ///< `INVALID_ARGUMENT`
  std::string message;                              ///< as received
  std::vector<std::string> reasons;                 ///< one for each ErrorInfo: `API_KEY_INVALID`
  std::optional<std::chrono::seconds> retry_after;  ///< from RetryInfo, rounded up
};
/// Reads a google.protobuf.Duration (`27s`, `0.5s`): rounded up, at most an hour. Empty for
/// anything else.
std::optional<std::chrono::seconds> read_wait(std::string_view text);
/// Empty when the body is no such error.
std::optional<ApiError> read_api_error(std::string_view body);

/// The service's words in a form that is safe to show. Control characters and line breaks become
/// blanks. "…" replaces each piece of a secret of at least `kSecretPieceMin` characters, and
/// whatever looks like a key or a token. Cut at `kWordsBytesMax`.
std::string safe_words(std::string_view text, std::span<const std::string> secrets);
inline constexpr std::size_t kWordsBytesMax = 300;
inline constexpr std::size_t kSecretPieceMin = 10;

}  // namespace reprise::gemini
