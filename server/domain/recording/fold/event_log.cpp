#include "domain/recording/fold/event_log.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "domain/recording/clock/front.hpp"
#include "domain/recording/format/media_time.hpp"
#include "domain/recording/view/stable_order.hpp"

namespace reprise::recording {
namespace {

constexpr std::array<std::string_view, 30> kShownKinds{
    "socket_opening", "socket_open",  "socket_closed", "setup_complete",
    "mute",           "camera",       "camera_format", "device_changed",
    "device_lost",    "permission",   "interrupted",   "visibility",
    "network",        "server",       "video_skipped", "not_sent",
    "hang_up",        "error",        "go_away",       "reconnecting",
    "reconnected",    "model_silent", "microphone",    "default_microphone",
    "empty_turn",     "mark",         "text_not_sent", "consent_withdrawn",
    "task_step",      "history_sent"};

}  // namespace

void EventLog::add(const EventRow& row, Frame arrival) {
  if (std::ranges::find(kShownKinds, row.kind) == kShownKinds.end()) return;
  std::string detail = row.detail_json;
  if (!limit_.take(row.kind, detail)) return;
  if (row.context_frame) {
    events_.push_back({ns_of_frame(*row.context_frame), row.kind, std::move(detail)});
  } else {
    waiting_.push_back({row.page, arrival, Event{0, row.kind, std::move(detail)}});
  }
}

void EventLog::add(Event event) {
  if (limit_.take(event.kind, event.detail_json)) events_.push_back(std::move(event));
}

void EventLog::on_wire(const WireRow& row, PageUs page, Frame arrival) {
  if (!row.typed_text.empty())
    waiting_.push_back({page, arrival, TypedText{Frame(0), row.typed_text, row.typed_again}});
  if (row.interrupted) ++exchange_;
  if (!row.input_text.empty()) {
    Transcription text{
        .text = row.input_text, .finished = row.input_finished, .exchange = exchange_};
    waiting_.push_back(
        {page, arrival, std::move(text)});  // gets its arrival time when it is placed
  }
  if (row.turn_complete) ++exchange_;
}

void EventLog::place_until(Frame frame, const PageMap& page, Frame front) {
  while (!waiting_.empty()) {
    auto& next = waiting_.front();
    const auto [place, by_order] = checked_place(
        page.rendered_frame(static_cast<double>(next.page.value)), next.arrival, front);
    if (!(place < static_cast<double>(frame.value))) return;
    placed_by_order_ += by_order ? 1 : 0;
    const Frame at(std::llround(std::clamp(place, 0.0, static_cast<double>(kMediaFramesMax))));
    if (auto* text = std::get_if<Transcription>(&next.what)) {
      text->arrival_ms = ms_of_frame(at);
      transcriptions_.push_back(std::move(*text));
    } else if (auto* typed = std::get_if<TypedText>(&next.what)) {
      typed->frame = at;
      typed_.push_back(std::move(*typed));
    } else {
      auto& event = std::get<Event>(next.what);
      event.at_ns = ns_of_frame(at);
      events_.push_back(std::move(event));
    }
    waiting_.pop_front();
  }
}

std::vector<Event> EventLog::events() const {
  auto sorted = events_;
  stable_order(sorted, &Event::at_ns);
  return sorted;
}

}  // namespace reprise::recording
