#include "app/bucket.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/id.hpp"
#include "base/log.hpp"
#include "base/run_alone.hpp"
#include "platform/gcs/bucket_config.hpp"
#include "platform/http/client/traced.hpp"

namespace reprise::app {
namespace {

/// How long the start waits for a bucket. One that is away is no reason not to start.
constexpr std::chrono::seconds kLookWithin{4};
/// Connections that are kept open while nobody uses them.
constexpr std::size_t kIdleConnections = gcs::Objects::kCallsMax;

[[noreturn]] void refuse(const std::string& sentence) {
  throw SettingRefused("REPRISE_BLOB_STORE: " + sentence);
}

/// Throws when somebody has to change something; else the bucket is only away.
void refuse_if_wrong(const Error& error, const gcs::Address& address) {
  if (error.code == ErrorCode::NotFound) {
    refuse(fmt::format("there is no bucket {}; make it, or correct the name", address.bucket));
  }
  if (error.code == ErrorCode::Forbidden) {
    refuse(fmt::format("{} refuses access: {} (reprise doctor gcs says what is missing)",
                       address.shown(), error.log_detail));
  }
  if (error.code == ErrorCode::Conflict) refuse(error.client_message);
  log::warn("bucket.away", {{"bucket", address.shown()}, {"what", error.log_detail}});
}

using Answer = std::expected<http::ClientResponse, http::FetchError>;

Task<Answer> send_and_learn(gcs::Send send, gemini::PeerClock& clock, UtcClock now,
                            http::ClientRequest request) {
  const std::int64_t sent = now();
  auto answer = co_await send(std::move(request));
  const std::int64_t received = now();
  // When in a long time the answer was dated is not known.
  if (!answer || received - sent > std::chrono::nanoseconds(gemini::PeerClock::kSlack).count()) {
    co_return answer;
  }
  if (clock.learn(answer->headers.find("Date").value_or(""), sent, received)) {
    log::warn("bucket.clock_differs", {{"ours_ahead_seconds", clock.ahead().count()}});
  }
  co_return answer;
}

/// Whether objects may be made there. What is free is written into only when Google says no of the
/// bucket as a whole: a condition may allow it below our prefix. Errors: Forbidden, Unavailable.
Task<Status> may_write(gcs::Objects& objects, Deadline deadline) {
  const auto rights = co_await objects.ask(
      {.request = gcs::permissions_request(objects.address()), .deadline = deadline});
  if (!rights || rights->status != 200) co_return Status{};  // its first use will tell
  const auto missing = gcs::missing_permissions(rights->body);
  if (!missing || std::ranges::find(*missing, gcs::kMayCreate) == missing->end()) {
    co_return Status{};
  }
  const std::string key = "probe/" + new_uuid7();
  const auto made = co_await objects.put(key, "probe", deadline);
  if (!made) co_return std::unexpected(made.error());
  co_return co_await objects.remove(key, made->generation, deadline);
}

}  // namespace

gcs::Send learning(gcs::Send send, gemini::PeerClock& clock, UtcClock now) {
  return [send = std::move(send), &clock, now = std::move(now)](http::ClientRequest request) {
    return send_and_learn(send, clock, now, std::move(request));
  };
}

Result<BucketPlace> bucket_place(
    const Config& config, const std::vector<std::pair<std::string, std::string>>& environment) {
  auto address = gcs::read_address(config.text("blob-store"));
  if (!address) return std::unexpected(address.error());
  auto rules = http::read_proxy_rules(environment);
  if (!rules) return std::unexpected(rules.error());
  BucketPlace place{.address = *std::move(address),
                    .credentials = gcs::NoCredentials{},
                    .proxies = *std::move(rules)};
  if (!place.address.takes_credentials) return place;
  auto credentials = gcs::find_credentials({.token = config.text("gcs-token"),
                                            .environment = environment,
                                            .read_file = read_secret_file});
  if (!credentials) return std::unexpected(credentials.error());
  place.credentials = *std::move(credentials);
  return place;
}

OpenBucket::OpenBucket(BucketPlace place, gcs::BucketStore::OwnId own_id,
                       gcs::BucketStore::Note note, http::Outgoing outgoing, UtcClock now)
    : place_(std::move(place)),
      own_now_utc_ns_(std::move(now)),
      connections_(std::make_unique<http::Connections>(kIdleConnections)),
      send_(learning(http::traced(gcs::sender(*connections_, place_.proxies), std::move(outgoing)),
                     clock_, own_now_utc_ns_)),
      tokens_(place_.credentials, gcs::Scope::Objects, send_,
              [this] { return this->now_utc_ns(); }),
      objects_(place_.address, send_, tokens_),
      store_(objects_, std::move(own_id), std::move(note)) {}

bool OpenBucket::look(const std::optional<database::Installation>& own) {
  const auto owner = run_alone(store_.owner(Deadline::after(kLookWithin)));
  if (!owner) {
    refuse_if_wrong(owner.error(), address());
    return false;
  }
  answers_ = true;
  owner_ = *owner;
  free_ = owner->empty();
  if (own && !free_ && *owner != own->id) {
    refuse(
        fmt::format("{} belongs to another installation ({}, this one is {}): name the bucket "
                    "of this installation, or an empty bucket or prefix",
                    address().shown(), *owner, own->id.empty() ? "new" : own->id));
  }
  if (!free_) return true;
  const std::string why = own ? database::why_not_free(*own, address().shown()) : "";
  if (!why.empty()) refuse(why);
  const Status may = run_alone(may_write(objects_, Deadline::after(kLookWithin)));
  if (!may) refuse_if_wrong(may.error(), address());
  return true;
}

void OpenBucket::claim() {
  if (!answers_) return;  // its first use does it
  const auto claimed = run_alone(store_.claim(Deadline::after(kLookWithin)));
  if (!claimed) refuse_if_wrong(claimed.error(), address());
}

}  // namespace reprise::app
