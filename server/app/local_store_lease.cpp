#include "app/local_store_lease.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <utility>

#include "app/bucket.hpp"
#include "base/log.hpp"
#include "base/run_alone.hpp"

namespace reprise::app {
namespace {

constexpr const char* kKey = "objects";
constexpr const char* kSentence =
    "another server uses this database with objects on a disk of its own; two nodes need a bucket "
    "(REPRISE_BLOB_STORE)";

/// The same for every process that uses this directory on this computer: there the lock of the
/// directory tells that the one before has ended.
std::string name_of(const std::filesystem::path& data_dir) {
  std::array<char, 64> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  struct stat status{};
  if (::stat(data_dir.c_str(), &status) != 0) return host.data();
  return fmt::format("{}/{}:{}", host.data(), status.st_dev, status.st_ino);
}

}  // namespace

LocalStoreLease::LocalStoreLease(database::Database& database,
                                 const std::filesystem::path& data_dir)
    : jobs_(database, {.node = name_of(data_dir),
                       .nodes = jobs::Nodes::Several,
                       .now_sql = jobs::kPostgresNow}) {}

Task<bool> LocalStoreLease::take() {
  const bool taken = co_await jobs_.take(jobs::Kind::LocalStore, kKey, jobs::Wish::Now);
  const std::lock_guard lock(mutex_);
  elsewhere_ = !taken;
  co_return taken;
}

void LocalStoreLease::hold() {
  constexpr std::chrono::milliseconds kAgain{500};
  const Deadline until = Deadline::after(jobs::kLease + jobs::kRenewEvery);
  bool waits = false;
  try {
    while (!run_alone(take())) {
      if (!std::exchange(waits, true)) {
        log::info("store.waits", {{"what", "for the server before this one to end"}});
      }
      if (until.passed()) throw SettingRefused(std::string("REPRISE_DATABASE_URL: ") + kSentence);
      std::this_thread::sleep_for(kAgain);
    }
  } catch (const database::DatabaseError& error) {
    log::warn("store.not_leased", {{"what", error.what()}});
  }
}

Task<void> LocalStoreLease::renew() {
  if (jobs_.is_at_work(jobs::Kind::LocalStore, kKey)) co_await jobs_.renew();
  if (jobs_.is_at_work(jobs::Kind::LocalStore, kKey)) co_return;
  if (!co_await take()) log::error("store.elsewhere", {{"what", kSentence}});
}

Task<void> LocalStoreLease::release() {
  try {
    if (jobs_.is_at_work(jobs::Kind::LocalStore, kKey)) {
      co_await jobs_.done(jobs::Kind::LocalStore, kKey);
    }
  } catch (const database::DatabaseError& error) {  // it ends by itself
    log::warn("store.lease_stays", {{"what", error.what()}});
  }
}

std::optional<std::string> LocalStoreLease::refused() const {
  const std::lock_guard lock(mutex_);
  if (!elsewhere_) return std::nullopt;
  return kSentence;
}

}  // namespace reprise::app
