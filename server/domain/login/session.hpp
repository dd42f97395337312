#pragma once

#include <chrono>
#include <cstdint>

// How long a login holds.
namespace reprise::login {

struct SessionLimits {
  /// Without a request for this long, a session ends.
  std::chrono::seconds idle{std::chrono::hours{12}};
  /// So long after the login, a session ends, whatever was done in it.
  std::chrono::seconds absolute{std::chrono::hours{24 * 7}};
};

/// The end of a session is moved by requests at most this often, or ten times within the idle
/// limit, so that most requests write nothing.
inline constexpr std::chrono::minutes kTouchEvery{1};

struct SessionTimes {
  std::int64_t idle_until_utc_ns = 0;      ///< moves with each request
  std::int64_t absolute_until_utc_ns = 0;  ///< never moves
};

SessionTimes times_at_login(std::int64_t now_utc_ns, const SessionLimits& limits);
bool is_alive(const SessionTimes& times, std::int64_t now_utc_ns);
/// The idle end after a request at `now`: never earlier than before, never after the absolute end.
std::int64_t idle_until(const SessionTimes& times, std::int64_t now_utc_ns,
                        const SessionLimits& limits);
/// Whether a request at `now` has to store a new idle end.
bool is_to_be_touched(const SessionTimes& times, std::int64_t now_utc_ns,
                      const SessionLimits& limits);

/// How many sessions one user may have; a further login ends the one that was idle for longest.
inline constexpr std::int64_t kSessionsMax = 50;

}  // namespace reprise::login
