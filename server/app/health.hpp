#pragma once

#include <cstdio>
#include <string>

#include "base/config.hpp"

namespace reprise::app {

/// The address at which a server with this `ops-listen` says whether it takes requests.
std::string health_url(const HostPort& ops_listen);

/// `reprise health`: asks `url` and prints the answer's text. Returns 0 when it is answered 200,
/// otherwise 1. For health checks of containers and supervisors.
int ask_health(const std::string& url, std::FILE* out);

}  // namespace reprise::app
