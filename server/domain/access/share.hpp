#pragma once

// What a share gives. Pure.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <span>

#include "domain/access/access.hpp"

namespace reprise::access {

/// What this installation lets its users do.
enum class Sharing {
  Off,    ///< nobody shares anything
  Users,  ///< with people who log in here
  Links,  ///< also by links
};
BOOST_DESCRIBE_ENUM(Sharing, Off, Users, Links)

/// For whom a share is.
enum class ShareKind {
  User,  ///< one person, who logs in
  Link,  ///< whoever has the link
};
BOOST_DESCRIBE_ENUM(ShareKind, User, Link)

/// What the rules need to know about a share that is for who asks: their own, or of a link that
/// they have opened.
struct ShareTerms {
  ShareKind kind = ShareKind::User;
  bool needs_login = true;  ///< of a link
  bool may_download = false;
  std::optional<std::int64_t> expires_utc_ns = std::nullopt;  ///< empty: never
};

/// What such a share gives now. `logged_in`: who asks has proved who they are.
Shared given_by(const ShareTerms& terms, Sharing allowed, bool logged_in, std::int64_t now_utc_ns);

/// Which of several shares counts: the one that gives most, and of equal ones the one that names
/// the person. Empty: none gives anything.
std::optional<std::size_t> best_share(std::span<const ShareTerms> shares, Sharing allowed,
                                      bool logged_in, std::int64_t now_utc_ns);

}  // namespace reprise::access
