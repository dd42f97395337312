#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.hpp"
#include "base/config.hpp"

// Settings that a running server takes without a restart.
namespace reprise::app {

/// The one setting that can change while the server runs.
inline constexpr std::string_view kLogLevel = "log-level";

/// Effective settings as lines `name=value`; secrets are hidden. Pure.
std::string settings_lines(const std::vector<Config::Effective>& effective);

/// A sentence for each setting whose value is another one in `wanted`, and which only a restart
/// changes. Both as `settings_lines` makes them. Pure.
std::vector<std::string> restart_wanted(std::string_view running, std::string_view wanted);

/// Has the server of the data directory take what can change, and says what a restart would change
/// further. Returns the exit code: 0 when the server now runs with these settings.
int reload(const Config& config, std::FILE* out);

}  // namespace reprise::app
