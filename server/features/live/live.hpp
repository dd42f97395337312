#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "domain/session/session.hpp"
#include "features/live/signs_of_life.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/archive/parts.hpp"
#include "platform/gemini/gemini.hpp"

namespace reprise::live {

enum class ConsentMethod { Button };
BOOST_DESCRIBE_ENUM(ConsentMethod, Button)
enum class ConsentChannel { Microphone, Camera, Model, Messages };
BOOST_DESCRIBE_ENUM(ConsentChannel, Microphone, Camera, Model, Messages)

/// As in api/openapi.yaml.
struct Consent {
  std::string text_version;
  std::string text_sha256;
  std::string locale;
  std::string given_at;
  ConsentMethod method = ConsentMethod::Button;
  std::vector<ConsentChannel> channels;
};
BOOST_DESCRIBE_STRUCT(Consent, (), (text_version, text_sha256, locale, given_at, method, channels))

struct LiveSessionCreate {
  std::string chat_id;
  bool record = false;
  std::optional<Consent> consent;
  /// The page first tells the model what was said before in the chat.
  std::optional<bool> history = std::nullopt;
  /// The model is told this task, besides the usual instruction.
  std::optional<std::string> tell_task_id = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(LiveSessionCreate, (), (chat_id, record, consent, history, tell_task_id))

/// Checks lengths and forms, which the JSON reader does not. Errors: Invalid naming the member;
/// Unprocessable `consent-required`.
Result<std::optional<archive::Consent>> checked_consent(const LiveSessionCreate& wish);

/// What a further socket begins with.
struct SocketWish {
  std::optional<gemini::ResumptionHandle> resume_from = std::nullopt;
  gemini::History history = gemini::History::None;
};
/// Reads the body of a token request: no body or `{}` for a first socket, or a handle, or
/// `history`. Errors: Invalid. The error repeats nothing of the body, since that may hold a handle.
Result<SocketWish> wanted_socket(std::string_view body);

struct Started {
  archive::LiveSession live_session;
  std::optional<session::RecordingId> recording_id;
  gemini::LiveSettings settings;  ///< that the token fixes
  gemini::LiveToken token;
};

/// What a live session is held with, when that is not the server's own; empty: it is.
using PresetOf = std::function<Task<std::optional<gemini::LiveSettings>>(session::LiveSessionId)>;

/// What a model is told of a task. Errors: NotFound, Unprocessable.
using WordsOfTask =
    std::function<Task<Result<std::string>>(access::UserId, std::string task_id, Deadline)>;

/// One more token, and what is recorded with it.
struct Minted {
  std::optional<session::RecordingId> recording_id;
  std::string model;
  gemini::LiveToken token;
};

/// The body of `…/withdraw-consent`.
struct Withdrawal {
  session::Withdrawn recording = session::Withdrawn::Keep;  ///< what becomes of what is there
  /// The last chunk that was recorded before; empty: the last that is stored.
  std::optional<std::int64_t> last_seq = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(Withdrawal, (), (recording, last_seq))

/// Begins and ends live sessions. Media never passes here: the browser talks to Gemini with the
/// token. Any thread. What is out of reach is not found.
class Live {
 public:
  /// What it asks of the archive.
  using Asks = archive::Uses<archive::Room, archive::Erasures, archive::Common>;

  Live(archive::LiveSessions& sessions, Asks archive, gemini::Gemini& gemini,
       std::function<SignsOfLife::Clock::time_point()> now = SignsOfLife::Clock::now,
       PresetOf preset_of = {}, WordsOfTask words_of_task = {})
      : sessions_(sessions),
        archive_(archive),
        gemini_(gemini),
        now_(std::move(now)),
        preset_of_(std::move(preset_of)),
        words_of_task_(std::move(words_of_task)) {}
  /// Creates the live session and everything that belongs to it, or nothing. `preset`: instead of
  /// the server's settings; `preset_of` must then know the live session. Errors: NotFound (chat),
  /// Invalid, `consent-required`, `disk-full`, those of the task, and those of minting.
  Task<Result<Started>> start(access::UserId owner, LiveSessionCreate wish, Deadline deadline,
                              std::optional<gemini::LiveSettings> preset = std::nullopt);
  /// Mints a token for one more socket, which resumes from the handle if there is one. Errors:
  /// NotFound; Conflict `live-session-ended`, `consent-withdrawn`; those of minting.
  Task<Result<Minted>> mint_again(access::Reach reach, session::LiveSessionId id, SocketWish wish,
                                  Deadline deadline);
  Task<Result<archive::LiveSession>> find(access::Reach reach, session::LiveSessionId id,
                                          Deadline deadline);
  Task<Result<archive::LiveSession>> end(access::Reach reach, session::LiveSessionId id,
                                         session::SessionEnd reason, Deadline deadline);
  /// Takes the consent to a recording back. Errors: NotFound; Conflict `no-consent`, and
  /// `recording-held` when it is to be erased and is held: then nothing is noted.
  Task<Result<archive::LiveSession>> withdraw(access::Reach reach, session::LiveSessionId id,
                                              Withdrawal wish, Deadline deadline);
  /// A sign of life of a talk that is not recorded. Errors: NotFound; Conflict
  /// `live-session-ended`.
  Task<Result<void>> keep(access::Reach reach, session::LiveSessionId id, Deadline deadline);
  /// Ends the talks whose signs of life have stopped. Call it every few seconds.
  Task<void> end_silent();
  const gemini::Gemini& gemini() const { return gemini_; }

 private:
  jobs::Jobs& jobs() const { return archive_.part<archive::Common>().jobs(); }
  /// The signs of one talk reach different nodes, so they are kept in the database.
  bool is_shared() const { return jobs().nodes() == jobs::Nodes::Several; }
  Task<void> end_one(std::string id);
  Task<gemini::LiveSettings> settings_of(session::LiveSessionId id);
  Task<Result<std::string>> words_of(access::UserId owner, std::optional<std::string> task_id,
                                     Deadline deadline);

  archive::LiveSessions& sessions_;
  const Asks archive_;
  gemini::Gemini& gemini_;
  const std::function<SignsOfLife::Clock::time_point()> now_;
  const PresetOf preset_of_;
  const WordsOfTask words_of_task_;
  SignsOfLife signs_;
};

}  // namespace reprise::live
