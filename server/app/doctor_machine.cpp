#include "app/doctor_machine.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "app/descriptors.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"
#include "platform/blob/disk.hpp"

namespace reprise::app {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kConnectionsWanted = 4096;
constexpr std::size_t kConnectionsLeast = 512;
constexpr std::int64_t kSlowWriteMs = 200;
constexpr std::uint64_t kFreeFilesLeast = 10'000;
constexpr std::uint32_t kOthersMayRead = 0044;
constexpr std::uint32_t kRights = 0777;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
/// A clock before this program was written is wrong.
constexpr std::int64_t kLeastUtcNs = 1'764'000'000'000'000'000;  // 2025-11-24

FileFacts facts_of(const fs::path& path) {
  FileFacts facts{.path = path.string()};
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return facts;
  facts.exists = true;
  facts.mode = status.st_mode & kRights;
  facts.owner = status.st_uid;
  return facts;
}

void write_something(MachineFacts& facts, const fs::path& folder) {
  const fs::path file = folder / ("doctor-" + new_uuid7());
  const Bytes content(4096);
  const auto began = std::chrono::steady_clock::now();
  blob::DiskError error = blob::write_new_file(file, content);
  if (!error) error = blob::sync_directory(folder);
  facts.write_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::steady_clock::now() - began)
                       .count();
  ::unlink(file.c_str());
  if (error) facts.write_error = std::strerror(error.error);
}

Finding judge_directory(const MachineFacts& facts) {
  const FileFacts& dir = facts.data_dir;
  if (!dir.exists) {
    return {"directory", Verdict::Warning,
            fmt::format("{} is not there; the first start makes it", dir.path),
            "If that is not meant, correct --data-dir."};
  }
  if (dir.owner != facts.account) {
    return {"directory", Verdict::Failed,
            fmt::format("{} belongs to account {}, and this is account {}", dir.path, dir.owner,
                        facts.account),
            "Run the doctor, and the server, as the account that owns it."};
  }
  if ((dir.mode & kOthersMayRead) != 0) {
    return {"directory", Verdict::Failed,
            fmt::format("{} may be read by other accounts (mode {:o})", dir.path, dir.mode),
            fmt::format("chmod 700 {}", dir.path)};
  }
  return {"directory", Verdict::Fine, fmt::format("{} is for this account only", dir.path)};
}

Finding judge_secret(const FileFacts& file) {
  if (!file.exists) {
    return {"secret", Verdict::Failed, fmt::format("{} cannot be found", file.path),
            "Correct the path, or let this account into its folder."};
  }
  if ((file.mode & kOthersMayRead) != 0) {
    return {"secret", Verdict::Failed,
            fmt::format("{} may be read by other accounts (mode {:o})", file.path, file.mode),
            fmt::format("chmod 600 {}", file.path)};
  }
  return {"secret", Verdict::Fine, fmt::format("{} is for its owner only", file.path)};
}

Finding judge_disk(const MachineFacts& facts) {
  std::string left = fmt::format("{} MiB are free", facts.free_bytes / kMiB);
  if (facts.free_files) left += fmt::format(", for {} files", *facts.free_files);
  if (facts.free_bytes < facts.min_free_bytes) {
    return {"disk", Verdict::Failed,
            fmt::format("{}; below {} MiB (min-free-mb) nothing new is recorded", left,
                        facts.min_free_bytes / kMiB),
            "Enlarge the disk, or remove recordings (docs/operating.md, RepriseDiskLow)."};
  }
  if (facts.free_files.value_or(kFreeFilesLeast) < kFreeFilesLeast) {
    return {"disk", Verdict::Failed, left + ": too few files",
            "Take a file system with more inodes: each second of a running talk is a file."};
  }
  return {"disk", Verdict::Fine, left};
}

