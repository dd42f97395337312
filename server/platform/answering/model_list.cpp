#include "platform/answering/model_list.hpp"

#include <algorithm>

#include "base/time_left.hpp"

namespace reprise::answering {

namespace {

/// Whether a model that is not in the list is none of the service's.
bool is_complete(const ListedModels& listed) {
  return listed.problem.empty() && listed.models.size() < kModelsMax;
}

bool has(const ListedModels& listed, const std::string& model) {
  return std::ranges::find(listed.models, model) != listed.models.end();
}

}  // namespace

Task<ListedModels> ModelList::ask(Deadline deadline) {
  auto models = co_await ask_(sooner_of(deadline, kModelsWithin));
  if (!models) {
    co_return ListedModels{.models = {usual_}, .problem = models.error().error.client_message};
  }
  ListedModels listed{.models = *std::move(models), .problem = {}};
  const std::scoped_lock guard(lock_);
  known_ = listed;
  co_return listed;
}

Task<ListedModels> ModelList::of(Deadline deadline) {
  {
    const std::scoped_lock guard(lock_);
    if (known_ && !known_->until.passed()) co_return *known_;
  }
  co_return co_await ask(deadline);
}

Task<std::vector<std::string>> ModelList::instead_of(std::string model, Deadline deadline) {
  using Names = std::vector<std::string>;
  if (model == usual_ || has(co_await of(deadline), model)) co_return Names{};
  ListedModels listed = co_await ask(deadline);  // it may be new
  if (!is_complete(listed) || has(listed, model)) co_return Names{};
  co_return std::move(listed.models);
}

}  // namespace reprise::answering
