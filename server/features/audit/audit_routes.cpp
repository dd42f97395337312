#include "features/audit/audit_routes.hpp"

#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "platform/http/page_json.hpp"

namespace reprise::audit {
namespace json = boost::json;

namespace {

json::object to_api(const Entry& entry) {
  return {{"id", entry.id},
          {"at", rfc3339(entry.at_utc_ns)},
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

Task<http::Response> list(AuditLog& log, http::Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto page =
      co_await log.list({.object_id = wanted(request, "object"), .actor = wanted(request, "actor")},
                        *wish, request.deadline);
  co_return http::json(200, json::serialize(http::page_object("entries", page, to_api)));
}

}  // namespace

http::Routes audit_routes(AuditLog& log) {
  return {http::guarded(access::Action::ReadAudit,
                        {http::Method::Get, "/api/audit",
                         [&log](http::Request request) { return list(log, std::move(request)); }})};
}

}  // namespace reprise::audit
