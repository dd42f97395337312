#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/auth/accounts.hpp"
#include "features/auth/settings.hpp"
#include "features/auth/transactions.hpp"

namespace reprise::auth {

/// Where a person is sent, and the cookie that they bring back.
struct Begun {
  std::string url;
  std::string cookie;
};

/// What a browser brings back, with what it says about itself.
struct Return {
  std::string issuer_id;
  std::optional<std::string> cookie;
  std::vector<std::pair<std::string, std::string>> query;
  std::string user_agent;
  std::string address_prefix;
  std::string request_id;
  std::string replaced_secret;  ///< of the session that the browser has; empty: none
};

struct Finished {
  std::string secret;       ///< of the new session
  std::string return_path;  ///< where the person wanted to go
};

/// Why there is no session.
struct NoLogin {
  login::Fault fault;
  std::string detail = {};  ///< for the log
  std::string return_path = "/";
};

/// Logs people in by the configured issuers. Any thread. Outlives its tasks; `database` and
/// `accounts` outlive it.
class Login {
 public:
  Login(const AuthSettings& settings, database::Database& database, Accounts& accounts,
        const oidc::Send& send, const std::function<std::int64_t()>& now);

  const AuthSettings& settings() const { return settings_; }
  const std::vector<std::unique_ptr<oidc::Issuer>>& issuers() const { return issuers_; }
  /// Null for an id that is not configured.
  oidc::Issuer* issuer(std::string_view id) const;
  /// `host`: as the browser asked for it; decides to which of our addresses it comes back.
  /// `ask_again`: the person shall prove who they are although the issuer may know them still.
  Task<std::expected<Begun, NoLogin>> begin(oidc::Issuer& issuer, std::string host,
                                            std::string return_path, Deadline deadline,
                                            bool ask_again = false);
  Task<std::expected<Finished, NoLogin>> finish(Return came, Deadline deadline);
  /// Asks each issuer that did not answer the last time, and now and then the others.
  Task<void> look_after_issuers();
  Task<void> sweep() { return transactions_.sweep(); }

 private:
  const IssuerEntry& entry(std::string_view issuer_id) const;
  std::string scopes(const IssuerEntry& entry, const oidc::Metadata& metadata) const;
  Task<std::expected<std::string, NoLogin>> admit(const IssuerEntry* entry,
                                                  boost::json::object claims, Return came,
                                                  Deadline deadline);

  const AuthSettings settings_;
  const std::function<std::int64_t()> now_;
  Transactions transactions_;
  Accounts& accounts_;
  std::vector<std::unique_ptr<oidc::Issuer>> issuers_;
};

}  // namespace reprise::auth
