#include "platform/gcs/sender.hpp"

namespace reprise::gcs {

Send sender(http::Connections& connections, const http::ProxyRules& proxies) {
  return [&](http::ClientRequest request) {
    const auto url = http::parse_url(request.url);
    if (url && url->tls) request.proxy = http::proxy_for(proxies, url->host, url->port);
    return connections.fetch(std::move(request));
  };
}

}  // namespace reprise::gcs
