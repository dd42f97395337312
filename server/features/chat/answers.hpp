#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/async.hpp"
#include "domain/chat/message.hpp"
#include "features/chat/attached_files.hpp"
#include "features/chat/messages.hpp"
#include "features/chat/providers.hpp"
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

/// How answers are asked for.
struct AnswerSettings {
  std::string instruction =
      "You are a helpful companion in a chat. Answer in the person's language, as short as the "
      "question allows. Use Markdown where it helps.";
  /// When the messages above a question are more, the oldest are told again in a summary.
  std::size_t context_tokens_max = 200'000;
  /// So much of the newest messages a live session is told when it begins; 0: nothing.
  std::size_t live_tokens_max = 8'000;
};

/// Writes answers, whoever listens, and lets people listen. What a listener hears is stored before,
/// so that any node can repeat it (docs/adr/2026-11-29-answers.md). Any thread; what it is made of
/// outlives it. `executor` has one thread.
class Answers {
 public:
  Answers(Messages& messages, const Providers& providers, AttachedFiles& files,
          AnswerSettings settings, boost::asio::any_io_executor executor);
  ~Answers();

  const AnswerSettings& settings() const { return settings_; }

  /// Begins to write an answer whose job was stored, for the trace of the request that asked.
  void begin(MessageId answer, std::optional<CallTrace> trace = std::nullopt);
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
  struct Written;
  Task<void> write(MessageId answer, jobs::Wish wish, std::optional<CallTrace> trace);
  Task<void> write_taken(Work work);
  Task<Written> generate(std::shared_ptr<Live> live, Work work);
  Task<Written> until_cancelled(std::shared_ptr<Live> live, Work work);
  Task<Written> read(std::shared_ptr<Live> live, const Work& work, http::StreamedAnswer& stream,
                     answering::TextService& service);
  Task<std::optional<Ending>> make_room(Work& work, answering::TextService& service);
  Task<void> give_title(Work work, std::string answered);
  Task<std::optional<std::string>> events_after(const MessageId& answer, std::int64_t& after,
                                                bool& ended, Live* live);

  Messages& messages_;
  const Providers& providers_;
  AttachedFiles& files_;
  const AnswerSettings settings_;
  const std::unique_ptr<State> state_;
};

}  // namespace reprise::chat
