#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "platform/answering/text_service.hpp"

namespace reprise::chat {

/// Who answers in a chat: a service, and one of its models.
struct Answerer {
  std::string provider;
  std::string model;
  friend bool operator==(const Answerer&, const Answerer&) = default;
};

/// The services that answer here. Any thread; the services outlive it.
class Providers {
 public:
  /// The first one answers where a chat names none. What is said live goes to it in any case.
  explicit Providers(std::vector<answering::TextService*> services)
      : services_(std::move(services)) {}
  const std::vector<answering::TextService*>& all() const { return services_; }
  answering::TextService& usual() const { return *services_.front(); }
  /// Null: this server does not know it (any more).
  answering::TextService* find(std::string_view id) const;
  /// Who answers when a chat says this; what is empty is the usual one. Errors: Conflict
  /// `provider-gone`.
  Result<Answerer> answerer(std::string_view provider, std::string_view model) const;

 private:
  const std::vector<answering::TextService*> services_;
};

/// Whether it can be the name of a model of the service.
bool may_be_model(const answering::TextService& service, std::string_view name);

}  // namespace reprise::chat
