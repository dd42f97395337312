#include "domain/recording/event_log.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "domain/recording/stable_order.hpp"

namespace reprise::recording {
namespace {

constexpr std::array<std::string_view, 24> kShownKinds{
    "socket_opening", "socket_open",  "socket_closed", "setup_complete",
    "mute",           "camera",       "camera_format", "device_changed",
    "device_lost",    "permission",   "interrupted",   "visibility",
    "network",        "server",       "video_skipped", "not_sent",
    "hang_up",        "error",        "go_away",       "reconnecting",
    "reconnected",    "model_silent", "microphone",    "default_microphone"};

}  // namespace

void EventLog::add(const EventRow& row) {
  if (std::ranges::find(kShownKinds, row.kind) == kShownKinds.end()) return;
  if (row.context_frame) {
    keep({ns_of_frame(*row.context_frame), row.kind, row.detail_json});
  } else {
    waiting_.push_back({row.page_us, false, row.kind, row.detail_json});
  }
}

void EventLog::add_transcription(std::int64_t page_us, std::string text) {
  waiting_.push_back({page_us, true, {}, std::move(text)});
}

void EventLog::place_until(std::int64_t frame, const PageMap& page) {
  while (!waiting_.empty()) {
    auto& next = waiting_.front();
    const double place = page.rendered_frame(static_cast<double>(next.page_us));
    if (!(place < static_cast<double>(frame))) return;
    const auto at = std::llround(std::clamp(place, 0.0, static_cast<double>(kMediaFramesMax)));
    if (next.is_transcription) {
      transcriptions_.push_back({at, std::move(next.text)});
    } else {
      keep({ns_of_frame(at), std::move(next.kind), std::move(next.text)});
    }
    waiting_.pop_front();
  }
}

void EventLog::keep(Event event) {
  if (events_.size() < kEventsMax) events_.push_back(std::move(event));
}

std::vector<Event> EventLog::events() const {
  auto sorted = events_;
  stable_order(sorted, &Event::at_ns);
  return sorted;
}

}  // namespace reprise::recording
