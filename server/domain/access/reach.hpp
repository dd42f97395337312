#pragma once

#include <optional>
#include <string>

#include "domain/access/principal.hpp"

namespace reprise::access {

/// Whose objects a call may touch. Every call of a store takes one, or a user, and none has a
/// default: code that forgets whose objects it is about does not compile. Copies are cheap.
class Reach {
 public:
  /// What belongs to the user who asks. The same objects as those that `may` lets them have.
  static Reach of(const Principal& principal) { return Reach(principal.user.value); }
  static Reach of(const UserId& user) { return Reach(user.value); }
  /// Everything: for the program's own work (folds, sweeps, erasing what was marked). Never for
  /// what a person asks.
  static Reach everything() { return Reach(std::nullopt); }

  /// For SQL: `owner_id = coalesce($n, owner_id)`. Empty: everything.
  const std::optional<std::string>& owner() const { return owner_; }
  friend bool operator==(const Reach&, const Reach&) = default;

 private:
  explicit Reach(std::optional<std::string> owner) : owner_(std::move(owner)) {}
  std::optional<std::string> owner_;
};

}  // namespace reprise::access
