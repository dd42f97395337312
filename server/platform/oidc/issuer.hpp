#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/gate.hpp"
#include "domain/login/claims.hpp"
#include "domain/login/fault.hpp"
#include "platform/http/client.hpp"
#include "platform/oidc/key_set.hpp"
#include "platform/oidc/metadata.hpp"

// One OpenID Connect issuer, and every request that we send to it.
namespace reprise::oidc {

using Send = std::function<Task<std::expected<http::ClientResponse, http::FetchError>>(
    http::ClientRequest request)>;

struct IssuerSettings {
  std::string id;    ///< in our paths
  std::string name;  ///< on the button
  std::string issuer;
  std::string client_id;
  std::string client_secret;
  std::optional<http::Pin> reach_at = {};  ///< where it is reached instead of under its own name
  std::optional<http::Proxy> proxy = {};
};

/// Why the issuer gave no login. `detail` is for the log and holds no secret.
struct Failure {
  login::Fault fault;
  std::string detail = {};
};

/// One exchange of a code.
struct Exchange {
  std::string code;
  std::string redirect_uri;
  std::string verifier;
  std::string nonce;
  Deadline deadline = Deadline::never();
};

/// The time limit of one request to the issuer.
inline constexpr std::chrono::seconds kAskWithin{10};
/// A token whose key is unknown makes us ask for the keys at most this often.
inline constexpr std::chrono::seconds kUnknownKeyEvery{60};
/// Keys that are older than this are asked for again, so that a withdrawn key does not live for
/// ever.
inline constexpr std::chrono::hours kKeysFor{1};

/// Any thread; its tasks may run on several executors with one thread each. Outlives its tasks.
class Issuer {
 public:
  Issuer(IssuerSettings settings, Send send, std::function<std::int64_t()> now = now_utc_ns);

  const IssuerSettings& settings() const { return settings_; }
  /// Whether the issuer answered when it was last asked.
  bool is_reachable() const;
  /// What is known of the issuer; null while nothing is.
  std::shared_ptr<const Metadata> known() const;
  /// Asks the issuer for its metadata, and for its keys when they are missing or old. What was
  /// known stays when it does not answer.
  Task<std::expected<std::shared_ptr<const Metadata>, Failure>> discover(
      Deadline deadline = Deadline::never());
  /// The claims of the ID token that the issuer gives for a code, after every check.
  Task<std::expected<boost::json::object, Failure>> claims_for(Exchange exchange);

 private:
  struct Tokens {
    std::string id_token;
    std::string access_token;
  };
  struct Held {
    std::shared_ptr<const Metadata> metadata;
    std::shared_ptr<const KeySet> keys;
    std::int64_t keys_utc_ns = 0;
    std::int64_t unknown_key_utc_ns = 0;  ///< when an unknown key last made us ask
    bool reachable = false;
  };
  Held held() const;
  void note_reachable(bool reachable);
  Task<std::expected<std::string, Failure>> get(std::string url, Deadline deadline);
  Task<std::expected<http::ClientResponse, Failure>> ask(http::ClientRequest request);
  Task<std::expected<void, Failure>> fetch_keys(std::string url, Deadline deadline);
  Task<std::expected<std::shared_ptr<const KeySet>, Failure>> keys_with(std::string key_id,
                                                                        login::Algorithm algorithm,
                                                                        Deadline deadline);
  Task<std::expected<Tokens, Failure>> exchange_code(Exchange exchange);
  http::ClientRequest token_request(const Metadata& metadata, const Exchange& exchange) const;

  const IssuerSettings settings_;
  const Send send_;
  const std::function<std::int64_t()> now_;
  Gate asking_{1};  // for metadata and keys
  mutable std::mutex lock_;
  Held held_;  // under the lock
};

}  // namespace reprise::oidc
