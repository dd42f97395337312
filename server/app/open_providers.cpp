#include "app/open_providers.hpp"

#include "platform/http/client/streamed.hpp"

namespace reprise::app {

namespace {

std::vector<answering::TextService*> services_of(gemini::TextApi& first,
                                                 std::optional<openai::OpenAiApi>& second) {
  std::vector<answering::TextService*> all{&first};
  if (second) all.push_back(&*second);
  return all;
}

}  // namespace

OpenProviders::OpenProviders(const ServeOptions& options)
    : gemini_(options.gemini, options.chat_model, http::open_stream, http::fetch),
      openai_(options.openai ? std::optional<openai::OpenAiApi>(std::in_place, *options.openai,
                                                                http::open_stream, http::fetch)
                             : std::nullopt),
      providers_(services_of(gemini_, openai_)) {}

}  // namespace reprise::app
