#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "domain/access/principal.hpp"
#include "domain/session/session.hpp"
#include "domain/study/study.hpp"
#include "domain/task/task.hpp"
#include "platform/archive/parts.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/database.hpp"

namespace reprise::studies {

using study::ParticipantId;
using study::StudyId;

/// How long a participant who has begun may answer and talk.
inline constexpr std::int64_t kTakePartNs = std::int64_t{24} * 3'600 * 1'000'000'000;
/// How long their browser may send what it still holds of their talk, and take the consent back.
inline constexpr std::int64_t kSendNs = std::int64_t{7} * 24 * 3'600 * 1'000'000'000;
/// A talk may break off; so many a participant may begin.
inline constexpr std::int64_t kTalksMax = 10;

struct ConsentText {
  std::int64_t version = 1;
  std::string text;
  std::string sha256_hex;
};

/// What a participant is given to do while talking.
struct TalkTask {
  std::string title;
  std::string text;
  std::vector<task::Step> steps;
};

/// A participant, as they see it: nothing of other people, and not the condition's name.
struct Participation {
  ParticipantId id{""};
  StudyId study_id{""};
  access::UserId owner;
  std::int64_t number = 0;
  std::string study_title;
  study::Stage stage = study::Stage::Invited;
  ConsentText consent;  ///< that was agreed to, or would be
  std::optional<std::int64_t> begun_utc_ns;
  std::optional<study::Condition> condition;  ///< once it is drawn
  bool camera = false;           ///< may be on; before the condition is drawn: in one of them
  std::optional<TalkTask> task;  ///< empty: it was deleted
  study::Part before;
  study::Part after;
  std::int64_t talks = 0;
  std::optional<std::string> chat_id;
};

/// What a talk of a participant is held with.
struct Preset {
  std::string model;  ///< empty: the server's; so are the others
  std::string voice;
  std::string instruction;
};

/// Whose a talk is, and who holds it.
struct TalkOwner {
  access::UserId owner;
  ParticipantId participant;
  bool may_run = true;  ///< false: the owner may run no studies now, so only withdrawing goes on
};

/// Participants: whoever has a link, or the cookie that it was exchanged for. What they do is in
/// the audit log, as a deed of the participant to the study; of a Doer only the request and the
/// address count. Any thread. Throws DatabaseError.
class Participations {
 public:
  using Asks = archive::Uses<archive::Erasures>;
  /// All outlive it.
  Participations(database::Database& database, Asks archive, audit::AuditLog& audit,
                 std::function<std::int64_t()> now_utc_ns)
      : database_(database), archive_(archive), audit_(audit), now_(std::move(now_utc_ns)) {}

  /// Looks at a link, and counts it. Errors: NotFound `link-unknown`; those of study::check_link.
  Task<Result<Participation>> open(std::string secret, std::string cookie, audit::Doer doer,
                                   Deadline deadline);
  /// Begins: notes the consent to a version of the text, draws a condition, and gives the cookie
  /// that stands for the participant from now on. Errors: as `open`; Conflict `consent-changed`
  /// (the text is a newer one), `study-full`.
  Task<Result<std::pair<Participation, std::string>>> consent(std::string secret,
                                                              std::int64_t version,
                                                              audit::Doer doer, Deadline deadline);
  /// Who has this cookie. Errors: NotFound `no-participation`.
  Task<Result<Participation>> find(std::string cookie, Deadline deadline);
  /// Stores the answers to what is asked at this stage, and goes on. The same again changes
  /// nothing. Errors: as `find`; Invalid `answer-refused`; Conflict `wrong-stage`, `study-closed`
  /// (the researcher is disabled, or is none any more); Gone `link-expired`.
  Task<Result<Participation>> answer(std::string cookie, study::Stage part,
                                     boost::json::value answers, audit::Doer doer,
                                     Deadline deadline);
  /// Whether a talk may begin now. Errors: as `answer`, but for the answers; Conflict `talks-full`.
  Task<Result<Participation>> may_talk(std::string cookie, Deadline deadline);
  /// Notes a talk that has begun, also with the study's task.
  Task<void> add_talk(Participation by, std::string chat_id, session::LiveSessionId live,
                      Deadline deadline);
  /// The participant has talked enough. Errors: as `answer`; Conflict `no-talk` before any talk.
  Task<Result<Participation>> end_talk(std::string cookie, audit::Doer doer, Deadline deadline);
  /// Takes the consent back: the answers are removed and the recordings erased, except those that
  /// the researcher must hold. Errors: as `find`.
  Task<Result<Participation>> withdraw(std::string cookie, audit::Doer doer, Deadline deadline);

  /// The owner of a live session or recording that was made with this cookie; empty: of no such.
  Task<std::optional<TalkOwner>> owner_of(std::string cookie, std::string id, Deadline deadline);
  /// The participant's id; empty: nobody.
  Task<std::optional<std::string>> participant_of(std::string cookie, Deadline deadline);
  /// Empty: the live session is of no study.
  Task<std::optional<Preset>> preset_of(session::LiveSessionId live);

 private:
  database::Database& database_;
  const Asks archive_;
  audit::AuditLog& audit_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::studies
