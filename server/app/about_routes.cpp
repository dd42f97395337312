#include "app/about_routes.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "app/openapi.hpp"
#include "base/json.hpp"
#include "domain/access/access.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/static_site.hpp"

namespace reprise::app {
namespace json = boost::json;
using http::Method;
using http::Request;
using http::Response;

namespace {

constexpr const char* kNoWebApp =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Reprise</title>"
    "<h1>The web app is not inside this program</h1>"
    "<p>The server works, but it was built before the web app. Run <code>./dev build</code> and "
    "start it again.</p></html>";

using Asks = archive::Uses<archive::Room, archive::Common>;

/// Whoever is not logged in learns only what the page needs to name itself.
Task<Response> about(Asks archive, const gemini::Gemini& gemini, access::Sharing sharing,
                     Request request) {
  if (!request.principal) {
    co_return http::json(200,
                         json::serialize(json::object{{"name", "Reprise"}, {"version", kVersion}}));
  }
  const session::RetentionRules rules = archive.part<archive::Common>().moment().retention;
  const archive::StorageUse use =
      co_await archive.part<archive::Room>().storage(request.who().user);
  co_return http::json(
      200,
      json::serialize(json::object{
          {"name", "Reprise"},
          {"version", kVersion},
          {"answers", gemini.is_google() ? "google" : "emulator"},
          {"model", gemini.settings().model},
          {"voice", gemini.settings().voice},
          {"gemini_url", gemini.base_url()},
          {"sharing", enum_text(sharing)},
          {"can_record", archive.part<archive::Room>().may_begin().has_value()},
          {"retention",
           {{"days", rules.days == 0 ? json::value(nullptr) : json::value(rules.days)},
            {"days_min", rules.days_min},
            {"days_max", rules.days_max}}},
          {"storage",
           {{"used_bytes", use.used_bytes},
            {"free_bytes", use.free_bytes ? json::value(*use.free_bytes) : json::value(nullptr)},
            {"recordings", use.recordings}}}}));
}

Task<Response> openapi(Request) {
  static const std::string text = yaml_to_json(openapi_files().front().text);
  co_return http::json(200, text);
}

Response plain(int status, std::string text) {
  Response response{.status = status, .body = std::move(text)};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

Task<Response> healthz(Request) { co_return plain(200, "ok\n"); }

Task<Response> readyz(Readiness readiness, Request) {
  const auto why_not = co_await readiness();
  if (!why_not) co_return plain(200, "ready\n");
  co_return http::problem(
      Error{ErrorCode::Unavailable, "This server does not take requests: " + *why_not});
}

Task<Response> no_web_app(Request) {
  Response response{.status = 503, .body = std::string_view(kNoWebApp)};
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  co_return response;
}

Task<Response> unknown_api(Request) {
  co_return http::problem(Error{ErrorCode::NotFound, "There is nothing under this address."});
}

Task<Response> web_page(std::shared_ptr<const http::StaticSite> site, Request request) {
  co_return site->serve(request);
}

}  // namespace

http::Routes about_routes(Asks archive, const gemini::Gemini& gemini, access::Sharing sharing) {
  return {{Method::Get, "/api/about",
           [archive, &gemini, sharing](Request request) {
             return about(archive, gemini, sharing, std::move(request));
           }},
          {Method::Get, "/api/openapi.json", openapi}};
}

http::Routes health_routes(const Readiness& readiness) {
  return {{Method::Get, "/healthz", healthz},
          {Method::Get, "/readyz",
           [readiness](Request request) { return readyz(readiness, std::move(request)); }}};
}

http::Routes web_routes(const std::vector<http::Asset>& assets, http::Headers page_headers) {
  http::Routes routes;
  for (const Method method :
       {Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options}) {
    for (const char* pattern : {"/api", "/api/{path:rest}"}) {
      routes.push_back(
          http::guarded(access::Action::AskUnknownAddress, {method, pattern, unknown_api}));
    }
  }
  if (assets.empty()) {
    routes.push_back({Method::Get, "/{path:rest}", no_web_app});
    return routes;
  }
  // Shared by the handlers of every connection.
  auto site = std::make_shared<const http::StaticSite>(assets, std::move(page_headers));
  routes.push_back({Method::Get, "/{path:rest}",
                    [site](Request request) { return web_page(site, std::move(request)); }});
  return routes;
}

}  // namespace reprise::app
