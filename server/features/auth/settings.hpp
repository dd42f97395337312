#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/login/email.hpp"
#include "domain/login/roles.hpp"
#include "domain/login/session.hpp"
#include "platform/oidc/issuer.hpp"

// What a login is configured with.
namespace reprise::auth {

struct IssuerEntry {
  oidc::IssuerSettings oidc;
  std::string secret_file;        ///< where the client's secret came from
  bool static_passwords = false;  ///< its passwords stand in a file: never under a public name
  std::string groups_claim;       ///< empty: the issuer gives no roles
  login::RoleRules roles;
  login::AllowList allow;
};

/// The person who gets the local user's data and the role admin, at their first login.
struct FirstAdmin {
  std::string issuer_id;
  login::EmailRule email;
};

struct AuthSettings {
  std::vector<std::string> public_urls;  ///< our origins, lower case; the first one is the usual
  std::vector<IssuerEntry> issuers;
  std::optional<FirstAdmin> first_admin;
  login::SessionLimits limits;
};

}  // namespace reprise::auth
