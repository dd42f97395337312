#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/digest.hpp"
#include "features/account/export_parts.hpp"
#include "platform/zip/zip.hpp"

namespace reprise::account {

/// An export as a zip, made while it is read: the parts, then the manifest that names them.
class ExportZip final : public blob::BlobSource {
 public:
  /// `manifest` comes without files. `check` is asked before each part, and throws to end it. The
  /// references outlive it.
  ExportZip(const ExportStores& stores, ExportManifest manifest, std::int64_t now_utc_ns,
            std::function<Task<void>()> check);
  /// Throws when a part cannot be read whole, or was erased meanwhile.
  Task<Bytes> next() override;
  /// Of the whole zip, once `next` has come to its end.
  std::string sha256_hex() { return hex(sha256_.finish()); }

 private:
  struct Open;
  Task<void> step();
  Task<void> add_piece();
  Task<void> add_manifest();

  const ExportStores& stores_;
  ExportManifest manifest_;
  const std::int64_t now_;
  const std::function<Task<void>()> check_;
  Parts parts_;
  zip::Writer writer_;
  Bytes made_;
  std::unique_ptr<Open> open_;  // the part that is being read
  Sha256Stream sha256_;
  bool ended_ = false;

 public:
  ~ExportZip() override;
};

}  // namespace reprise::account
