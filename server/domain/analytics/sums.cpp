#include "domain/analytics/sums.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

namespace reprise::analytics {

using recording::Speaker;
using recording::TimeRange;
using recording::Turn;

namespace {

constexpr std::int64_t kMsNs = 1'000'000;
constexpr std::int32_t kLengthMsMax = 86'400'000;  ///< a day

std::int32_t ms_of(std::int64_t ns) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(ns / kMsNs, 0, kLengthMsMax));
}

void keep(std::vector<std::int32_t>& lengths, std::int64_t ns) {
  if (lengths.size() < kLengthsMax) lengths.push_back(ms_of(ns));
}

/// The stretches in which a speaker is heard: in order, disjoint.
std::vector<TimeRange> stretches_of(const std::vector<Turn>& turns, Speaker speaker) {
  std::vector<TimeRange> found;
  for (const Turn& turn : turns) {  // in the order in which they begin
    if (turn.speaker != speaker || turn.written || turn.end_ns <= turn.start_ns) continue;
    if (!found.empty() && turn.start_ns <= found.back().end_ns) {
      found.back().end_ns = std::max(found.back().end_ns, turn.end_ns);
    } else {
      found.push_back({.start_ns = turn.start_ns, .end_ns = turn.end_ns});
    }
  }
  return found;
}

std::int64_t length_ns(const std::vector<TimeRange>& stretches) {
  std::int64_t sum = 0;
  for (const TimeRange& one : stretches) sum += one.end_ns - one.start_ns;
  return sum;
}

std::int64_t common_ns(const std::vector<TimeRange>& these, const std::vector<TimeRange>& those) {
  std::int64_t sum = 0;
  for (std::size_t i = 0, k = 0; i < these.size() && k < those.size();) {
    const std::int64_t from = std::max(these[i].start_ns, those[k].start_ns);
    const std::int64_t to = std::min(these[i].end_ns, those[k].end_ns);
    sum += std::max<std::int64_t>(0, to - from);
    these[i].end_ns < those[k].end_ns ? ++i : ++k;
  }
  return sum;
}

/// When the person began to speak who cut the turn short: the last beginning of theirs within it.
std::optional<std::int64_t> cut_in_ns(std::span<const Turn> turns, const Turn& cut,
                                      std::int64_t at_ns) {
  std::optional<std::int64_t> began;
  for (const Turn& turn : turns) {
    if (turn.start_ns > at_ns) break;
    const bool speaks = turn.speaker == Speaker::Person && !turn.written;
    if (speaks && turn.start_ns > cut.start_ns) began = turn.start_ns;
  }
  return began;
}

void add_turns(Sums& sums, const std::vector<Turn>& turns) {
  const Turn* before = nullptr;
  for (const Turn& turn : turns) {
    const bool person = turn.speaker == Speaker::Person;
    ++sums[person ? Count::PersonTurns : Count::ModelTurns];
    const bool answers = !person && before != nullptr && before->speaker == Speaker::Person;
    if (answers && turn.gap_before_ns) keep(sums[Series::GapMs], *turn.gap_before_ns);
    before = &turn;
    if (!turn.interrupted) continue;
    ++sums[Count::Interruptions];
    sums[Count::UnheardMs] += turn.ghost_ns / kMsNs;
    const std::int64_t at_ns = turn.interrupted_at_ns.value_or(turn.end_ns);
    const auto began = cut_in_ns(std::span(&turn, &turns.back() + 1), turn, at_ns);
    if (began) keep(sums[Series::YieldMs], at_ns - *began);
  }
}

void add_sockets(Sums& sums, const recording::View& view) {
  for (const recording::Event& event : view.events) {
    if (event.kind == "socket_open") ++sums[Count::Sockets];
    if (event.kind != "reconnected" && event.kind != "reconnecting") continue;
    boost::system::error_code malformed;
    const auto detail = boost::json::parse(event.detail_json, malformed);
    const auto* members = malformed ? nullptr : detail.if_object();
    if (event.kind == "reconnecting") {
      const auto* planned = members != nullptr ? members->if_contains("planned") : nullptr;
      const bool lost = planned == nullptr || planned->is_bool() == false || !planned->as_bool();
      sums[Count::LostSockets] += lost ? 1 : 0;
      continue;
    }
    ++sums[Count::Reconnects];
    const auto* gap = members != nullptr ? members->if_contains("gap_ms") : nullptr;
    boost::system::error_code no_number;
    const double ms = gap != nullptr ? gap->to_number<double>(no_number) : 0;
    if (!no_number && ms > 0) {
      sums[Count::SilentMs] += std::llround(std::min<double>(ms, kLengthMsMax));
    }
  }
}

template <class Number>
bool read(std::string_view& text, Number& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return true;
}

