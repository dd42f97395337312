#pragma once

namespace reprise {

/// Logs the broken condition with its place and ends the process. For bugs; never reachable from
/// input.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace reprise

/// On in release builds too.
#define REPRISE_ASSERT(condition) \
  ((condition) ? void(0) : ::reprise::assertion_failed(#condition, __FILE__, __LINE__))
