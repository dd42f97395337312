#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "emulator/protocol/server_message.hpp"
#include "emulator/talk/memory.hpp"

namespace reprise::emulator {

/// What a resumed session continues with.
struct ResumedSession {
  std::uint64_t session = 0;
  server_message::Usage context;
  Memory memory;  ///< what was said until the handle was offered
};

enum class ResumeError { NotFound, StillOpen };

/// Knows the resumption handles, and which sessions have an open socket. Any thread.
class HandleStore {
 public:
  using Clock = std::chrono::steady_clock;
  explicit HandleStore(std::function<std::uint64_t()> random);

  /// Opens a new session; it has an open socket from now on.
  std::uint64_t open();
  void closed(std::uint64_t session);
  /// Makes a new handle, which is valid for two hours.
  std::string offer(ResumedSession what, Clock::time_point now);
  /// Opens the handle's session again. Only one socket at a time may own a session.
  std::expected<ResumedSession, ResumeError> resume(std::string_view handle, Clock::time_point now);

  static constexpr std::chrono::hours kHandleLife{2};
  static constexpr std::size_t kHandlesMax = 10'000;  ///< above this, the oldest are dropped

 private:
  struct Row {
    ResumedSession what;
    Clock::time_point offered;
  };
  std::mutex mutex_;
  std::function<std::uint64_t()> random_;
  std::map<std::string, Row, std::less<>> rows_;
  std::set<std::uint64_t> alive_;
  std::uint64_t sessions_ = 0;
};

}  // namespace reprise::emulator
