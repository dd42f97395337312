#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/doctor_machine.hpp"
#include "app/settings.hpp"
#include "base/async.hpp"

namespace reprise::app {

/// Asks each issuer for its metadata and keys, and says which address it must send people back to.
Task<std::vector<Finding>> examine_issuers(const ServeOptions& options);

/// Looks at the running server as browsers reach it, through the proxy that stands in front of it:
/// name, TLS, headers, whose address the server believes, whether streams and parts of films come
/// through. `url`: a public origin, as
/// `https://reprise.example.org`.
Task<std::vector<Finding>> examine_site(const ServeOptions& options, std::string url);

/// What the answer to `GET /api/about` through a proxy tells. Pure.
std::vector<Finding> judge_headers(bool tls, const http::Headers& headers);

/// What came of a stream of two events that are kWayPause apart (way_routes.hpp).
struct Heard {
  int status = 0;
  std::string text = {};
  std::optional<std::chrono::milliseconds> first = {};  ///< when its first piece came
  std::chrono::milliseconds last{0};
  std::string broken = {};  ///< why it ended too early
};
/// Pure.
Finding judge_events(const Heard& heard);

/// The value of a metric without labels in the text that `/metrics` answers; 0 when it is absent.
std::int64_t metric_in(std::string_view exposition, std::string_view name);

}  // namespace reprise::app
