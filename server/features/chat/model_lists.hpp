#pragma once

#include <map>
#include <mutex>
#include <string>

#include "features/chat/providers.hpp"
#include "platform/answering/model_list.hpp"

namespace reprise::chat {

/// What each service listed, for a while. Any thread; the services outlive it.
class ModelLists {
 public:
  Task<answering::ListedModels> of(answering::TextService& service, Deadline deadline);
  /// Refuses a model that the service does not list (`answering::ModelList`). Where nobody says
  /// what there is, its own refusal then stands in the answer. Errors: Invalid, naming `model`.
  Task<Status> check(answering::TextService& service, std::string model, Deadline deadline);

 private:
  answering::ModelList& list_of(answering::TextService& service);

  std::mutex lock_;
  std::map<std::string, answering::ModelList> lists_;
};

}  // namespace reprise::chat
