#include "features/analytics/metric_json.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/mp11/algorithm.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace reprise::analytics {
namespace json = boost::json;

namespace {

/// Those that are not 0.
json::object counts_of(const Counts& all) {
  json::object counts;
  for (std::size_t i = 0; i < kCounts; ++i) {
    if (all[i] != 0) counts[enum_text(static_cast<Count>(i))] = all[i];
  }
  return counts;
}

json::value length_or_null(const std::optional<std::int32_t>& length) {
  return length ? json::value(*length) : json::value(nullptr);
}

constexpr std::array kShares{0.5, 0.95};

std::vector<std::optional<std::int32_t>> shares_of(std::vector<std::int32_t>& lengths) {
  return quantiles(lengths, kShares);
}
std::vector<std::optional<std::int32_t>> shares_of(const Lengths& lengths) {
  return lengths.quantiles(kShares);
}

/// Of Sums or Totals.
json::object sums_of(auto& sums) {
  json::object lengths;
  for (std::size_t i = 0; i < kSeries; ++i) {
    const auto found = shares_of(sums.lengths_ms[i]);
    lengths[enum_text(static_cast<Series>(i))] = json::object{{"count", sums.lengths_ms[i].size()},
                                                              {"p50", length_or_null(found[0])},
                                                              {"p95", length_or_null(found[1])}};
  }
  return {{"counts", counts_of(sums.counts)}, {"lengths", std::move(lengths)}};
}

json::array bars_of(const Totals& totals, Series series) {
  json::array bars;
  for (const Bar& bar : bars_of(series, totals[series])) {
    bars.push_back(json::object{{"from_ms", bar.from_ms},
                                {"before_ms", length_or_null(bar.before_ms)},
                                {"count", bar.count}});
  }
  return bars;
}

json::value text_or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

}  // namespace

json::object to_api(const ReportWanted& wanted, Answered& answered) {
  Report& report = answered.report;
  json::array steps;
  for (std::size_t i = 0; i < report.steps.size(); ++i) {
    json::object step = sums_of(report.steps[i]);
    step["begins_at"] = rfc3339(report.begins_utc_ns[i]);
    steps.push_back(std::move(step));
  }
  json::array models;
  for (const auto& [model, totals] : report.models) {
    json::object one = sums_of(totals);
    one["model"] = model;
    models.push_back(std::move(one));
  }
  json::array models_in_steps;
  for (const auto& [place, counts] : report.models_in_steps) {
    models_in_steps.push_back(
        json::object{{"begins_at", rfc3339(report.begins_utc_ns[place.first])},
                     {"model", place.second},
                     {"counts", counts_of(counts)}});
  }
  json::object histograms;
  for (const Series series : {Series::DurationMs, Series::GapMs, Series::YieldMs}) {
    histograms[enum_text(series)] = bars_of(report.total, series);
  }
  json::array known;
  for (const std::string& model : answered.models) known.emplace_back(model);
  json::array studies;
  for (const KnownStudy& study : answered.studies) {
    json::array conditions;
    for (const auto& [id, name] : study.conditions) {
      conditions.push_back(json::object{{"id", id}, {"name", name}});
    }
    studies.push_back(json::object{
        {"id", study.id}, {"title", study.title}, {"conditions", std::move(conditions)}});
  }
  json::object interactions;
  for (const auto& [kind, count] : answered.interactions) interactions[kind] = count;
  return {{"from", rfc3339(wanted.range.from_utc_ns)},
          {"before", rfc3339(wanted.range.before_utc_ns)},
          {"step", enum_text(wanted.range.step)},
          {"total", sums_of(report.total)},
          {"histograms", std::move(histograms)},
          {"steps", std::move(steps)},
          {"models", std::move(models)},
          {"models_in_steps", std::move(models_in_steps)},
          {"models_known", std::move(known)},
          {"studies_known", std::move(studies)},
          {"interactions", std::move(interactions)}};
}

json::object to_api(SessionRow session, bool own) {
  json::object one = sums_of(session.sums);
  one["live_session_id"] = session.id;
  one["person_id"] = session.owner_id;
  one["model"] = session.model;
  one["started_at"] = rfc3339(session.created_utc_ns);
  one["ended_at"] =
      session.ended_utc_ns ? json::value(rfc3339(*session.ended_utc_ns)) : json::value(nullptr);
  one["reason"] = text_or_null(session.reason);
  one["chat_id"] = own ? json::value(session.chat_id) : json::value(nullptr);
  one["recording_id"] = own ? text_or_null(session.recording_id) : json::value(nullptr);
  return one;
}

}  // namespace reprise::analytics
