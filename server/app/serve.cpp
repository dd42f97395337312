#include "app/serve.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <thread>

#include "app/about_routes.hpp"
#include "app/background.hpp"
#include "app/control.hpp"
#include "app/control_commands.hpp"
#include "app/descriptors.hpp"
#include "app/job_texts.hpp"
#include "app/listeners.hpp"
#include "app/local_store_lease.hpp"
#include "app/open_stores.hpp"
#include "app/outages.hpp"
#include "app/stop_signals.hpp"
#include "base/log.hpp"
#include "features/chat/chat_routes.hpp"
#include "features/ingest/ingest_routes.hpp"
#include "features/live/live_routes.hpp"
#include "features/playback/bookmark_routes.hpp"
#include "features/playback/playback_routes.hpp"
#include "features/search/search_routes.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/archive/packing.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/data_lock.hpp"
#include "platform/database/postgres.hpp"
#include "platform/database/postgres_listener.hpp"
#include "platform/http/client.hpp"
#include "platform/http/metrics.hpp"
#include "platform/http/server.hpp"

namespace reprise::app {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kStoreThreads = 16;  // they mostly wait for fsync
/// For work that a person waits for (opening, erasing, a download). Never used by folds.
constexpr std::size_t kReadThreads = 4;
/// Folds get the processor time that answers leave: an acknowledgement must not wait for the fold
/// of another recording.
constexpr int kFoldNiceness = 5;
constexpr std::chrono::seconds kDrainWithin{20};
constexpr std::chrono::seconds kSweepEvery{15};
/// How often a node looks what others have stored, and which of them have died.
constexpr std::chrono::seconds kLookEvery{1};
constexpr std::chrono::seconds kReadyWithin{5};
constexpr std::size_t kConnectionsMax = 4096;

/// Everything that lives as long as the server, in the order of dependence.
class Root {
 public:
  explicit Root(const ServeOptions& options)
      : bucket_(open_bucket(options, [this] { return own_id(*this); })),
        data_dir_(options.database ? "" : options.data_dir),
        lock_(options.data_dir),
        store_pool_("store", kStoreThreads),
        read_pool_("reads", kReadThreads),
        fold_pool_("fold", std::max(1U, std::thread::hardware_concurrency()), kFoldNiceness),
        open_database_(options),
        local_blobs_(bucket_
                         ? nullptr
                         : blob::open_local_store(options.data_dir / "objects", store_pool_.pool)),
        blobs_(bucket_ ? static_cast<blob::BlobStore&>(bucket_->store()) : *local_blobs_),
        archive_(database_, blobs_, store_pool_.pool, archive_options(options)),
        packer_(archive_, database_, blobs_, store_pool_.pool),
        live_sessions_(database_, archive_),
        gemini_(options.gemini, options.live, http::fetch),
        chats_(database_, archive_),
        live_(live_sessions_, archive_, gemini_),
        view_objects_(options, blobs_, read_pool_.pool),
        views_(archive_, options.data_dir / "views", fold_pool_.pool, read_pool_.pool,
               background_.executor(), std::chrono::steady_clock::now, view_objects_.get()),
        downloads_(archive_, options.data_dir / "views", read_pool_.pool, background_.executor()),
        bookmarks_(database_, archive_),
        control_(options.data_dir, background_.executor(),
                 [this](std::string command) { return obey(*this, std::move(command)); }),
        jobs_(background_.executor()),
        playback_{archive_,   live_sessions_,  views_,
                  downloads_, read_pool_.pool, media_link(options, now_utc_ns)} {
    archive_.listen(views_);
    if (options.database_direct && archive_.jobs().nodes() == jobs::Nodes::Several) {
      listener_.emplace(*options.database_direct,
                        [this](const std::string& words) { views_.on_told(words); });
    }
    if (bucket_) claim_bucket();
    if (options.database && !bucket_) store_lease_.emplace(database_, options.data_dir).hold();
  }

