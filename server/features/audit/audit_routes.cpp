#include "features/audit/audit_routes.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "platform/http/page_json.hpp"

namespace reprise::audit {
namespace json = boost::json;

namespace {

json::object to_api(const Entry& entry) {
  return {{"id", entry.id},
          {"seq", entry.place ? json::value(entry.place->seq) : json::value(nullptr)},
          {"hash", entry.place ? json::value(entry.place->hash_hex) : json::value(nullptr)},
          {"at", rfc3339(entry.at_utc_ns)},
          // As text: more digits than a number of JavaScript has.
          {"at_ns", std::to_string(entry.at_utc_ns)},
          {"actor", entry.actor.empty() ? json::value(nullptr) : json::value(entry.actor)},
          {"event", entry.event},
          {"object", {{"kind", entry.object_kind}, {"id", entry.object_id}}},
          {"request_id", entry.request_id},
          {"address", entry.address},
          {"detail", entry.detail}};
}

std::optional<std::string> wanted(const http::Request& request, std::string_view name) {
  const auto value = request.query_value(name);
  if (!value) return std::nullopt;
  return std::string(*value);
}

/// An RFC 3339 time; empty when the parameter is absent.
Result<std::optional<std::int64_t>> time_of(const http::Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto utc_ns = parse_rfc3339(*text);
  if (!utc_ns) {
    return fail(
        ErrorCode::Invalid,
        fmt::format("`{}` must be a date with time (RFC 3339), as in 2026-11-24T00:00:00Z.", name));
  }
  return utc_ns;
}

Result<Wanted> wanted_of(const http::Request& request) {
  Wanted wish{.object_id = wanted(request, "object"),
              .actor = wanted(request, "actor"),
              .event = wanted(request, "event")};
  const auto from = time_of(request, "from");
  if (!from) return std::unexpected(from.error());
  wish.from_utc_ns = *from;
  const auto before = time_of(request, "before");
  if (!before) return std::unexpected(before.error());
  wish.before_utc_ns = *before;
  return wish;
}

Task<http::Response> list(AuditLog& log, http::Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto narrowed = wanted_of(request);
  if (!narrowed) co_return http::problem(narrowed.error());
  const auto page = co_await log.list(*narrowed, *wish, request.deadline);
  co_return http::json(200, json::serialize(http::page_object("entries", page, to_api)));
}

}  // namespace

http::Routes audit_routes(AuditLog& log) {
  return {http::guarded(access::Action::ReadAudit,
                        {http::Method::Get, "/api/audit",
                         [&log](http::Request request) { return list(log, std::move(request)); }})};
}

}  // namespace reprise::audit
