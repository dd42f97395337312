// Over 400 lines because everything that lives as long as the server is put together here.
#include "app/root.hpp"

#include <algorithm>
#include <functional>
#include <thread>

#include "app/control_commands.hpp"
#include "app/export_views.hpp"
#include "app/job_texts.hpp"
#include "app/node_metrics.hpp"
#include "app/outages.hpp"
#include "app/rates.hpp"
#include "app/shared_reads.hpp"
#include "app/study_talks.hpp"
#include "app/task_words.hpp"
#include "app/way_routes.hpp"
#include "app/witness.hpp"
#include "base/log.hpp"
#include "features/account/export_routes.hpp"
#include "features/analytics/routes.hpp"
#include "features/audit/audit_routes.hpp"
#include "features/auth/cookies.hpp"
#include "features/auth/doer.hpp"
#include "features/chat/answerer_routes.hpp"
#include "features/chat/chat_routes.hpp"
#include "features/chat/message_routes.hpp"
#include "features/ingest/ingest_routes.hpp"
#include "features/live/live_routes.hpp"
#include "features/playback/bookmark_routes.hpp"
#include "features/search/search_routes.hpp"
#include "features/studies/study_routes.hpp"
#include "features/tasks/task_routes.hpp"
#include "features/uploads/upload_routes.hpp"
#include "features/users/user_routes.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/http/client.hpp"
#include "platform/http/client/traced.hpp"