/// Reads so many lengths; there may be millions.
bool read_lengths(std::string_view& text, std::span<std::int32_t> lengths) {
  constexpr std::ptrdiff_t kDigitsMax = 9;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::int32_t& length : lengths) {
    const char* const begin = at;
    std::int32_t value = 0;
    for (; at != end && *at >= '0' && *at <= '9' && at - begin < kDigitsMax; ++at) {
      value = value * 10 + (*at - '0');
    }
    if (at == begin || (at != end && *at != ' ')) return false;
    if (at != end) ++at;
    length = value;
  }
  text.remove_prefix(static_cast<std::size_t>(at - text.data()));
  return true;
}

bool read_into(Sums& sums, std::string_view text) {
  std::int64_t version = 0;
  if (!read(text, version) || version != kSumsVersion) return false;
  for (std::int64_t& count : sums.counts) {
    std::int64_t more = 0;
    if (!read(text, more)) return false;
    count += more;
  }
  for (auto& lengths : sums.lengths_ms) {
    std::size_t count = 0;
    if (!read(text, count) || count > text.size()) return false;
    const std::size_t had = lengths.size();
    lengths.resize(had + count);
    if (!read_lengths(text, std::span(lengths).subspan(had))) return false;
  }
  return text.empty();
}

/// From so many lengths on it is quicker to count them than to put them in order.
constexpr std::size_t kCountedFrom = 4'096;

std::int32_t bar_width_ms(Series of) {
  switch (of) {
    case Series::DurationMs:
      return 60'000;
    case Series::GapMs:
      return 100;
    case Series::YieldMs:
      return 50;
  }
  return 1;
}

}  // namespace

Sums& Sums::operator+=(const Sums& more) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += more.counts[i];
  for (std::size_t i = 0; i < lengths_ms.size(); ++i) {
    lengths_ms[i].insert(lengths_ms[i].end(), more.lengths_ms[i].begin(), more.lengths_ms[i].end());
  }
  return *this;
}

Sums measures_of(const recording::View& view) {
  Sums sums;
  sums[Count::Measured] = 1;
  sums[Count::LengthMs] = view.duration_ns / kMsNs;
  keep(sums[Series::DurationMs], view.duration_ns);
  const auto person = stretches_of(view.turns, Speaker::Person);
  const auto model = stretches_of(view.turns, Speaker::Model);
  sums[Count::PersonMs] = length_ns(person) / kMsNs;
  sums[Count::ModelMs] = length_ns(model) / kMsNs;
  sums[Count::BothMs] = common_ns(person, model) / kMsNs;
  add_turns(sums, view.turns);
  add_sockets(sums, view);
  sums[Count::PromptText] = view.tokens.prompt_text;
  sums[Count::PromptSound] = view.tokens.prompt_sound;
  sums[Count::PromptPicture] = view.tokens.prompt_picture;
  sums[Count::AnswerText] = view.tokens.answer_text;
  sums[Count::AnswerSound] = view.tokens.answer_sound;
  sums[Count::Thoughts] = view.tokens.thoughts;
  return sums;
}

std::string text_of(const Sums& sums) {
  fmt::memory_buffer text;
  fmt::format_to(std::back_inserter(text), "{}", kSumsVersion);
  for (const std::int64_t count : sums.counts) {
    fmt::format_to(std::back_inserter(text), " {}", count);
  }
  for (const auto& lengths : sums.lengths_ms) {
    fmt::format_to(std::back_inserter(text), " {}", lengths.size());
    for (const std::int32_t length : lengths) {
      fmt::format_to(std::back_inserter(text), " {}", length);
    }
  }
  return fmt::to_string(text);
}

std::optional<Sums> sums_of(std::string_view text) {
  Sums sums;
  if (!read_into(sums, text)) return std::nullopt;
  return sums;
}

bool add_text(Sums& sums, std::string_view text) {
  std::array<std::size_t, kSeries> had{};
  for (std::size_t i = 0; i < kSeries; ++i) had[i] = sums.lengths_ms[i].size();
  const auto counts = sums.counts;
  if (read_into(sums, text)) return true;
  sums.counts = counts;
  for (std::size_t i = 0; i < kSeries; ++i) sums.lengths_ms[i].resize(had[i]);
  return false;
}

std::vector<std::optional<std::int32_t>> quantiles(std::vector<std::int32_t>& lengths,
                                                   std::span<const double> shares) {
  if (lengths.size() >= kCountedFrom) return Lengths(lengths).quantiles(shares);
  std::vector<std::optional<std::int32_t>> found(shares.size());
  if (lengths.empty()) return found;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto at =
        lengths.begin() + static_cast<std::ptrdiff_t>(place_of(shares[i], lengths.size()));
    std::ranges::nth_element(lengths, at);
    found[i] = *at;
  }
  return found;
}

std::optional<std::int32_t> quantile(std::vector<std::int32_t>& lengths, double share) {
  return quantiles(lengths, {&share, 1}).front();
}

std::vector<Bar> bars_of(Series of, const Lengths& lengths) {
  return lengths.bars(bar_width_ms(of));
}

}  // namespace reprise::analytics
