#include "features/analytics/log_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <utility>

#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "domain/analytics/catalogue.hpp"
#include "domain/chat/events.hpp"
#include "features/analytics/event_rows.hpp"
#include "platform/http/event_stream.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/responses.hpp"

namespace reprise::analytics {
namespace json = boost::json;
using access::Action;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// A thousand events of the longest kind.
constexpr std::uint64_t kBatchBytesMax = std::uint64_t{1} << 20;

json::value time_or_null(const std::optional<std::int64_t>& utc_ns) {
  return utc_ns ? json::value(rfc3339(*utc_ns)) : json::value(nullptr);
}

json::object to_api(const Logged& logged) {
  json::array refused;
  refused.reserve(logged.refused.size());
  for (const Refused& one : logged.refused) {
    refused.push_back(json::object{{"index", one.index}, {"problem", one.problem}});
  }
  return {{"accepted", logged.accepted},
          {"duplicates", logged.duplicates},
          {"refused", std::move(refused)}};
}

/// An event that was sent alone is answered like any other wrong request.
Response refused_alone(const std::string& problem) {
  if (problem.starts_with("`live_session_id` is no")) {
    return http::problem(Error{ErrorCode::NotFound, problem});
  }
  if (problem.starts_with("`id` is that")) {
    return http::problem(Error{ErrorCode::Conflict, problem, {}, "event-differs"});
  }
  return http::problem(Error{ErrorCode::Invalid, problem});
}

/// `kind`: what the events must be; empty: anything.
Task<Response> log(Interactions& log, std::string_view kind, Request request) {
  const auto body = co_await http::read_json<json::value>(request);
  if (!body) co_return http::problem(body.error());
  auto batch = read_batch(*body, kind, log.now_utc_ns());
  if (!batch) co_return http::problem(batch.error());
  const bool single = batch->single;
  const Logged logged = co_await log.log(request.who().user, *std::move(batch), request.deadline);
  if (single && !logged.refused.empty()) co_return refused_alone(logged.refused[0].problem);
  co_return http::json(200, json::serialize(to_api(logged)));
}

Task<Response> stats(Interactions& log, Request request) {
  const EventSums sums = co_await log.sums(request.who().user, request.deadline);
  json::object kinds;
  for (const auto& [kind, count] : sums.by_kind) kinds[kind] = count;
  co_return http::json(200,
                       json::serialize(json::object{{"events", sums.events},
                                                    {"by_kind", std::move(kinds)},
                                                    {"first_at", time_or_null(sums.first_utc_ns)},
                                                    {"last_at", time_or_null(sums.last_utc_ns)}}));
}

/// The database is asked, so that an answer means that events can be read.
Task<Response> health(Interactions& log, Request request) {
  const std::int64_t last = co_await log.last_number(request.who().user, request.deadline);
  co_return http::json(200, json::serialize(json::object{{"status", "ok"}, {"last_number", last}}));
}

Result<std::optional<std::int64_t>> time_of(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time) {
    return fail(ErrorCode::Invalid, "`" + std::string(name) + "` must be a time (RFC 3339).");
  }
  return *time;
}

Result<Wanted> wanted_of(const Request& request) {
  const auto from = time_of(request, "from");
  if (!from) return std::unexpected(from.error());
  const auto before = time_of(request, "before");
  if (!before) return std::unexpected(before.error());
  Wanted wanted{.from_utc_ns = *from, .before_utc_ns = *before};
  if (const auto kind = request.query_value("kind")) {
    if (kind_of(*kind) == nullptr) {
      return fail(ErrorCode::Invalid, "`kind` is not one of the catalogue.");
    }
    wanted.kind = std::string(*kind);
  }
  return wanted;
}

/// All that is wanted, a page at a time.
class Export final : public http::BodySource {
 public:
  Export(Interactions& log, access::UserId owner, Wanted wanted, bool table)
      : log_(log), owner_(std::move(owner)), wanted_(std::move(wanted)), table_(table) {}

