#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/async.hpp"
#include "domain/chat/message.hpp"
#include "features/chat/messages.hpp"
#include "platform/gemini/text_api.hpp"
#include "platform/http/http.hpp"

namespace reprise::chat {

/// A stream says at least this often that it is alive.
inline constexpr std::chrono::seconds kHeartbeatEvery{10};
/// How often the database is asked about an answer that another node writes.
inline constexpr std::chrono::milliseconds kAskEvery{250};
/// When a client whose stream ended early is to come again.
inline constexpr std::chrono::milliseconds kComeAgainAfter{500};
/// The model's service has this long to begin an answer, and between two pieces of it.
inline constexpr std::chrono::seconds kBeginWithin{60};
inline constexpr std::chrono::seconds kPieceWithin{90};
/// How long an answer may take in all.
inline constexpr std::chrono::minutes kAnswerWithin{15};
/// How long answers may go on when the server ends.
inline constexpr std::chrono::seconds kEndWithin{10};

/// Writes answers, whoever listens, and lets people listen. What a listener hears is stored before,
/// so that any node can repeat it (docs/adr/2026-11-29-answers.md). Any thread; what it is made of
/// outlives it. `executor` has one thread.
class Answers {
 public:
  Answers(Messages& messages, gemini::TextApi& api, std::string instruction,
          boost::asio::any_io_executor executor);
  ~Answers();

  /// Begins to write an answer whose job was stored.
  void begin(MessageId answer);
  /// Ends the work on an answer that was ended in the database, if it is done here.
  void end_here(const MessageId& answer);
  /// Goes on with answers whose node has died. Call it every second.
  Task<void> look_around();

  /// The answer's events after number `after`, until its end. Null: this user has too many streams
  /// open.
  std::unique_ptr<http::BodySource> listen(const access::UserId& user, MessageId answer,
                                           std::int64_t after);

  /// From here on streams end and tell their clients to come again.
  void begin_draining();
  /// Lets answers come to their end for at most kEndWithin; then they end as interrupted. On the
  /// executor's thread.
  Task<void> close(Deadline deadline);

 private:
  struct State;
  class Stream;
  struct Live;
  struct Outcome;
  Task<void> write(MessageId answer, jobs::Wish wish);
  Task<void> write_taken(Work work);
  Task<Outcome> generate(std::shared_ptr<Live> live, Work work);
  Task<Outcome> until_cancelled(std::shared_ptr<Live> live, Work work);
  Task<void> give_title(Work work, std::string answered);
  Task<std::optional<std::string>> events_after(const MessageId& answer, std::int64_t& after,
                                                bool& ended, Live* live);

  Messages& messages_;
  gemini::TextApi& api_;
  const std::string instruction_;
  const std::unique_ptr<State> state_;
};

}  // namespace reprise::chat
