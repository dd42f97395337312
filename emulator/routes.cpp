#include "emulator/routes.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "base/clock.hpp"
#include "emulator/protocol/api_error.hpp"
#include "emulator/protocol/json_text.hpp"
#include "emulator/protocol/models.hpp"
#include "emulator/session/session.hpp"
#include "emulator/text/file_routes.hpp"
#include "emulator/text/openai_routes.hpp"
#include "emulator/text/text_routes.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

constexpr std::uint64_t kTokenBodyMax = 256 * 1024;

Task<http::Response> mint(http::Request request, Services* services) {
  if (auto no = refused(request, services->key)) co_return std::move(*no);
  const Result<Bytes> body = co_await request.body->read_all();
  if (!body) co_return http::problem(body.error());
  const std::int64_t now = services->now_utc_ns();
  auto order = read_token_order(
      as_text(*body), services->scenario.nested_masks ? NestedMasks::Allow : NestedMasks::Refuse,
      now);
  if (!order) co_return error_response({400, "INVALID_ARGUMENT", order.error()});
  const std::string name = services->tokens.mint(std::move(*order), now);
  http::Response response = http::json(200, pretty(json::object{{"name", name}}));
  response.headers.set("Cache-Control", "no-store");
  co_return response;
}

Task<http::Response> list_models(http::Request request, Services* services) {
  if (request.headers.find("Authorization")) co_return list_models_of_openai(request, *services);
  if (auto no = refused(request, services->key)) co_return std::move(*no);
  co_return http::json(200, models_json());
}

void add_version(http::Routes& routes, const std::string& base, const std::string& version,
                 Services* services) {
  routes.push_back({.method = http::Method::Get,
                    .pattern = base + "/" + version + "/models",
                    .handler = [services](http::Request request) {
                      return list_models(std::move(request), services);
                    }});
  add_text_routes(routes, base + "/" + version, services);
  add_file_routes(routes, base + "/" + version, base + "/upload/" + version, services);
  if (version == "v1" && services->scenario.strict_v1) return;
  routes.push_back(
      {.method = http::Method::Post,
       .pattern = base + "/" + version + "/auth_tokens",
       .handler = [services](http::Request request) { return mint(std::move(request), services); },
       .body_bytes_max = kTokenBodyMax,
       .cross_origin = false});  // servers mint tokens; otherwise any web page could
  for (const bool constrained : {false, true}) {
    routes.push_back(
        {.method = http::Method::Get,
         .pattern = fmt::format(
             "{}/ws/google.ai.generativelanguage.{}.GenerativeService.BidiGenerateContent{}", base,
             version, constrained ? "Constrained" : ""),
         .web_socket = [services, door = Door{version, constrained}](
                           http::Request request, std::unique_ptr<http::WebSocket> socket) {
           return serve_live(std::move(request), std::move(socket), door, services);
         }});
  }
}

}  // namespace

http::Routes make_routes(Services& services) {
  http::Routes routes;
  for (const char* base : {"", "/{prefix:segment}"}) {
    add_openai_routes(routes, base, &services);
    for (const char* version : {"v1", "v1beta", "v1alpha"}) {
      add_version(routes, base, version, &services);
    }
  }
  return routes;
}

}  // namespace reprise::emulator
