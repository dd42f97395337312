#include "app/control_commands.hpp"

#include <fmt/format.h>

#include "app/job_texts.hpp"
#include "app/settings.hpp"
#include "base/log.hpp"

namespace reprise::app {
namespace {

Task<Result<std::string>> reconcile(archive::Archive& archive, archive::Reconcile may) {
  const auto report = co_await archive.reconcile(may, archive.now_utc_ns());
  std::string text = fmt::format(
      "{} chunks: {} without their object, {} healed\n{} objects: {} without a row, {} put aside, "
      "{} taken back\n",
      report.chunks_seen, report.chunks_lacking, report.chunks_healed, report.objects_seen,
      report.objects_unknown, report.objects_put_aside, report.objects_taken_back);
  if (report.skipped > 0) {
    text += fmt::format("{} recordings could not be looked at; the log says why\n", report.skipped);
  }
  if (report.refused) co_return fail(ErrorCode::Invalid, text + *report.refused);
  co_return text;
}

Task<Result<std::string>> list_quarantine(blob::BlobStore& blobs) {
  auto* disk = blobs.disk();
  if (disk == nullptr) co_return "a bucket has no quarantine: objects without a row stay there\n";
  std::string text;
  for (const blob::BlobInfo& info :
       co_await disk->quarantined(std::nullopt, archive::usual_deadline())) {
    text += fmt::format("{} {}\n", info.bytes, info.key.value);
  }
  co_return text;
}

Task<Result<std::string>> take_back(archive::Archive& archive) {
  const std::int64_t taken = co_await archive.take_back_all();
  auto report = co_await reconcile(archive, archive::Reconcile::Look);
  if (!report) co_return report;
  co_return fmt::format("{} objects taken back\n{}", taken, *report);
}

Task<Result<std::string>> list_jobs(archive::Archive& archive) {
  constexpr std::int64_t kListedMax = 10'000;
  co_return job_lines(co_await archive.jobs().list(kListedMax));
}

Task<Result<std::string>> retry_jobs(archive::Archive& archive) {
  const auto due = co_await archive.jobs().retry();
  co_return due == 1 ? "1 job is due now\n" : fmt::format("{} jobs are due now\n", due);
}

constexpr std::string_view kVerifyAudit = "audit verify";
constexpr std::string_view kTakeLevel = "log-level ";

/// `known` is empty, or a blank and a place in the chain.
Task<Result<std::string>> verify_audit(audit::AuditLog& log, std::string known) {
  std::optional<audit::Head> head;
  if (!known.empty()) {
    auto read = audit::head_of(known.substr(1));
    if (!read) co_return std::unexpected(read.error());
    head = *std::move(read);
  }
  const audit::Verdict verdict = co_await log.verify(std::move(head));
  if (verdict.broken) {
    co_return fail(ErrorCode::Invalid, "the audit log is not whole: " + *verdict.broken);
  }
  co_return fmt::format("{} entries, the chain holds ({} more get their place in a moment)\n{}\n",
                        verdict.head.seq, verdict.open, audit::text_of(verdict.head));
}

Task<Result<std::string>> tell(std::string text) { co_return text; }

Task<Result<std::string>> take_level(std::string name) {
  const auto level = log_level_of(name);
  if (!level) co_return fail(ErrorCode::Invalid, fmt::format("unknown level '{}'", name));
  log::set_level(*level);
  co_return fmt::format("the log is written from {} on\n", name);
}

Task<Result<std::string>> unknown(std::string command) {
  co_return fail(ErrorCode::Invalid, fmt::format("unknown command '{}'", command));
}

}  // namespace

Task<Result<std::string>> run_command(CommandServices services, std::string command) {
  archive::Archive& archive = services.archive;
  if (command == "reconcile") return reconcile(archive, archive::Reconcile::Look);
  if (command == "reconcile --accept") return reconcile(archive, archive::Reconcile::Accept);
  if (command == "quarantine") return list_quarantine(services.blobs);
  if (command == "quarantine --take-back") return take_back(archive);
  if (command == "jobs") return list_jobs(archive);
  if (command == "jobs --retry") return retry_jobs(archive);
  if (command.starts_with(kVerifyAudit)) {
    return verify_audit(services.audit, command.substr(kVerifyAudit.size()));
  }
  if (command == "settings") return tell(services.settings);
  if (command.starts_with(kTakeLevel)) return take_level(command.substr(kTakeLevel.size()));
  return unknown(std::move(command));
}

}  // namespace reprise::app
