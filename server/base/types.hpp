#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reprise {

/// A value that cannot be mixed up with another of the same representation.
template <class Tag, class Rep>
struct Strong {
  Rep value;
  constexpr explicit Strong(Rep v) : value(std::move(v)) {}
  friend auto operator<=>(const Strong&, const Strong&) = default;
};

using ByteView = std::span<const std::byte>;
using Bytes = std::vector<std::byte>;

/// Outcomes that a caller branches on. The HTTP status of each is decided in platform/http.
enum class ErrorCode {
  Invalid,          ///< the request makes no sense: 400, or 422 when `type` names a rule
  Unprocessable,    ///< well formed, but refused by a rule: 422
  NotFound,         ///< absent, or not the caller's: 404
  Conflict,         ///< contradicts what is stored: 409
  Gone,             ///< erased: 410
  TooLarge,         ///< over a named limit: 413
  Unsupported,      ///< media type: 415
  Forbidden,        ///< 403
  UpstreamRefused,  ///< Gemini or the emulator said no, or did not answer: 502
  Unavailable,      ///< a dependency is down, or we are draining: 503
  StorageFull,      ///< 507
};

/// `client_message` is a sentence that helps and is safe to show; `log_detail` never leaves the
/// server. `type` is the last part of the problem's type URI, for example `chunk-digest-mismatch`;
/// empty: made from `code`.
struct Error {
  ErrorCode code;
  std::string client_message;
  std::string log_detail = {};
  std::string type = {};
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// Shorthand for `return fail(ErrorCode::NotFound, "…")`.
inline std::unexpected<Error> fail(ErrorCode code, std::string client_message,
                                   std::string type = {}, std::string log_detail = {}) {
  return std::unexpected(
      Error{code, std::move(client_message), std::move(log_detail), std::move(type)});
}

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace reprise
