#pragma once

#include <string>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/archive/archive.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/blob/blob.hpp"

namespace reprise::app {

/// What commands work on. All outlive the task.
struct CommandServices {
  archive::Archive& archive;
  blob::BlobStore& blobs;
  audit::AuditLog& audit;
  const std::string& settings;  ///< that the server runs with, as settings_lines makes them
};

/// Runs what `reprise reconcile`, `reprise quarantine`, `reprise jobs`, `reprise audit` and
/// `reprise reload` ask of the server: `reconcile`, `reconcile --accept`, `quarantine`, `quarantine
/// --take-back`, `jobs`, `jobs --retry`, `audit verify`, `audit verify NUMBER:HASH`, `settings`,
/// `log-level LEVEL`. Answers a text. Errors: Invalid.
Task<Result<std::string>> run_command(CommandServices services, std::string command);

}  // namespace reprise::app
