#include "app/serve.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "app/about_routes.hpp"
#include "app/descriptors.hpp"
#include "app/listeners.hpp"
#include "app/root.hpp"
#include "app/stop_signals.hpp"
#include "app/trace_export.hpp"
#include "base/log.hpp"
#include "platform/database/installation.hpp"
#include "platform/database/postgres.hpp"
#include "platform/http/server.hpp"

namespace reprise::app {

namespace {

constexpr std::size_t kConnectionsMax = 4096;

void run(const ServeOptions& options, const std::vector<http::Asset>& assets) {
  const auto connections_max = connections_for(raise_open_files(), kConnectionsMax);
  if (!connections_max) throw std::runtime_error(connections_max.error().client_message);
  std::optional<TraceExport> traces;  // outlives the servers
  if (options.traces) traces.emplace(*options.traces);
  Root root(options);
  if (traces) {
    root.metrics().trace_to([&traces](http::Span span) { traces->add(std::move(span)); });
  }
  http::Server ops(ops_listener(options), root.ops_routes());
  http::Server server(app_listener(options, *connections_max, root.metrics(), root.gate()),
                      root.routes(assets, page_headers(options)));
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

/// Says why the server does not run, as the last line: the log, which another thread writes, comes
/// first.
int end_with(std::string sentence, int code) {
  std::ranges::replace(sentence, '\n', ' ');
  log::flush();
  fmt::print(stderr, "reprise: {}\n", sentence);
  return code;
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
  } catch (const database::BucketRefused& refused) {
    return end_with(fmt::format("REPRISE_BLOB_STORE: {}", refused.what()), kBadConfiguration);
  } catch (const database::PostgresError& error) {
    return end_with(fmt::format("REPRISE_DATABASE_URL: {}", error.what()), kBadConfiguration);
  } catch (const SettingRefused& refused) {
    return end_with(refused.what(), kBadConfiguration);
  } catch (const std::exception& error) {
    return end_with(error.what(), 1);
  }
}

}  // namespace reprise::app
