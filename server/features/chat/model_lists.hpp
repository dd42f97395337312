#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "features/chat/providers.hpp"

namespace reprise::chat {

/// How long the list of a service's models is used again.
inline constexpr std::chrono::minutes kModelsFor{5};
/// A service has this long to list its models; then only the one of the settings is offered.
inline constexpr std::chrono::seconds kModelsWithin{5};

/// The models of a service as they were listed last.
struct ListedModels {
  std::vector<std::string> models;
  std::string problem;  ///< why there are not more; empty: the service listed these
  Deadline until = Deadline::after(kModelsFor);
};

/// What each service listed, for a while. Any thread; the services outlive it.
class ModelLists {
 public:
  Task<ListedModels> of(answering::TextService& service, Deadline deadline);
  /// Refuses a model that the service does not list, also when it is asked anew. A service that
  /// does not say what it has (no answer, no list, too long a list) is believed to have it: its own
  /// refusal then stands in the answer. Errors: Invalid, naming `model`.
  Task<Status> check(answering::TextService& service, std::string model, Deadline deadline);

 private:
  Task<ListedModels> ask(answering::TextService& service, Deadline deadline);

  std::mutex lock_;
  std::map<std::string, ListedModels> known_;
};

}  // namespace reprise::chat
