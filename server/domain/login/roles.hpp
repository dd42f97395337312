#pragma once

#include <string>
#include <vector>

#include "domain/access/principal.hpp"

namespace reprise::login {

/// Which values of the groups claim give which role; as in the settings.
struct RoleRules {
  std::vector<std::string> admin = {};
  std::vector<std::string> researcher = {};
};

/// What somebody in these groups is. Everybody is a participant.
access::Roles roles_of(const std::vector<std::string>& groups, const RoleRules& rules);

}  // namespace reprise::login
