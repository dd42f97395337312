#include "app/witness.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/json.hpp"
#include "domain/access/access.hpp"
#include "features/auth/doer.hpp"
#include "platform/http/forwarded.hpp"

namespace reprise::app {

using access::Action;
using audit::Event;
using audit::ObjectKind;

namespace {

constexpr std::chrono::minutes kQuiet{10};
/// What a node remembers of what was noted: some megabytes.
constexpr std::size_t kRememberedMax = 20'000;

/// What is noted of a request that an action answers, and of which object.
struct Noted {
  Event event;
  audit::ObjectKind kind;
  bool repeats = false;  ///< many requests are one deed
};

std::optional<Noted> noted_of(std::optional<Action> action) {
  if (!action) return std::nullopt;
  switch (*action) {
    case Action::PlayRecording:
      return Noted{Event::RecordingViewed, ObjectKind::Recording, true};
    case Action::DownloadRecord:
      return Noted{Event::RecordingDownloaded, ObjectKind::Recording, true};
    case Action::WithdrawConsent:
      return Noted{Event::ConsentWithdrawn, ObjectKind::LiveSession};
    case Action::SetRetention:
      return Noted{Event::RetentionChanged, ObjectKind::Recording};
    case Action::EraseRecording:
      return Noted{Event::RecordingErased, ObjectKind::Recording};
    case Action::DeleteChat:
      return Noted{Event::ChatErased, ObjectKind::Chat};
    case Action::StartLiveSession:
      return Noted{Event::SessionStarted, ObjectKind::LiveSession};
    case Action::MintToken:
      return Noted{Event::TokenMinted, ObjectKind::LiveSession};
    default:
      return std::nullopt;
  }
}

/// The film is played and downloaded at the same address.
Event event_of(const Noted& noted, const http::Request& request) {
  const bool download = noted.repeats && request.query_value("download").has_value();
  return download ? Event::RecordingDownloaded : noted.event;
}

/// What is new has its id in the answer's Location.
std::string id_of(const std::optional<std::string>& id, const http::Response& response) {
  if (id) return *id;
  const std::string_view place = response.headers.find("Location").value_or("");
  return std::string(place.substr(place.rfind('/') + 1));
}

void name_object(audit::Deed& deed, const std::string& id, const http::AuditNote& note) {
  if (!note.recording_id.empty()) {
    deed.kind = ObjectKind::Recording;
    deed.object_id = note.recording_id;
  } else {
    deed.object_id = deed.kind == ObjectKind::Recording ? id : audit::hidden_id(id);
  }
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
  Noted noted;
  http::Handler handler;
  std::function<Memory::Clock::time_point()> now;
  Memory memory = {};
};

/// Notes what is done many times, such as playing, once in a while.
Task<void> note_once(Witness& witness, audit::Doer doer, audit::Deed deed, Deadline deadline) {
  const std::string key =
      doer.user_id + ' ' + std::string(enum_text(deed.event)) + ' ' + deed.object_id;
  const auto now = witness.now();
  if (witness.memory.has(key, now)) co_return;
  co_await witness.log.add_once(std::move(doer), std::move(deed),
                                std::chrono::nanoseconds(kQuiet).count(), deadline);
  witness.memory.add(key, now);
}

Task<http::Response> witnessed(std::shared_ptr<Witness> witness, http::Request request) {
  constexpr int kFirstError = 400;
  audit::Doer doer = auth::doer_of(request);
  std::optional<std::string> id;
  if (!request.params.empty()) id = request.params.front();
  audit::Deed deed{.event = event_of(witness->noted, request), .kind = witness->noted.kind};
  if (request.grant) deed.detail = "share " + request.grant->share_id;
  const Deadline deadline = request.deadline;
  http::Response response = co_await witness->handler(std::move(request));
  if (response.status >= kFirstError) co_return response;
  name_object(deed, id_of(id, response), response.audit_note);
  if (deed.detail.empty()) deed.detail = response.audit_note.detail;
  if (witness->noted.repeats) {
    co_await note_once(*witness, std::move(doer), std::move(deed), deadline);
  } else {
    co_await witness->log.add(std::move(doer), std::move(deed), deadline);
  }
  co_return response;
}

}  // namespace

http::Routes with_witness(audit::AuditLog& log, http::Routes routes,
                          std::function<std::chrono::steady_clock::time_point()> now_steady) {
  for (http::Route& route : routes) {
    const auto noted = noted_of(route.action);
    if (!noted || !route.handler) continue;
    auto witness = std::make_shared<Witness>(log, *noted, std::move(route.handler), now_steady);
    route.handler = [witness](http::Request request) {
      return witnessed(witness, std::move(request));
    };
  }
  return routes;
}

}  // namespace reprise::app
