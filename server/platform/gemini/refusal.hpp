#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "platform/http/client.hpp"

// What an answer of the model's service means, in words for the person. Pure.
namespace reprise::gemini {

/// What the words need of the request that failed.
struct Asked {
  std::string base_url;
  bool google = true;                ///< Google itself is asked, and not the emulator
  std::string model;                 ///< without `models/`
  std::string proxy;                 ///< `host:port`; empty: none
  std::vector<std::string> secrets;  ///< what no word may repeat: key, handle
  std::int64_t now_utc_ns = 0;       ///< of this computer
  std::chrono::seconds ahead{0};     ///< our clock against theirs, as far as it is known
};

struct Refusal {
  Error error;
  std::optional<std::chrono::seconds> retry_after = {};  ///< when the service named a time
};
/// Why an answer brought no token. The error's `type` names the cause, `client_message` says what
/// it means, what to do, and the service's own words.
Refusal refusal_of(const http::ClientResponse& answer, const Asked& asked);

/// A short name of the cause, for people; empty for other types.
std::string_view title_of(std::string_view type);

/// The same when there was no answer.
Error failure_of(const http::FetchError& failure, const Asked& asked);

/// The same when the service closed a socket, or the network did (1006).
Error closing_of(const http::CloseReason& closed, const Asked& asked);

}  // namespace reprise::gemini
