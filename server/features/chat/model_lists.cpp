#include "features/chat/model_lists.hpp"

#include <fmt/format.h>

namespace reprise::chat {

answering::ModelList& ModelLists::list_of(answering::TextService& service) {
  const answering::ServiceFacts& facts = service.facts();
  const std::scoped_lock guard(lock_);
  return lists_
      .try_emplace(facts.id, facts.default_model,
                   [&service](Deadline deadline) { return service.models(deadline); })
      .first->second;
}

Task<answering::ListedModels> ModelLists::of(answering::TextService& service, Deadline deadline) {
  return list_of(service).of(deadline);
}

Task<Status> ModelLists::check(answering::TextService& service, std::string model,
                               Deadline deadline) {
  if (model == service.facts().default_model) co_return Status{};
  if (!may_be_model(service, model)) {
    co_return fail(ErrorCode::Invalid, "`model` must be the name of a model.");
  }
  const auto others = co_await list_of(service).instead_of(std::move(model), deadline);
  if (others.empty()) co_return Status{};
  co_return fail(ErrorCode::Invalid,
                 fmt::format("`model` names none of the models of `{}` (GET /api/answerers).",
                             service.facts().id));
}

}  // namespace reprise::chat
