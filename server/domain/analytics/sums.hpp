#pragma once

// What is counted of live sessions and answers (docs/metrics.md). The sums of one session and those
// of a year have the same form, and adding them loses nothing. Pure.

#include <array>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/analytics/lengths.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::analytics {

/// Changes whenever the sums of the same sessions would be others, or are written otherwise. What
/// is kept of another version is made anew.
inline constexpr std::int64_t kSumsVersion = 1;

/// Numbers that are added. The names in JSON are those of `enum_text`.
enum class Count : std::uint8_t {
  Sessions,
  Live,  ///< have not ended
  Hangup,
  Lost,
  Error,
  NeverConnected,
  Abandoned,
  Recorded,
  Measured,  ///< their view was made, so that the numbers below tell of them
  LengthMs,  ///< of the measured ones
  PersonMs,
  ModelMs,
  BothMs,
  PersonTurns,
  ModelTurns,
  Interruptions,
  UnheardMs,
  Sockets,
  Reconnects,
  LostSockets,
  SilentMs,  ///< without a connection
  PromptText,
  PromptSound,
  PromptPicture,
  AnswerText,
  AnswerSound,
  Thoughts,
  ChunkBytes,
  MediaBytes,
  WithGaps,
  MissingMicrophoneMs,
  MissingModelMs,
  MissingCameraMs,
  MissingMessagesMs,
  Answers,        ///< typed messages that were answered
  FailedAnswers,  ///< that ended with a problem
};
// clang-format off
BOOST_DESCRIBE_ENUM(Count, Sessions, Live, Hangup, Lost, Error, NeverConnected, Abandoned, Recorded,
                    Measured, LengthMs, PersonMs, ModelMs, BothMs, PersonTurns, ModelTurns,
                    Interruptions, UnheardMs, Sockets, Reconnects, LostSockets, SilentMs,
                    PromptText, PromptSound, PromptPicture, AnswerText, AnswerSound, Thoughts,
                    ChunkBytes, MediaBytes, WithGaps, MissingMicrophoneMs, MissingModelMs,
                    MissingCameraMs, MissingMessagesMs, Answers, FailedAnswers)
// clang-format on
inline constexpr std::size_t kCounts = static_cast<std::size_t>(Count::FailedAnswers) + 1;

/// Lengths whose distribution matters: each is kept, so that a quantile of any sum is exact.
enum class Series : std::uint8_t {
  DurationMs,  ///< of recordings
  GapMs,       ///< response gaps at the ear
  YieldMs,     ///< times to yield
};
BOOST_DESCRIBE_ENUM(Series, DurationMs, GapMs, YieldMs)
inline constexpr std::size_t kSeries = static_cast<std::size_t>(Series::YieldMs) + 1;
/// Lengths of one session that are kept of a series; further ones are left out.
inline constexpr std::size_t kLengthsMax = 10'000;

using Counts = std::array<std::int64_t, kCounts>;

struct Sums {
  Counts counts{};
  std::array<std::vector<std::int32_t>, kSeries> lengths_ms;

  std::int64_t& operator[](Count count) { return counts[static_cast<std::size_t>(count)]; }
  std::int64_t operator[](Count count) const { return counts[static_cast<std::size_t>(count)]; }
  std::vector<std::int32_t>& operator[](Series of) {
    return lengths_ms[static_cast<std::size_t>(of)];
  }
  const std::vector<std::int32_t>& operator[](Series of) const {
    return lengths_ms[static_cast<std::size_t>(of)];
  }
  Sums& operator+=(const Sums& more);
  friend bool operator==(const Sums&, const Sums&) = default;
};

/// What a view tells of its session. The rest is told by rows (features/analytics/session_rows).
Sums measures_of(const recording::View& view);

/// How sums are kept: numbers with blanks between them.
std::string text_of(const Sums& sums);
/// Empty: not one of ours, or of another version.
std::optional<Sums> sums_of(std::string_view text);
/// Adds what a text keeps, without making a copy of it first. False: as above, and nothing was
/// added.
bool add_text(Sums& sums, std::string_view text);

/// For each share (0 … 1) the smallest length that is at least as long as so many of all; empty
/// without any. May change the order of the lengths.
std::vector<std::optional<std::int32_t>> quantiles(std::vector<std::int32_t>& lengths,
                                                   std::span<const double> shares);
std::optional<std::int32_t> quantile(std::vector<std::int32_t>& lengths, double share);

/// The bars of a series, also the empty ones.
std::vector<Bar> bars_of(Series of, const Lengths& lengths);

}  // namespace reprise::analytics
