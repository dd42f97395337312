#pragma once

// How often somebody may do something: the generic cell rate algorithm (ITU-T I.371), which keeps
// one time for each who: until when their bucket is filled. Pure.

#include <chrono>
#include <cstdint>

namespace reprise::limits {

/// `burst` at once, then one every `per`.
struct Rate {
  std::int64_t burst = 1;           ///< 1 or more
  std::chrono::nanoseconds per{0};  ///< greater than 0
};

/// What a bucket says to somebody who asks.
struct Answer {
  bool admitted = false;
  /// How long the bucket needs to run empty, with what was admitted.
  std::chrono::nanoseconds filled{0};
  /// When it is worth asking again; 0 when admitted.
  std::chrono::nanoseconds wait{0};
};

/// Asks for one more, at a bucket that needs `filled` (0 or more) to run empty.
Answer ask(const Rate& rate, std::chrono::nanoseconds filled);

/// Tells a bucket of `admitted` that were let through before, and asks for one more. They count
/// whatever the answer is.
Answer settle(const Rate& rate, std::chrono::nanoseconds filled, std::int64_t admitted);

/// How many a node lets through before it tells the others: a tenth of the burst, so that all nodes
/// together exceed a rate by no more than that for each node.
std::int64_t told_every(const Rate& rate);

}  // namespace reprise::limits
