#pragma once

// Studies: what a researcher sets up, who takes which condition, and how far a participant is. The
// rules; pure.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "domain/study/questionnaire.hpp"

namespace reprise::study {

using StudyId = Strong<struct StudyIdTag, std::string>;              ///< UUIDv7 text
using ParticipantId = Strong<struct ParticipantIdTag, std::string>;  ///< UUIDv7 text

inline constexpr std::size_t kConditionsMax = 12;
inline constexpr std::int64_t kQuotaMax = 10'000;
/// Limits in code points.
inline constexpr std::size_t kNameCharactersMax = 100;
inline constexpr std::size_t kConsentCharactersMax = 20'000;
inline constexpr std::size_t kInstructionCharactersMax = 8'000;

enum class State {
  Draft,   ///< being set up: no link works
  Open,    ///< takes participants
  Closed,  ///< takes no new ones; whoever has begun may end
};
BOOST_DESCRIBE_ENUM(State, Draft, Open, Closed)

/// What a participant talks with.
struct Condition {
  std::string id;  ///< UUID text
  std::string name;
  std::string model;                  ///< empty: the server's
  std::string voice;                  ///< empty: the server's
  std::string instruction;            ///< for the model; empty: the server's
  bool camera = false;                ///< whether the camera may be on
  std::optional<std::int64_t> quota;  ///< how many participants at most
  friend bool operator==(const Condition&, const Condition&) = default;
};
BOOST_DESCRIBE_STRUCT(Condition, (), (id, name, model, voice, instruction, camera, quota))

/// What somebody sends to make or change a study; only what is given is changed.
struct Change {
  std::optional<std::string> title;
  std::optional<State> state;
  std::optional<std::string> consent_text;
  std::optional<std::vector<Condition>> conditions;
  std::optional<Part> before;
  std::optional<Part> after;
};

/// Reads the body of a change. Makes the ids that are not given. Errors: Invalid, which names the
/// member.
Result<Change> read_change(const boost::json::value& body);

/// Whether one may set the conditions to `next` once somebody takes part: names, models and the
/// like must stay, quotas may change.
bool keeps_conditions(const std::vector<Condition>& now, const std::vector<Condition>& next);

/// How many participants a condition has, who did not withdraw.
struct Taken {
  std::int64_t count = 0;
  std::optional<std::int64_t> quota;
};
/// Which condition the next participant gets: the one that has the fewest, of those with room. Of
/// equal ones, one by chance: the same seed and number always choose the same. Empty: all are full.
std::optional<std::size_t> assign(std::span<const Taken> conditions, std::uint64_t seed,
                                  std::uint64_t number);

/// How far a participant is.
enum class Stage {
  Invited,    ///< has a link
  Before,     ///< has consented; answers what is asked before
  Talk,       ///< may talk
  After,      ///< answers what is asked after
  Done,       ///< has ended
  Withdrawn,  ///< took the consent back
};
BOOST_DESCRIBE_ENUM(Stage, Invited, Before, Talk, After, Done, Withdrawn)

/// The stage that follows, past questionnaires that ask nothing.
Stage stage_after(Stage stage, bool asks_before, bool asks_after);

/// What the rules need to know about a link.
struct LinkFacts {
  Stage stage = Stage::Invited;
  State study = State::Draft;
  bool same_browser = false;  ///< that of the participant who has begun with it
  bool revoked = false;
  std::int64_t expires_utc_ns = 0;
};
/// Whether a link opens the study, now. Errors: Gone `link-expired`, `link-revoked`; Conflict
/// `link-used`, `study-closed`. Each names the field `secret`.
Status check_link(const LinkFacts& link, std::int64_t now_utc_ns);

}  // namespace reprise::study
