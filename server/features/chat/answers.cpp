#include "features/chat/answers.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/log.hpp"
#include "base/time_left.hpp"
#include "domain/chat/provider_stream.hpp"
#include "domain/recording/view/first_words.hpp"
#include "domain/session/session.hpp"
#include "features/chat/answers_state.hpp"

namespace reprise::chat {
namespace asio = boost::asio;

using jobs::Wish;

namespace {

constexpr std::int64_t kLookedAtOnce = 100;
constexpr std::chrono::seconds kTitleWithin{15};
constexpr std::chrono::seconds kSummaryWithin{60};
constexpr std::chrono::seconds kCancelledWithin{5};

Ending failed(const Error& error) {
  return {.state = chat::State::Failed, .trouble = Trouble{error.type, error.client_message}};
}

Ending failed(const answering::NoAnswer& no) {
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

Ending provider_gone() {
  return {.state = chat::State::Failed,
          .trouble = Trouble{"provider-gone",
                             "Who was to answer is not set up on this server any more. Choose "
                             "another one for this chat, and try again."}};
}

std::string question_of(const Branch& branch) {
  return branch.empty() ? std::string() : branch.back().turn.text;
}

/// A title; empty for a greeting alone: the next message may tell what the chat is about.
std::string without_greeting(const std::string& words) {
  return session::title_from(
      recording::begins_with_greeting(words) ? recording::first_words_of_text(words) : words);
}

}  // namespace

/// What came of writing an answer.
struct Answers::Written {
  Outcome outcome = {};
  /// False: it was ended in the database, or another node writes it.
  bool ours = true;

