#include "features/chat/providers.hpp"

#include <fmt/format.h>

#include "platform/gemini/listed_models.hpp"
#include "platform/openai/openai_api.hpp"

namespace reprise::chat {

answering::TextService* Providers::find(std::string_view id) const {
  for (answering::TextService* service : services_) {
    if (service->facts().id == id) return service;
  }
  return nullptr;
}

Result<Answerer> Providers::answerer(std::string_view provider, std::string_view model) const {
  const answering::TextService* service = provider.empty() ? &usual() : find(provider);
  if (service == nullptr) {
    return fail(ErrorCode::Conflict,
                "Who answered in this chat is not set up on this server any more. Choose another "
                "one for it.",
                "provider-gone");
  }
  const answering::ServiceFacts& facts = service->facts();
  return Answerer{.provider = facts.id,
                  .model = model.empty() ? facts.default_model : std::string(model)};
}

bool may_be_model(const answering::TextService& service, std::string_view name) {
  return service.facts().dialect == Dialect::Gemini ? gemini::is_model_name(name)
                                                    : openai::is_model_name(name);
}

}  // namespace reprise::chat
