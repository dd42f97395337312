#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <string>

#include "emulator/session/services.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// The Live method on which a socket was opened.
struct Door {
  std::string api_version;
  bool constrained = false;  ///< `BidiGenerateContentConstrained`: tokens only
};

/// What a socket may do.
struct Admission {
  TokenLock lock;                                                      ///< empty for a key
  std::int64_t expires_ns = std::numeric_limits<std::int64_t>::max();  ///< UTC
};

/// Checks the credential of an upgrade and counts the use of a token. The error says how the socket
/// is closed.
std::expected<Admission, http::CloseReason> admit(const http::Request& request, const Door& door,
                                                  Services& services, std::int64_t now_ns);

}  // namespace reprise::emulator
