#pragma once

// Who asks. What a person may do is in access.hpp.

#include <cstdint>
#include <initializer_list>
#include <string>

#include "base/types.hpp"

namespace reprise::access {

using UserId = Strong<struct UserIdTag, std::string>;  ///< UUID text, of `app_user`

/// The user of an installation without a login. Its row comes with the schema, and what was stored
/// before there were users belongs to it.
inline constexpr std::string_view kLocalUserId = "00000000-0000-7000-8000-000000000001";
inline UserId local_user() { return UserId(std::string(kLocalUserId)); }

/// Participant: uses chats, live sessions and recordings of their own. Researcher: the same;
/// studies will add to it. Admin: also manages users and reads the audit log, but sees no recording
/// of another user.
enum class Role : std::uint8_t { Participant, Researcher, Admin };

/// What an API token may be used for.
enum class Scope : std::uint8_t {
  Read,   ///< lists, search, playing, downloads
  Write,  ///< everything that changes chats, live sessions and recordings
};

/// A set of the values of a small enum.
template <class Enum>
class SetOf {
 public:
  constexpr SetOf(std::initializer_list<Enum> members = {}) {
    for (const Enum member : members) add(member);
  }
  constexpr void add(Enum member) { bits_ |= bit(member); }
  constexpr bool has(Enum member) const { return (bits_ & bit(member)) != 0; }
  friend constexpr bool operator==(const SetOf&, const SetOf&) = default;

 private:
  static constexpr std::uint32_t bit(Enum member) {
    return std::uint32_t{1} << static_cast<std::uint32_t>(member);
  }
  std::uint32_t bits_ = 0;
};
using Roles = SetOf<Role>;
using Scopes = SetOf<Scope>;

/// How a request proved who asks.
enum class AuthenticatedBy : std::uint8_t {
  LocalUser,  ///< it need not: no login is configured
  Session,    ///< by the cookie of a login
  ApiToken,   ///< by `Authorization: Bearer`
  ShareLink,  ///< not at all, but has opened a link to something that is shared
};

/// The user on whose behalf a request is answered. Made for each request anew from what is stored,
/// so that a right that was taken away ends with the next request.
struct Principal {
  UserId user;
  Roles roles;
  AuthenticatedBy authenticated_by = AuthenticatedBy::LocalUser;
  /// The key of the session's or of the token's row; never the secret. Empty for the local user.
  std::string credential_id = {};
  /// When the person last proved to an issuer who they are; 0 for the local user and for tokens.
  std::int64_t auth_time_utc_ns = 0;
  Scopes scopes = {Scope::Read, Scope::Write};  ///< narrowed by API tokens only
};

/// The principal of an installation without a login: may do everything.
Principal local_principal();
/// Somebody without a login who has opened a link. Owns nothing, and is no user.
Principal visitor();

/// What a person can do; its values are in access.hpp, so that a new one does not rebuild
/// everything.
enum class Action : std::uint8_t;

}  // namespace reprise::access
