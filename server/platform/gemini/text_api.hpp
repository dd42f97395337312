#pragma once

// The text API of Google's service (or of the emulator): answers that come as a stream, and short
// ones at once.

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "platform/answering/text_service.hpp"
#include "platform/gemini/gemini.hpp"
#include "platform/gemini/refusal.hpp"

namespace reprise::gemini {

/// Any thread; outlives every call.
class TextApi final : public answering::TextService {
 public:
  TextApi(Service service, std::string model, answering::OpenStream open, answering::Send send,
          std::function<std::int64_t()> now = now_utc_ns);
  const answering::ServiceFacts& facts() const override { return facts_; }
  Task<answering::Answer<std::unique_ptr<http::StreamedAnswer>>> stream(std::string model,
                                                                        chat::Prompt prompt,
                                                                        Deadline deadline) override;
  Task<answering::Answer<std::string>> ask(std::string model, chat::Prompt prompt,
                                           Deadline deadline) override;
  answering::NoAnswer explain(std::string model, std::string error_body) const override;
  /// Those of `GET models` that generate content.
  Task<answering::Answer<std::vector<std::string>>> models(Deadline deadline) override;

 private:
  http::ClientRequest request(http::Method method, std::string_view path, std::string body,
                              Deadline deadline) const;
  answering::NoAnswer no_such_name() const;
  answering::NoAnswer refused(const http::ClientResponse& answer, const std::string& model) const;
  answering::NoAnswer failed(const http::FetchError& failure, const std::string& model) const;
  Asked asked(const std::string& model) const;

  const Service service_;
  const answering::ServiceFacts facts_;
  const answering::OpenStream open_;
  const answering::Send send_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::gemini
