#pragma once

// The list of what an account's export holds, by which it is checked
// (docs/formats/account-export.md). Pure.

#include <boost/describe/class.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::account {

inline constexpr std::string_view kExportFormat = "reprise-account-export";
inline constexpr std::int64_t kExportVersion = 1;
/// The last file of the zip.
inline constexpr const char* kManifestPath = "manifest.json";
/// A manifest has some lines for each recording.
inline constexpr std::size_t kManifestBytesMax = std::size_t{256} << 20;

struct ExportedFile {
  std::string path;
  std::int64_t bytes = 0;
  std::string sha256;  ///< lower-case hex
  friend bool operator==(const ExportedFile&, const ExportedFile&) = default;
};
BOOST_DESCRIBE_STRUCT(ExportedFile, (), (path, bytes, sha256))

/// What belongs to the account and is not in the zip.
struct LeftOut {
  std::string path;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(LeftOut, (), (path, why))

struct ExportManifest {
  std::string format{kExportFormat};
  std::int64_t version = kExportVersion;
  std::string export_id;
  std::string user_id;
  std::string made_at;
  std::vector<ExportedFile> files;  ///< all but the manifest itself, in the order of the zip
  std::vector<LeftOut> left_out;
};
BOOST_DESCRIBE_STRUCT(ExportManifest, (),
                      (format, version, export_id, user_id, made_at, files, left_out))

std::string to_text(const ExportManifest& manifest);
/// Errors: Invalid, also for another format or a later version.
Result<ExportManifest> read_manifest(std::string_view text);

/// Sentences about everything that differs between a manifest and the files that were found, by
/// path and without the manifest. Empty: the export is whole.
std::vector<std::string> differences(const ExportManifest& manifest,
                                     const std::map<std::string, ExportedFile>& found);

}  // namespace reprise::account
