#include "domain/analytics/report.hpp"

#include <algorithm>

#include "domain/analytics/event.hpp"

namespace reprise::analytics {
namespace {

/// The first day of 1970 was a Thursday; weeks begin on Mondays.
constexpr std::int64_t kFirstMondayNs = 4 * kDayNs;

std::int64_t length_of(Step step) {
  switch (step) {
    case Step::Hour:
      return kHourNs;
    case Step::Day:
      return kDayNs;
    case Step::Week:
      return 7 * kDayNs;
  }
  return kDayNs;
}

/// The last multiple of `unit` at or before a value.
std::int64_t floor_to(std::int64_t value, std::int64_t unit) {
  const std::int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

/// How far the clock is ahead of UTC at a time.
std::int64_t ahead_at(const Range& range, std::int64_t utc_ns) {
  std::int64_t ahead = range.ahead_ns;
  for (const ClockChange& one : range.changes) {
    if (one.at_utc_ns <= utc_ns) ahead = one.ahead_ns;
  }
  return ahead;
}

/// Where the step of a time begins. The clock may have changed since.
std::int64_t begin_of(const Range& range, std::int64_t utc_ns) {
  if (range.step == Step::Hour) return floor_to(utc_ns, kHourNs);
  const std::int64_t monday = range.step == Step::Week ? kFirstMondayNs : 0;
  const std::int64_t local =
      floor_to(utc_ns + ahead_at(range, utc_ns) - monday, length_of(range.step)) + monday;
  const std::int64_t guess = local - ahead_at(range, utc_ns);
  return local - ahead_at(range, guess);
}

/// Where the next step begins. Days are an hour shorter or longer when the clock changes.
std::int64_t next_begin(const Range& range, std::int64_t begin) {
  constexpr std::int64_t kIntoIt = 4 * kHourNs;
  if (range.step == Step::Hour) return begin + kHourNs;
  // Whatever a client says of its clock: this goes on.
  return std::max(begin_of(range, begin + length_of(range.step) + kIntoIt), begin + kHourNs);
}

void append(std::vector<Stretch>& parts, const Stretch& more) {
  if (more.from_utc_ns >= more.before_utc_ns) return;
  if (!parts.empty() && parts.back().whole_days == more.whole_days) {
    parts.back().before_utc_ns = more.before_utc_ns;
  } else {
    parts.push_back(more);
  }
}

void add_counts(Counts& to, const Counts& more) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += more[i];
}

std::array<std::size_t, kSeries> sizes_of(const Sums& sums) {
  std::array<std::size_t, kSeries> sizes{};
  for (std::size_t i = 0; i < kSeries; ++i) sizes[i] = sums.lengths_ms[i].size();
  return sizes;
}

}  // namespace

Result<Range> checked(const Range& range) {
  Range whole = range;
  for (const std::int64_t end : {range.from_utc_ns, range.before_utc_ns}) {
    if (end < 0 || end > kEndOfTimeNs) {
      return fail(ErrorCode::Invalid, "`from` and `before` must lie in the years 1970 to 2199.");
    }
  }
  whole.from_utc_ns = floor_to(range.from_utc_ns, kHourNs);
  whole.before_utc_ns = floor_to(range.before_utc_ns + kHourNs - 1, kHourNs);
  whole.ahead_ns = floor_to(range.ahead_ns, kHourNs);
  for (ClockChange& one : whole.changes) {
    one = {.at_utc_ns = floor_to(one.at_utc_ns, kHourNs),
           .ahead_ns = floor_to(one.ahead_ns, kHourNs)};
  }
  if (whole.from_utc_ns >= whole.before_utc_ns) {
    return fail(ErrorCode::Invalid, "`from` must be before `before`.");
  }
  if (whole.before_utc_ns - whole.from_utc_ns > kRangeMaxNs) {
    return fail(ErrorCode::Invalid, "`from` and `before` may be 800 days apart at most.");
  }
  const auto steps = (whole.before_utc_ns - whole.from_utc_ns) / length_of(whole.step);
  if (steps >= static_cast<std::int64_t>(kStepsMax)) {
    return fail(ErrorCode::Invalid, "`step` is too short for so many days: ask for longer ones.");
  }
  return whole;
}

std::vector<std::int64_t> steps_of(const Range& range) {
  std::vector<std::int64_t> begins;
  for (std::int64_t at = begin_of(range, range.from_utc_ns); at < range.before_utc_ns;
       at = next_begin(range, at)) {
    begins.push_back(at);  // NOLINT(performance-inefficient-vector-operation): at most kStepsMax
  }
  return begins;
}

std::int64_t day_of(std::int64_t utc_ns) { return floor_to(utc_ns, kDayNs); }

std::vector<Stretch> stretches_of(const Range& range) {
  std::vector<Stretch> parts;
  std::vector<std::int64_t> begins = steps_of(range);
  begins.push_back(range.before_utc_ns);
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    const std::int64_t from = std::max(begins[i], range.from_utc_ns);
    const std::int64_t before = begins[i + 1];
    const std::int64_t first_day = day_of(from + kDayNs - 1);
    const std::int64_t after_days = day_of(before);
    if (first_day >= after_days) {
      append(parts, {.from_utc_ns = from, .before_utc_ns = before});
      continue;
    }
    append(parts, {.from_utc_ns = from, .before_utc_ns = first_day});
    append(parts, {.from_utc_ns = first_day, .before_utc_ns = after_days, .whole_days = true});
    append(parts, {.from_utc_ns = after_days, .before_utc_ns = before});
  }
  return parts;
}

