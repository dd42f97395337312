#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "platform/http/client.hpp"

// Explains an answer of the model's service in words for the person. Pure.
namespace reprise::gemini {

/// What the words need to know about the failed request.
struct Asked {
  std::string base_url;
  bool google = true;                ///< the request goes to Google itself, not to the emulator
  std::string model;                 ///< without `models/`
  std::string proxy;                 ///< `host:port`; empty: no proxy
  std::vector<std::string> secrets;  ///< what the words must not repeat: key, handle
  std::int64_t now_utc_ns = 0;       ///< by this computer's clock
  std::chrono::seconds ahead{0};     ///< our clock minus the service's, as far as known
};

struct Refusal {
  Error error;
  std::optional<std::chrono::seconds> retry_after = {};  ///< set when the service named a time
};
/// Explains an answer without a token. The error's `type` names the cause; `client_message` says
/// what it means and what to do, and quotes the service.
Refusal refusal_of(const http::ClientResponse& answer, const Asked& asked);

/// A short name of the cause, for people; empty for other types.
std::string_view title_of(std::string_view type);

/// Explains a request that got no answer.
Error failure_of(const http::FetchError& failure, const Asked& asked);

/// Explains why a socket was closed, by the service or by the network (1006).
Error closing_of(const http::CloseReason& closed, const Asked& asked);

}  // namespace reprise::gemini
