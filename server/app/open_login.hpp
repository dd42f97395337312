#pragma once

#include <functional>

#include "app/settings.hpp"
#include "features/auth/accounts.hpp"
#include "features/auth/api_tokens.hpp"
#include "features/auth/login.hpp"
#include "features/auth/sessions.hpp"
#include "features/auth/who_asks.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/http/gate.hpp"
#include "platform/http/metrics.hpp"
#include "platform/limits/limiter.hpp"

namespace reprise::app {

/// Who may come in, as the settings want it. Any thread.
class OpenLogin {
 public:
  /// All of them outlive it. `metrics` gets the spans of requests to the issuers.
  OpenLogin(const ServeOptions& options, database::Database& database,
            const http::Metrics& metrics);
  /// `visitors` adds those who have no login (with_visitors).
  http::Gate gate(const std::function<http::Gate(http::Gate)>& visitors);
  /// `limiter` outlives the routes.
  http::Routes routes(limits::Limiter& limiter);
  /// Rights of somebody have changed.
  void forget() { remembered_.forget_all(); }
  /// Removes what has expired.
  Task<void> sweep();
  /// Asks the issuers whether they are there.
  Task<void> look_after_issuers() { return login_.look_after_issuers(); }

 private:
  const ServeOptions& options_;
  audit::AuditLog audit_;
  auth::Remembered remembered_;
  auth::Accounts accounts_;
  auth::Sessions sessions_;
  auth::ApiTokens tokens_;
  auth::Login login_;
  auth::WhoAsks who_asks_;
};

}  // namespace reprise::app
