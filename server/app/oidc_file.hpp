#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.hpp"
#include "features/auth/settings.hpp"

// The file that `--oidc-file` names (docs/operating.md, "Login").
namespace reprise::app {

struct OidcFileSources {
  /// Reads a secret file. Error Forbidden when every account may read it.
  std::function<Result<std::string>(const std::string& path)> read_secret_file;
};

/// Reads the text of the file at `path`; the path is for errors and for what is relative to it.
/// Errors: Invalid, one sentence with the line.
Result<auth::AuthSettings> read_oidc_file(std::string_view text, const std::string& path,
                                          const OidcFileSources& sources);

/// Reads that file from the disk. Requests to issuers go through the proxy that the environment
/// names. Errors as above.
Result<auth::AuthSettings> load_oidc_file(
    const std::string& path, const std::vector<std::pair<std::string, std::string>>& environment);

/// Whether only this machine has this name: `localhost`, names below it, and loopback addresses.
/// `host` without brackets.
bool is_own_name(std::string_view host);

/// Secrets that stand in examples. Somebody who reads them could pass for us.
bool is_example_secret(std::string_view secret);

}  // namespace reprise::app
