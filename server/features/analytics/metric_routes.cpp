#include "features/analytics/metric_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "domain/access/access.hpp"
#include "domain/analytics/event.hpp"
#include "features/analytics/metric_json.hpp"
#include "platform/http/gzip.hpp"
#include "platform/http/page_json.hpp"

namespace reprise::analytics {
namespace json = boost::json;
using access::Action;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

constexpr std::int64_t kDaysShown = 30;
constexpr std::int64_t kMinuteNs = 60'000'000'000;
constexpr std::int64_t kAheadMinutesMax = 14 * 60;
constexpr std::int64_t kMsMax = 86'400'000;
constexpr std::size_t kModelBytesMax = 200;
/// The value of `person` that stands for all.
constexpr std::string_view kEverybody = "everybody";

std::unexpected<Error> wrong(std::string sentence) {
  return fail(ErrorCode::Invalid, std::move(sentence));
}

Result<std::int64_t> time_of(const Request& request, std::string_view name,
                             std::int64_t otherwise) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  const auto time = parse_rfc3339(*text);
  if (!time) return wrong("`" + std::string(name) + "` must be a time (RFC 3339).");
  return *time;
}

std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t least,
                                         std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number < least || number > most ? std::nullopt : std::optional(number);
}

Result<std::optional<std::int64_t>> number_of(const Request& request, std::string_view name,
                                              std::int64_t least, std::int64_t most) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto number = whole_number(*text, least, most);
  if (!number) {
    return wrong("`" + std::string(name) + "` must be a whole number from " +
                 std::to_string(least) + " to " + std::to_string(most) + ".");
  }
  return number;
}

/// "2026-10-25T01:00:00Z/60,…": from when on the clock is so many minutes ahead.
Result<std::vector<ClockChange>> clock_changes_of(const Request& request) {
  std::vector<ClockChange> changes;
  std::string_view rest = request.query_value("clock_changes").value_or("");
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const std::size_t slash = one.find('/');
    const auto at = parse_rfc3339(one.substr(0, slash));
    const auto ahead = slash == one.npos ? std::nullopt
                                         : whole_number(one.substr(slash + 1), -kAheadMinutesMax,
                                                        kAheadMinutesMax);
    const bool in_order = at && (changes.empty() || changes.back().at_utc_ns < *at);
    if (!at || *at < 0 || !ahead || !in_order || changes.size() == kClockChangesMax) {
      return wrong(
          fmt::format("`clock_changes` must be at most {} of TIME/MINUTES (RFC 3339, -{} to "
                      "{}), in order, with commas between them.",
                      kClockChangesMax, kAheadMinutesMax, kAheadMinutesMax));
    }
    changes.push_back({.at_utc_ns = *at, .ahead_ns = *ahead * kMinuteNs});
  }
  return changes;
}

Result<Range> range_of(const Request& request, std::int64_t now) {
  const auto before = time_of(request, "before", now + 1);
  if (!before) return std::unexpected(before.error());
  const auto from =
      time_of(request, "from", std::max<std::int64_t>(*before, 0) - kDaysShown * 24 * kHourNs);
  if (!from) return std::unexpected(from.error());
  Range range{.from_utc_ns = *from, .before_utc_ns = *before};
  if (const auto text = request.query_value("step")) {
    const auto step = enum_from_text<Step>(*text);
    if (!step) return wrong("`step` must be hour, day or week.");
    range.step = *step;
  }
  const auto ahead = number_of(request, "ahead_minutes", -kAheadMinutesMax, kAheadMinutesMax);
  if (!ahead) return std::unexpected(ahead.error());
  range.ahead_ns = ahead->value_or(0) * kMinuteNs;
  auto changes = clock_changes_of(request);
  if (!changes) return std::unexpected(changes.error());
  range.changes = *std::move(changes);
  return checked(range);
}

