#pragma once

#include <string>
#include <string_view>

#include "platform/http/http.hpp"

namespace reprise::emulator {

// Close codes, and how Google's reasons begin, as observed (2026). A reason whose wording is not
// known begins with "[emulator]".
namespace close_with {

inline constexpr std::uint16_t kBadArgument = 1007;
inline constexpr std::uint16_t kNotAllowed = 1008;
inline constexpr std::uint16_t kServerFault = 1011;

/// A control frame holds 125 bytes, two of them the code (RFC 6455 5.5.1).
inline constexpr std::size_t kReasonBytesMax = 123;

/// Cuts the reason to the allowed length. ASCII is expected; other text is cut between characters.
http::CloseReason reason(std::uint16_t code, std::string_view text);

inline constexpr std::string_view kInvalidArgument = "Request contains an invalid argument.";
inline constexpr std::string_view kBadKey = "API key not valid. Please pass a valid API key.";
inline constexpr std::string_view kNoToken =
    "Missing or malformed auth token. Please pass it in the access_token query parameter.";
inline constexpr std::string_view kMediaChunks =
    "realtime_input.media_chunks is deprecated. Use audio, video, or text instead.";
inline constexpr std::string_view kTextFromAudioModel =
    "Cannot extract voices from a non-audio request.";
inline constexpr std::string_view kUnregistered =
    "Method doesn't allow unregistered callers (callers without established identity). Please use "
    "API Key or other form of API consumer identity to call this API.";
inline constexpr std::string_view kSessionNotFound = "BidiGenerateContent session not found";
inline constexpr std::string_view kTokenExpired =
    "[emulator] The auth token has expired (expireTime). Mint a new one.";
inline constexpr std::string_view kTokenTooLate =
    "[emulator] The auth token opens no new session any more (newSessionExpireTime).";
inline constexpr std::string_view kTokenSpent =
    "[emulator] The auth token has been used up (uses). Mint a new one.";
inline constexpr std::string_view kSessionAlive =
    "[emulator] Internal error: the session of this handle still has an open socket.";
inline constexpr std::string_view kDeadline = "Deadline expired before operation could complete.";
inline constexpr std::string_view kNoSetup = "[emulator] No setup message came within 30 seconds.";
inline constexpr std::string_view kTooSlow = "[emulator] The client does not read fast enough.";

}  // namespace close_with
}  // namespace reprise::emulator