namespace reprise::app {

namespace {

constexpr std::size_t kStoreThreads = 16;  // they mostly wait for fsync
constexpr std::size_t kReadThreads = 4;    // a person waits for it (opening, erasing, a download)
/// Folds leave processor time: an acknowledgement must not wait for that of another recording.
constexpr int kFoldNiceness = 5;
constexpr std::chrono::seconds kSweepEvery{15};
/// How often a node looks what others have stored, and which of them have died.
constexpr std::chrono::seconds kLookEvery{1};
/// How often issuers are asked whether they are there.
constexpr std::chrono::seconds kIssuersEvery{15};
/// For database and bucket together. `reprise health` gives 4 s, and health checks 5 s.
constexpr std::chrono::seconds kReadyWithin{3};

}  // namespace

Root::Root(const ServeOptions& options)
    : settings_(options.lines),
      bucket_(open_bucket(
          options, metrics_, [this](bool free) { return own_id(*this, free); },
          [this] { return note_bucket(*this); }, now_utc_ns)),
      data_dir_(options.database ? "" : options.data_dir),
      lock_(options.data_dir),
      store_pool_("store", kStoreThreads),
      read_pool_("reads", kReadThreads),
      fold_pool_("fold", std::max(1U, std::thread::hardware_concurrency()), kFoldNiceness),
      open_database_(options, bucket_.get()),
      login_(options, database_, metrics_),
      local_blobs_(bucket_
                       ? nullptr
                       : blob::open_local_store(options.data_dir / "objects", store_pool_.pool)),
      blobs_(bucket_ ? static_cast<blob::BlobStore&>(bucket_->store()) : *local_blobs_),
      shares_(database_, audit_, options.sharing, now_utc_ns),
      limiter_(database_, limiter_options(options)),
      archive_(database_, blobs_, store_pool_.pool, with_audit(archive_options(options), audit_)),
      packer_(archive_, database_, blobs_, store_pool_.pool),
      live_sessions_(database_, archive_),
      file_tools_(read_pool_.pool, options.data_dir / "previews"),
      uploads_(database_, blobs_, store_pool_.pool, options.uploads, now_utc_ns, &file_tools_),
      previews_(database_, blobs_, uploads_, fold_pool_.pool, file_tools_),
      gemini_(options.gemini, options.live, http::traced(http::fetch, metrics_.outgoing("gemini"))),
      open_providers_(options, metrics_),
      files_api_(options.gemini, http::traced(http::fetch, metrics_.outgoing("gemini"))),
      attached_files_(uploads_, files_api_),
      chats_(database_, archive_),
      messages_(database_, archive_, providers_),
      answers_(messages_, providers_, attached_files_, options.answers, background_.executor()),
      live_(live_sessions_, archive_, gemini_, live::SignsOfLife::Clock::now,
            study_presets(participations_, gemini_), task_words(tasks_)),
      view_objects_(options, blobs_, read_pool_.pool, background_.executor()),
      views_(archive_, options.data_dir / "views", fold_pool_.pool, read_pool_.pool,
             background_.executor(), std::chrono::steady_clock::now, view_objects_.get()),
      downloads_(archive_, options.data_dir / "views", read_pool_.pool, background_.executor()),
      bookmarks_(database_, archive_),
      interactions_(database_, log_options(options), now_utc_ns),
      exports_({.database = database_,
                .archive = archive_,
                .blobs = blobs_,
                .pool = read_pool_.pool,
                .views = export_views(views_, read_pool_.pool),
                .uploads = uploads_},
               audit_, archive_options(options).min_free_bytes, now_utc_ns),
      eraser_(database_, archive_, audit_,
              {.delete_chat = std::bind_front(&Root::delete_chat, std::ref(*this)),
               .has_admin = users::has_admin,
               .erase_log = std::bind_front(&analytics::Interactions::erase, &interactions_),
               .erase_uploads = std::bind_front(&uploads::Uploads::remove_all_of, &uploads_),
               .forget = [this] { login_.forget(); }},
              now_utc_ns),
      control_(options.data_dir, background_.executor(),
               [this](std::string command) { return obey(*this, std::move(command)); }),
      jobs_(background_.executor()),
      playback_{archive_,   live_sessions_,  views_,
                downloads_, read_pool_.pool, media_link(options, bucket_.get())} {
  archive_.listen(views_);
  if (options.database_direct && archive_.jobs().nodes() == jobs::Nodes::Several) {
    listener_.emplace(*options.database_direct,
                      [this](const std::string& words) { views_.on_told(words); });
  }
  if (bucket_) claim_bucket();
  if (options.database && !bucket_) store_lease_.emplace(database_, options.data_dir).hold();
  lock_.keep();
}

http::Routes Root::routes(const std::vector<http::Asset>& assets, http::Headers page_headers) {
  http::Routes all;
  for (http::Routes& some :
       std::vector{health_routes(readiness()),
                   about_routes(archive_, gemini_, shares_.allowed()),
                   way_routes(),
                   chat::chat_routes(chats_, providers_, model_lists_, read_pool_.pool),
                   chat::answerer_routes(messages_, answers_, providers_, model_lists_),
                   chat::message_routes(messages_, answers_, live_sessions_, read_pool_.pool),
                   uploads::upload_routes(uploads_, [this] { return archive_.may_begin(); }),
                   live::live_routes(live_),
                   ingest::ingest_routes(archive_, read_pool_.pool),
                   playback::playback_routes(playback_),
                   playback::bookmark_routes(bookmarks_, read_pool_.pool),
                   tasks::task_routes(tasks_, read_pool_.pool),
                   analytics::routes(interactions_, session_metrics_, read_pool_.pool),
                   search::search_routes(archive_, read_pool_.pool),
                   audit::audit_routes(audit_),
                   login_.routes(limiter_),
                   users::user_routes(users_, invitations_, auth::doer_of),
                   account::export_routes(exports_, auth::doer_of, now_utc_ns),
                   shared_routes(),
                   studies_routes(),
                   web_routes(assets, std::move(page_headers))}) {
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  all.push_back(account::erase_route(eraser_, auth::doer_of,
                                     auth::drop_cookie(auth::kSessionCookie), now_utc_ns));
  return with_outages_answered(with_rates(
      limiter_,
      with_shared_reads(shares_,
                        with_participants(participations_, with_witness(audit_, std::move(all))))));
}

http::Routes Root::studies_routes() {
  http::Routes all = with_link_rates(
      limiter_, studies::participation_routes(participations_,
                                              gemini_.is_google() ? studies::AnsweredBy::Google
                                                                  : studies::AnsweredBy::Emulator,
                                              begin_study_talk(live_, chats_)));
  for (http::Route& one :
       studies::study_routes({.studies = studies_,
                              .check_preset = check_study_preset(talking_models_, gemini_),
                              .files_of = study_files(export_views(views_, read_pool_.pool),
                                                      archive_, read_pool_.pool),
                              .pool = read_pool_.pool,
                              .now_utc_ns = now_utc_ns})) {
    all.push_back(std::move(one));
  }
  return all;
}

http::Routes Root::shared_routes() {
  http::Routes all = sharing::share_routes({.shares = shares_,
                                            .watched = watched_,
                                            .archive = archive_,
                                            .live_sessions = live_sessions_,
                                            .doer_of = auth::doer_of,
                                            .now_utc_ns = now_utc_ns});
  for (http::Route& one : all) {
    if (one.pattern == sharing::kOpenLink) {
      one = with_public_rate(limiter_, Costly::OpenLink, std::move(one));
    }
  }
  return all;
}

http::Gate Root::gate() {
  return login_.gate([this](http::Gate gate) {
    return with_participants(participations_, with_visitors(shares_, std::move(gate)));
  });
}

http::Routes Root::ops_routes() {
  http::Routes all = health_routes(readiness());
  all.push_back({http::Method::Get, "/metrics", [this](http::Request request) {
                   return metrics_page(*this, std::move(request));
                 }});
  return all;
}

void Root::start_jobs(const ServeOptions& options) {
  sweep_every_ =
      std::min(kSweepEvery, std::max(options.abandon_after / 4, std::chrono::seconds(1)));
  jobs_.spawn("reconcile", look_after_store(*this, now_utc_ns(), options.put_aside_after));
  jobs_.spawn("sweep", sweep(*this));
  jobs_.spawn("audit", repeat(*this, "audit.not_sealed", kLookEvery, &Root::seal_audit));
  jobs_.spawn("exports", repeat(*this, "exports.failed", kLookEvery, &Root::make_exports));
  jobs_.spawn("erasures", repeat(*this, "erasures.failed", kLookEvery, &Root::erase_accounts));
  jobs_.spawn("control", control_.serve());
  jobs_.spawn("issuers", repeat(*this, "issuers.failed", kIssuersEvery, &Root::ask_issuers));
  jobs_.spawn("answers", repeat(*this, "answers.failed", kLookEvery, &Root::look_after_answers));
  jobs_.spawn("previews", repeat(*this, "previews.failed", kLookEvery, &Root::make_previews));
  jobs_.spawn("metrics", repeat(*this, "metrics.failed", kLookEvery, &Root::count_metrics));
  if (bucket_) jobs_.spawn("pack", packer_.run(std::max(options.pack_after / 4, kLookEvery)));
  if (store_lease_) {
    jobs_.spawn("store_lease",
                repeat(*this, "leases.failed", jobs::kRenewEvery, &Root::renew_store));
  }
  if (archive_.jobs().nodes() == jobs::Nodes::Several) {
    jobs_.spawn("leases", repeat(*this, "leases.failed", jobs::kRenewEvery, &Root::renew_leases));
    jobs_.spawn("others", repeat(*this, "others.failed", kLookEvery, &Root::look_around));
  }
}

void Root::begin_draining() {
  draining_ = true;
  answers_.begin_draining();
  interactions_.begin_draining();
  session_metrics_.begin_draining();
}

void Root::stop() {
  listener_.reset();
  background_.wait_for(stop_jobs(*this));
}

void Root::close_stores() {
  open_database_.database->close();
  if (bucket_) bucket_->close();
  fold_pool_.pool.close();
  read_pool_.pool.close();
  store_pool_.pool.close();
}

Task<Result<std::string>> Root::own_id(Root& root, bool free) {
  return installation_id(root.data_dir_, root.store_pool_.pool, root.database_,
                         free ? std::optional(root.bucket_->address().shown()) : std::nullopt);
}

Task<void> Root::note_bucket(Root& root) {
  return app::note_bucket(root.data_dir_, root.store_pool_.pool, root.database_,
                          root.bucket_->address().shown());
}

void Root::claim_bucket() {
  try {
    bucket_->claim();
  } catch (const database::DatabaseError& error) {
    log::warn("bucket.not_claimed", {{"what", error.what()}});
  }
}

Task<http::Response> Root::metrics_page(Root& root, http::Request) {
  std::string jobs;
  try {
    jobs = job_metrics(co_await root.archive_.jobs().counts());
  } catch (const database::DatabaseError& error) {  // the other metrics do not need it
    log::debug("metrics.no_jobs", {{"what", error.what()}});
  }
  NodeState node{.ready = !(co_await why_not_ready(root))};
  if (const auto* disk = root.blobs_.disk()) node.free_bytes = disk->free_bytes();
  if (const auto process = process_use()) jobs += process_metrics(*process);
  co_return http::metrics_response(root.metrics_, jobs + node_metrics(node));
}

Readiness Root::readiness() {
  return [this] { return why_not_ready(*this); };
}

Task<std::optional<std::string>> Root::why_not_ready(Root& root) {
  if (root.draining_) co_return "it is shutting down.";
  if (const auto why = root.archive_.mismatch()) co_return *why;
  if (root.store_lease_) {
    if (const auto why = root.store_lease_->refused()) co_return *why;
  }
  if (const auto why = root.blobs_.broken()) {
    co_return (root.bucket_ ? "the bucket cannot be used: " : "the disk failed: ") + *why;
  }
  if (const auto why = root.database_.broken()) co_return "the database failed: " + *why;
  const Deadline until = Deadline::after(kReadyWithin);
  try {
    co_await root.database_.write(until, [](database::Transaction& transaction) {
      transaction.run("select 1 from schema_migration");
    });
  } catch (const database::DatabaseError& error) {
    co_return std::string("the database does not take writes: ") + error.what();
  }
  if (const auto space = root.archive_.may_begin(); !space) co_return space.error().client_message;
  try {
    if (const auto probe = co_await root.blobs_.probe(until); !probe) {
      co_return probe.error().client_message;
    }
  } catch (const blob::StoreFailed& error) {
    co_return std::string("nothing can be written: ") + error.what();
  }
  co_return std::nullopt;
}

Task<bool> Root::reconcile(Root& root, archive::Reconcile may, std::int64_t before_utc_ns) {
  try {
    const auto report = co_await root.archive_.reconcile(may, before_utc_ns);
    co_return !report.refused && report.skipped == 0;
  } catch (const std::exception& error) {
    if (!root.draining_) log::error("reconcile.failed", {{"what", error.what()}});
  }
  co_return false;
}

Task<void> Root::look_after_store(Root& root, std::int64_t started_utc_ns,
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

Task<Result<std::string>> Root::obey(Root& root, std::string command) {
  return run_command({root.archive_, root.blobs_, root.audit_, root.settings_}, std::move(command));
}

Task<void> Root::sweep(Root& root) {
  const auto every = root.sweep_every_;
  for (co_await sleep_for(every); !root.draining_; co_await sleep_for(every)) {
    try {
      co_await root.live_.end_silent();
      co_await root.archive_.sweep();
      co_await root.views_.drop_erased();
      co_await root.limiter_.sweep();
      co_await root.login_.sweep();
      co_await root.exports_.expire();
      co_await root.uploads_.sweep();
      co_await root.shares_.sweep();
      co_await root.interactions_.tidy();
    } catch (const std::exception& error) {
      if (!root.draining_) log::error("sweep.failed", {{"what", error.what()}});
    }
  }
}

Task<void> Root::make_exports(Root& root) { return root.exports_.make_due(); }

Task<void> Root::erase_accounts(Root& root) {
  co_await root.exports_.remove_due();
  co_await root.eraser_.work();
}

Task<Status> Root::delete_chat(Root& root, access::Reach reach, session::ChatId id) {
  const auto removed = co_await root.chats_.remove(std::move(reach), std::move(id));
  if (!removed) co_return std::unexpected(removed.error());
  co_return Status{};
}

Task<void> Root::renew_store(Root& root) { return root.store_lease_->renew(); }
Task<void> Root::seal_audit(Root& root) { co_await root.audit_.seal(); }
Task<void> Root::renew_leases(Root& root) { return root.archive_.jobs().renew(); }
Task<void> Root::count_metrics(Root& root) { return root.session_metrics_.keep_up(); }
Task<void> Root::look_around(Root& root) { return root.views_.look_around(); }
Task<void> Root::ask_issuers(Root& root) { return root.login_.look_after_issuers(); }
Task<void> Root::look_after_answers(Root& root) { return root.answers_.look_around(); }

Task<void> Root::make_previews(Root& root) { return root.previews_.make_due(); }

Task<void> Root::repeat(Root& root, const char* failed, std::chrono::milliseconds pause,
                        Task<void> (*work)(Root&)) {
  for (; !root.draining_; co_await sleep_for(pause)) {
    try {
      co_await work(root);
    } catch (const std::exception& error) {
      if (!root.draining_) log::warn(failed, {{"what", error.what()}});
    }
  }
}

Task<void> Root::resume_views(Root& root) {
  while (!root.draining_) {
    try {
      co_await root.views_.resume();
    } catch (const std::exception& error) {
      if (!root.draining_) log::error("views.failed", {{"what", error.what()}});
    }
    co_await sleep_for(root.sweep_every_);
  }
}

Task<void> Root::tidy(Root& root) {
  // What older programs have stored is looked through once; since then all words come with the
  // transaction that stores them.
  bool filled = false;
  while (!root.draining_) {
    try {
      co_await root.downloads_.tidy();
      co_await root.archive_.tidy_search();
      if (!filled) co_await root.views_.fill_search();
      filled = true;
    } catch (const std::exception& error) {
      if (!root.draining_) log::error("tidy.failed", {{"what", error.what()}});
    }
    co_await sleep_for(root.sweep_every_);
  }
}

Task<void> Root::stop_jobs(Root& root) {
  root.packer_.stop();
  root.exports_.stop();
  root.eraser_.stop();
  const Deadline until = co_await answers(root.blobs_) ? Deadline::after(kDrainWithin)
                                                       : Deadline::after(std::chrono::seconds(0));
  co_await root.answers_.close(until);
  co_await root.views_.close(until);
  co_await root.downloads_.close(until);
  if (root.view_objects_.cache) co_await root.view_objects_.cache->close(until);
  if (root.store_lease_) co_await root.store_lease_->release();
  root.jobs_.cancel();
  co_await root.jobs_.join(Deadline::after(kDrainWithin));
}

}  // namespace reprise::app
