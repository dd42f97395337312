#include "domain/recording/words/turns.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "domain/recording/view/stable_order.hpp"
#include "domain/recording/words/words.hpp"

namespace reprise::recording {
namespace {

/// The frame where the sound of an item stopped, or where it would have begun.
Frame silence_frame(const ModelItem& item) {
  if (!item.runs.empty()) return item.runs.back().end_frame();
  return item.flush_frame.value_or(item.arrival_frame);
}

double of(ModelSample sample) { return static_cast<double>(sample.value); }
double as_double(Frame frame) { return static_cast<double>(frame.value); }

/// The media frame of a sample. Inside a run it lies on the run; between runs, on the line of the
/// earlier one; after the last run, where it would have been played.
double frame_of(const ModelItem& item, double sample) {
  constexpr auto kPerSample = static_cast<double>(kFramesPerModelSample);
  const auto start_of = [](const RenderedRun& run) {
    return static_cast<double>(run.first_sample.value);
  };
  auto run = std::ranges::upper_bound(item.runs, sample, {}, start_of);
  if (run == item.runs.begin()) {
    const auto begin = item.runs.empty() ? silence_frame(item) : run->context_frame;
    return static_cast<double>(begin.value) +
           (item.runs.empty() ? kPerSample * (sample - of(item.first_sample)) : 0);
  }
  --run;
  return static_cast<double>(run->context_frame.value) +
         kPerSample * (sample - of(run->first_sample));
}

std::int64_t ns_of(double frame) { return ns_of_frame(std::llround(std::max(frame, 0.0))); }

/// Divides an item's sound among its text. A fragment covers the sound from its own place to the
/// next fragment's; the first one from the beginning. Text without sound of its own shares the
/// place of the text before it or, at the beginning, after it.
std::vector<TextPiece> pieces_of(const ModelItem& item) {
  std::vector<TextPiece> pieces;
  const auto end = of(item.end_sample);
  for (const auto& fragment : item.fragments) {
    if (fragment.late) continue;
    const auto begin = std::clamp(of(fragment.sample), of(item.first_sample), end);
    if (!pieces.empty() && (begin <= pieces.back().start || begin >= end)) {
      pieces.back().text += fragment.text;
      continue;
    }
    if (!pieces.empty()) pieces.back().end = begin;
    pieces.push_back({fragment.text, pieces.empty() ? of(item.first_sample) : begin, end});
  }
  return pieces;
}

/// Words that came after the cut get the place where the rest would have been played.
void append_late_words(const ModelItem& item, Turn& turn) {
  std::string text;
  for (const auto& fragment : item.fragments) {
    if (fragment.late) text += fragment.text;
  }
  const auto begin = of(item.heard_end());
  for (auto& word : place_words({{std::move(text), begin, of(item.end_sample)}})) {
    const bool spaced = turn.words.empty() || word.text.starts_with(' ');
    turn.words.push_back({(spaced ? "" : " ") + std::move(word.text),
                          ns_of(frame_of(item, word.start)), ns_of(frame_of(item, word.end)),
                          false});
  }
}

Turn model_turn(const ModelItem& item) {
  Turn turn;
  turn.speaker = Speaker::Model;
  turn.start_ns =
      ns_of_frame(item.runs.empty() ? silence_frame(item) : item.runs.front().context_frame);
  turn.end_ns = ns_of_frame(silence_frame(item));
  turn.ghost_ns = ns_of_frame(frames_of(item.end_sample - item.heard_end()));
  turn.interrupted = !item.complete || (item.interrupted && item.dropped_samples > ModelSample(0));
  if (turn.interrupted) turn.interrupted_at_ns = turn.end_ns;
  const auto heard_end = of(item.heard_end());
  for (auto& word : place_words(pieces_of(item))) {
    const bool heard = (word.start + word.end) / 2 < heard_end;  // more than half of the word
    turn.words.push_back({std::move(word.text), ns_of(frame_of(item, word.start)),
                          ns_of(frame_of(item, word.end)), heard});
  }
  append_late_words(item, turn);
  return turn;
}

/// A turn of words that were shown and not said, from `start` on.
Turn written_turn(Speaker speaker, Frame start, std::string text) {
  const auto letters = static_cast<std::int64_t>(text::letter_count(text));
  const Frame end = start + std::max(kReadingMin, Frame(letters * kReadingPerLetter.value));
  Turn turn;
  turn.speaker = speaker;
  turn.start_ns = ns_of_frame(start);
  turn.end_ns = ns_of_frame(end);
  turn.written = true;
  for (auto& word : place_words({{std::move(text), as_double(start), as_double(end)}})) {
    turn.words.push_back({std::move(word.text), ns_of(word.start), ns_of(word.end), true});
  }
  return turn;
}

/// The turn for an answer without sound: its words were shown when they arrived.
Turn written_answer(const ModelItem& item) {
  std::string text;
  for (const auto& fragment : item.fragments) text += fragment.text;
  return written_turn(Speaker::Model, item.arrival_frame, std::move(text));
}

/// Ends a written turn where the next turn begins.
void shorten_written(std::vector<Turn>& turns) {
  for (std::size_t i = 0; i + 1 < turns.size(); ++i) {
    auto& turn = turns[i];
    if (!turn.written) continue;
    turn.end_ns = std::max(turn.start_ns, std::min(turn.end_ns, turns[i + 1].start_ns));
    for (auto& word : turn.words) {
      word.start_ns = std::min(word.start_ns, turn.end_ns);
      word.end_ns = std::min(word.end_ns, turn.end_ns);
    }
  }
}

/// Stretches of speech that make one turn, and the text that the API understood of them.
struct Utterance {
  std::vector<Segment> segments;
  std::vector<Transcription> pieces;
  std::int64_t letters = 0;  ///< letters in the pieces
  Frame start() const { return segments.front().start; }
  Frame end() const { return segments.back().end; }
  Frame longest() const {
    Frame longest(0);
    for (const auto& segment : segments) longest = std::max(longest, segment.length());
    return longest;
  }
  Frame voiced() const {
    Frame voiced(0);
    for (const auto& segment : segments) voiced += segment.length();
    return voiced;
  }
};

std::vector<Utterance> utterances_of(const std::vector<Segment>& speech,
                                     const std::vector<Frame>& model_starts) {
  std::vector<Utterance> utterances;
  for (const auto& segment : speech) {
    if (!utterances.empty()) {
      const auto end = utterances.back().end();
      const auto answer = std::ranges::lower_bound(model_starts, end);
      const bool answered = answer != model_starts.end() && *answer < segment.start;
      if (!answered && segment.start - end < kPersonPause) {
        utterances.back().segments.push_back(segment);
        continue;
      }
    }
    utterances.push_back({{segment}, {}});
  }
  return utterances;
}

std::int64_t letters_of(const Transcription& piece) {
  return static_cast<std::int64_t>(text::letter_count(piece.text));
}
Frame frame_of(const Transcription& piece) { return frame_of_ms(piece.arrival_ms); }

/// Whether this text could have been spoken in the utterance until `by`, after the text that it has
/// already.
bool has_room(const Utterance& utterance, const Transcription& text, Frame by) {
  Frame voiced(0);
  for (const auto& segment : utterance.segments) {
    voiced += std::max(Frame(0), std::min(segment.end, by) - segment.start);
  }
  return voiced.value >= (utterance.letters + letters_of(text)) * kLetterMin.value;
}

/// The index of the utterance that a text belongs to: the newest one, or the one before if the
/// newest is too young or too short for the text.
std::optional<std::size_t> utterance_for(const std::vector<Utterance>& utterances,
                                         const Transcription& text) {
  const auto frame = frame_of(text);
  const auto after = std::ranges::upper_bound(utterances, frame, {}, &Utterance::start);
  if (after == utterances.begin()) return std::nullopt;
  const auto newest = static_cast<std::size_t>(after - utterances.begin()) - 1;
  if (newest == 0) return newest;
  const auto& before = utterances[newest - 1];
  if (frame - before.end() > kTranscriptionLatencyMax) return newest;
  if (!has_room(before, text, frame)) return newest;
  const bool too_young = frame - utterances[newest].start() < kTranscriptionLatency;
  return too_young || !has_room(utterances[newest], text, frame) ? newest - 1 : newest;
}

/// Keeps text for which no speech was detected: it joins the text that came just before it, as in
/// the live view, or stands alone.
void assign_unheard(std::vector<Utterance>& unheard, const Transcription& text,
                    const std::vector<Frame>& model_starts) {
  const auto frame = frame_of(text);
  if (!unheard.empty()) {
    auto& last = unheard.back();
    const auto& before = last.pieces.back();
    const auto answer = std::ranges::lower_bound(model_starts, frame_of(before));
    const bool answered = answer != model_starts.end() && *answer < frame;
    if (!answered && before.exchange == text.exchange && frame - frame_of(before) < kPersonPause) {
      last.segments.back().end = std::max(frame, last.end());
      last.pieces.push_back(text);
      return;
    }
  }
  const auto earliest = unheard.empty() ? Frame(0) : unheard.back().end();
  const auto end = std::max(frame, earliest);
  const auto start = std::max(earliest, end - Frame(letters_of(text) * kLetter.value));
  unheard.push_back({{{start, end}}, {text}});
}

void assign(std::vector<Utterance>& utterances, const std::vector<Transcription>& texts,
            const std::vector<Frame>& model_starts) {
  std::vector<Utterance> unheard;
  for (const auto& text : texts) {
    if (const auto index = utterance_for(utterances, text)) {
      utterances[*index].pieces.push_back(text);
      utterances[*index].letters += letters_of(text);
    } else {
      assign_unheard(unheard, text, model_starts);
    }
  }
  utterances.insert(utterances.begin(), unheard.begin(), unheard.end());
}

/// The frame of a place on an axis that consists of the voiced stretches only.
double frame_of(const Utterance& utterance, double voiced) {
  for (const auto& segment : utterance.segments) {
    const double length = as_double(segment.length());
    if (voiced <= length) return as_double(segment.start) + voiced;
    voiced -= length;
  }
  return as_double(utterance.end());
}

Turn person_turn(const Utterance& utterance) {
  Turn turn;
  turn.speaker = Speaker::Person;
  turn.start_ns = ns_of_frame(utterance.start());
  turn.end_ns = ns_of_frame(utterance.end());
  for (auto& word : place_words({{text_of(utterance.pieces), 0, as_double(utterance.voiced())}})) {
    turn.words.push_back({std::move(word.text), ns_of(frame_of(utterance, word.start)),
                          ns_of(frame_of(utterance, word.end)), true});
  }
  return turn;
}

/// True when the model was audible during at least half of the speech.
bool may_be_echo(const Utterance& utterance, const std::vector<RenderedRun>& model_runs) {
  Frame covered(0);
  for (const auto& [start, end] : utterance.segments) {
    auto run = std::ranges::upper_bound(model_runs, start, {}, &RenderedRun::context_frame);
    if (run != model_runs.begin()) --run;
    for (; run != model_runs.end() && run->context_frame < end; ++run) {
      covered +=
          std::max(Frame(0), std::min(end, run->end_frame()) - std::max(start, run->context_frame));
    }
  }
  return covered + covered >= utterance.voiced();
}

void measure_gaps(std::vector<Turn>& turns) {
  std::optional<std::int64_t> ear_end;  // end of the last sound before this turn
  std::int64_t before_end = 0;          // end of the turn before this one
  for (auto& turn : turns) {
    if (turn.written) {  // it has no sound, but the person's writing gets an answer
      if (turn.speaker == Speaker::Person) {
        ear_end = std::max(ear_end.value_or(0), turn.start_ns);
      }
      continue;
    }
    if (ear_end && turn.start_ns >= *ear_end) turn.gap_before_ns = turn.start_ns - *ear_end;
    turn.overlap_ns = std::max<std::int64_t>(0, std::min(turn.end_ns, before_end) - turn.start_ns);
    before_end = turn.end_ns;
    ear_end = std::max(ear_end.value_or(0), turn.end_ns);
  }
}

}  // namespace

std::vector<Turn> assemble_turns(const TurnInput& input) {
  std::vector<Turn> turns;
  std::vector<RenderedRun> runs;
  std::vector<Frame> starts;
  for (const auto& item : input.items) {
    if (item.end_sample == item.first_sample && item.fragments.empty()) continue;
    turns.push_back(item.written ? written_answer(item) : model_turn(item));
    runs.insert(runs.end(), item.runs.begin(), item.runs.end());
    if (item.written) starts.push_back(item.arrival_frame);
    if (!item.runs.empty()) starts.push_back(item.runs.front().context_frame);
  }
  for (const auto& typed : input.typed) {
    if (typed.again || text::is_white_space(typed.text)) continue;
    turns.push_back(written_turn(Speaker::Person, typed.frame, typed.text));
    starts.push_back(typed.frame);
  }
  std::ranges::sort(starts);
  std::ranges::sort(runs, {}, &RenderedRun::context_frame);
  auto utterances = utterances_of(input.speech, starts);
  assign(utterances, said_once(input.transcriptions), starts);
  for (const auto& utterance : utterances) {
    const bool worth_it = !text::is_white_space(text_of(utterance.pieces)) ||
                          (utterance.longest() >= kWordlessTurn && !may_be_echo(utterance, runs));
    if (worth_it) turns.push_back(person_turn(utterance));
  }
  stable_order(turns, &Turn::start_ns);
  shorten_written(turns);
  measure_gaps(turns);
  return turns;
}

std::vector<GhostRange> ghosts_of(const std::vector<ModelItem>& items) {
  std::vector<GhostRange> ghosts;
  for (const auto& item : items) {
    const auto first = item.heard_end();
    if (first < item.end_sample) ghosts.push_back({first, item.end_sample, silence_frame(item)});
  }
  return ghosts;
}

}  // namespace reprise::recording
