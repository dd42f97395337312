#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <string>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/gcs/retry.hpp"
#include "platform/http/client.hpp"

// One way to the bucket for all calls: retries, tokens, deadlines, and what went wrong in words.
namespace reprise::gcs {

/// Sends one request: `Connections::fetch`, or a test's own.
using Send = std::function<Task<std::expected<http::ClientResponse, http::FetchError>>(
    http::ClientRequest request)>;

/// Who gives tokens (tokens.hpp).
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  /// A token that is valid now; empty: requests carry none. Errors: Forbidden, Unavailable.
  virtual Task<Result<std::string>> token(Deadline deadline) = 0;
  /// The service refused this token: it is not given again.
  virtual void refuse(const std::string& token) = 0;
};

struct Call {
  http::ClientRequest request;  ///< without authorization; its deadline is set here
  Repeatable repeatable = Repeatable::Always;
  Deadline deadline = Deadline::never();
  /// One attempt: the connection, the body and the answer.
  std::chrono::milliseconds attempt_within = std::chrono::seconds(15);
  TokenSource* tokens = nullptr;  ///< null: the request carries none
};

/// Calls until there is an answer, as `next_step` says. The answer may be a refusal: any status but
/// those that are repeated. Errors: Unavailable (away, or not in time), Forbidden (no token).
Task<Result<http::ClientResponse>> call(const Send& send, Call what);

/// A refusal in words: Google's own message in `log_detail`, without line breaks and bounded.
/// 404 NotFound, 401 and 403 Forbidden, 412 Conflict, 416 Invalid, else Unavailable.
Error refusal(const http::ClientResponse& answer, std::string_view what);

}  // namespace reprise::gcs
