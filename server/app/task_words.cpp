#include "app/task_words.hpp"

namespace reprise::app {

namespace {

Task<Result<std::string>> told_of(tasks::Tasks& tasks, access::UserId owner, std::string id,
                                  Deadline deadline) {
  const auto found = co_await tasks.find(access::Reach::of(std::move(owner)),
                                         task::TaskId(std::move(id)), deadline);
  if (!found) co_return std::unexpected(found.error());
  co_return task::words_for_model(*found);
}

}  // namespace

live::WordsOfTask task_words(tasks::Tasks& tasks) {
  return [&tasks](access::UserId owner, std::string id, Deadline deadline) {
    return told_of(tasks, std::move(owner), std::move(id), deadline);
  };
}

}  // namespace reprise::app