ReportMaker::ReportMaker(const Range& range) : range_(range) {
  report_.begins_utc_ns = steps_of(range);
  report_.steps.resize(report_.begins_utc_ns.size());
}

std::optional<std::size_t> ReportMaker::step_at(std::int64_t utc_ns) const {
  if (utc_ns < range_.from_utc_ns || utc_ns >= range_.before_utc_ns) return std::nullopt;
  const auto after = std::ranges::upper_bound(report_.begins_utc_ns, utc_ns);
  return static_cast<std::size_t>(after - report_.begins_utc_ns.begin()) - 1;
}

Totals& Totals::operator+=(const Totals& more) {
  add_counts(counts, more.counts);
  for (std::size_t i = 0; i < kSeries; ++i) lengths_ms[i].add(more.lengths_ms[i]);
  return *this;
}

void ReportMaker::add_to_model(std::size_t step, std::string_view model, const Counts& counts_had,
                               const std::array<std::size_t, kSeries>& lengths_had) {
  const Sums& sums = report_.steps[step];
  auto of_model = report_.models.find(model);
  if (of_model == report_.models.end()) {
    of_model = report_.models.emplace(std::string(model), Totals()).first;
  }
  Counts more = sums.counts;
  for (std::size_t i = 0; i < more.size(); ++i) more[i] -= counts_had[i];
  add_counts(of_model->second.counts, more);
  add_counts(report_.models_in_steps[{step, of_model->first}], more);
  for (std::size_t i = 0; i < kSeries; ++i) {
    of_model->second.lengths_ms[i].add(std::span(sums.lengths_ms[i]).subspan(lengths_had[i]));
  }
}

bool ReportMaker::add(std::int64_t at_utc_ns, std::string_view model, std::string_view text) {
  const auto step = step_at(at_utc_ns);
  if (!step) return sums_of(text).has_value();
  Sums& sums = report_.steps[*step];
  const Counts counts_had = sums.counts;
  const auto lengths_had = sizes_of(sums);
  if (!add_text(sums, text)) return false;
  add_to_model(*step, model, counts_had, lengths_had);
  return true;
}

void ReportMaker::add(std::int64_t at_utc_ns, std::string_view model, const Sums& more) {
  const auto step = step_at(at_utc_ns);
  if (!step) return;
  Sums& sums = report_.steps[*step];
  const Counts counts_had = sums.counts;
  const auto lengths_had = sizes_of(sums);
  sums += more;
  add_to_model(*step, model, counts_had, lengths_had);
}

Report ReportMaker::take() {
  for (const auto& [model, totals] : report_.models) report_.total += totals;
  return std::move(report_);
}

}  // namespace reprise::analytics
