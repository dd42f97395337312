#pragma once

// Services that speak OpenAI's chat completions, which are many.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "platform/answering/text_service.hpp"

namespace reprise::openai {

/// The address of the service, the key for it, and the model that answers unless a chat names one.
struct Service {
  std::string base_url;  ///< with its version and without a trailing slash: `https://HOST/v1`
  std::string key;       ///< a secret; empty: none is sent
  std::optional<http::Proxy> proxy = {};
  std::string name;  ///< for people
  std::string model;
  std::vector<std::string> takes;
};

/// Whether it can be the name of a model: visible ASCII, such as `org/model:7b`.
bool is_model_name(std::string_view name);

/// Any thread; outlives every call.
class OpenAiApi final : public answering::TextService {
 public:
  OpenAiApi(Service service, answering::OpenStream open, answering::Send send,
            std::function<std::int64_t()> now = now_utc_ns);
  const answering::ServiceFacts& facts() const override { return facts_; }
  Task<answering::Answer<std::unique_ptr<http::StreamedAnswer>>> stream(std::string model,
                                                                        chat::Prompt prompt,
                                                                        Deadline deadline) override;
  Task<answering::Answer<std::string>> ask(std::string model, chat::Prompt prompt,
                                           Deadline deadline) override;
  answering::NoAnswer explain(std::string model, std::string error_body) const override;
  /// Those of `GET /models`.
  Task<answering::Answer<std::vector<std::string>>> models(Deadline deadline) override;

 private:
  http::ClientRequest request(http::Method method, std::string_view path, Deadline deadline) const;
  answering::NoAnswer refused(const http::ClientResponse& answer, std::string_view model) const;
  answering::NoAnswer failed(const http::FetchError& failure) const;

  const Service service_;
  const answering::ServiceFacts facts_;
  const answering::OpenStream open_;
  const answering::Send send_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::openai
