#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/bucket.hpp"
#include "base/config.hpp"
#include "base/log.hpp"
#include "base/types.hpp"
#include "domain/access/share.hpp"
#include "domain/session/retention.hpp"
#include "features/auth/settings.hpp"
#include "features/chat/answers.hpp"
#include "platform/database/postgres.hpp"
#include "platform/gemini/gemini.hpp"
#include "platform/http/forwarded.hpp"
#include "platform/openai/openai_api.hpp"
#include "platform/uploads/uploads.hpp"

namespace reprise::app {

/// Every setting of `reprise serve`, in the order in which `reprise config` shows them.
const std::vector<Setting>& settings();

/// Where spans of traces go.
struct TraceTarget {
  std::string url;    ///< …/v1/traces
  std::string token;  ///< empty: none is sent
};

/// The settings, checked and converted to the types that the program uses.
struct ServeOptions {
  HostPort listen;
  HostPort ops_listen;
  std::filesystem::path data_dir;
  std::optional<database::PostgresTarget> database;  ///< empty: SQLite in the data directory
  /// PostgreSQL itself, where `database` is a pooler: nodes hear each other through it. Empty: they
  /// ask once a second.
  std::optional<database::PostgresTarget> database_direct;
  std::size_t database_connections = 8;
  std::optional<BucketPlace> bucket;   ///< empty: objects lie in the data directory
  std::uint64_t view_cache_bytes = 0;  ///< how much of the bucket's views is kept here
  /// Signs links by which browsers read films from the bucket; empty: films come through us.
  std::optional<gcs::ServiceAccount> link_account;
  gemini::Service gemini;
  gemini::LiveSettings live;
  std::string chat_model;  ///< answers what is typed
  chat::AnswerSettings answers;
  std::optional<openai::Service> openai;     ///< a further one who answers what is typed
  std::vector<std::string> hosts;            ///< names under which the page may be requested
  std::vector<std::string> connect_origins;  ///< where the page may connect besides its own origin
  std::vector<std::string> media_origins;    ///< from where else it may play films
  auth::AuthSettings login;  ///< without issuers: nobody logs in, the local user does all
  access::Sharing sharing = access::Sharing::Off;
  http::TrustedProxies proxies;  ///< whose word counts about who is behind them
  std::chrono::seconds abandon_after{600};
  std::chrono::seconds pack_after{60};
  std::chrono::seconds put_aside_after{3600};
  session::RetentionRules retention;
  std::int64_t interaction_days = 400;
  uploads::Limits uploads;
  std::uint64_t min_free_bytes = 0;
  std::size_t threads = 1;
  log::Level log_level = log::Level::Info;
  std::string lines;                  ///< all settings as settings_lines makes them (reload.hpp)
  std::optional<TraceTarget> traces;  ///< empty: spans go nowhere
  /// For tests: what the server asks its database through. Empty: the database itself.
  std::function<std::unique_ptr<database::Database>(std::unique_ptr<database::Database>)>
      around_database = {};
};

/// Empty: no level is called so.
std::optional<log::Level> log_level_of(std::string_view name);

using Environment = std::vector<std::pair<std::string, std::string>>;

/// The settings, and the proxy that the environment names for Gemini. Errors: Invalid, one sentence
/// for the operator.
Result<ServeOptions> serve_options(const Config& config, const Environment& environment);

}  // namespace reprise::app