Finding judge_write(const MachineFacts& facts) {
  if (!facts.write_error.empty()) {
    return {"write", Verdict::Failed,
            fmt::format("a file in {} cannot be made durable: {}", facts.data_dir.path,
                        facts.write_error),
            "Nothing can be recorded there. Mend the rights, or the disk."};
  }
  const std::string words = fmt::format("a small file was durable after {} ms", facts.write_ms);
  if (facts.write_ms <= kSlowWriteMs) return {"write", Verdict::Fine, words};
  return {"write", Verdict::Warning, words,
          "Each chunk waits for this. Take a faster disk when many people record at once."};
}

Finding judge_descriptors(const MachineFacts& facts) {
  const auto connections = connections_for(facts.open_files_max, kConnectionsWanted);
  if (!connections) {
    return {"files", Verdict::Failed, connections.error().client_message,
            "LimitNOFILE= of the unit, --ulimit of the container, or `ulimit -n`."};
  }
  const std::string words =
      fmt::format("{} files may be open: {} connections", facts.open_files_max, *connections);
  if (*connections >= kConnectionsLeast) return {"files", Verdict::Fine, words};
  return {"files", Verdict::Warning, words,
          "Raise it: LimitNOFILE= of the unit, --ulimit of the container, or `ulimit -n`."};
}

Finding judge_clock(const MachineFacts& facts) {
  const std::string now = rfc3339(facts.now_utc_ns);
  if (facts.now_utc_ns < kLeastUtcNs) {
    return {"clock", Verdict::Failed, "it shows " + now, "Set it: logins and tokens need it."};
  }
  if (!facts.clock_synchronised) {
    return {"clock", Verdict::Warning,
            "it shows " + now + "; whether it is kept right is not known",
            "Compare it, and see that the host runs an NTP client."};
  }
  if (*facts.clock_synchronised) {
    return {"clock", Verdict::Fine, "it shows " + now + ", and is kept right"};
  }
  return {"clock", Verdict::Warning, "it shows " + now + ", and nothing keeps it right",
          "Run an NTP client, as systemd-timesyncd or chrony: logins end when it drifts."};
}

}  // namespace

MachineFacts look_at_machine(const ServeOptions& options, const Environment& environment) {
  MachineFacts facts{.account = ::geteuid(), .data_dir = facts_of(options.data_dir)};
  for (const auto& [name, value] : environment) {
    const bool of_ours = name.starts_with("REPRISE_") && name.ends_with("_FILE") &&
                         name != "REPRISE_CONFIG_FILE" && name != "REPRISE_OIDC_FILE";
    if (of_ours || name == "GOOGLE_APPLICATION_CREDENTIALS") {
      facts.secrets.push_back(facts_of(value));
    }
  }
  for (const auth::IssuerEntry& one : options.login.issuers) {
    if (!one.secret_file.empty()) facts.secrets.push_back(facts_of(one.secret_file));
  }
  const fs::path folder = facts.data_dir.exists ? options.data_dir : fs::path(".");
  if (facts.data_dir.exists) write_something(facts, folder);
  struct statvfs space{};
  if (::statvfs(folder.c_str(), &space) == 0) {
    facts.free_bytes = std::uint64_t{space.f_bavail} * space.f_frsize;
    if (space.f_files > 0) facts.free_files = space.f_favail;
  }
  facts.min_free_bytes = options.min_free_bytes;
  facts.open_files_max = raise_open_files();
  timex time{};
  if (::adjtimex(&time) >= 0) facts.clock_synchronised = (time.status & STA_UNSYNC) == 0;
  facts.now_utc_ns = now_utc_ns();
  return facts;
}

std::vector<Finding> judge_machine(const MachineFacts& facts) {
  std::vector<Finding> findings{judge_directory(facts)};
  std::ranges::transform(facts.secrets, std::back_inserter(findings), judge_secret);
  findings.push_back(judge_disk(facts));
  if (facts.data_dir.exists) findings.push_back(judge_write(facts));
  findings.push_back(judge_descriptors(facts));
  findings.push_back(judge_clock(facts));
  return findings;
}

}  // namespace reprise::app
