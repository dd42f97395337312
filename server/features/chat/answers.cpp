#include "features/chat/answers.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/log.hpp"
#include "base/time_left.hpp"
#include "domain/chat/provider_stream.hpp"
#include "domain/session/session.hpp"
#include "features/chat/answers_state.hpp"

namespace reprise::chat {
namespace asio = boost::asio;
namespace json = boost::json;

using jobs::Wish;

namespace {

constexpr std::int64_t kLookedAtOnce = 100;
constexpr std::chrono::seconds kTitleWithin{15};
constexpr std::chrono::seconds kCancelledWithin{5};

Ending failed(const Error& error) {
  return {.state = chat::State::Failed, .trouble = Trouble{error.type, error.client_message}};
}

Ending failed(const gemini::NoAnswer& no) {
  Ending ending = failed(no.error);
  if (no.retry_after) {
    ending.trouble->detail += fmt::format(" It may work in {} s.", no.retry_after->count());
  }
  return ending;
}

Ending too_much() {
  return {.state = chat::State::Stopped,
          .trouble = Trouble{"answer-too-long",
                             "The answer was ended at the greatest length that is kept."}};
}

Ending too_much_before() {
  return {.state = chat::State::Failed,
          .trouble = Trouble{"context-too-long",
                             "This chat has grown too long for the model. Begin a new one."}};
}

std::size_t bytes_of(const std::vector<Turn>& turns) {
  std::size_t bytes = 0;
  for (const Turn& turn : turns) bytes += turn.text.size();
  return bytes;
}

}  // namespace

/// What came of writing an answer.
struct Answers::Outcome {
  Ending ending = {};
  Usage usage = {};
  /// False: it was ended in the database, or another node writes it.
  bool ours = true;
};

Answers::Answers(Messages& messages, gemini::TextApi& api, std::string instruction,
                 asio::any_io_executor executor)
    : messages_(messages),
      api_(api),
      instruction_(std::move(instruction)),
      state_(std::make_unique<State>(std::move(executor))) {}
Answers::~Answers() = default;

void Answers::begin(MessageId answer) {
  state_->tasks.spawn("answer", write(std::move(answer), Wish::Now));
}

void Answers::end_here(const MessageId& answer) {
  if (auto live = state_->find(answer)) state_->cancel(std::move(live));
}

Task<void> Answers::look_around() {
  if (state_->draining) co_return;
  for (std::string& id : co_await messages_.jobs().due(jobs::Kind::Answer, kLookedAtOnce)) {
    state_->tasks.spawn("answer", write(MessageId(std::move(id)), Wish::Due));
  }
}

void Answers::begin_draining() {
  state_->draining = true;
  state_->ring_all();
}

Task<void> Answers::close(Deadline deadline) {
  constexpr std::chrono::milliseconds kLookEvery{20};
  const Deadline until = sooner_of(deadline, kEndWithin);
  while (state_->tasks.running() > 0 && !until.passed()) co_await sleep_for(kLookEvery);
  for (auto& live : state_->all()) state_->cancel(std::move(live));
  co_await state_->tasks.join(Deadline::after(kCancelledWithin));
}

Task<void> Answers::write(MessageId answer, Wish wish) {
  jobs::Jobs& jobs = messages_.jobs();
  if (!co_await jobs.take(jobs::Kind::Answer, answer.value, wish)) co_return;
  std::string what;
  try {
    auto work = co_await messages_.work_of(answer);
    if (work) co_await write_taken(*std::move(work));
  } catch (const std::exception& error) {
    what = error.what();
  }
  if (what.empty()) {
    co_await jobs.done(jobs::Kind::Answer, answer.value);
  } else {
    co_await jobs.failed(jobs::Kind::Answer, answer.value, what);
  }
}

Task<void> Answers::write_taken(Work work) {
  const MessageId id = work.answer;
  if (take_over(work.pieces, messages_.now_utc_ns() - work.asked_utc_ns) == TakeOver::Fail) {
    log::warn("answer.interrupted", {{"message_id", id.value}});
    co_await messages_.finish(id, interrupted(), {});
    co_return;
  }
  const auto live = state_->add(id);
  const State::Removal removal{*state_, id};
  const Outcome outcome = co_await until_cancelled(live, work);
  std::optional<Message> answer;
  if (outcome.ours) answer = co_await messages_.finish(id, outcome.ending, outcome.usage);
  live->end();
  if (!answer) co_return;
  log::info("answer.ended", {{"message_id", id.value},
                             {"pieces", live->count()},
                             {"type", answer->trouble ? answer->trouble->type : ""}});
  if (work.untitled) {
    const bool whole = answer->state == chat::State::Complete;
    co_await give_title(std::move(work), whole ? std::move(answer->text) : std::string());
  }
}

/// Runs `generate` until it ends, or the answer is cancelled.
Task<Answers::Outcome> Answers::until_cancelled(std::shared_ptr<Live> live, Work work) {
  if (live->cancelled) co_return Outcome{.ending = interrupted()};
  try {
    co_return co_await asio::co_spawn(
        state_->executor, generate(live, std::move(work)),
        asio::bind_cancellation_slot(live->cancel.slot(), asio::use_awaitable));
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted || !live->cancelled) throw;
  }
  // A stop has ended it in the database already.
  co_return Outcome{.ending = interrupted()};
}

Task<Answers::Outcome> Answers::generate(std::shared_ptr<Live> live, Work work) {
  if (bytes_of(work.turns) > kContextBytesMax) co_return Outcome{.ending = too_much_before()};
  auto opened = co_await api_.stream(json::serialize(gemini_request(work.turns, instruction_)),
                                     Deadline::after(kBeginWithin));
  if (!opened) co_return Outcome{.ending = failed(opened.error())};
  ProviderStream provider;
  const Deadline deadline = Deadline::after(kAnswerWithin);
  std::size_t bytes = 0;
  bool more = true;
  while (more && !provider.over()) {
    auto piece = co_await (*opened)->next(sooner_of(deadline, kPieceWithin));
    more = piece && !piece->empty();
    if (more) provider.feed(*piece);
    if (!more) provider.end();
    std::string text = provider.take_text();
    if (text.empty()) continue;
    bytes += text.size();
    if (bytes > kAnswerBytesMax) co_return Outcome{.ending = too_much(), .usage = provider.usage()};
    const std::int64_t number = live->count() + 1;
    if (!co_await messages_.add_piece(work.answer, number, text)) co_return Outcome{.ours = false};
    live->add(std::move(text));
  }
  Outcome outcome{.ending = provider.ending(), .usage = provider.usage()};
  if (provider.error_body()) outcome.ending = failed(api_.explain(*provider.error_body()));
  co_return outcome;
}

Task<void> Answers::give_title(Work work, std::string answered) {
  std::string title;
  if (!answered.empty()) {
    const auto answer = co_await api_.ask(
        json::serialize(gemini_title_request(work.asked, answered)), Deadline::after(kTitleWithin));
    if (answer) title = gemini_title(*answer);
  }
  if (title.empty()) title = session::title_from(work.asked);
  if (!title.empty()) co_await messages_.give_title(std::move(work.chat), std::move(title));
}

}  // namespace reprise::chat
