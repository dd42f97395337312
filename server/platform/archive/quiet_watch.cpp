#include "platform/archive/quiet_watch.hpp"

#include <utility>

namespace reprise::archive {

std::vector<QuietWatch::Talk> QuietWatch::look(std::vector<Talk> running, Clock::time_point now) {
  std::map<std::string, Seen> before = std::exchange(seen_, {});
  std::vector<Talk> quiet;
  for (Talk& talk : running) {
    const auto found = before.find(talk.id);
    const bool changed = found == before.end() || found->second.mark != talk.mark;
    const Seen seen{.mark = talk.mark, .since = changed ? now : found->second.since};
    seen_.emplace(talk.id, seen);
    if (now - seen.since > talk.patience) quiet.push_back(std::move(talk));
  }
  return quiet;
}

}  // namespace reprise::archive
