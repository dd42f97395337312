#pragma once

#include <cstdio>
#include <filesystem>

namespace reprise::app {

/// `reprise verify export FILE`: whether a zip is a whole export (docs/formats/account-export.md).
/// Says so on `out`. Returns the exit code: 0, or 1 when something is missing or differs.
int verify_export(const std::filesystem::path& file, std::FILE* out);

}  // namespace reprise::app
