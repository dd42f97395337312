#pragma once

#include <chrono>
#include <optional>

#include "platform/http/client/failure.hpp"

// Decides what to do after an attempt to call the bucket. Pure.
namespace reprise::gcs {

/// Whether a call may be sent a second time when nobody knows what became of the first.
enum class Repeatable {
  Always,            ///< it reads, or asks
  WithPrecondition,  ///< it changes something, and names the state that it expects
  Never,             ///< it changes something whatever the state is
};

/// How one attempt ended.
struct Attempt {
  int status = 0;  ///< of the answer; 0 when none came, and `fault` says why
  std::optional<http::FetchFault> fault = {};
  bool token_was_renewed = false;  ///< the attempt had a new token, after a 401
};

enum class Next {
  Accept,    ///< the caller gets the answer, even if it is a refusal
  Repeat,    ///< wait, then send the same again
  NewToken,  ///< send the same again at once, with a new token
  GiveUp,    ///< the bucket is away, or must not be asked again
};

/// Follows Google's table (googleapis/conformance-tests storage/v1/retry_tests.json). After 408,
/// 429, 5xx and a lost connection the call is repeated if it allows that; after a 401 it is
/// repeated once with a new token. A call that never reached the bucket is always repeated.
Next next_step(Repeatable repeatable, const Attempt& attempt);

/// How long to wait before repetition `count` (1, 2, …): a random part (`roll`, 0 to 1) of a time
/// that doubles up to a limit, and never less than the service asked for.
std::chrono::milliseconds wait_before(int count, double roll,
                                      std::optional<std::chrono::seconds> retry_after);

/// Attempts of one call. With the waits above they take about a minute, unless a deadline comes
/// first.
inline constexpr int kAttemptsMax = 10;

}  // namespace reprise::gcs
