#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "platform/answering/text_service.hpp"

namespace reprise::answering {

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

/// Asks a service for its models.
using AskModels = std::function<Task<Answer<std::vector<std::string>>>(Deadline)>;

/// What a service listed, for a while. Any thread.
class ModelList {
 public:
  /// `usual`: the one that the service certainly has.
  ModelList(std::string usual, AskModels ask) : usual_(std::move(usual)), ask_(std::move(ask)) {}

  Task<ListedModels> of(Deadline deadline);
  /// The models of the service, when the one that is named is none of them, also when it is asked
  /// anew. Empty: it has the model; or it does not say what it has (no answer, no list, too long a
  /// list) and is believed to have it.
  Task<std::vector<std::string>> instead_of(std::string model, Deadline deadline);

 private:
  Task<ListedModels> ask(Deadline deadline);

  const std::string usual_;
  const AskModels ask_;
  std::mutex lock_;
  std::optional<ListedModels> known_;
};

}  // namespace reprise::answering
