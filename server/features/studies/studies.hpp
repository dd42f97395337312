#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "domain/access/reach.hpp"
#include "domain/study/study.hpp"
#include "platform/database/database.hpp"

namespace reprise::studies {

using study::ParticipantId;
using study::StudyId;

/// Of one person; they are listed at once.
inline constexpr std::int64_t kStudiesMax = 200;
/// Of one study; they are listed at once.
inline constexpr std::int64_t kParticipantsMax = 2'000;
/// Made by one request.
inline constexpr std::int64_t kLinksAtOnceMax = 100;
/// A link works for this long unless its maker says otherwise.
inline constexpr std::int64_t kLinkLifeUsualNs = std::int64_t{30} * 86'400 * 1'000'000'000;
inline constexpr std::int64_t kLinkLifeMaxNs = std::int64_t{366} * 86'400 * 1'000'000'000;

struct ConditionUse {
  study::Condition condition;
  std::int64_t taken = 0;  ///< participants who have it and did not withdraw
  std::int64_t done = 0;   ///< of these, who have ended
};

/// How many participants are at each stage.
struct Progress {
  std::int64_t links = 0;  ///< made and not taken back
  std::int64_t begun = 0;  ///< have consented, and did not withdraw
  std::int64_t done = 0;
  std::int64_t withdrawn = 0;
};

struct Study {
  StudyId id{""};
  std::optional<std::string> task_id;  ///< empty: the task was deleted
  std::string title;
  study::State state = study::State::Draft;
  std::int64_t consent_version = 1;
  std::string consent_text;
  std::vector<ConditionUse> conditions;
  study::Part before;
  study::Part after;
  Progress progress;
  std::int64_t created_utc_ns = 0;
  std::int64_t updated_utc_ns = 0;
};

/// A live session that a participant held.
struct Talk {
  std::string live_session_id;
  std::optional<std::string> recording_id;  ///< empty: erased
  std::optional<std::int64_t> duration_ns;
};

struct Participant {
  ParticipantId id{""};
  std::int64_t number = 0;
  study::Stage stage = study::Stage::Invited;
  std::optional<std::string> condition;  ///< its name
  std::int64_t created_utc_ns = 0;
  std::int64_t expires_utc_ns = 0;
  std::optional<std::int64_t> revoked_utc_ns;
  std::int64_t opened = 0;
  std::optional<std::int64_t> begun_utc_ns;
  std::optional<std::int64_t> consent_version;
  std::optional<std::int64_t> ended_utc_ns;
  study::Answers before;
  study::Answers after;
  std::vector<Talk> talks;
};

struct NewLink {
  Participant participant;
  std::string secret;  ///< shown once
};

/// Studies, as researchers see them. Any thread. Errors are NotFound (also for what is out of
/// reach) unless said otherwise. Throws DatabaseError.
class Studies {
 public:
  Studies(database::Database& database, std::function<std::int64_t()> now_utc_ns)
      : database_(database), now_(std::move(now_utc_ns)) {}

  /// `made` has a title, a consent text and conditions. Errors: also NotFound for the task;
  /// Unprocessable `studies-full`.
  Task<Result<Study>> create(access::UserId owner, std::string task_id, study::Change made,
                             Deadline deadline);
  /// The newest first; of one task only when it is named.
  Task<std::vector<Study>> list(access::UserId owner, std::optional<std::string> task_id,
                                Deadline deadline);
  Task<Result<Study>> find(access::Reach reach, StudyId id, Deadline deadline);
  /// A changed consent text is a new version. Errors: also Conflict `study-begun` for conditions
  /// and questionnaires once somebody takes part.
  Task<Result<Study>> change(access::Reach reach, StudyId id, study::Change change,
                             Deadline deadline);
  /// Recordings stay. Errors: also Conflict `study-begun`, unless `with_participants`.
  Task<Status> remove(access::Reach reach, StudyId id, bool with_participants, Deadline deadline);

  /// In the order of their numbers.
  Task<Result<std::vector<Participant>>> participants(access::Reach reach, StudyId id,
                                                      Deadline deadline);
  /// Errors: also Unprocessable `participants-full`.
  Task<Result<std::vector<NewLink>>> add_links(access::Reach reach, StudyId id, std::int64_t count,
                                               std::int64_t expires_utc_ns, Deadline deadline);
  /// Takes a link back that nobody has begun with. Errors: also Conflict `link-used`.
  Task<Status> revoke(access::Reach reach, StudyId id, ParticipantId participant,
                      Deadline deadline);

 private:
  database::Database& database_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::studies
