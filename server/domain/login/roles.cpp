#include "domain/login/roles.hpp"

#include <algorithm>

namespace reprise::login {

access::Roles roles_of(const std::vector<std::string>& groups, const RoleRules& rules) {
  const auto named_by = [&groups](const std::vector<std::string>& names) {
    return std::ranges::find_first_of(groups, names) != groups.end();
  };
  access::Roles roles{access::Role::Participant};
  if (named_by(rules.researcher)) roles.add(access::Role::Researcher);
  if (named_by(rules.admin)) roles.add(access::Role::Admin);
  return roles;
}

}  // namespace reprise::login
