// Listening to an answer.

#include "base/time_left.hpp"
#include "domain/chat/events.hpp"
#include "features/chat/answers_state.hpp"
#include "features/chat/message_json.hpp"
#include "platform/http/waiting_source.hpp"

namespace reprise::chat {

namespace {

Bytes to_bytes(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

}  // namespace

class Answers::Stream final : public http::WaitingSource {
 public:
  Stream(Answers& answers, std::string user, MessageId answer, std::int64_t after)
      : answers_(answers), user_(std::move(user)), answer_(std::move(answer)), after_(after) {}
  ~Stream() override { answers_.state_->close_stream(user_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Task<Bytes> next() override {
    if (!std::exchange(begun_, true)) co_return to_bytes(retry_field(kComeAgainAfter.count()));
    if (ended_) co_return Bytes();
    const Deadline heartbeat = Deadline::after(kHeartbeatEvery);
    for (;;) {
      const auto live = answers_.state_->find(answer_);
      const std::uint64_t rung = live ? live->bell.rung() : 0;
      const auto events = co_await answers_.events_after(answer_, after_, ended_, live.get());
      if (!events) co_return Bytes();  // it is gone
      if (!events->empty()) co_return to_bytes(*events);
      if (ended_) co_return Bytes();  // everything was heard before
      if (answers_.state_->draining) {
        ended_ = true;
        co_return to_bytes(retry_field(kComeAgainAfter.count()));
      }
      if (heartbeat.passed()) {
        // Its writer may wait for the model's service and not know that it was removed.
        const auto there = co_await answers_.messages_.progress(answer_, after_);
        co_return there ? to_bytes(kHeartbeat) : Bytes();
      }
      if (live) {
        co_await live->bell.wait(rung, heartbeat);
      } else {
        co_await until_written_here(Deadline::after(kAskEvery));
      }
    }
  }

 private:
  /// Who asks a question listens to its answer before the answer is begun.
  Task<void> until_written_here(Deadline deadline) {
    for (;;) {
      const std::uint64_t rung = answers_.state_->begun.rung();
      if (deadline.passed() || answers_.state_->find(answer_)) co_return;
      co_await answers_.state_->begun.wait(rung, deadline);
    }
  }

  Answers& answers_;
  const std::string user_;
  const MessageId answer_;
  std::int64_t after_;
  bool begun_ = false;
  bool ended_ = false;
};

/// The events after number `after`, which moves on; no text: there is nothing new. Empty: the
/// answer is gone.
Task<std::optional<std::string>> Answers::events_after(const MessageId& answer, std::int64_t& after,
                                                       bool& ended, Live* live) {
  std::string events;
  const auto add = [&](const std::vector<std::string>& pieces) {
    for (const std::string& piece : pieces) events += delta_event(++after, piece);
  };
  if (live != nullptr) {
    if (const auto pieces = live->after(after)) {
      add(*pieces);
      co_return events;
    }
  }
  const auto progress = co_await messages_.progress(answer, after);
  if (!progress) co_return std::nullopt;
  add(progress->pieces);
  if (progress->state != chat::State::Streaming) {
    const auto message = co_await messages_.ended_answer(answer);
    if (!message) co_return std::nullopt;
    ended = true;
    if (after <= progress->count) events += last_event(++after, *message);
  }
  co_return events;
}

std::unique_ptr<http::BodySource> Answers::listen(const access::UserId& user, MessageId answer,
                                                  std::int64_t after) {
  if (!state_->open_stream(user.value)) return nullptr;
  return std::make_unique<Stream>(*this, user.value, std::move(answer), after);
}

}  // namespace reprise::chat
