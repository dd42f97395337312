#include "emulator/session/session.hpp"

#include <atomic>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "emulator/protocol/client_message.hpp"
#include "emulator/protocol/close.hpp"
#include "emulator/protocol/server_message.hpp"
#include "emulator/protocol/setup.hpp"
#include "emulator/session/sound_input.hpp"
#include "emulator/session/surroundings.hpp"
#include "emulator/session/turns.hpp"
#include "emulator/talk/answers.hpp"
#include "emulator/talk/memory.hpp"

namespace reprise::emulator {
namespace asio = boost::asio;
namespace {

constexpr std::chrono::seconds kSetupWait{30};
constexpr std::size_t kOutboxMax = 4096;  // frames that wait for a client that does not read
constexpr std::size_t kHearingsMax = 16;  // utterances that wait for a recogniser

/// One socket. All members are used on its executor; work in the pools gets copies.
class Session {
 public:
  Session(std::unique_ptr<http::WebSocket> socket, Door door, Services& services,
          const asio::any_io_executor& executor)
      : socket_(std::move(socket)),
        door_(std::move(door)),
        services_(services),
        random_(services.random()),
        tasks_(executor),
        changed_(executor) {}

  Task<void> run(http::Request request);

 private:
  enum class Phase { AwaitingSetup, SettingUp, Ready };

  void on_frame(std::string_view frame);
  void on_setup(SetupMessage message);
  void on_message(RealtimeInput input);
  void on_message(ClientContent content);
  void on_message(ToolResponse response);
  void on_message(const ContextUpdate&) {}  // accepted, but nothing in the emulator depends on it
  void on_message(const SetupMessage&) { refuse(close_with::kInvalidArgument); }
  void on_edges(std::vector<SpeechEdge> edges);
  void on_turn_event(TurnEvent event);
  void perform(TurnAction action);

  Task<void> write_loop();
  Task<void> close_without_setup();
  Task<void> finish_setup();
  Task<void> close_by_script();
  Task<void> go_away_by_script();
  Task<void> recognise(Recognise work);
  Task<void> think(Think work);
  Task<void> synthesise(Synthesise work);
  Task<std::vector<std::string>> own_answer(std::string heard);

  void send(std::string frame);
  void close(http::CloseReason reason);
  void refuse(std::string_view text) { close(close_with::reason(close_with::kBadArgument, text)); }
  void fail(const std::exception& error);

