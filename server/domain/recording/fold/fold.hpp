#pragma once

// The fold: chunks in, derived views out (docs/formats/recording.md 5). Pure and streaming.

#include <cstdint>
#include <memory>
#include <optional>

#include "domain/recording/format/chunk.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// The size of one slice of work: 5 s of sound (about 30 ms when all of it must be encoded,
/// measured 2026-11-28), or rows that take as long.
inline constexpr std::int64_t kSliceBlocks = 250;
inline constexpr std::int64_t kSliceMessages = 2000;

struct FoldOptions {
  bool render_sound =
      true;  ///< false: `sink.sound` is not called (transcript, peaks and loss only)
};

/// A streaming function over chunks in `seq` order. The same chunks give the same calls of the sink
/// and the same view, whenever the calls are made: the fold never reads a clock. Its memory does
/// not grow with the length of the recording, except for View. One thread at a time.
class Fold {
 public:
  /// `sink` outlives the fold; may be null when only the view is wanted.
  Fold(FoldOptions options, FoldSink* sink);
  ~Fold();
  /// Adds the next chunk. A message that does not decode is skipped and counted in the loss; it is
  /// never an error. `seq` bounds how far the chunk's positions may reach
  /// (docs/formats/recording.md 5); without it the bound is a day.
  void add(const Chunk& chunk, std::optional<std::int64_t> seq = std::nullopt);
  /// Replaces a chunk that this version of the view leaves out: its time becomes a gap.
  void skip();
  /// No more chunks come: finishes everything up to the end.
  void finish();

  /// Does the work of `add` and `finish` in slices, for callers that must be able to stop in
  /// between: one chunk that names a far place makes hours of silence. Call `begin` or
  /// `begin_finish`, then `work` until it returns true. The chunk and its bytes must live until
  /// then.
  void begin(const Chunk& chunk, std::optional<std::int64_t> seq = std::nullopt);
  void begin_finish();
  /// Does at most kSliceBlocks and kSliceMessages more. True: nothing is left to do.
  bool work();
  const View& view() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::recording
