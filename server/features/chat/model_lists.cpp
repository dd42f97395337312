#include "features/chat/model_lists.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_left.hpp"

namespace reprise::chat {

namespace {

/// Whether a model that is not in the list is none of the service's.
bool is_complete(const ListedModels& listed) {
  return listed.problem.empty() && listed.models.size() < answering::kModelsMax;
}

bool has(const ListedModels& listed, const std::string& model) {
  return std::ranges::find(listed.models, model) != listed.models.end();
}

}  // namespace

Task<ListedModels> ModelLists::ask(answering::TextService& service, Deadline deadline) {
  auto models = co_await service.models(sooner_of(deadline, kModelsWithin));
  if (!models) {
    co_return ListedModels{.models = {service.facts().default_model},
                           .problem = models.error().error.client_message};
  }
  ListedModels listed{.models = *std::move(models), .problem = {}};
  const std::scoped_lock guard(lock_);
  known_.insert_or_assign(service.facts().id, listed);
  co_return listed;
}

Task<ListedModels> ModelLists::of(answering::TextService& service, Deadline deadline) {
  {
    const std::scoped_lock guard(lock_);
    const auto known = known_.find(service.facts().id);
    if (known != known_.end() && !known->second.until.passed()) co_return known->second;
  }
  co_return co_await ask(service, deadline);
}

Task<Status> ModelLists::check(answering::TextService& service, std::string model,
                               Deadline deadline) {
  if (model == service.facts().default_model) co_return Status{};
  if (!may_be_model(service, model)) {
    co_return fail(ErrorCode::Invalid, "`model` must be the name of a model.");
  }
  if (has(co_await of(service, deadline), model)) co_return Status{};
  const ListedModels listed = co_await ask(service, deadline);  // it may be new
  if (!is_complete(listed) || has(listed, model)) co_return Status{};
  co_return fail(ErrorCode::Invalid,
                 fmt::format("`model` names none of the models of `{}` (GET /api/answerers).",
                             service.facts().id));
}

}  // namespace reprise::chat
