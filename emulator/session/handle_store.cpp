#include "emulator/session/handle_store.hpp"

#include <algorithm>
#include <array>

#include "base/base64.hpp"

namespace reprise::emulator {

HandleStore::HandleStore(std::function<std::uint64_t()> random) : random_(std::move(random)) {}

std::uint64_t HandleStore::open() {
  const std::lock_guard lock(mutex_);
  alive_.insert(++sessions_);
  return sessions_;
}

void HandleStore::closed(std::uint64_t session) {
  const std::lock_guard lock(mutex_);
  alive_.erase(session);
}

std::string HandleStore::offer(ResumedSession what, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(rows_, [now](const auto& row) { return now - row.second.offered > kHandleLife; });
  if (rows_.size() >= kHandlesMax) {
    rows_.erase(
        std::ranges::min_element(rows_, {}, [](const auto& row) { return row.second.offered; }));
  }
  const std::array<std::uint64_t, 4> secret{random_(), random_(), random_(), random_()};
  std::string handle = base64_encode(std::as_bytes(std::span(secret)));
  rows_.insert_or_assign(handle, Row{std::move(what), now});
  return handle;
}

std::expected<ResumedSession, ResumeError> HandleStore::resume(std::string_view handle,
                                                               Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto row = rows_.find(handle);
  if (row == rows_.end() || now - row->second.offered > kHandleLife) {
    return std::unexpected(ResumeError::NotFound);
  }
  if (!alive_.insert(row->second.what.session).second) {
    return std::unexpected(ResumeError::StillOpen);
  }
  return row->second.what;
}

}  // namespace reprise::emulator
