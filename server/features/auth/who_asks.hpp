#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "features/auth/api_tokens.hpp"
#include "features/auth/remembered.hpp"
#include "features/auth/sessions.hpp"
#include "platform/http/gate.hpp"

namespace reprise::auth {

/// Finds out on whose behalf a request comes, and whether one of our own pages or a script sends
/// it. Any thread.
class WhoAsks {
 public:
  /// `origins`: ours. The stores, and what they and this object remember, outlive it.
  WhoAsks(Sessions& sessions, ApiTokens& tokens, Remembered& remembered,
          std::vector<std::string> origins, std::function<std::int64_t()> now)
      : sessions_(sessions),
        tokens_(tokens),
        remembered_(remembered),
        origins_(std::move(origins)),
        now_(std::move(now)) {}
  /// For http::Gate. 401 without a session and without a token.
  Task<http::Authenticated> authenticate(const http::Request& request);
  /// For http::Gate. Who asked with the same proof within Remembered::kRememberedFor.
  std::optional<access::Principal> remembered(const http::Request& request);
  /// For http::Gate. 403 for a request that changes something and may come from a page of another
  /// site.
  std::optional<http::Response> foreign(const http::Request& request) const;

 private:
  Task<std::optional<http::Known>> find(std::optional<std::string> token,
                                        std::optional<std::string> cookie, Deadline deadline);

  Sessions& sessions_;
  ApiTokens& tokens_;
  Remembered& remembered_;
  const std::vector<std::string> origins_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::auth
