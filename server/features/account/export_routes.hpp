#pragma once

#include <cstdint>
#include <functional>

#include "features/account/eraser.hpp"
#include "features/account/exports.hpp"
#include "platform/http/http.hpp"

namespace reprise::account {

/// Who a request's entry in the audit log names (auth::doer_of).
using DoerOf = std::function<audit::Doer(const http::Request&)>;

/// The answer to somebody whose login is too old for what they want; empty: it is fresh.
std::optional<http::Response> refused_as_stale(const http::Request& request,
                                               std::int64_t now_utc_ns);

/// `DELETE /api/account`. `drop_cookie` is the `Set-Cookie` that ends the browser's login. `eraser`
/// outlives the route.
http::Route erase_route(Eraser& eraser, const DoerOf& doer_of, const std::string& drop_cookie,
                        const std::function<std::int64_t()>& now_utc_ns);

/// `/api/account/exports`. `exports` outlives the routes.
http::Routes export_routes(Exports& exports, const DoerOf& doer_of,
                           const std::function<std::int64_t()>& now_utc_ns);

}  // namespace reprise::account
