#pragma once

#include "domain/access/principal.hpp"
#include "platform/database/database.hpp"

// How the roles of users lie in the database.
namespace reprise::auth {

/// The roles of the columns `is_researcher` and `is_admin`, which stand side by side. Everybody is
/// a participant.
access::Roles roles_of(const database::Row& row, std::size_t is_researcher_column);
/// `app_user.state` of somebody who may use their account.
inline constexpr std::string_view kActive = "active";
/// The value of such a column.
std::int64_t flag(access::Roles roles, access::Role role);
access::Roles both(access::Roles one, access::Roles other);
/// Roles as `login_session.rights`.
std::int64_t rights_of(access::Roles roles);

}  // namespace reprise::auth
