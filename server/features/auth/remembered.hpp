#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/digest.hpp"
#include "domain/access/principal.hpp"

namespace reprise::auth {

/// Who had which secret a moment ago, so that a page's burst of requests reads the database once.
/// What this node ends is forgotten at once; what another node ends, or an admin takes away, within
/// kRememberedFor. Any thread.
class Remembered {
 public:
  /// Far below the five seconds within which a right must end.
  static constexpr std::chrono::milliseconds kRememberedFor{1000};
  static constexpr std::size_t kMost = 10'000;

  /// A secret, by its hash; a cookie must not pass for a token.
  struct Key {
    Sha256 digest = {};
    bool is_token = false;
    friend bool operator==(const Key&, const Key&) = default;
  };

  std::optional<access::Principal> find(const Key& key, std::int64_t now_utc_ns);
  /// Call it before the database is asked; what was found then counts only if nothing was forgotten
  /// meanwhile.
  std::uint64_t generation() const;
  void add(const Key& key, const access::Principal& who, std::int64_t now_utc_ns,
           std::uint64_t generation);
  void forget_all();

 private:
  struct Held {
    access::Principal who;
    std::int64_t since_utc_ns;
  };
  /// Whoever chooses a secret cannot choose its digest.
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::size_t start = 0;
      std::memcpy(&start, key.digest.data(), sizeof start);
      return start ^ static_cast<std::size_t>(key.is_token);
    }
  };
  mutable std::mutex lock_;
  std::unordered_map<Key, Held, Hash> held_;  // under the lock, as is:
  std::uint64_t generation_ = 0;
};

}  // namespace reprise::auth