  http::Routes routes(const std::vector<http::Asset>& assets) {
    http::Routes all;
    for (http::Routes& some : std::vector{
             health_routes(readiness()), about_routes(archive_, gemini_),
             chat::chat_routes(chats_, live_sessions_, read_pool_.pool), live::live_routes(live_),
             ingest::ingest_routes(archive_, read_pool_.pool), playback::playback_routes(playback_),
             playback::bookmark_routes(bookmarks_, read_pool_.pool),
             search::search_routes(archive_, read_pool_.pool), web_routes(assets)}) {
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return with_outages_answered(std::move(all));
  }

  http::Routes ops_routes() {
    http::Routes all = health_routes(readiness());
    all.push_back({http::Method::Get, "/metrics", [this](http::Request request) {
                     return metrics_page(*this, std::move(request));
                   }});
    return all;
  }

  http::Metrics& metrics() { return metrics_; }

  void start_jobs(const ServeOptions& options) {
    const auto every =
        std::min(kSweepEvery, std::max(options.abandon_after / 4, std::chrono::seconds(1)));
    jobs_.spawn("reconcile", look_after_store(*this, now_utc_ns(), options.put_aside_after));
    jobs_.spawn("sweep", sweep(*this, every));
    jobs_.spawn("control", control_.serve());
    if (bucket_) jobs_.spawn("pack", packer_.run(std::max(options.pack_after / 4, kLookEvery)));
    if (store_lease_) {
      jobs_.spawn("store_lease", repeat(*this, "leases.failed", jobs::kRenewEvery, renew_store));
    }
    if (archive_.jobs().nodes() == jobs::Nodes::Several) {
      jobs_.spawn("leases", repeat(*this, "leases.failed", jobs::kRenewEvery, renew_leases));
      jobs_.spawn("others", repeat(*this, "others.failed", kLookEvery, look_around));
    }
  }

  /// From here on /readyz says that the server is not ready.
  void begin_draining() { draining_ = true; }

  /// Call it after the servers have closed, when no more requests come.
  void stop() {
    listener_.reset();
    background_.wait_for(stop_jobs(*this));
  }
  /// Call it before the servers are destroyed, when no more requests come: a thread of the stores
  /// may still be inside of waking one of the servers' threads.
  void close_stores() {
    open_database_.database->close();
    if (bucket_) bucket_->close();
    fold_pool_.pool.close();
    read_pool_.pool.close();
    store_pool_.pool.close();
  }

 private:
  static Task<std::string> own_id(Root& root) {
    return installation_id(root.data_dir_, root.store_pool_.pool, root.database_);
  }

  /// A database or a bucket that is away now is asked again by the first work that needs it.
  void claim_bucket() {
    try {
      bucket_->claim();
    } catch (const database::DatabaseError& error) {
      log::warn("bucket.not_claimed", {{"what", error.what()}});
    }
  }

  static Task<http::Response> metrics_page(Root& root, http::Request) {
    std::string jobs;
    try {
      jobs = job_metrics(co_await root.archive_.jobs().counts());
    } catch (const database::DatabaseError& error) {  // the other metrics do not need it
      log::debug("metrics.no_jobs", {{"what", error.what()}});
    }
    co_return http::metrics_response(root.metrics_, jobs);
  }

  Readiness readiness() {
    return [this] { return why_not_ready(*this); };
  }
  static Task<std::optional<std::string>> why_not_ready(Root& root) {
    if (root.draining_) co_return "it is shutting down.";
    if (const auto why = root.archive_.mismatch()) co_return *why;
    if (root.store_lease_) {
      if (const auto why = root.store_lease_->refused()) co_return *why;
    }
    if (const auto why = root.blobs_.broken()) {
      co_return (root.bucket_ ? "the bucket cannot be used: " : "the disk failed: ") + *why;
    }
    if (const auto why = root.database_.broken()) co_return "the database failed: " + *why;
    try {
      co_await root.database_.write(Deadline::after(kReadyWithin),
                                    [](database::Transaction& transaction) {
                                      transaction.run("select 1 from schema_migration");
                                    });
    } catch (const database::DatabaseError& error) {
      co_return std::string("the database does not take writes: ") + error.what();
    }
    if (const auto space = root.archive_.may_begin(); !space)
      co_return space.error().client_message;
    try {
      if (const auto probe = co_await root.blobs_.probe(Deadline::after(kReadyWithin)); !probe) {
        co_return probe.error().client_message;
      }
    } catch (const blob::StoreFailed& error) {
      co_return std::string("nothing can be written: ") + error.what();
    }
    co_return std::nullopt;
  }

  /// True when the whole store could be compared.
  static Task<bool> reconcile(Root& root, archive::Reconcile may, std::int64_t before_utc_ns) {
    try {
      const auto report = co_await root.archive_.reconcile(may, before_utc_ns);
      co_return !report.refused && report.skipped == 0;
    } catch (const std::exception& error) {
      if (!root.draining_) log::error("reconcile.failed", {{"what", error.what()}});
    }
    co_return false;
  }

  /// First only looks; views are made of what is then known. Objects without a row are put aside
  /// later, so that one start on the wrong database moves nothing.
  static Task<void> look_after_store(Root& root, std::int64_t started_utc_ns,
                                     std::chrono::seconds put_aside_after) {
    bool whole = co_await reconcile(root, archive::Reconcile::Look, started_utc_ns);
    root.jobs_.spawn("views", resume_views(root));
    root.jobs_.spawn("tidy", tidy(root));
    for (; !root.draining_ && !whole; co_await sleep_for(kSweepEvery)) {
      whole = co_await reconcile(root, archive::Reconcile::Look, started_utc_ns);
    }
    co_await sleep_for(put_aside_after);
    if (root.draining_) co_return;
    co_await reconcile(root, archive::Reconcile::PutAside, started_utc_ns);
  }

  static Task<Result<std::string>> obey(Root& root, std::string command) {
    return run_command(root.archive_, root.blobs_, std::move(command));
  }

  static Task<void> sweep(Root& root, std::chrono::seconds every) {
    for (co_await sleep_for(every); !root.draining_; co_await sleep_for(every)) {
      try {
        co_await root.live_.end_silent();
        co_await root.archive_.sweep();
        co_await root.views_.drop_erased();
      } catch (const std::exception& error) {
        log::error("sweep.failed", {{"what", error.what()}});
      }
    }
  }

  static Task<void> renew_store(Root& root) { return root.store_lease_->renew(); }
  static Task<void> renew_leases(Root& root) { return root.archive_.jobs().renew(); }
  static Task<void> look_around(Root& root) { return root.views_.look_around(); }

  /// Does `work` again and again until the server ends.
  static Task<void> repeat(Root& root, const char* failed, std::chrono::milliseconds pause,
                           Task<void> (*work)(Root&)) {
    for (; !root.draining_; co_await sleep_for(pause)) {
      try {
        co_await work(root);
      } catch (const std::exception& error) {
        log::warn(failed, {{"what", error.what()}});
      }
    }
  }

  static Task<void> resume_views(Root& root) {
    while (!root.draining_) {
      try {
        co_await root.views_.resume();
      } catch (const std::exception& error) {
        log::error("views.failed", {{"what", error.what()}});
      }
      co_await sleep_for(kSweepEvery);
    }
  }

  /// Apart from the views: after a new fold version these may take hours.
  static Task<void> tidy(Root& root) {
    while (!root.draining_) {
      try {
        co_await root.downloads_.tidy();
        co_await root.archive_.sync_titles();
        co_await root.views_.fill_search();
      } catch (const std::exception& error) {
        log::error("tidy.failed", {{"what", error.what()}});
      }
      co_await sleep_for(kSweepEvery);
    }
  }

  static Task<void> stop_jobs(Root& root) {
    root.packer_.stop();
    const Deadline until = co_await answers(root.blobs_) ? Deadline::after(kDrainWithin)
                                                         : Deadline::after(std::chrono::seconds(0));
    co_await root.views_.close(until);
    co_await root.downloads_.close(until);
    if (root.store_lease_) co_await root.store_lease_->release();
    root.jobs_.cancel();
    co_await root.jobs_.join(Deadline::after(kDrainWithin));
  }

  std::atomic<bool> draining_{false};
  const std::unique_ptr<OpenBucket> bucket_;  // null: objects lie in the data directory
  const std::filesystem::path data_dir_;      // empty with PostgreSQL, which keeps the id itself
  database::DataLock lock_;
  http::Metrics metrics_;
  OpenPool store_pool_;
  OpenPool read_pool_;
  OpenPool fold_pool_;
  OpenDatabase open_database_;
  database::Database& database_ = *open_database_.database;
  const std::unique_ptr<blob::BlobStore> local_blobs_;  // null with a bucket
  blob::BlobStore& blobs_;
  Background background_;
  archive::Archive archive_;
  archive::Packer packer_;
  archive::LiveSessions live_sessions_;
  gemini::Gemini gemini_;
  chat::Chats chats_;
  live::Live live_;
  OpenViewObjects view_objects_;
  playback::Views views_;
  playback::Downloads downloads_;
  playback::Bookmarks bookmarks_;
  ControlSocket control_;
  TaskGroup jobs_;
  std::optional<database::PostgresListener> listener_;
  std::optional<LocalStoreLease> store_lease_;  // only with PostgreSQL and without a bucket
  playback::PlaybackServices playback_;
};

void run(const ServeOptions& options, const std::vector<http::Asset>& assets) {
  const auto connections_max = connections_for(raise_open_files(), kConnectionsMax);
  if (!connections_max) throw std::runtime_error(connections_max.error().client_message);
  Root root(options);
  http::Server ops(ops_listener(options), root.ops_routes());
  http::Server server(app_listener(options, *connections_max, root.metrics()), root.routes(assets));
  ops.start();
  server.start();
  root.start_jobs(options);
  const std::string url = url_of(options.listen, server.port());
  log::info("server.ready", {{"url", url},
                             {"ops_url", url_of(options.ops_listen, ops.port())},
                             {"version", kVersion},
                             {"gemini_url", options.gemini.base_url},
                             {"proxy", options.gemini.proxy ? options.gemini.proxy->shown : ""}});
  log::flush();  // a script that waits for `ready` may look there for the other address
  fmt::print("ready {}\n", url);
  std::fflush(stdout);
  log::info("server.stopping", {{"signal", wait_for_stop()}});
  root.begin_draining();
  const Deadline deadline = Deadline::after(kDrainWithin);
  server.close(deadline);
  root.stop();
  ops.close(deadline);
  root.close_stores();
  log::info("server.stopped");
}

}  // namespace

int serve(const ServeOptions& options, const std::vector<http::Asset>& assets) {
  const log::Background log_thread;
  log::set_level(options.log_level);
  std::signal(SIGPIPE, SIG_IGN);
  // A file over its size limit is handled as a full disk, not as the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  ::umask(S_IRWXG | S_IRWXO);  // recordings are not for other accounts
  ::mallopt(M_ARENA_MAX,
            // One arena per thread would keep as much memory as each of many threads once needed.
            4);
  // Return the memory of bodies and answers to the system when they are freed. Otherwise glibc
  // raises this threshold to the largest block that was ever freed, and keeps such blocks
  // (mallopt(3)).
  ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  try {
    run(options, assets);
    return 0;
  } catch (const database::PostgresError& error) {
    std::string sentence = error.what();
    std::ranges::replace(sentence, '\n', ' ');
    fmt::print(stderr, "reprise: REPRISE_DATABASE_URL: {}\n", sentence);
    return kBadConfiguration;
  } catch (const SettingRefused& refused) {
    fmt::print(stderr, "reprise: {}\n", refused.what());
    return kBadConfiguration;
  } catch (const std::exception& error) {
    fmt::print(stderr, "reprise: {}\n", error.what());
    return 1;
  }
}

}  // namespace reprise::app
