#include "app/bucket.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/run_alone.hpp"
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

}  // namespace

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
                       gcs::BucketStore::Note note, http::Outgoing outgoing)
    : place_(std::move(place)),
      connections_(std::make_unique<http::Connections>(kIdleConnections)),
      send_(http::traced(gcs::sender(*connections_, place_.proxies), std::move(outgoing))),
      tokens_(place_.credentials, gcs::Scope::Objects, send_),
      objects_(place_.address, send_, tokens_),
      store_(objects_, std::move(own_id), std::move(note)) {}

bool OpenBucket::look(const std::optional<database::Installation>& own) {
  const auto owner = run_alone(store_.owner(Deadline::after(kLookWithin)));
  if (!owner) {
    refuse_if_wrong(owner.error(), address());
    return false;
  }
  owner_ = *owner;
  free_ = owner->empty();
  if (own && !free_ && *owner != own->id) {
    refuse(
        fmt::format("{} belongs to another installation ({}, this one is {}): name the bucket "
                    "of this installation, or an empty bucket or prefix",
                    address().shown(), *owner, own->id.empty() ? "new" : own->id));
  }
  if (!own || !free_) return true;
  const std::string why = database::why_not_free(*own, address().shown());
  if (!why.empty()) refuse(why);
  return true;
}

void OpenBucket::claim() {
  const auto claimed = run_alone(store_.claim(Deadline::after(kLookWithin)));
  if (!claimed) refuse_if_wrong(claimed.error(), address());
}

}  // namespace reprise::app
