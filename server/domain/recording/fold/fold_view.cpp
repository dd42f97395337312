// Puts the view together from what the fold has collected.

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "domain/recording/fold/fold_state.hpp"
#include "domain/recording/loss/lost_play.hpp"
#include "domain/recording/view/first_words.hpp"
#include "domain/recording/view/stable_order.hpp"
#include "domain/recording/words/turns.hpp"

namespace reprise::recording {
namespace json = boost::json;
namespace {

constexpr std::size_t kGhostPeaksBytesMax = 8 * 1024 * 1024;

}  // namespace

const View& Fold::State::current_view() {
  if (!view_stale) return view;
  view_stale = false;
  view.duration_ns = ns_of_frame(finished ? length : next_frame);
  const LostPlay lost = lost_play(items.items(), holes, Frame(finished ? length : next_frame));
  std::vector<ModelItem> mended;
  if (!lost.runs.empty()) mended = with_lost_runs(items.items(), lost.runs);
  const auto& spoken = lost.runs.empty() ? items.items() : mended;
  show_turns(spoken);
  show_events();
  show_loss(lost);
  show_ghosts(spoken);
  if (const auto size = pictures.first_size()) {
    view.has_pictures = true;
    view.width = size->width;
    view.height = size->height;
  }
  view.fit = {lag.fifo_lag_frames() / 48, lag.steps(), pictures.pairs() + lag.pairs()};
  return view;
}

void Fold::State::show_turns(const std::vector<ModelItem>& spoken) {
  auto segments = speech.segments();
  if (const auto open = speech.open()) segments.push_back(*open);
  view.turns =
      assemble_turns({spoken, std::move(segments), events.transcriptions(), events.typed()});
  const auto turns = static_cast<std::int64_t>(view.turns.size()) + items.left_out();
  if (std::ssize(view.turns) > kTurnsMax) {
    view.turns.erase(view.turns.begin() + kTurnsMax, view.turns.end());
  }
  view.loss.turns.kept = static_cast<std::int64_t>(view.turns.size());
  view.loss.turns.missing = turns - view.loss.turns.kept;
  view.first_words = first_words_of(view.turns);
}

void Fold::State::show_events() {
  view.events = events.events();
  for (auto& event : left_out.events()) view.events.push_back(std::move(event));
  for (const Frame frame : pictures.off_in_hole()) {
    view.events.push_back({ns_of_frame(frame), "camera",
                           json::serialize(json::object{{"on", false}, {"assumed", true}})});
  }
  if (const auto count = pictures.placed_by_order() + events.placed_by_order(); count > 0) {
    view.events.push_back({0, "clock_doubted", json::serialize(json::object{{"count", count}})});
  }
  stable_order(view.events, &Event::at_ns);
}

void Fold::State::show_loss(const LostPlay& lost) {
  view.loss.microphone = mic_loss.report(mic_map);
  view.loss.model = model_loss.report();
  if (!model.gaps().empty()) {
    // Gaps in heard sound have exact places. Sound that was not played yet shows its gap only by
    // what arrived later.
    view.loss.model.gaps = model.gaps();
    view.loss.model.missing =
        std::max(view.loss.model.missing, model_loss.messages_of(model.missing_samples()));
  } else {
    view.loss.model.gaps = holes.narrowed(view.loss.model.gaps);
  }
  add_lost_play(lost);
  view.loss.camera = camera_loss.report();
  view.loss.words = words.report();
  view.loss.events = events.report();
  view.loss.camera.missing += pictures.not_shown();
  view.loss.camera.kept -= pictures.not_shown();
  view.loss.camera.gaps = pictures.gaps();
  view.loss.messages = rx_loss.report();
  auto sent = tx_loss.report();
  view.loss.messages.gaps = holes.narrowed(view.loss.messages.gaps);
  sent.gaps = holes.narrowed(sent.gaps);
  view.loss.messages.kept += sent.kept;
  view.loss.messages.missing += sent.missing;
  view.loss.messages.gaps.insert(view.loss.messages.gaps.end(), sent.gaps.begin(), sent.gaps.end());
  stable_order(view.loss.messages.gaps, &TimeRange::start_ns);
  view.loss.messages.missing += left_out.rows();
}

/// The messages are here, but their sound has no place in the film.
void Fold::State::add_lost_play(const LostPlay& lost) {
  auto& loss = view.loss.model;
  loss.gaps.insert(loss.gaps.end(), lost.gaps.begin(), lost.gaps.end());
  stable_order(loss.gaps, &TimeRange::start_ns);
  const auto silent = model_loss.messages_of(model.missing_samples() + lost.samples);
  const auto more = std::clamp<std::int64_t>(silent - loss.missing, 0, loss.kept);
  loss.kept -= more;
  loss.missing += more;
}

void Fold::State::show_ghosts(const std::vector<ModelItem>& spoken) {
  view.ghosts.clear();
  std::size_t ghost_bytes = 0;
  for (const auto& ghost : ghosts_of(spoken)) {
    Ghost shown{{ns_of_frame(ghost.start_frame), ns_of_frame(ghost.end_frame())},
                envelope.peaks(ghost.first_sample, ghost.end_sample)};
    ghost_bytes += shown.peaks.size();
    if (ghost_bytes > kGhostPeaksBytesMax) {
      ++view.loss.turns.missing;  // shown, but without what was not heard
      continue;
    }
    view.ghosts.push_back(std::move(shown));
  }
}

}  // namespace reprise::recording