  static Written ended(Ending ending) { return {.outcome = {.ending = std::move(ending)}}; }
};

Answers::Answers(Messages& messages, const Providers& providers, AttachedFiles& files,
                 AnswerSettings settings, asio::any_io_executor executor)
    : messages_(messages),
      providers_(providers),
      files_(files),
      settings_(std::move(settings)),
      state_(std::make_unique<State>(std::move(executor))) {}
Answers::~Answers() = default;

void Answers::begin(MessageId answer, std::optional<CallTrace> trace) {
  state_->tasks.spawn("answer", write(std::move(answer), Wish::Now, trace));
}

void Answers::end_here(const MessageId& answer) {
  if (auto live = state_->find(answer)) state_->cancel(std::move(live));
}

Task<void> Answers::look_around() {
  if (state_->draining) co_return;
  for (std::string& id : co_await messages_.jobs().due(jobs::Kind::Answer, kLookedAtOnce)) {
    state_->tasks.spawn("answer", write(MessageId(std::move(id)), Wish::Due, std::nullopt));
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

Task<void> Answers::write(MessageId answer, Wish wish, std::optional<CallTrace> trace) {
  jobs::Jobs& jobs = messages_.jobs();
  if (!co_await jobs.take(jobs::Kind::Answer, answer.value, wish)) co_return;
  std::string what;
  try {
    auto work = co_await messages_.work_of(answer);
    if (work) {
      work->trace = trace;
      co_await write_taken(*std::move(work));
    }
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
    co_await messages_.finish(id, {.ending = interrupted()});
    co_return;
  }
  const auto live = state_->add(id);
  // The lease went to another node, which has died, while its writer here waits for the service.
  if (!live) throw std::runtime_error("it is still written here");
  const State::Removal removal{*state_, id};
  Written written = co_await until_cancelled(live, work);
  std::optional<Message> answer;
  if (written.ours) answer = co_await messages_.finish(id, std::move(written.outcome));
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
Task<Answers::Written> Answers::until_cancelled(std::shared_ptr<Live> live, Work work) {
  if (live->cancelled) co_return Written::ended(interrupted());
  try {
    co_return co_await asio::co_spawn(
        state_->executor, generate(live, std::move(work)),
        asio::bind_cancellation_slot(live->cancel.slot(), asio::use_awaitable));
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted || !live->cancelled) throw;
  }
  // A stop has ended it in the database already.
  co_return Written::ended(interrupted());
}

/// Tells the oldest messages again in a summary when all of them are too many. An ending: the
/// answer cannot be given.
Task<std::optional<Ending>> Answers::make_room(Work& work, answering::TextService& service) {
  const std::size_t count = too_old(work.branch, settings_.context_tokens_max);
  if (count > 0) {
    const auto summary =
        co_await service.ask(work.by.model, summary_prompt(work.branch, count),
                             Deadline::after(kSummaryWithin).for_trace(work.trace));
    if (!summary) co_return failed(summary.error());
    if (summary->empty()) co_return too_much_before();
    const MessageId covered = work.branch[count - 1].message;
    if (!co_await messages_.add_summary(work.answer, covered, *summary)) co_return interrupted();
    log::info("chat.summarised", {{"message_id", work.answer.value}, {"turns", count}});
    put_summary(work.branch, work.answer, covered, *summary);
  }
  if (bytes_of(work.branch) > kContextBytesMax) co_return too_much_before();
  co_return std::nullopt;
}

Task<Answers::Written> Answers::generate(std::shared_ptr<Live> live, Work work) {
  answering::TextService* service = providers_.find(work.by.provider);
  if (service == nullptr) co_return Written::ended(provider_gone());
  if (auto full = co_await make_room(work, *service)) co_return Written::ended(*std::move(full));
  auto turns = co_await files_.loaded(work.owner, turns_of(work.branch), service->facts());
  if (!turns) co_return Written::ended(failed(turns.error()));
  auto opened = co_await service->stream(
      work.by.model,
      {.turns = *std::move(turns), .instruction = settings_.instruction, .reasoning = true},
      Deadline::after(kBeginWithin).for_trace(work.trace));
  if (!opened) co_return Written::ended(failed(opened.error()));
  co_return co_await read(std::move(live), work, **opened, *service);
}

/// Stores an answer while it comes.
Task<Answers::Written> Answers::read(std::shared_ptr<Live> live, const Work& work,
                                     http::StreamedAnswer& stream,
                                     answering::TextService& service) {
  ProviderStream provider(service.facts().dialect);
  const Deadline deadline = Deadline::after(kAnswerWithin);
  std::size_t bytes = 0;
  bool more = true;
  std::optional<Ending> early;
  while (more && !early && !provider.over()) {
    auto piece = co_await stream.next(sooner_of(deadline, kPieceWithin));
    more = piece && !piece->empty();
    if (more) provider.feed(*piece);
    if (!more) provider.end();
    std::string text = provider.take_text();
    if (text.empty()) continue;
    bytes += text.size();
    if (bytes > kAnswerBytesMax) {
      early = too_much();
      break;
    }
    const std::int64_t number = live->count() + 1;
    if (!co_await messages_.add_piece(work.answer, number, text)) co_return Written{.ours = false};
    live->add(std::move(text));
  }
  if (provider.error_body()) {
    early = failed(service.explain(work.by.model, *provider.error_body()));
  }
  co_return Written{.outcome = {.ending = early ? *std::move(early) : provider.ending(),
                                .usage = provider.usage(),
                                .reasoning = provider.reasoning(),
                                .grounding = provider.grounding()}};
}

Task<void> Answers::give_title(Work work, std::string answered) {
  const std::string asked = question_of(work.branch);
  std::string title;
  answering::TextService* service = providers_.find(work.by.provider);
  if (!answered.empty() && service != nullptr) {
    const auto words = co_await service->ask(work.by.model, title_prompt(asked, answered),
                                             Deadline::after(kTitleWithin).for_trace(work.trace));
    if (words) title = without_greeting(title_in(*words));
  }
  if (title.empty()) title = without_greeting(asked);
  if (!title.empty()) co_await messages_.give_title(std::move(work.chat), std::move(title));
}

}  // namespace reprise::chat
