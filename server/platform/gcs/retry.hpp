#pragma once

#include <chrono>
#include <optional>

#include "platform/http/client/failure.hpp"

// What to do after a call to the bucket: one table for all of them. Pure.
namespace reprise::gcs {

/// Whether a call may be sent a second time when nobody knows what became of the first.
enum class Repeatable {
  Always,            ///< it reads, or asks
  WithPrecondition,  ///< it changes something, and names the state that it expects
  Never,             ///< it changes something whatever the state is
};

/// How one attempt ended: an answer, or none.
struct Attempt {
  int status = 0;  ///< 0: no answer, see `fault`
  std::optional<http::FetchFault> fault = {};
  bool token_was_renewed = false;  ///< after a 401
};

enum class Next {
  Accept,    ///< the answer is the answer, also a refusal
  Repeat,    ///< wait, then the same again
  NewToken,  ///< the same again at once, with a new token
  GiveUp,    ///< the bucket is away, or must not be asked again
};

/// Google's table (googleapis/conformance-tests storage/v1/retry_tests.json): 408, 429, 5xx and
/// lost connections are repeated when the call allows it, a 401 once with a new token, nothing
/// else. A call that never left is repeated always.
Next next_step(Repeatable repeatable, const Attempt& attempt);

/// How long to wait before repetition `count` (1, 2, …): a random part (`roll`, 0 to 1) of a time
/// that doubles up to a limit, and never less than the service asked for.
std::chrono::milliseconds wait_before(int count, double roll,
                                      std::optional<std::chrono::seconds> retry_after);

/// With the waits above about a minute, when nobody's deadline comes first.
inline constexpr int kAttemptsMax = 10;

}  // namespace reprise::gcs
