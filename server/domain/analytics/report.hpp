#pragma once

// Puts the sums of hours together to what a page of analytics shows (docs/metrics.md). Pure.

#include <array>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.hpp"
#include "domain/analytics/sums.hpp"

namespace reprise::analytics {

/// What one bar of a row of bars covers.
enum class Step : std::uint8_t { Hour, Day, Week };
BOOST_DESCRIBE_ENUM(Step, Hour, Day, Week)

inline constexpr std::int64_t kRangeMaxNs = 800LL * 86'400'000'000'000;
inline constexpr std::size_t kStepsMax = 1'000;
/// Ranges lie in 1970 to 2199, so that nothing overflows.
inline constexpr std::int64_t kEndOfTimeNs = 7'258'118'400LL * 1'000'000'000;
/// Two in a year, in most places.
inline constexpr std::size_t kClockChangesMax = 12;

/// From when on a clock is so far ahead of UTC.
struct ClockChange {
  std::int64_t at_utc_ns = 0;
  std::int64_t ahead_ns = 0;
};

/// Which time a report is about: whole hours of UTC.
struct Range {
  std::int64_t from_utc_ns = 0;
  std::int64_t before_utc_ns = 0;
  Step step = Step::Day;
  /// Where the person's day begins: their clock is so far ahead of UTC. Whole hours; what is left
  /// over is rounded down.
  std::int64_t ahead_ns = 0;
  std::vector<ClockChange> changes = {};  ///< of it, in order (summer time)
};
/// Widens to whole hours. Errors: Invalid, when it is empty, too long, too far away, or would have
/// too many steps.
Result<Range> checked(const Range& range);
/// Where the steps begin, in order; the first one begins at or before the range.
std::vector<std::int64_t> steps_of(const Range& range);

/// The day of a time, in UTC.
std::int64_t day_of(std::int64_t utc_ns);

/// A part of a range: whole days of UTC, none of which lies in two steps, or hours.
struct Stretch {
  std::int64_t from_utc_ns = 0;
  std::int64_t before_utc_ns = 0;
  bool whole_days = false;
  friend bool operator==(const Stretch&, const Stretch&) = default;
};
/// The parts of a range (`checked`), in order, with as many days as there can be.
std::vector<Stretch> stretches_of(const Range& range);

/// Sums of much, ready to be shown.
struct Totals {
  Counts counts{};
  std::array<Lengths, kSeries> lengths_ms;

  std::int64_t operator[](Count count) const { return counts[static_cast<std::size_t>(count)]; }
  const Lengths& operator[](Series of) const { return lengths_ms[static_cast<std::size_t>(of)]; }
  Totals& operator+=(const Totals& more);
};

struct Report {
  std::vector<std::int64_t> begins_utc_ns;  ///< of the steps
  std::vector<Sums> steps;
  std::map<std::string, Totals, std::less<>> models;
  /// What a model took in a step that it was used in.
  std::map<std::pair<std::size_t, std::string>, Counts> models_in_steps;
  Totals total;
};

class ReportMaker {
 public:
  /// `range` is `checked`.
  explicit ReportMaker(const Range& range);
  /// Adds what `text_of` made of sums, of sessions that began in the hour of this time. False: the
  /// text is of another version, and was left out. Times outside of the range are left out.
  bool add(std::int64_t at_utc_ns, std::string_view model, std::string_view text);
  void add(std::int64_t at_utc_ns, std::string_view model, const Sums& sums);
  Report take();

 private:
  std::optional<std::size_t> step_at(std::int64_t utc_ns) const;
  /// Adds to the model what its step has more than it had.
  void add_to_model(std::size_t step, std::string_view model, const Counts& counts_had,
                    const std::array<std::size_t, kSeries>& lengths_had);
  const Range range_;
  Report report_;
};

}  // namespace reprise::analytics
