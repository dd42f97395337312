#include "domain/recording/fold/fold.hpp"

#include <algorithm>

#include "domain/recording/fold/fold_state.hpp"
#include "domain/recording/loss/lost_play.hpp"

namespace reprise::recording {
namespace {

/// Rows may come this long after the media that they describe: one chunk.
constexpr std::int64_t kRowLagFrames = kMediaRate;
/// One span row covers up to a second of sound, and it may come late by a row's lag.
constexpr std::int64_t kSoundHorizonFrames = kSpanRowFrames.value + kRowLagFrames;
constexpr std::int64_t kFitHorizonFrames = frame_of_ms(kFitHorizon.count()).value;
static_assert(kFitHorizonFrames + kRowLagFrames <= kSoundHorizonFrames);

}  // namespace

/// How far the recording has come, for sound whose rows must have come. What comes after missing
/// chunks may tell what was heard in them, and in the second before them, whose row they may hold.
Frame Fold::State::told_until() const {
  const Frame now = front.frame();
  const auto hole = holes.first_in(now - Frame(kSoundHorizonFrames), now);
  return hole ? std::min(now, hole->start + Frame(kRowLagFrames)) : now;
}

/// Does the next slice of work. Blocks that a message has made final are finished before the next
/// message is read.
bool Fold::State::work() {
  std::int64_t blocks_left = kSliceBlocks;
  std::int64_t messages_left = kSliceMessages;
  view_stale = true;
  for (;;) {
    while (finished ? next_frame < length
                    : next_frame + kSoundBlockFrames + kSoundHorizonFrames <= told_until().value) {
      if (blocks_left-- == 0) return false;
      tick();
    }
    if (chunk == nullptr || next_message == chunk->messages.size()) break;
    if (messages_left-- == 0) return false;
    on(chunk->messages[next_message++]);
    holes.reach(front.frame());
  }
  chunk = nullptr;
  if (finished) finish();
  return true;
}

/// Finishes the next block, which has become final, with everything that lies in it.
void Fold::State::tick() {
  const auto begin = next_frame;
  const auto end = begin + kSoundBlockFrames;
  next_frame = end;
  lag.estimate_until(Frame(end + kFitHorizonFrames), mic_map, page);
  events.place_until(Frame(end), page, front.frame());

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
      muted_at = Frame(mutes.front().frame);
      mutes.pop_front();
    }
    // While the microphone is muted, silence is recorded: sound after a hole says that the switch
    // was lost with it.
    if (muted && left[i].square_sum > 0 && holes.last_in(muted_at, Frame(hop))) muted = false;
    if (left[i].count > 0) {
      speech.add(Frame(hop), left[i].square_sum / left[i].count, muted);
    } else {
      speech.add_missing(Frame(hop));
    }
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
  pictures.emit(Frame(begin), Frame(end), axis(), sink);
}

/// Called after the last block.
void Fold::State::finish() {
  events.place_until(Frame(kMediaFramesMax + 1), page, front.frame());
  pictures.finish(Frame(length), axis());
  speech.finish();
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
  state_->holes.begin_chunk(seq, state_->front.frame());
  state_->front.limit(seq ? possible_frames(*seq) : Frame(kMediaFramesMax));
}

bool Fold::work() { return state_->work(); }

// Every channel counts its samples, frames and messages, so that the counts of the next chunk show
// what the skipped chunk would have held.
void Fold::skip() { state_->holes.skip(state_->front.frame()); }

void Fold::begin_finish() {
  if (state_->finished) return;
  state_->finished = true;
  const Frame end = state_->end_frame.value_or(state_->front.frame());
  state_->length = std::max(end.value, state_->next_frame);
}

void Fold::finish() {
  begin_finish();
  while (!work()) {
  }
}

const View& Fold::view() const { return state_->current_view(); }

}  // namespace reprise::recording
