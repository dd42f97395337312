#pragma once

#include <map>
#include <string>

#include "base/types.hpp"

// What libpq makes of a URI, before anything connects.
namespace reprise::database {

/// The options of a connection by their names in libpq (section 34.1.2), as libpq finds them: in
/// the URI, else in the service that the URI or PGSERVICE names, else in the environment, else its
/// own defaults. Those without a value are left out.
using PostgresSettings = std::map<std::string, std::string>;

/// Lets libpq read the URI, the service's file and the environment; connects to no database. Errors
/// (Invalid, libpq's words, without a password): an unknown service, a file that cannot be read,
/// options that make no sense together.
Result<PostgresSettings> resolve(const std::string& url);

/// Whether a connection may be made. Errors (Invalid): it would cross a network without
/// `sslmode=verify-full`; what can never work (a port that is none, a server without writes).
Status may_connect(const PostgresSettings& settings);

}  // namespace reprise::database
