#pragma once

// The text API of the model's service: answers that come as a stream, and short ones at once.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/types.hpp"
#include "platform/gemini/gemini.hpp"
#include "platform/gemini/refusal.hpp"
#include "platform/http/client/streamed.hpp"

namespace reprise::gemini {

/// Whether it can be the name of a model; it becomes a part of an address.
bool is_model_name(std::string_view name);

/// How often a request is sent that the service cannot take now (500, 503), and the wait before the
/// second time; each further one doubles. Nothing of the answer has come then.
inline constexpr int kTriesMax = 3;
inline constexpr std::chrono::milliseconds kFirstWait{500};

/// What was refused, and when to try again if the service named a time.
struct NoAnswer {
  Error error;
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
};
template <class T>
using Answer = std::expected<T, NoAnswer>;

/// Opens a stream: `http::open_stream`, or a replacement in tests.
using OpenStream = std::function<Task<http::OpenedStream>(http::ClientRequest request)>;

/// Any thread; outlives every call.
class TextApi {
 public:
  TextApi(Service service, std::string model, OpenStream open, Send send,
          std::function<std::int64_t()> now = now_utc_ns)
      : service_(std::move(service)),
        model_(std::move(model)),
        open_(std::move(open)),
        send_(std::move(send)),
        now_(std::move(now)) {}
  const std::string& model() const { return model_; }
  /// Asks with the body of `streamGenerateContent`; the stream's status is 200. `deadline` bounds
  /// everything up to the head of the answer.
  Task<Answer<std::unique_ptr<http::StreamedAnswer>>> stream(std::string body, Deadline deadline);
  /// Asks once with the body of `generateContent`; returns the body of the answer.
  Task<Answer<std::string>> ask(std::string body, Deadline deadline);
  /// Explains the body of an error that came instead of a further event of a stream.
  NoAnswer explain(std::string error_body) const;
  /// Explains a stream that broke.
  Error explain(const http::FetchError& failure) const;

 private:
  http::ClientRequest request(std::string_view method, std::string body, Deadline deadline) const;
  NoAnswer refused(const http::ClientResponse& answer) const;
  Asked asked() const;

  const Service service_;
  const std::string model_;
  const OpenStream open_;
  const Send send_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::gemini