  Task<Bytes> next() override {
    std::string text = table_ && !std::exchange(begun_, true) ? table_head() : "";
    while (!ended_ && text.empty()) {  // an empty piece would end the body
      const Piece piece =
          co_await log_.read_some(owner_, wanted_, after_, database::usual_deadline());
      for (const Stored& one : piece.events) {
        text +=
            table_ ? table_line(one.event) : json::serialize(analytics::to_api(one.event)) + "\n";
      }
      after_ = piece.after;
      ended_ = !piece.more;
    }
    const ByteView bytes = as_bytes(text);
    co_return Bytes(bytes.begin(), bytes.end());
  }

 private:
  Interactions& log_;
  const access::UserId owner_;
  const Wanted wanted_;
  const bool table_;
  std::int64_t after_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

Task<Response> export_events(Interactions& log, Request request) {
  const auto wanted = wanted_of(request);
  if (!wanted) co_return http::problem(wanted.error());
  const std::string_view format = request.query_value("format").value_or("jsonl");
  if (format != "jsonl" && format != "csv") {
    co_return http::problem(Error{ErrorCode::Invalid, "`format` must be jsonl or csv."});
  }
  const bool table = format == "csv";
  Response response;
  response.headers.add("Content-Type", table ? "text/csv; charset=utf-8" : "application/jsonl");
  response.headers.add("Content-Disposition", table
                                                  ? "attachment; filename=\"interactions.csv\""
                                                  : "attachment; filename=\"interactions.jsonl\"");
  response.headers.add("Cache-Control", "no-store");
  response.body =
      http::StreamBody{.source = std::make_unique<Export>(log, request.who().user, *wanted, table)};
  co_return response;
}

Result<bool> follows(const Request& request) {
  const auto text = request.query_value("follow");
  if (!text || *text == "true") return true;
  if (*text == "false") return false;
  return fail(ErrorCode::Invalid, "`follow` must be true or false.");
}

Task<Response> stream(Interactions& log, Request request) {
  const auto follow = follows(request);
  if (!follow) co_return http::problem(follow.error());
  const auto header = request.headers.find("Last-Event-ID");
  auto after = chat::last_event_of(header);
  if (!after) co_return http::problem(after.error());
  if (!header && *follow) {
    after = co_await log.last_number(request.who().user, request.deadline);
  }
  auto source = log.listen(request.who().user, *after, *follow);
  constexpr int kTooMany = 429;
  if (!source) {
    co_return http::problem(kTooMany, "too-many-streams",
                            "Too many streams are open. Close some of them.");
  }
  co_return http::event_stream(std::move(source));
}

}  // namespace

http::Routes log_routes(Interactions& interactions) {
  const auto logging = [&interactions](std::string_view kind) {
    return [&interactions, kind](Request request) {
      return log(interactions, kind, std::move(request));
    };
  };
  const auto with = [&interactions](Task<Response> (*handle)(Interactions&, Request)) {
    return [&interactions, handle](Request request) {
      return handle(interactions, std::move(request));
    };
  };
  const std::string at = "/api/analytics/";
  return {
      guarded(Action::LogInteraction,
              {Method::Post, at + "log-session-start", logging("session_start"), kBatchBytesMax}),
      guarded(Action::LogInteraction,
              {Method::Post, at + "log-session-end", logging("session_end"), kBatchBytesMax}),
      guarded(Action::LogInteraction,
              {Method::Post, at + "log-interaction", logging(""), kBatchBytesMax}),
      guarded(Action::ReadInteractions, {Method::Get, at + "stats", with(stats)}),
      guarded(Action::ReadInteractions, {Method::Get, at + "health", with(health)}),
      guarded(Action::ReadInteractions, {Method::Get, at + "events", with(export_events)}),
      guarded(Action::ReadInteractions, {Method::Get, at + "stream", with(stream)}),
  };
}

}  // namespace reprise::analytics
