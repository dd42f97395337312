#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/http.hpp"

namespace reprise::emulator {

/// What a token fixes for its sessions.
struct TokenLock {
  std::optional<boost::json::object> setup;
  std::vector<std::string> mask;  ///< dotted lowerCamelCase paths
};

/// The setup that counts under the lock. Lock without setup and mask: the client's own. Setup
/// without mask: the token's, as a whole. With a mask: masked paths come from the token (also when
/// they are absent there), the rest from the client.
boost::json::object merge_setup(const TokenLock& lock, boost::json::object client);

/// The request for a token. Times are UTC nanoseconds.
struct TokenOrder {
  std::int64_t uses = 1;  ///< 0: any number
  std::int64_t expires_ns = 0;
  std::int64_t opens_until_ns = 0;
  TokenLock lock;
};

/// Whether a mask may name a path below any object other than `generationConfig`. Google is
/// reported to refuse it (googleapis/js-genai#1492, 2026-04).
enum class NestedMasks { Refuse, Allow };

/// Reads the body of `POST /{version}/auth_tokens`. The error is a sentence for a 400.
std::expected<TokenOrder, std::string> read_token_order(std::string_view body, NestedMasks nested,
                                                        std::int64_t now_ns);

struct OpenedToken {
  TokenLock lock;
  std::int64_t expires_ns = 0;  ///< later messages are refused, too
};

/// The tokens of this process. Any thread.
class TokenStore {
 public:
  /// `random` gives 64-bit numbers, from which names are made.
  explicit TokenStore(std::function<std::uint64_t()> random);
  /// Returns `auth_tokens/…`. Drops tokens that expired a while ago and, when the limits of number
  /// or bytes are exceeded, those that expire first.
  std::string mint(TokenOrder order, std::int64_t now_ns);
  /// Counts one use. The error says how the socket is closed.
  std::expected<OpenedToken, http::CloseReason> open(std::string_view name, std::int64_t now_ns);

  static constexpr std::size_t kTokensMax = 10'000;
  static constexpr std::size_t kBytesMax = 16 << 20;  ///< bytes of all setups together
  /// For this long after it has expired, a token is distinguished from an unknown one.
  static constexpr std::int64_t kExpiredKeptNs = 60'000'000'000;

  std::size_t count() const;

 private:
  /// The setup is kept as text: parsed it takes ten times as much memory (214 KB for 20 KB,
  /// 2026-11-28).
  struct Row {
    std::int64_t uses = 1;
    std::int64_t expires_ns = 0;
    std::int64_t opens_until_ns = 0;
    std::string setup;  ///< empty: no setup
    std::vector<std::string> mask;
    std::int64_t used = 0;
    std::size_t bytes = 0;
  };
  using Rows = std::map<std::string, Row, std::less<>>;
  Rows::iterator forget(Rows::iterator row);

  mutable std::mutex mutex_;
  std::function<std::uint64_t()> random_;
  Rows rows_;
  std::size_t bytes_ = 0;
};

}  // namespace reprise::emulator