  std::unique_ptr<http::WebSocket> socket_;
  Door door_;
  Services& services_;
  std::mt19937_64 random_;
  TaskGroup tasks_;
  asio::steady_timer changed_;  // cancelled to wake the writer
  Admission admission_;
  Phase phase_ = Phase::AwaitingSetup;
  Setup setup_;
  std::uint64_t session_ = 0;  // 0: none yet
  std::optional<SoundInput> sound_;
  std::optional<Turns> turns_;
  std::optional<Picture> picture_;
  Memory memory_;
  std::size_t hearings_ = 0;
  std::deque<std::string> outbox_;
  std::optional<http::CloseReason> closing_;
  bool ended_ = false;
  std::atomic<bool> heard_{true};  // false: skip what waits in the pools, the client gets no more
};

Task<void> Session::run(http::Request request) {
  auto admission = admit(request, door_, services_, services_.now_utc_ns());
  if (!admission) {
    co_await socket_->close(admission.error());
    co_return;
  }
  admission_ = std::move(*admission);
  tasks_.spawn("emulator.write", write_loop());
  tasks_.spawn("emulator.setup_wait", close_without_setup());
  std::exception_ptr failed;
  try {
    for (;;) {
      const auto frame = co_await socket_->read();
      if (!frame) break;
      if (!closing_) on_frame(frame->data);
    }
  } catch (...) {
    failed = std::current_exception();  // tasks that were spawned must end before this object does
  }
  ended_ = true;
  heard_ = false;
  // Call it at once: a busy recogniser may delay the join while the client already resumes.
  if (session_ != 0) services_.handles.closed(session_);
  // When the server stops, this coroutine was cancelled, and any further wait would throw.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  tasks_.cancel();
  co_await tasks_.join(Deadline::after(std::chrono::seconds(0)));
  if (failed) std::rethrow_exception(failed);
}

void Session::on_frame(std::string_view frame) {
  if (services_.now_utc_ns() >= admission_.expires_ns) {
    close(close_with::reason(close_with::kNotAllowed, close_with::kTokenExpired));
    return;
  }
  auto message = parse_client_message(frame);
  if (!message) {
    close(std::move(message.error()));
    return;
  }
  auto* setup = std::get_if<SetupMessage>(&*message);
  if (phase_ == Phase::AwaitingSetup && setup != nullptr) {
    on_setup(std::move(*setup));
  } else if (phase_ == Phase::Ready || setup != nullptr) {
    std::visit([this](auto& one) { on_message(std::move(one)); }, *message);
  } else {  // input before setupComplete
    close(close_with::reason(close_with::kNotAllowed, close_with::kSessionNotFound));
  }
}

void Session::on_setup(SetupMessage message) {
  auto setup =
      check_setup(merge_setup(admission_.lock, std::move(message.setup)), door_.api_version);
  if (!setup) {
    close(std::move(setup.error()));
    return;
  }
  setup_ = std::move(*setup);
  phase_ = Phase::SettingUp;
  tasks_.spawn("emulator.setup", finish_setup());
}

Task<void> Session::finish_setup() {
  co_await sleep_for(services_.scenario.setup_delay);
  if (closing_ || ended_) co_return;
  server_message::Usage context;
  if (setup_.resume) {
    auto resumed = services_.handles.resume(*setup_.resume, services_.now_steady());
    if (!resumed && resumed.error() == ResumeError::StillOpen) {
      close(close_with::reason(close_with::kServerFault, close_with::kSessionAlive));
      co_return;
    }
    if (!resumed) {  // Google accepts the setup first; whether in this order is not certain
      send(server_message::setup_complete());
      close(close_with::reason(close_with::kNotAllowed, close_with::kSessionNotFound));
      co_return;
    }
    session_ = resumed->session;
    context = resumed->context;
    memory_ = std::move(resumed->memory);
  } else {
    session_ = services_.handles.open();
  }
  sound_.emplace(setup_.listening);
  turns_.emplace(TurnSettings{.interrupts = setup_.interrupts,
                              .transcribe_input = setup_.transcribe_input,
                              .transcribe_output = setup_.transcribe_output,
                              .offers_handles = setup_.wants_handles,
                              .says_idle = setup_.model->interaction_status,
                              .history_comes_first = setup_.history_comes_first,
                              .seed = random_()});
  context.prompt_text += static_cast<std::int64_t>(setup_.instruction.size() / 4);
  turns_->set_context(context);
  phase_ = Phase::Ready;
  send(server_message::setup_complete());
  if (services_.scenario.close) tasks_.spawn("emulator.close", close_by_script());
  if (services_.scenario.go_away) tasks_.spawn("emulator.go_away", go_away_by_script());
}

void Session::on_message(RealtimeInput input) {
  const bool automatic = setup_.listening.automatic;
  if ((automatic && (input.activity_start || input.activity_end)) ||
      (!automatic && input.audio_stream_end)) {
    refuse(close_with::kInvalidArgument);
    return;
  }
  if (input.activity_start) on_edges(sound_->listener().begin());
  if (input.audio) {
    const Samples heard = sound_->samples_of(*input.audio);
    on_turn_event(SoundArrived{EarSamples(heard.size())});
    sound_->set_model_speaks(turns_->model_speaks());
    on_edges(sound_->listener().hear(heard));
  }
  if (input.video) {
    picture_ = std::move(input.video);
    on_turn_event(PictureArrived{});
  }
  if (input.text) on_turn_event(TextArrived{std::move(*input.text)});
  if (input.activity_end) on_edges(sound_->listener().end());
  if (input.audio_stream_end) on_edges(sound_->listener().stream_ended());
}

void Session::on_message(ClientContent content) {
  if (content.picture) {
    picture_ = std::move(content.picture);
    on_turn_event(PictureArrived{});
  }
  if (turns_->waits_for_history()) memory_.add_all(content.said);
  on_turn_event(ContentArrived{std::move(content)});
}

void Session::on_message(ToolResponse response) {
  // The emulator calls no function yet, so no id can be right.
  refuse("[emulator] No function call has the id '" +
         (response.ids.empty() ? std::string() : response.ids.front()) + "'.");
}

void Session::on_edges(std::vector<SpeechEdge> edges) {
  for (SpeechEdge& edge : edges) {
    std::visit([this](auto& one) { on_turn_event(std::move(one)); }, edge);
  }
}

void Session::on_turn_event(TurnEvent event) {
  if (closing_ || ended_) return;
  for (TurnAction& action : turns_->on(std::move(event), services_.now_steady())) {
    perform(std::move(action));
  }
  changed_.cancel();
}

void Session::perform(TurnAction action) {
  if (auto* frame = std::get_if<SendFrame>(&action)) {
    send(std::move(frame->text));
  } else if (std::holds_alternative<OfferHandle>(action)) {
    send(server_message::resumption_update(
        services_.handles.offer({session_, turns_->context(), memory_}, services_.now_steady())));
  } else if (auto* hear = std::get_if<Recognise>(&action)) {
    if (hearings_ >= kHearingsMax) hear->pcm.clear();  // the sound comes far faster than real time
    ++hearings_;
    tasks_.spawn("emulator.recognise", recognise(std::move(*hear)));
  } else if (auto* thought = std::get_if<Think>(&action)) {
    tasks_.spawn("emulator.think", think(std::move(*thought)));
  } else if (auto* sentence = std::get_if<Synthesise>(&action)) {
    tasks_.spawn("emulator.speak", synthesise(std::move(*sentence)));
  }
}

Task<void> Session::recognise(Recognise work) {
  try {
    std::string text;
    if (!work.pcm.empty()) {
      text = co_await services_.listening.run([this, pcm = std::move(work.pcm)] {
        return services_.understand(pcm, [this] { return heard_.load(); });
      });
    }
    --hearings_;
    on_turn_event(Understood{work.hearing, std::move(text)});
  } catch (const std::runtime_error& error) {
    fail(error);
  }
}

Task<void> Session::think(Think work) {
  const Scenario& scenario = services_.scenario;
  AnswerDecided answer{work.generation, {}, scenario.answer_delay};
  const ScenarioAnswer* scripted = scripted_answer(scenario, work.turn, work.heard);
  std::string about = memory_.answer_about(work.heard);
  if (scripted != nullptr && scripted->close) {
    close(close_with::reason(scripted->close->code, scripted->close->reason));
    co_return;
  }
  if (scripted != nullptr) {
    answer.sentences = scripted->sentences;
    answer.delay = scripted->delay.value_or(answer.delay);
  } else if (!scenario.keeps_quiet && !about.empty()) {
    answer.sentences = sentences_of(about);
  } else if (!scenario.keeps_quiet) {
    answer.sentences = co_await own_answer(std::move(work.heard));
  }
  on_turn_event(std::move(answer));
}

Task<std::vector<std::string>> Session::own_answer(std::string heard) {
  Surroundings surroundings = surroundings_of(services_);
  surroundings.picture_came = picture_.has_value();
  if (picture_) {
    surroundings.picture = co_await services_.speaking.run([this, data = picture_->data] {
      return heard_ ? look_at(data) : std::optional<PictureFacts>();
    });
  }
  co_return reprise::emulator::answer(heard, surroundings, random_);
}

Task<void> Session::synthesise(Synthesise work) {
  try {
    Speech speech = co_await services_.speaking.run([this, sentence = std::move(work.sentence)] {
      return heard_ ? services_.speak(sentence) : Speech{};
    });
    on_turn_event(SentenceSpoken{work.generation, std::move(speech)});
  } catch (const std::runtime_error& error) {
    fail(error);
  }
}

Task<void> Session::write_loop() {
  const http::Frame::Kind kind =
      services_.scenario.text_frames ? http::Frame::Kind::Text : http::Frame::Kind::Binary;
  while (!ended_) {
    if (!outbox_.empty()) {
      http::Frame frame{kind, std::move(outbox_.front())};
      outbox_.pop_front();
      if (!co_await socket_->write(std::move(frame))) co_return;
      continue;
    }
    if (closing_) {
      co_await socket_->close(*closing_);
      co_return;
    }
    std::optional<TimePoint> wake;
    if (turns_) {
      wake = turns_->next_wake();
      if (wake && *wake <= services_.now_steady()) {
        on_turn_event(Tick{});
        continue;
      }
    }
    changed_.expires_at(wake.value_or(TimePoint::max()));
    boost::system::error_code woken;
    co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

Task<void> Session::close_without_setup() {
  co_await sleep_for(kSetupWait);
  if (phase_ != Phase::AwaitingSetup) co_return;
  close(close_with::reason(close_with::kNotAllowed, close_with::kNoSetup));
}

Task<void> Session::close_by_script() {
  co_await sleep_for(services_.scenario.close_after);
  close(close_with::reason(services_.scenario.close->code, services_.scenario.close->reason));
}

Task<void> Session::go_away_by_script() {
  const ScenarioGoAway how = *services_.scenario.go_away;
  co_await sleep_for(how.after);
  send(server_message::go_away(how.time_left));
  co_await sleep_for(how.time_left);
  close(close_with::reason(close_with::kServerFault, close_with::kDeadline));
}

void Session::send(std::string frame) {
  if (closing_ || ended_) return;
  if (outbox_.size() >= kOutboxMax) {
    outbox_.clear();
    close(close_with::reason(close_with::kNotAllowed, close_with::kTooSlow));
    return;
  }
  outbox_.push_back(std::move(frame));
  changed_.cancel();
}

void Session::close(http::CloseReason reason) {
  if (closing_ || ended_) return;
  closing_ = std::move(reason);
  heard_ = false;
  changed_.cancel();
}

void Session::fail(const std::exception& error) {
  log::error("emulator.failed", {{"what", error.what()}});
  close(close_with::reason(close_with::kServerFault, "Internal error encountered."));
}

}  // namespace

Task<void> serve_live(http::Request request, std::unique_ptr<http::WebSocket> socket, Door door,
                      Services* services) {
  Session session(std::move(socket), std::move(door), *services,
                  co_await asio::this_coro::executor);
  co_await session.run(std::move(request));
}

}  // namespace reprise::emulator
