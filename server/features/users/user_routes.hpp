#pragma once

#include <functional>

#include "features/users/invitations.hpp"
#include "features/users/users.hpp"
#include "platform/http/http.hpp"

namespace reprise::users {

/// Who a request's entry in the audit log names (auth::doer_of).
using DoerOf = std::function<audit::Doer(const http::Request&)>;

/// `/api/users` and `/api/invitations`, for admins. Both outlive the routes.
http::Routes user_routes(Users& users, Invitations& invitations, const DoerOf& doer_of);

}  // namespace reprise::users
