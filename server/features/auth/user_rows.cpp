#include "features/auth/user_rows.hpp"

namespace reprise::auth {

using access::Role;
using access::Roles;

Roles roles_of(const database::Row& row, std::size_t is_researcher_column) {
  Roles roles{Role::Participant};
  if (row.integer(is_researcher_column) != 0) roles.add(Role::Researcher);
  if (row.integer(is_researcher_column + 1) != 0) roles.add(Role::Admin);
  return roles;
}

std::int64_t flag(Roles roles, Role role) { return roles.has(role) ? 1 : 0; }

Roles both(Roles one, Roles other) {
  for (const Role role : {Role::Participant, Role::Researcher, Role::Admin}) {
    if (other.has(role)) one.add(role);
  }
  return one;
}

std::int64_t rights_of(Roles roles) {
  return flag(roles, Role::Researcher) + 2 * flag(roles, Role::Admin);
}

}  // namespace reprise::auth
