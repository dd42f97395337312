#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/config.hpp"
#include "platform/database/installation.hpp"
#include "platform/gcs/bucket_store.hpp"
#include "platform/gcs/sender.hpp"
#include "platform/gcs/tokens.hpp"
#include "platform/gemini/peer_clock.hpp"
#include "platform/http/trace.hpp"

namespace reprise::app {

/// A bucket of Google Cloud Storage, and how it is reached.
struct BucketPlace {
  gcs::Address address;
  gcs::Credentials credentials;
  http::ProxyRules proxies;
};

/// Reads the settings `blob-store` and `gcs-token`, and what the environment says about
/// credentials and proxies. Errors: Invalid, one sentence that names the setting.
Result<BucketPlace> bucket_place(
    const Config& config, const std::vector<std::pair<std::string, std::string>>& environment);

/// A setting that only its use has shown to be wrong.
struct SettingRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using UtcClock = std::function<std::int64_t()>;

/// Sends, and learns from the answers how far Google's clock is from this machine's, which may be
/// hours apart: Google refuses what is signed with another time. `clock` outlives it.
gcs::Send learning(gcs::Send send, gemini::PeerClock& clock, UtcClock now);

/// The bucket of a server, and everything that it needs to be reached.
class OpenBucket {
 public:
  OpenBucket(BucketPlace place, gcs::BucketStore::OwnId own_id, gcs::BucketStore::Note note,
             http::Outgoing outgoing, UtcClock now);

  /// Call it before anything is written, with this installation; without an id when it has none
  /// yet, none when only its database knows. Blocks for a few seconds at most. False: the bucket
  /// does not answer now. Throws SettingRefused when there is no such bucket, when it refuses
  /// access, when it belongs to another installation, or to none and this one has a bucket.
  bool look(const std::optional<database::Installation>& own);
  /// Gives the bucket to this installation, if it has answered `look`. Blocks, and throws, as that.
  void claim();
  /// The id of its installation, as `look` has seen it; empty: it has none, or did not answer.
  const std::string& owner() const { return owner_; }
  /// Whether it has answered `look`, and belongs to no installation.
  bool is_free() const { return free_; }
  gcs::BucketStore& store() { return store_; }
  /// What Google's clock shows, as far as its answers have told.
  std::int64_t now_utc_ns() const { return clock_.at(own_now_utc_ns_()); }
  const gcs::Address& address() const { return objects_.address(); }
  /// Closes the connections. Call it before the servers' threads end, when nothing uses the store.
  void close() { connections_.reset(); }

 private:
  const BucketPlace place_;
  const UtcClock own_now_utc_ns_;
  gemini::PeerClock clock_;
  std::unique_ptr<http::Connections> connections_;
  const gcs::Send send_;
  gcs::Tokens tokens_;
  gcs::Objects objects_;
  gcs::BucketStore store_;
  std::string owner_;
  bool answers_ = false;
  bool free_ = false;
};

}  // namespace reprise::app
