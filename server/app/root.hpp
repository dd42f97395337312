#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/about_routes.hpp"
#include "app/background.hpp"
#include "app/control.hpp"
#include "app/local_store_lease.hpp"
#include "app/open_login.hpp"
#include "app/open_providers.hpp"
#include "app/open_stores.hpp"
#include "app/settings.hpp"
#include "features/account/eraser.hpp"
#include "features/account/exports.hpp"
#include "features/analytics/interactions.hpp"
#include "features/analytics/metrics.hpp"
#include "features/chat/answers.hpp"
#include "features/chat/attached_files.hpp"
#include "features/chat/chats.hpp"
#include "features/chat/messages.hpp"
#include "features/chat/model_lists.hpp"
#include "features/live/live.hpp"
#include "features/playback/bookmarks.hpp"
#include "features/playback/downloads.hpp"
#include "features/playback/playback_routes.hpp"
#include "features/playback/views.hpp"
#include "features/sharing/share_routes.hpp"
#include "features/studies/participation.hpp"
#include "features/studies/studies.hpp"
#include "features/tasks/tasks.hpp"
#include "features/users/invitations.hpp"
#include "features/users/users.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/archive/packing.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/data_lock.hpp"
#include "platform/database/postgres_listener.hpp"
#include "platform/gemini/files_api.hpp"
#include "platform/gemini/gemini.hpp"
#include "platform/http/assets.hpp"
#include "platform/http/gate.hpp"
#include "platform/http/http.hpp"
#include "platform/http/metrics.hpp"
#include "platform/limits/limiter.hpp"
#include "platform/uploads/previews.hpp"
#include "platform/uploads/uploads.hpp"

namespace reprise::app {

/// How long work that is under way when the server ends may go on.
inline constexpr std::chrono::seconds kDrainWithin{20};

/// Everything that lives as long as the server, in the order of dependence.
class Root {
 public:
  explicit Root(const ServeOptions& options);
  /// What people reach, and who may. `page_headers`: what the page and its Workers may do.
  http::Routes routes(const std::vector<http::Asset>& assets, http::Headers page_headers);
  http::Gate gate();
  http::Routes ops_routes();
  http::Metrics& metrics() { return metrics_; }
  void start_jobs(const ServeOptions& options);
  /// From here on /readyz says that the server is not ready.
  void begin_draining();
  /// Call it after the servers have closed, when no more requests come.
  void stop();
  /// Call it before the servers are destroyed, when no more requests come: a thread of the stores
  /// may still be inside of waking one of the servers' threads.
  void close_stores();

 private:
  http::Routes shared_routes();
  http::Routes studies_routes();
  static Task<Result<std::string>> own_id(Root& root, bool free);
  static Task<void> note_bucket(Root& root);
  /// A database or a bucket that is away now is asked again by the first work that needs it.
  void claim_bucket();
  static Task<http::Response> metrics_page(Root& root, http::Request);
  Readiness readiness();
  static Task<std::optional<std::string>> why_not_ready(Root& root);
  /// True when the whole store could be compared.
  static Task<bool> reconcile(Root& root, archive::Reconcile may, std::int64_t before_utc_ns);
  /// First only looks; views are made of what is then known. Objects without a row are put aside
  /// later, so that one start on the wrong database moves nothing.
  static Task<void> look_after_store(Root& root, std::int64_t started_utc_ns,
                                     std::chrono::seconds put_aside_after);
  static Task<Result<std::string>> obey(Root& root, std::string command);
  static Task<void> sweep(Root& root);
  static Task<void> renew_store(Root& root);
  static Task<void> seal_audit(Root& root);
  static Task<void> renew_leases(Root& root);
  static Task<void> look_around(Root& root);
  static Task<void> make_exports(Root& root);
  static Task<void> erase_accounts(Root& root);
  static Task<Status> delete_chat(Root& root, access::Reach reach, session::ChatId id);
  static Task<void> ask_issuers(Root& root);
  static Task<void> look_after_answers(Root& root);
  static Task<void> make_previews(Root& root);
  static Task<void> count_metrics(Root& root);
  /// Does `work` again and again until the server ends.
  static Task<void> repeat(Root& root, const char* failed, std::chrono::milliseconds pause,
                           Task<void> (*work)(Root&));
  static Task<void> resume_views(Root& root);
  /// Apart from the views: after a new fold version these may take hours.
  static Task<void> tidy(Root& root);
  static Task<void> stop_jobs(Root& root);

  const std::string settings_;  // as lines, for `reprise reload`
  std::atomic<bool> draining_{false};
  std::chrono::seconds sweep_every_{0};  // set before the jobs start
  http::Metrics metrics_;
  const std::unique_ptr<OpenBucket> bucket_;  // null: objects lie in the data directory
  const std::filesystem::path data_dir_;      // empty with PostgreSQL, which keeps the id itself
  database::DataLock lock_;
  OpenPool store_pool_;
  OpenPool read_pool_;
  OpenPool fold_pool_;
  OpenDatabase open_database_;
  database::Database& database_ = *open_database_.database;
  OpenLogin login_;
  const std::unique_ptr<blob::BlobStore> local_blobs_;  // null with a bucket
  blob::BlobStore& blobs_;
  Background background_;
  audit::AuditLog audit_{database_};
  users::Users users_{database_, audit_, [this] { login_.forget(); }};
  users::Invitations invitations_{database_, audit_, now_utc_ns};
  sharing::Shares shares_;
  sharing::Watched watched_{database_};
  limits::Limiter limiter_;
  archive::Archive archive_;
  archive::Packer packer_;
  archive::LiveSessions live_sessions_;
  uploads::FileTools file_tools_;
  uploads::Uploads uploads_;
  uploads::Previews previews_;
  gemini::Gemini gemini_;
  const OpenProviders open_providers_;
  const chat::Providers& providers_ = open_providers_.providers();
  chat::ModelLists model_lists_;
  answering::ModelList talking_models_{
      gemini_.settings().model, [this](Deadline deadline) { return gemini_.models(deadline); }};
  gemini::FilesApi files_api_;
  chat::AttachedFiles attached_files_;
  chat::Chats chats_;
  chat::Messages messages_;
  chat::Answers answers_;
  studies::Studies studies_{database_, now_utc_ns};
  studies::Participations participations_{database_, archive_, audit_, now_utc_ns};
  live::Live live_;
  OpenViewObjects view_objects_;
  playback::Views views_;
  playback::Downloads downloads_;
  playback::Bookmarks bookmarks_;
  tasks::Tasks tasks_{database_, now_utc_ns};
  analytics::Interactions interactions_;
  analytics::Metrics session_metrics_{database_, archive_.jobs(), now_utc_ns};
  account::Exports exports_;
  account::Eraser eraser_;
  ControlSocket control_;
  TaskGroup jobs_;
  std::optional<database::PostgresListener> listener_;
  std::optional<LocalStoreLease> store_lease_;  // only with PostgreSQL and without a bucket
  playback::PlaybackServices playback_;
};

}  // namespace reprise::app
