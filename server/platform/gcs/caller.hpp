#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <string>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/gcs/retry.hpp"
#include "platform/http/client.hpp"

// Every call to the bucket goes through here. This is where calls are repeated, get their token and
// their deadline, and where a refusal is put into words.
namespace reprise::gcs {

/// Sends one request. It is `sender` (sender.hpp), or a function of a test.
using Send = std::function<Task<std::expected<http::ClientResponse, http::FetchError>>(
    http::ClientRequest request)>;

/// Gives tokens; see tokens.hpp.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  /// A token that is valid now. It is empty when requests carry none. Errors: Forbidden,
  /// Unavailable.
  virtual Task<Result<std::string>> token(Deadline deadline) = 0;
  /// Must be called when the service has refused a token, which is then not given again.
  virtual void refuse(const std::string& token) = 0;
};

struct Call {
  http::ClientRequest request;  ///< `call` adds authorization and deadline
  Repeatable repeatable = Repeatable::Always;
  Deadline deadline = Deadline::never();
  /// The time limit of one attempt, from the connection to the end of the answer.
  std::chrono::milliseconds attempt_within = std::chrono::seconds(15);
  TokenSource* tokens = nullptr;  ///< when null, the request carries no token
};

/// The type of an error that says that no answer came in time: whoever asks next would only wait,
/// too.
inline constexpr const char* kNoAnswer = "no-answer";

/// Repeats a call until it has an answer; `next_step` decides when to repeat. An answer may be a
/// refusal, with any status that is not repeated. Errors: Unavailable (kNoAnswer) when no answer
/// came in time; Forbidden when no token was to be had.
Task<Result<http::ClientResponse>> call(const Send& send, Call what);

/// Converts an answer that is a refusal to an error. `log_detail` holds the beginning of Google's
/// own message in one line. The code is NotFound for 404, Forbidden for 401 and 403, Conflict for
/// 412, Invalid for 416, and Unavailable for all others.
Error refusal(const http::ClientResponse& answer, std::string_view what);

}  // namespace reprise::gcs
