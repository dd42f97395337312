#pragma once

#include "platform/gcs/caller.hpp"
#include "platform/http/client/connections.hpp"
#include "platform/http/client/proxy.hpp"

namespace reprise::gcs {

/// Sends requests over kept connections, each by the proxy that is for its host. `connections` and
/// `proxies` outlive it.
Send sender(http::Connections& connections, const http::ProxyRules& proxies);

}  // namespace reprise::gcs
