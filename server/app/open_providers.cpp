#include "app/open_providers.hpp"

#include "platform/http/client/streamed.hpp"
#include "platform/http/client/traced.hpp"

namespace reprise::app {

namespace {

std::vector<answering::TextService*> services_of(gemini::TextApi& first,
                                                 std::optional<openai::OpenAiApi>& second) {
  std::vector<answering::TextService*> all{&first};
  if (second) all.push_back(&*second);
  return all;
}

}  // namespace

OpenProviders::OpenProviders(const ServeOptions& options, const http::Metrics& metrics)
    : gemini_(options.gemini, options.chat_model,
              http::traced_stream(http::open_stream, metrics.outgoing("gemini")),
              http::traced(http::fetch, metrics.outgoing("gemini"))),
      openai_(options.openai
                  ? std::optional<openai::OpenAiApi>(
                        std::in_place, *options.openai,
                        http::traced_stream(http::open_stream, metrics.outgoing("openai")),
                        http::traced(http::fetch, metrics.outgoing("openai")))
                  : std::nullopt),
      providers_(services_of(gemini_, openai_)) {}

}  // namespace reprise::app
