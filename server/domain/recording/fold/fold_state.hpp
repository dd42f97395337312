#pragma once

// The inside of the fold; nothing outside this folder includes it. fold_messages.cpp handles the
// messages of each channel, fold.cpp finishes blocks, fold_view.cpp puts the view together.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "domain/recording/clock/capture_lag.hpp"
#include "domain/recording/clock/front.hpp"
#include "domain/recording/clock/holes.hpp"
#include "domain/recording/fold/event_log.hpp"
#include "domain/recording/fold/fold.hpp"
#include "domain/recording/loss/left_out.hpp"
#include "domain/recording/loss/loss.hpp"
#include "domain/recording/loss/lost_play.hpp"
#include "domain/recording/loss/shown_limits.hpp"
#include "domain/recording/pictures/pictures.hpp"
#include "domain/recording/sound/peaks.hpp"
#include "domain/recording/sound/sound.hpp"
#include "domain/recording/sound/speech.hpp"
#include "domain/recording/words/model_items.hpp"

namespace reprise::recording {

struct Fold::State {
  State(FoldOptions options, FoldSink* out) : render(options.render_sound && out), sink(out) {}

  void on(const Message& message);
  void on_mic(const Message& message, LogNs log);
  void on_model(const Message& message, LogNs log);
  void on_camera(const Message& message, LogNs log);
  void on_playout(const PlayoutRow& row, LogNs log);
  void find_lost_span(const SpanRow& next);
  void on_clock(const ClockRow& row, LogNs log);
  void on_session(const SessionRow& row, LogNs log);
  void on_event(const EventRow& row, LogNs log);
  void on_wire(const Message& message, LogNs log);
  void tick();
  Frame told_until() const;
  bool work();
  void finish();
  Pictures::Axis axis() const { return {page, lag, holes, front.frame(), finished}; }
  void leave_out(Topic topic) { left_out.add(topic, front.frame()); }
  const View& current_view();
  void show_turns(const std::vector<ModelItem>& spoken);
  void show_events();
  void show_loss(const LostPlay& lost);
  void add_lost_play(const LostPlay& lost);
  void show_ghosts(const std::vector<ModelItem>& spoken);

  bool render;
  FoldSink* sink;
  RowReader rows;
  Front front;
  std::int64_t next_frame = 0;  ///< first frame of the next block
  std::optional<Frame> end_frame;
  const Chunk* chunk = nullptr;  ///< the chunk that is being folded
  std::size_t next_message = 0;  ///< its index in `chunk`
  bool finished = false;         ///< no more messages come
  std::int64_t length = 0;       ///< set once `finished`

  MicMap mic_map;
  PageMap page;
  CaptureLag lag;
  PersonSound person;
  ModelSound model;
  ModelEnvelope envelope;
  std::optional<SpanRow> last_span;
  /// Where the model was heard while the rows that tell what of it are lost.
  SpeechDetector speech;
  Pictures pictures;
  ModelItems items;
  EventLog events;
  WordLimit words;
  struct Mute {
    std::int64_t frame;
    bool on;
  };
  std::deque<Mute> mutes;
  bool muted = false;
  Frame muted_at{0};  ///< the last switch of `muted`

  Holes holes;
  MicLoss mic_loss;
  ModelLoss model_loss;
  WireLoss tx_loss;
  WireLoss rx_loss;
  ArrivalLoss camera_loss;
  LeftOut left_out;
  std::int64_t next_picture = 0;

  SoundBlock block;
  SoundBlock silence;
  bool left_dirty = false;
  bool right_dirty = false;

  View view;
  bool view_stale = true;
};

}  // namespace reprise::recording
