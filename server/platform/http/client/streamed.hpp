#pragma once

#include <expected>
#include <memory>
#include <string>

#include "platform/http/client.hpp"

namespace reprise::http {

/// An answer whose body is read while it comes. Used and destroyed on the executor that asked.
class StreamedAnswer {
 public:
  virtual ~StreamedAnswer() = default;
  virtual int status() const = 0;
  virtual Headers headers() const = 0;
  /// Some bytes of the body; empty: its end. Errors: AnswerLate at the deadline, Cut, Malformed.
  virtual Task<std::expected<std::string, FetchError>> next(Deadline deadline) = 0;
};
using OpenedStream = std::expected<std::unique_ptr<StreamedAnswer>, FetchError>;

/// Sends one request on a connection of its own, as `fetch` does, and returns when the head of the
/// answer has come, whatever its status. The request's deadline bounds everything up to there;
/// `body_bytes_max` is not used. A cancellation ends it.
Task<OpenedStream> open_stream(ClientRequest request);

}  // namespace reprise::http
