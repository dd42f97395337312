#pragma once

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <functional>
#include <string_view>

#include "features/studies/participation.hpp"
#include "platform/http/http.hpp"

namespace reprise::studies {

/// Stands for the participant who has begun in this browser.
inline constexpr std::string_view kParticipantCookie = "__Host-participant";
/// For everybody, so the caller limits how often.
inline constexpr std::string_view kOpenPath = "/api/participation/open";
inline constexpr std::string_view kConsentPath = "/api/participation/consent";

/// A talk that a participant wants to begin.
struct TalkWish {
  Participation by;
  Preset preset;
  std::string locale;
  std::int64_t given_utc_ns = 0;  ///< when they consented
  bool camera = false;            ///< is recorded, too
};
struct BegunTalk {
  std::optional<session::LiveSessionId> id = std::nullopt;  ///< empty: it was refused
  std::string chat_id = {};
  http::Response response;
};
/// Begins a live session of the researcher's, recorded.
using BeginTalk = std::function<Task<BegunTalk>(TalkWish, Deadline)>;

/// Who hears what participants say, as they are told before they agree.
enum class AnsweredBy : std::uint8_t { Google, Emulator };
BOOST_DESCRIBE_ENUM(AnsweredBy, Google, Emulator)

/// What participants use (api/openapi.yaml, "participation"). `participations` outlives them.
http::Routes participation_routes(Participations& participations, AnsweredBy answered_by,
                                  BeginTalk begin_talk);

}  // namespace reprise::studies
