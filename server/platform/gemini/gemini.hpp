#pragma once

// The server's side of Google's Gemini API (or of the emulator): minting tokens for live sessions.

#include <atomic>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/types.hpp"
#include "platform/answering/text_service.hpp"
#include "platform/gemini/peer_clock.hpp"
#include "platform/gemini/refusal.hpp"
#include "platform/http/client.hpp"

namespace reprise::gemini {

/// The version of the API for all calls. `v1` does not offer Live and tokens.
inline constexpr const char* kApiVersion = "v1beta";
inline constexpr const char* kGoogleUrl = "https://generativelanguage.googleapis.com";
/// A token opens one socket, within a minute; the socket may stay open for half an hour.
inline constexpr int kTokenUses = 1;
inline constexpr std::chrono::seconds kOpenWithin{60};
inline constexpr std::chrono::minutes kTalkWithin{30};

/// The settings that a token fixes for its live session.
struct LiveSettings {
  std::string model;        ///< `gemini-3.8-live`, without `models/`
  std::string voice;        ///< `Kore`
  std::string instruction;  ///< empty: no instruction
};

/// What a further socket of a live session resumes from. A secret: it resumes the talk for two
/// hours, so it is never stored, logged or sent back.
using ResumptionHandle = Strong<struct ResumptionHandleTag, std::string>;
/// Google's handles are far shorter. This bounds what a browser can make us send.
inline constexpr std::size_t kHandleBytesMax = 4096;

/// Whether the page first tells the model what was said before, as `clientContent`. The model then
/// waits for that, and does not answer it.
enum class History : std::uint8_t { None, First };

/// The configuration for a first socket, in the form of the SDK's `live.connect({config})`.
boost::json::object sdk_config(const LiveSettings& settings);
/// The same as the `setup` message of the wire. With a handle, it is for a further socket, which
/// knows what was said before.
boost::json::object live_setup(const LiveSettings& settings,
                               const std::optional<ResumptionHandle>& resume_from,
                               History history = History::None);
/// The body of `POST /v1beta/auth_tokens`. It holds the whole setup and no field mask, so that the
/// setup which the browser sends has no effect. Google is reported to refuse nested paths in a mask
/// (googleapis/js-genai#1492, 2026-04); this form needs no mask.
std::string token_request(const LiveSettings& settings,
                          const std::optional<ResumptionHandle>& resume_from, History history,
                          std::int64_t now_utc_ns);

/// Sends a request to the service: `http::fetch`, or a replacement in tests.
using Send = std::function<Task<std::expected<http::ClientResponse, http::FetchError>>(
    http::ClientRequest request)>;

/// The address of the service, and the key for it.
struct Service {
  std::string base_url;  ///< without a trailing slash
  std::string key;       ///< a secret
  std::optional<http::Proxy> proxy = {};
};

struct LiveToken {
  std::string token;                ///< a secret: never stored, never logged
  std::int64_t expires_utc_ns = 0;  ///< by our own clock
};

/// Any thread; outlives every call.
class Gemini {
 public:
  /// `service.base_url`: `https://generativelanguage.googleapis.com` or `http://localhost:8081`.
  Gemini(Service service, LiveSettings settings, Send send,
         std::function<std::int64_t()> now = now_utc_ns);
  const LiveSettings& settings() const { return settings_; }
  const std::string& base_url() const { return service_.base_url; }
  /// True when `base_url` is Google itself, not the emulator.
  bool is_google() const;
  /// Mints a token for a first socket or, with a handle, for a further one. The token's times are
  /// by the service's clock: when an answer shows that it differs from ours, the token is minted
  /// once more. Errors: UpstreamRefused with the type and the words of refusal.hpp.
  Task<Result<LiveToken>> mint(std::optional<ResumptionHandle> resume_from,
                               History history = History::None,
                               Deadline deadline = Deadline::never()) {
    return mint(settings_, std::move(resume_from), history, deadline);
  }
  /// The same with other settings than the server's own.
  Task<Result<LiveToken>> mint(LiveSettings settings, std::optional<ResumptionHandle> resume_from,
                               History history, Deadline deadline = Deadline::never());
  /// The models that talk, as the service lists them, after the one of the settings.
  Task<answering::Answer<std::vector<std::string>>> models(Deadline deadline);
  /// Our clock minus the service's, as far as known.
  std::chrono::seconds clock_ahead() const { return clock_.ahead(); }
  /// How long the service still asks us to wait; empty when it does not.
  std::optional<std::chrono::seconds> retry_after() const;
  /// What refusal.hpp needs to know about the request, now.
  Asked asked(const std::optional<ResumptionHandle>& resume_from) const;

 private:
  struct Attempt {
    Result<LiveToken> token;
    bool clock_moved = false;
  };
  Task<Attempt> attempt(LiveSettings settings, std::optional<ResumptionHandle> resume_from,
                        History history, Deadline deadline);

  const Service service_;
  const LiveSettings settings_;
  const Send send_;
  const std::function<std::int64_t()> now_;
  PeerClock clock_;
  std::atomic<std::int64_t> quiet_until_utc_ns_{0};
};

}  // namespace reprise::gemini
