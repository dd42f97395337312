#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "features/account/export_parts.hpp"
#include "platform/audit/audit_log.hpp"

namespace reprise::account {

/// How long an export is kept. It is a second copy of everything, so not for long.
inline constexpr std::chrono::hours kExportKept{24 * 7};
/// Of one person at the same time.
inline constexpr std::int64_t kExportsMax = 3;

enum class ExportState { Making, Ready, Failed };
BOOST_DESCRIBE_ENUM(ExportState, Making, Ready, Failed)

struct Export {
  std::string id;
  ExportState state = ExportState::Making;
  std::int64_t created_utc_ns = 0;
  std::optional<std::int64_t> ready_utc_ns = {};
  std::optional<std::int64_t> bytes = {};
  std::optional<std::string> sha256_hex = {};
};
/// When it is removed.
std::int64_t expires_utc_ns(const Export& one);

/// Exports of accounts: a zip each, made by a job, as an object
/// `exports/<person>/<export>-<attempt>.zip`. A kill at any step costs work only: an attempt that
/// was not finished is not visible, and what it left goes with the export. When a recording or chat
/// of the person is erased the archive drops what was made before (Archive::erase). Any thread,
/// except where said. All references outlive it.
class Exports {
 public:
  /// `room_left`: bytes that stay free on a local disk.
  Exports(ExportStores stores, audit::AuditLog& audit, std::uint64_t room_left,
          std::function<std::int64_t()> now)
      : stores_(std::move(stores)), audit_(audit), room_left_(room_left), now_(std::move(now)) {}

  /// Begins one; while one is being made, that is the answer. Errors: Conflict `too-many-exports`.
  Task<Result<Export>> begin(audit::Doer doer, Deadline deadline);
  /// The newest first.
  Task<std::vector<Export>> list(access::UserId user, Deadline deadline);
  /// False: the doer has no such export.
  Task<bool> remove(audit::Doer doer, std::string id, Deadline deadline);

  struct File {
    blob::BlobKey key;
    std::uint64_t bytes = 0;
    std::string sha256_hex;
    std::int64_t made_utc_ns = 0;
  };
  /// Errors: NotFound; Conflict `export-not-ready`.
  Task<Result<File>> file(access::UserId user, std::string id, Deadline deadline);
  /// Reads a part of the zip. The source throws when it is removed meanwhile.
  std::unique_ptr<blob::BlobSource> open(const File& file, ByteRange part) const;
  /// Notes a download in the audit log, once in ten minutes.
  Task<void> note_download(audit::Doer doer, std::string id, Deadline deadline);

  /// Makes what is due. Call it about once a second, one call at a time.
  Task<void> make_due();
  /// Removes what is to go. Likewise; not delayed by what is being made.
  Task<void> remove_due();
  /// Drops what is older than kExportKept. Call it now and then.
  Task<void> expire();
  /// Ends the present work soon; another node or the next start goes on.
  void stop() { stopping_ = true; }

 private:
  Task<void> make(std::string id);
  Task<void> check(std::string id, std::string attempt);
  Task<bool> remove_one(std::string id);
  Task<Status> room_for(access::UserId user);

  const ExportStores stores_;
  audit::AuditLog& audit_;
  const std::uint64_t room_left_;
  const std::function<std::int64_t()> now_;
  std::atomic<bool> stopping_{false};
};

}  // namespace reprise::account