/// Errors: Forbidden, when somebody else's are asked for.
Result<Whose> whose_of(const Request& request) {
  const auto& who = request.who();
  const auto person = request.query_value("person");
  if (!person || *person == who.user.value) return who.user.value;
  if (!access::may(who, Action::ReadMetricsOfAll, access::own(who))) {
    return fail(ErrorCode::Forbidden, "Only admins may look at the sessions of others.");
  }
  if (*person == kEverybody) return Whose();
  if (!is_uuid(*person)) return wrong("`person` must be everybody, or the id of a user.");
  return Whose(*person);
}

Result<ReportWanted> report_wanted_of(const Request& request, std::int64_t now) {
  const auto range = range_of(request, now);
  if (!range) return std::unexpected(range.error());
  const auto whose = whose_of(request);
  if (!whose) return std::unexpected(whose.error());
  ReportWanted wanted{.range = *range, .whose = *whose, .model = {}, .task = {}};
  if (const auto model = request.query_value("model")) {
    if (model->size() > kModelBytesMax) return wrong("`model` must have at most 200 bytes.");
    wanted.model = std::string(*model);
  }
  for (const auto& [name, to] : {std::pair("task", &wanted.task), std::pair("study", &wanted.study),
                                 std::pair("condition", &wanted.condition)}) {
    const auto id = request.query_value(name);
    if (!id) continue;
    if (!is_uuid(*id)) return wrong(fmt::format("`{0}` must be the id of a {0}.", name));
    *to = std::string(*id);
  }
  return wanted;
}

Result<SessionsFilter> filter_of(const Request& request) {
  SessionsFilter filter;
  if (const auto text = request.query_value("counted")) {
    filter.counted = enum_from_text<Count>(*text);
    if (!filter.counted) return wrong("`counted` is not one of the numbers of a report.");
  }
  if (const auto text = request.query_value("length")) {
    filter.of = enum_from_text<Series>(*text);
    if (!filter.of) return wrong("`length` must be duration_ms, gap_ms or yield_ms.");
  }
  const auto from = number_of(request, "from_ms", 0, kMsMax);
  if (!from) return std::unexpected(from.error());
  const auto before = number_of(request, "before_ms", 0, kMsMax);
  if (!before) return std::unexpected(before.error());
  filter.from_ms = static_cast<std::int32_t>(from->value_or(0));
  if (*before) filter.before_ms = static_cast<std::int32_t>(**before);
  return filter;
}

Task<Response> report(Metrics& metrics, BlockingPool& reads, Request request) {
  const auto wanted = report_wanted_of(request, metrics.now_utc_ns());
  if (!wanted) co_return http::problem(wanted.error());
  auto answered = co_await metrics.report(*wanted, request.deadline);
  if (!answered) co_return http::problem(answered.error());
  co_return co_await reads.run([&] {
    return http::gzipped(request, http::json(200, json::serialize(to_api(*wanted, *answered))));
  });
}

Task<Response> sessions(Metrics& metrics, BlockingPool& reads, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto wanted = report_wanted_of(request, metrics.now_utc_ns());
  if (!wanted) co_return http::problem(wanted.error());
  const auto filter = filter_of(request);
  if (!filter) co_return http::problem(filter.error());
  const auto page = co_await metrics.sessions(*wanted, *filter, *wish, request.deadline);
  if (!page) co_return http::problem(page.error());
  const std::string& me = request.who().user.value;
  co_return co_await reads.run([&] {
    return http::page_json(request, "sessions", *page, [&me](const SessionRow& session) {
      return to_api(session, session.owner_id == me);
    });
  });
}

}  // namespace

http::Routes metric_routes(Metrics& metrics, BlockingPool& reads) {
  const auto with = [&metrics, &reads](Task<Response> (*handle)(Metrics&, BlockingPool&, Request)) {
    return [&metrics, &reads, handle](Request request) {
      return handle(metrics, reads, std::move(request));
    };
  };
  return {guarded(Action::ReadMetrics, {Method::Get, "/api/analytics/report", with(report)}),
          guarded(Action::ReadMetrics, {Method::Get, "/api/analytics/sessions", with(sessions)})};
}

}  // namespace reprise::analytics
