#pragma once

#include <string>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/archive/archive.hpp"
#include "platform/blob/blob.hpp"

namespace reprise::app {

/// Runs what `reprise reconcile`, `reprise quarantine` and `reprise jobs` ask of the server:
/// `reconcile`, `reconcile --accept`, `quarantine`, `quarantine --take-back`, `jobs`, `jobs
/// --retry`. Answers a text for people. Errors: Invalid.
Task<Result<std::string>> run_command(archive::Archive& archive, blob::BlobStore& blobs,
                                      std::string command);

}  // namespace reprise::app
