// Over 400 lines because each channel is wired to its rules here, and to the counters of what it
// cannot use.

#include "domain/recording/fold.hpp"

#include <algorithm>
#include <cmath>

#include "domain/recording/capture_lag.hpp"
#include "domain/recording/event_log.hpp"
#include "domain/recording/first_words.hpp"
#include "domain/recording/fold_clock.hpp"
#include "domain/recording/left_out.hpp"
#include "domain/recording/loss.hpp"
#include "domain/recording/peaks.hpp"
#include "domain/recording/pictures.hpp"
#include "domain/recording/shown_limits.hpp"
#include "domain/recording/sound.hpp"
#include "domain/recording/stable_order.hpp"
#include "domain/recording/turns.hpp"

namespace reprise::recording {
namespace {

/// Rows may lie this much behind the media that they describe: a chunk.
constexpr std::int64_t kRowLagFrames = kMediaRate;
/// A span row tells of up to a second; then a row's lag.
constexpr std::int64_t kSoundHorizonFrames = kMediaRate + kRowLagFrames;
constexpr std::int64_t kFitHorizonFrames = kFitHorizon.count() * kMediaRate / 1000;
static_assert(kFitHorizonFrames + kRowLagFrames <= kSoundHorizonFrames);
constexpr std::int64_t kMicRate = 16'000;
constexpr std::int64_t kModelRate = 24'000;
/// Log times outside these are not the page clock: about 1970 to 2096.
constexpr std::int64_t kLogTimeNsMax = 4'000'000'000'000'000'000;
constexpr std::size_t kGhostPeaksBytesMax = 8 * 1024 * 1024;

}  // namespace

struct Fold::State {
  State(FoldOptions options, FoldSink* out) : render(options.render_sound && out), sink(out) {}

  void on(const Message& message);
  void on_mic(const Message& message, std::int64_t log);
  void on_model(const Message& message, std::int64_t log);
  void on_camera(const Message& message, std::int64_t log);
  void on_playout(const PlayoutRow& row, std::int64_t log);
  void on_clock(const ClockRow& row, std::int64_t log);
  void on_session(const SessionRow& row, std::int64_t log);
  void on_event(const EventRow& row, std::int64_t log);
  void on_wire(const Message& message, std::int64_t log);
  void tick();
  bool work();
  void finish();
  Pictures::Axis axis() const { return {page, lag, front.frame(), finished}; }
  void leave_out(Topic topic) { left_out.add(topic, front.frame()); }
  const View& current_view();

  bool render;
  FoldSink* sink;
  RowReader rows;
  Front front;
  std::int64_t next_frame = 0;  ///< of the next block
  std::optional<std::int64_t> end_frame;
  const Chunk* chunk = nullptr;  ///< being folded
  std::size_t next_message = 0;  ///< of `chunk`
  bool finished = false;         ///< nothing comes any more
  std::int64_t length = 0;       ///< once `finished`

