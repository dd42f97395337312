#pragma once

// What every service has that answers in writing, whatever it speaks.

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/types.hpp"
#include "domain/chat/prompt.hpp"
#include "platform/http/client/streamed.hpp"

namespace reprise::answering {

/// How often a request is sent that the service cannot take now (500, 503), and the wait before the
/// second time; each further one doubles. Nothing of the answer has come then.
inline constexpr int kTriesMax = 3;
inline constexpr std::chrono::milliseconds kFirstWait{500};
/// The most models of one service that are offered.
inline constexpr std::size_t kModelsMax = 200;

/// What was refused, and when to try again if the service named a time.
struct NoAnswer {
  Error error;
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
};
template <class T>
using Answer = std::expected<T, NoAnswer>;

/// Opens a stream: `http::open_stream`, or a replacement in tests.
using OpenStream = std::function<Task<http::OpenedStream>(http::ClientRequest request)>;
/// Sends a request: `http::fetch`, or a replacement in tests.
using Send = std::function<Task<std::expected<http::ClientResponse, http::FetchError>>(
    http::ClientRequest request)>;

struct ServiceFacts {
  std::string id;    ///< in the API and in the database: `gemini`, `openai`
  std::string name;  ///< for people
  std::string default_model;
  chat::Dialect dialect = chat::Dialect::Gemini;
  /// What it understands, for people: `text`, `pictures`, `sound`, `video`, `documents`.
  std::vector<std::string> takes = {};
};

/// The service answered, but not with a list of its models.
NoAnswer no_list(std::string_view service);

bool is_kind(std::string_view kind);
/// Of which kind a type of media is; what is none of them counts as a document.
std::string_view kind_of(std::string_view media_type);
/// Whether the service understands this type of media.
bool takes(const ServiceFacts& facts, std::string_view media_type);

/// Any thread; outlives every call.
class TextService {
 public:
  virtual ~TextService() = default;
  virtual const ServiceFacts& facts() const = 0;
  /// Asks for an answer that comes as a stream; its status is 200. `deadline` bounds everything up
  /// to the head of the answer.
  virtual Task<Answer<std::unique_ptr<http::StreamedAnswer>>> stream(std::string model,
                                                                     chat::Prompt prompt,
                                                                     Deadline deadline) = 0;
  /// Asks once; returns the words of the answer, empty when it has none.
  virtual Task<Answer<std::string>> ask(std::string model, chat::Prompt prompt,
                                        Deadline deadline) = 0;
  /// Explains the body of an error that came instead of a further event of a stream.
  virtual NoAnswer explain(std::string model, std::string error_body) const = 0;
  /// The models that may be chosen, the default one first.
  virtual Task<Answer<std::vector<std::string>>> models(Deadline deadline) = 0;
};

/// Sends the request until the service takes it or kTriesMax is reached, and returns the stream of
/// its answer. `refused` explains an answer whose status is not 200, `failed` a request without an
/// answer.
Task<Answer<std::unique_ptr<http::StreamedAnswer>>> open_patiently(
    OpenStream open, http::ClientRequest request,
    std::function<NoAnswer(const http::ClientResponse&)> refused,
    std::function<NoAnswer(const http::FetchError&)> failed);

}  // namespace reprise::answering
