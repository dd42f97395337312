#pragma once

#include <optional>

#include "app/settings.hpp"
#include "features/chat/providers.hpp"
#include "platform/gemini/text_api.hpp"
#include "platform/http/metrics.hpp"
#include "platform/openai/openai_api.hpp"

namespace reprise::app {

/// The services that answer what is typed, as the settings name them.
class OpenProviders {
 public:
  /// `metrics` outlives it, and gets the spans of its requests.
  OpenProviders(const ServeOptions& options, const http::Metrics& metrics);
  const chat::Providers& providers() const { return providers_; }

 private:
  gemini::TextApi gemini_;
  std::optional<openai::OpenAiApi> openai_;
  const chat::Providers providers_;
};

}  // namespace reprise::app