  MicMap mic_map;
  PageMap page;
  CaptureLag lag;
  PersonSound person;
  ModelSound model;
  ModelEnvelope envelope;
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

void Fold::State::on(const Message& message) {
  const auto log = std::clamp<std::int64_t>(message.log_time_ns, 0, kLogTimeNsMax);
  front.advance(0, log);
  switch (message.topic) {
    case Topic::MicPcm:
      on_mic(message, log);
      break;
    case Topic::ModelPcm:
      on_model(message, log);
      break;
    case Topic::CameraVideo:
      on_camera(message, log);
      break;
    case Topic::Playout:
      on_playout(rows.playout(message.data), log);
      break;
    case Topic::Clock:
      on_clock(rows.clock(message.data), log);
      break;
    case Topic::Session:
      on_session(rows.session(message.data), log);
      break;
    case Topic::Events:
      if (const auto row = rows.event(message.data)) {
        on_event(*row, log);
      } else {
        leave_out(Topic::Events);
      }
      break;
    case Topic::WireRx:
    case Topic::WireTx:
      on_wire(message, log);
      break;
    case Topic::FramesJpeg:
    case Topic::Health:
    case Topic::Unknown:
      break;
  }
}

/// The next slice. What a message has made final comes before the next message.
bool Fold::State::work() {
  std::int64_t blocks_left = kSliceBlocks;
  std::int64_t messages_left = kSliceMessages;
  view_stale = true;
  for (;;) {
    while (finished ? next_frame < length
                    : next_frame + kSoundBlockFrames + kSoundHorizonFrames <= front.frame()) {
      if (blocks_left-- == 0) return false;
      tick();
    }
    if (chunk == nullptr || next_message == chunk->messages.size()) break;
    if (messages_left-- == 0) return false;
    on(chunk->messages[next_message++]);
  }
  chunk = nullptr;
  if (finished) finish();
  return true;
}

void Fold::State::on_mic(const Message& message, std::int64_t log) {
  const auto audio = decode_audio(message.data);
  const bool ours = audio && audio->sample_rate == kMicRate && audio->channels == 1;
  auto samples = ours ? samples_of(audio->pcm) : std::vector<std::int16_t>();
  const std::int64_t first = message.sequence;
  const auto count = static_cast<std::int64_t>(samples.size());
  if (ours && count == 0) return;
  if (!ours || !front.plausible(mic_map.frame_of(first + count), log)) {
    mic_loss.leave_out();
    return leave_out(message.topic);
  }
  if (!mic_loss.add(first, count)) return;
  front.advance(mic_map.frame_of(first + count), log);
  lag.add_mic(first, samples);
  person.add(first, std::move(samples));
}

void Fold::State::on_model(const Message& message, std::int64_t) {
  const auto audio = decode_audio(message.data);
  const bool ours = audio && audio->sample_rate == kModelRate && audio->channels == 1;
  auto samples = ours ? samples_of(audio->pcm) : std::vector<std::int16_t>();
  const auto count = static_cast<std::int64_t>(samples.size());
  // The model may be far ahead of what is played.
  if (!ours || message.sequence + count > front.limit() / 2 + kModelPendingSamplesMax) {
    model_loss.leave_out(front.frame());
    return leave_out(message.topic);
  }
  if (count == 0 || !model_loss.add(message.sequence, count, front.frame())) return;
  envelope.add(message.sequence, samples);
  model.add(message.sequence, std::move(samples));
}

void Fold::State::on_camera(const Message& message, std::int64_t log) {
  if (message.sequence < next_picture) return;
  const auto picture = decode_video(message.data);
  const bool ours =
      picture && picture->format == "vp9" && std::abs(picture->timestamp_ns / 1000) <= kClockUsMax;
  if (!ours || !pictures.add(*picture, message.sequence, log, front.frame())) {
    camera_loss.leave_out(front.frame());
    return leave_out(message.topic);
  }
  if (message.sequence > next_picture) {
    camera_loss.miss(message.sequence - next_picture, front.frame());
  }
  next_picture = std::int64_t{message.sequence} + 1;
  camera_loss.keep(front.frame());
}

void Fold::State::on_playout(const PlayoutRow& row, std::int64_t log) {
  const auto now = front.frame();
  if (const auto* span = std::get_if<SpanRow>(&row)) {
    const auto end = span->context_frame + 2 * span->sample_count;
    if (!front.plausible(end, log) || !model.add(*span)) return leave_out(Topic::Playout);
    front.advance(end, log);
    items.on(*span, now);
  } else if (const auto* fade = std::get_if<FadeRow>(&row)) {
    if (!front.plausible(fade->context_frame, log)) return leave_out(Topic::Playout);
    model.add(*fade);
  } else if (const auto* flush = std::get_if<FlushRow>(&row)) {
    if (!front.plausible(flush->context_frame, log)) return leave_out(Topic::Playout);
    items.on(*flush);
  } else if (const auto* underrun = std::get_if<UnderrunRow>(&row)) {
    if (!front.plausible(underrun->context_frame, log)) return leave_out(Topic::Playout);
    events.add(Event{ns_of_frame(underrun->context_frame), "underrun",
                     "{\"prebuffer_ms\":" + std::to_string(underrun->prebuffer_ms) + "}"});
  } else if (const auto* item = std::get_if<ItemRow>(&row)) {
    items.on(*item, now);
  } else if (const auto* end = std::get_if<ItemEndRow>(&row)) {
    items.on(*end);
  } else if (std::holds_alternative<RefusedRow>(row)) {
    leave_out(Topic::Playout);
  }
}

void Fold::State::on_clock(const ClockRow& row, std::int64_t log) {
  if (const auto* output = std::get_if<OutputRow>(&row)) {
    if (!front.advance(output->context_frame, log)) return leave_out(Topic::Clock);
    page.add_output(output->page_us, output->context_frame);
  } else if (const auto* rendered = std::get_if<RenderRow>(&row)) {
    if (!front.advance(rendered->context_frame, log)) return leave_out(Topic::Clock);
    page.add_render(rendered->page_us, rendered->context_frame);
  } else if (const auto* mic = std::get_if<MicRow>(&row)) {
    if (!front.advance(mic->context_frame, log)) return leave_out(Topic::Clock);
    mic_map.add(mic->first_sample, mic->context_frame);
  } else if (const auto* batch = std::get_if<MicrophoneRow>(&row)) {
    lag.add_batch(*batch);
  } else if (std::holds_alternative<RefusedRow>(row)) {
    leave_out(Topic::Clock);
  }
}

void Fold::State::on_session(const SessionRow& row, std::int64_t log) {
  if (const auto* started = std::get_if<StartedRow>(&row)) {
    view.started_device_ns = started->page_us * 1000;
    view.model = beginning_of(started->model, kShownNameBytesMax);
    mic_map.set_delay(
        started->mic_delay_frames.value_or(pcm::delay_frames_of(pcm::FirTable::MicDown3)));
    page.set_fallback(started->page_us, 0);
  } else if (const auto* ended = std::get_if<EndedRow>(&row)) {
    view.end_reason = beginning_of(ended->reason, kShownNameBytesMax);
    if (!ended->context_frame) return;
    if (!front.advance(*ended->context_frame, log)) return leave_out(Topic::Session);
    end_frame = ended->context_frame;
  } else if (std::holds_alternative<RefusedRow>(row)) {
    leave_out(Topic::Session);
  }
}

void Fold::State::on_event(const EventRow& row, std::int64_t log) {
  if (row.context_frame && !front.plausible(*row.context_frame, log)) {
    return leave_out(Topic::Events);
  }
  events.add(row, front.frame());
  const auto frame = row.context_frame.value_or(
      std::llround(std::clamp(page.rendered_frame(static_cast<double>(row.page_us)), 0.0,
                              static_cast<double>(front.frame()))));
  constexpr std::size_t kMutesMax = 1000;
  if (row.kind == "mute" && row.on && mutes.size() < kMutesMax) mutes.push_back({frame, *row.on});
  if (row.kind == "camera" && row.on) pictures.switched(frame, *row.on);
  if (row.kind == "video_skipped") camera_loss.miss(row.count.value_or(1), frame);
}

void Fold::State::on_wire(const Message& message, std::int64_t log) {
  const bool received = message.topic == Topic::WireRx;
  auto row = received ? rows.wire_rx(message.data) : rows.wire_tx(message.data);
  auto& loss = received ? rx_loss : tx_loss;
  loss.add(message.sequence, row ? std::optional(row->socket) : std::nullopt, row ? row->index : 0,
           front.frame());
  if (!row || !received) return;
  row->output_text = words.take(std::move(row->output_text));
  row->input_text = words.take(std::move(row->input_text));
  for (auto& part : row->written) part = words.take(std::move(part));
  items.on_wire(*row, log / 1'000'000, front.frame());
  events.on_wire(*row, log / 1000, front.frame());
}

/// Everything that lies in the next block, which is final now.
void Fold::State::tick() {
  const auto begin = next_frame;
  const auto end = begin + kSoundBlockFrames;
  next_frame = end;
  lag.estimate_until(end + kFitHorizonFrames, mic_map, page);
  events.place_until(end, page, front.frame());

  BlockLevels left{};
  BlockLevels right{};
  const bool left_heard = person.render(begin, mic_map, render ? block.left.data() : nullptr, left);
  const bool right_heard = model.render(begin, render ? block.right.data() : nullptr, right);
  for (std::size_t i = 0; i < kPeaksPerBlock; ++i) {
    const auto hop = begin + static_cast<std::int64_t>(i) * kPeakFrames;
    append_peaks(view.peaks.person, left[i]);
    append_peaks(view.peaks.model, right[i]);
    while (!mutes.empty() && mutes.front().frame <= hop) {
      muted = mutes.front().on;
      mutes.pop_front();
    }
    speech.add(hop, left[i].count > 0 ? left[i].square_sum / left[i].count : 0, muted);
  }
  if (render) {
    auto& out = left_heard || right_heard ? block : silence;
    if (left_dirty && !left_heard) block.left.fill(0);
    if (right_dirty && !right_heard) block.right.fill(0);
    left_dirty = left_heard;
    right_dirty = right_heard;
    out.first_frame = begin;
    out.silent = &out == &silence;
    sink->sound(out);
  }
  pictures.emit(begin, end, axis(), sink);
}

/// After the last block.
void Fold::State::finish() {
  events.place_until(kMediaFramesMax + 1, page, front.frame());
  pictures.finish(length, axis());
  speech.finish();
}

const View& Fold::State::current_view() {
  if (!view_stale) return view;
  view_stale = false;
  view.duration_ns = ns_of_frame(finished ? length : next_frame);
  auto segments = speech.segments();
  if (const auto open = speech.open()) segments.push_back(*open);
  view.turns = assemble_turns({items.items(), std::move(segments), events.transcriptions()});
  view.first_words = first_words_of(view.turns);
  view.events = events.events();
  for (auto& event : left_out.events()) view.events.push_back(std::move(event));
  if (const auto count = pictures.placed_by_order() + events.placed_by_order(); count > 0) {
    view.events.push_back({0, "clock_doubted", R"({"count":)" + std::to_string(count) + "}"});
  }
  stable_order(view.events, &Event::at_ns);

  view.loss.microphone = mic_loss.report(mic_map);
  view.loss.model = model_loss.report();
  view.loss.camera = camera_loss.report();
  view.loss.words = words.report();
  view.loss.events = events.report();
  view.loss.camera.missing += pictures.not_shown();
  view.loss.camera.kept -= pictures.not_shown();
  view.loss.camera.gaps = pictures.gaps();
  view.loss.messages = rx_loss.report();
  const auto sent = tx_loss.report();
  view.loss.messages.kept += sent.kept;
  view.loss.messages.missing += sent.missing;
  view.loss.messages.gaps.insert(view.loss.messages.gaps.end(), sent.gaps.begin(), sent.gaps.end());
  stable_order(view.loss.messages.gaps, &TimeRange::start_ns);
  view.loss.messages.missing += left_out.rows();

  view.ghosts.clear();
  std::size_t ghost_bytes = 0;
  for (const auto& ghost : ghosts_of(items.items())) {
    Ghost shown{{ns_of_frame(ghost.start_frame), ns_of_frame(ghost.end_frame())},
                envelope.peaks(ghost.first_sample, ghost.end_sample)};
    ghost_bytes += shown.peaks.size();
    if (ghost_bytes > kGhostPeaksBytesMax) break;
    view.ghosts.push_back(std::move(shown));
  }
  if (const auto size = pictures.first_size()) {
    view.has_pictures = true;
    view.width = size->width;
    view.height = size->height;
  }
  view.fit = {lag.fifo_lag_frames() / 48, lag.steps(), pictures.pairs() + lag.pairs()};
  return view;
}

Fold::Fold(FoldOptions options, FoldSink* sink) : state_(std::make_unique<State>(options, sink)) {}
Fold::~Fold() = default;

void Fold::add(const Chunk& chunk, std::optional<std::int64_t> seq) {
  begin(chunk, seq);
  while (!work()) {
  }
}

void Fold::begin(const Chunk& chunk, std::optional<std::int64_t> seq) {
  state_->chunk = &chunk;
  state_->next_message = 0;
  state_->front.limit(seq ? possible_frames(*seq) : kMediaFramesMax);
}

bool Fold::work() { return state_->work(); }

// Nothing to do: every channel counts its samples, frames and messages, so that the next chunk
// tells what this one would have held.
void Fold::skip() {}

void Fold::begin_finish() {
  if (state_->finished) return;
  state_->finished = true;
  state_->length = std::max(state_->end_frame.value_or(state_->front.frame()), state_->next_frame);
}

void Fold::finish() {
  begin_finish();
  while (!work()) {
  }
}

const View& Fold::view() const { return state_->current_view(); }

}  // namespace reprise::recording
