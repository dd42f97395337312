#include "app/open_login.hpp"

#include "app/doors.hpp"
#include "app/outages.hpp"
#include "app/rates.hpp"
#include "base/clock.hpp"
#include "features/auth/account_routes.hpp"
#include "features/auth/auth_routes.hpp"
#include "platform/http/client/traced.hpp"

namespace reprise::app {

OpenLogin::OpenLogin(const ServeOptions& options, database::Database& database,
                     const http::Metrics& metrics)
    : options_(options),
      audit_(database),
      accounts_(database, audit_, remembered_, options.login.limits, now_utc_ns),
      sessions_(database, audit_, remembered_, options.login.limits, now_utc_ns),
      tokens_(database, audit_, remembered_, now_utc_ns),
      login_(options.login, database, accounts_,
             http::traced(http::fetch, metrics.outgoing("issuer")), now_utc_ns),
      who_asks_(sessions_, tokens_, remembered_, options.login.public_urls, now_utc_ns) {}

http::Gate OpenLogin::gate(const std::function<http::Gate(http::Gate)>& visitors) {
  if (options_.login.issuers.empty()) return with_outages_answered(local_user_gate());
  return with_outages_answered(visitors(http::Gate{
      .authenticate =
          [this](const http::Request& request) { return who_asks_.authenticate(request); },
      .remembered = [this](const http::Request& request) { return who_asks_.remembered(request); },
      .foreign = [this](const http::Request& request) { return who_asks_.foreign(request); },
      .door_of = door_of}));
}

http::Routes OpenLogin::routes(limits::Limiter& limiter) {
  http::Routes all = auth::account_routes(accounts_, tokens_, now_utc_ns);
  for (http::Route& one : auth::login_routes({.login = login_, .sessions = sessions_})) {
    const bool begins = one.pattern == auth::kBeginLogin;
    all.push_back(begins ? with_login_rate(limiter, std::move(one)) : std::move(one));
  }
  return all;
}

Task<void> OpenLogin::sweep() {
  if (options_.login.issuers.empty()) co_return;
  co_await login_.sweep();
  co_await sessions_.sweep();
}

}  // namespace reprise::app
