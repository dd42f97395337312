#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "app/settings.hpp"
#include "platform/http/gate.hpp"
#include "platform/http/metrics.hpp"
#include "platform/http/server.hpp"

// Where the server listens, and how.
namespace reprise::app {

http::ServerOptions app_listener(const ServeOptions& options, std::size_t connections_max,
                                 http::Metrics& metrics, http::Gate gate);
/// What the web app may do: web_routes sends it with the page.
http::Headers page_headers(const ServeOptions& options);
http::ServerOptions ops_listener(const ServeOptions& options);
/// The address of a listener that got this port.
std::string url_of(const HostPort& address, std::uint16_t port);

}  // namespace reprise::app
