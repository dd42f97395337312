#pragma once

// The fold: chunks in, derived views out (docs/formats/recording.md 5). Pure and streaming.

#include <cstdint>
#include <memory>
#include <optional>

#include "domain/recording/format/chunk.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// What one slice of the fold's work holds: 5 s of sound (about 30 ms when all of it is encoded,
/// measured 2026-11-28), and rows that take as long.
inline constexpr std::int64_t kSliceBlocks = 250;
inline constexpr std::int64_t kSliceMessages = 2000;

struct FoldOptions {
  bool render_sound =
      true;  ///< false: `sink.sound` is not called (transcript, peaks and loss only)
};

/// A streaming function over chunks in `seq` order. The same chunks give the same calls and the
/// same view, whatever the calls' timing: `add` never looks at a clock. Memory is flat in the
/// length of the recording but for View. One thread at a time.
class Fold {
 public:
  /// `sink` outlives the fold; may be null when only the view is wanted.
  Fold(FoldOptions options, FoldSink* sink);
  ~Fold();
  /// The next chunk. A message that does not decode is skipped and counted in the loss, never
  /// fatal. `seq` bounds how far its positions may reach (docs/formats/recording.md 5); none: a
  /// day.
  void add(const Chunk& chunk, std::optional<std::int64_t> seq = std::nullopt);
  /// A chunk that is given up for this version: its time becomes a gap.
  void skip();
  /// No more chunks: flushes everything up to the end.
  void finish();

  /// `add` and `finish` in slices, for whoever must look up in between: a chunk that names a far
  /// place makes hours of silence. First `begin` or `begin_finish`, then `work` until it says true.
  /// The chunk and its bytes live until then.
  void begin(const Chunk& chunk, std::optional<std::int64_t> seq = std::nullopt);
  void begin_finish();
  /// Folds on, for at most kSliceBlocks and kSliceMessages. True: nothing is left to do.
  bool work();
  const View& view() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::recording
