#include "features/playback/media_cache.hpp"

namespace reprise::playback {

using session::RecordingId;

std::optional<MediaFile> MediaCache::find(const access::Reach& reach, const RecordingId& id,
                                          Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id.value);
  if (found == entries_.end() || found->second.until <= now) return std::nullopt;
  if (found->second.reach != reach) return std::nullopt;
  return found->second.media;
}

std::uint64_t MediaCache::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

void MediaCache::keep(const access::Reach& reach, const RecordingId& id, MediaFile media,
                      std::uint64_t changes, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (changes != changes_) return;
  if (entries_.size() >= kEntriesMax) entries_.clear();
  entries_.insert_or_assign(id.value,
                            Entry{.reach = reach, .media = std::move(media), .until = now + kKept});
}

void MediaCache::forget() {
  const std::lock_guard lock(mutex_);
  ++changes_;
  entries_.clear();
}

}  // namespace reprise::playback
