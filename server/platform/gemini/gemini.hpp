#pragma once

// The server's side of Google's Gemini API (or of the emulator): minting tokens for live sessions.

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/types.hpp"

namespace reprise::gemini {

/// The one version that we use everywhere; Live and tokens are not offered under `v1`.
inline constexpr const char* kApiVersion = "v1beta";
/// A token opens one socket, within a minute, and its socket may talk for half an hour.
inline constexpr int kTokenUses = 1;
inline constexpr std::chrono::seconds kOpenWithin{60};
inline constexpr std::chrono::minutes kTalkWithin{30};

/// What a live session is locked to.
struct LiveSettings {
  std::string model;        ///< `gemini-3.8-live`, without `models/`
  std::string voice;        ///< `Kore`
  std::string instruction;  ///< empty: none
};

/// What a further socket of a live session goes on from. A secret: it resumes the talk for two
/// hours, so it is never stored, logged or sent back.
using ResumptionHandle = Strong<struct ResumptionHandleTag, std::string>;
/// Google's are far shorter; this only bounds what a browser may make us send.
inline constexpr std::size_t kHandleBytesMax = 4096;

/// The configuration as the SDK's `live.connect({config})` takes it, for the first socket.
boost::json::object sdk_config(const LiveSettings& settings);
/// The same as the `setup` message on the wire; with a handle, for a further socket.
boost::json::object live_setup(const LiveSettings& settings,
                               const std::optional<ResumptionHandle>& resume_from);
/// The body of `POST /v1beta/auth_tokens`. It holds the whole setup and no field mask, so the setup
/// that the browser sends counts for nothing. Google is reported to refuse the nested paths of a
/// mask (googleapis/js-genai#1492, 2026-04), and this form needs none.
std::string token_request(const LiveSettings& settings,
                          const std::optional<ResumptionHandle>& resume_from,
                          std::int64_t now_utc_ns);

/// An answer to an outgoing request.
struct PostAnswer {
  int status = 0;
  std::string body;
};
/// Sends JSON with the header `x-goog-api-key`. Errors: UpstreamRefused when nobody answers in
/// time.
using Post = std::function<Task<Result<PostAnswer>>(std::string url, std::string key,
                                                    std::string body, Deadline deadline)>;

struct LiveToken {
  std::string token;  ///< a secret: never stored, never logged
  std::int64_t expires_utc_ns = 0;
};

/// Any thread; outlives every call.
class Gemini {
 public:
  /// `base_url` without a trailing slash: `https://generativelanguage.googleapis.com` or
  /// `http://localhost:8081`.
  Gemini(std::string base_url, std::string key, LiveSettings settings, Post post);
  const LiveSettings& settings() const { return settings_; }
  const std::string& base_url() const { return base_url_; }
  /// Google itself, and not the emulator, answers at `base_url`.
  bool is_google() const;
  /// Mints a token for a first socket, or for one that goes on from a handle. Errors:
  /// UpstreamRefused `model-unreachable` or `model-refused`, with a sentence for the person.
  Task<Result<LiveToken>> mint(std::optional<ResumptionHandle> resume_from) const;

 private:
  const std::string base_url_;
  const std::string key_;
  const LiveSettings settings_;
  const Post post_;
};

}  // namespace reprise::gemini
