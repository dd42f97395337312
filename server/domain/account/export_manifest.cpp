#include "domain/account/export_manifest.hpp"

#include <fmt/format.h>

#include <set>

#include "base/json.hpp"

namespace reprise::account {

std::string to_text(const ExportManifest& manifest) { return to_json(manifest); }

Result<ExportManifest> read_manifest(std::string_view text) {
  auto manifest = from_json<ExportManifest>(text, UnknownMembers::Ignore);
  if (!manifest) return manifest;
  if (manifest->format != kExportFormat) {
    return fail(ErrorCode::Invalid, "this is not the export of an account");
  }
  if (manifest->version > kExportVersion) {
    return fail(ErrorCode::Invalid, fmt::format("the export has version {}; this program knows {}",
                                                manifest->version, kExportVersion));
  }
  return manifest;
}

std::vector<std::string> differences(const ExportManifest& manifest,
                                     const std::map<std::string, ExportedFile>& found) {
  std::vector<std::string> problems;
  std::set<std::string_view> named;
  for (const ExportedFile& wanted : manifest.files) {
    if (!named.insert(wanted.path).second) {
      problems.push_back(fmt::format("{}: named twice", wanted.path));
    }
    const auto file = found.find(wanted.path);
    if (file == found.end()) {
      problems.push_back(fmt::format("{}: missing", wanted.path));
    } else if (file->second.bytes != wanted.bytes) {
      problems.push_back(
          fmt::format("{}: {} bytes instead of {}", wanted.path, file->second.bytes, wanted.bytes));
    } else if (file->second.sha256 != wanted.sha256) {
      problems.push_back(fmt::format("{}: its content has changed", wanted.path));
    }
  }
  for (const auto& [path, file] : found) {
    if (!named.contains(path)) problems.push_back(fmt::format("{}: not named", path));
  }
  return problems;
}

}  // namespace reprise::account
