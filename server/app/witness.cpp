#include "app/witness.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/json.hpp"
#include "domain/access/access.hpp"
#include "platform/http/forwarded.hpp"

namespace reprise::app {

using access::Action;
using audit::Event;

namespace {

constexpr std::chrono::minutes kQuiet{10};
/// What a node remembers of what was noted: some megabytes.
constexpr std::size_t kRememberedMax = 20'000;

bool is_watched(std::optional<Action> action) {
  return action == Action::PlayRecording || action == Action::DownloadRecording;
}

/// The film is played and downloaded at the same address.
Event event_of(Action action, const http::Request& request) {
  const bool download = action == Action::DownloadRecording || request.query_value("download");
  return download ? Event::RecordingDownloaded : Event::RecordingViewed;
}

/// A player asks for many ranges of its film: only the first of them needs the database.
class Memory {
 public:
  using Clock = std::chrono::steady_clock;
  bool has(const std::string& key, Clock::time_point now) {
    const std::scoped_lock lock(mutex_);
    const auto found = noted_.find(key);
    return found != noted_.end() && now - found->second < kQuiet;
  }
  void add(const std::string& key, Clock::time_point now) {
    const std::scoped_lock lock(mutex_);
    if (noted_.size() >= kRememberedMax) noted_.clear();  // the database knows them, too
    noted_.insert_or_assign(key, now);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> noted_;
};

struct Witness {
  audit::AuditLog& log;
  Action action;
  http::Handler handler;
  std::function<Memory::Clock::time_point()> now;
  Memory memory = {};
};

Task<http::Response> witnessed(std::shared_ptr<Witness> witness, http::Request request) {
  constexpr int kFirstError = 400;
  const audit::Doer doer = doer_of(request);
  const std::string recording = request.params.at(0);
  const Event event = event_of(witness->action, request);
  const Deadline deadline = request.deadline;
  http::Response response = co_await witness->handler(std::move(request));
  if (response.status >= kFirstError) co_return response;
  const std::string key = doer.user_id + ' ' + std::string(enum_text(event)) + ' ' + recording;
  const auto now = witness->now();
  if (witness->memory.has(key, now)) co_return response;
  co_await witness->log.add_once(
      doer, {.event = event, .kind = audit::ObjectKind::Recording, .object_id = recording},
      std::chrono::nanoseconds(kQuiet).count(), deadline);
  witness->memory.add(key, now);
  co_return response;
}

}  // namespace

audit::Doer doer_of(const http::Request& request) {
  return {.user_id = request.principal ? request.principal->user.value : std::string(),
          .request_id = request.request_id,
          .address = http::address_prefix(request.peer_address)};
}

http::Routes with_witness(audit::AuditLog& log, http::Routes routes,
                          std::function<std::chrono::steady_clock::time_point()> now_steady) {
  for (http::Route& route : routes) {
    if (!is_watched(route.action) || !route.handler) continue;
    auto witness =
        std::make_shared<Witness>(log, *route.action, std::move(route.handler), now_steady);
    route.handler = [witness](http::Request request) {
      return witnessed(witness, std::move(request));
    };
  }
  return routes;
}

}  // namespace reprise::app
