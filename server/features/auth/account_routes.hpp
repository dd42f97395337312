#pragma once

#include "features/auth/accounts.hpp"
#include "features/auth/api_tokens.hpp"
#include "platform/http/http.hpp"

namespace reprise::auth {

/// `/api/me` and `/api/tokens` (api/openapi.yaml). The parameters outlive the routes.
http::Routes account_routes(Accounts& accounts, ApiTokens& tokens,
                            std::function<std::int64_t()> now_utc_ns);

}  // namespace reprise::auth
