#pragma once

#include "platform/answering/text_service.hpp"

namespace reprise::chat {

/// A service that nobody asks. For tests.
class SilentService final : public answering::TextService {
 public:
  explicit SilentService(answering::ServiceFacts facts = {.id = "gemini",
                                                          .name = "Google",
                                                          .default_model = "m"})
      : facts_(std::move(facts)) {}
  const answering::ServiceFacts& facts() const override { return facts_; }
  Task<answering::Answer<std::unique_ptr<http::StreamedAnswer>>> stream(std::string, chat::Prompt,
                                                                        Deadline) override {
    co_return std::unexpected(none());
  }
  Task<answering::Answer<std::string>> ask(std::string, chat::Prompt, Deadline) override {
    co_return std::unexpected(none());
  }
  answering::NoAnswer explain(std::string, std::string) const override { return none(); }
  Task<answering::Answer<std::vector<std::string>>> models(Deadline) override {
    ++lists_asked;
    if (!lists) co_return std::unexpected(none());
    std::vector<std::string> names{facts_.default_model, "n"};
    names.insert(names.end(), further.begin(), further.end());
    co_return names;
  }

  bool lists = true;                 ///< whether it says which models it has
  std::vector<std::string> further;  ///< models beside the usual one and `n`
  int lists_asked = 0;

 private:
  static answering::NoAnswer none() {
    return {.error = {.code = ErrorCode::UpstreamRefused,
                      .client_message = "Nobody is there.",
                      .log_detail = {},
                      .type = "model-busy"}};
  }

  const answering::ServiceFacts facts_;
};

}  // namespace reprise::chat
