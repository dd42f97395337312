#include "app/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

#include "app/about_routes.hpp"
#include "app/doctor_steps.hpp"
#include "app/hello_sound.hpp"
#include "platform/gemini/api_error.hpp"
#include "platform/gemini/live_wire.hpp"
#include "platform/http/client/web_socket.hpp"

namespace reprise::app {
namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kOpenWithin{10};
constexpr seconds kSetupWithin{15};
constexpr seconds kAnswerWithin{30};
constexpr seconds kHandleWithin{10};  // a handle may come after the end of the turn
constexpr seconds kCloseWithin{5};
constexpr milliseconds kPiece{40};  // length of the sound in one frame
// Silence after the word, which Google takes as the end of speech.
constexpr milliseconds kQuiet{1200};
constexpr std::size_t kBytesPerMs = 32;  // 16 kHz, s16le
constexpr int kReplyHz = 24'000;

std::int64_t ms_since(Clock::time_point began) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - began).count();
}

/// A step that failed; its sentence is shown to the person.
struct StepFailed {
  std::string sentence;
};

/// One socket with its setup, and what has come on it.
struct Talk {
  std::unique_ptr<http::ClientSocket> socket;
  std::string heard;
  std::string said;
  std::size_t samples = 0;
  std::int64_t first_sound_ms = -1;  ///< time after the end of the word
  bool turn_complete = false;
  std::optional<gemini::ResumptionHandle> handle;
  Clock::time_point word_ended = Clock::time_point::max();
};

class Doctor {
 public:
  Doctor(const ServeOptions& options, std::FILE* out)
      : options_(options),
        out_(out),
        steps_(out),
        gemini_(options.gemini, options.live, http::fetch) {}

  /// True when everything worked.
  Task<bool> examine();

 private:
  Task<void> open(Talk* talk, const std::optional<gemini::ResumptionHandle>* resume_from);
  Task<void> say_hello(Talk* talk);
  Task<void> wait_for_handle(Talk* talk);
  Task<void> close(Talk* talk);
  Task<gemini::ServerFrame> next_frame(Talk* talk, Deadline deadline);
  static Task<void> send_word(Talk* talk);

  gemini::Asked asked(const std::optional<gemini::ResumptionHandle>& handle) const {
    return gemini_.asked(handle);
  }
  /// The text that was heard or said, in a form that is safe to show.
  std::string words(std::string_view text) const {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return gemini::safe_words(text, gemini_.asked(std::nullopt).secrets);
  }

  const ServeOptions& options_;
  std::FILE* out_;
  DoctorSteps steps_;
  gemini::Gemini gemini_;
};

Task<bool> Doctor::examine() {
  const std::string by =
      options_.gemini.proxy ? ", by the proxy " + options_.gemini.proxy->shown : "";
  fmt::print(out_, "Reprise {} asks {} for {} with the voice {}{}.\n\n", kVersion,
             options_.gemini.base_url, options_.live.model, options_.live.voice, by);
  std::string failed;
  try {
    const std::optional<gemini::ResumptionHandle> none;
    Talk first;
    co_await open(&first, &none);
    co_await say_hello(&first);
    co_await wait_for_handle(&first);
    co_await close(&first);
    Talk second;
    co_await open(&second, &first.handle);
    co_await say_hello(&second);
    co_await close(&second);
  } catch (const StepFailed& failure) {
    failed = failure.sentence;
  }
  if (failed.empty()) {
    fmt::print(out_, "\nEverything works: Reprise can hold and resume live sessions with it.\n");
    co_return true;
  }
  steps_.failed(failed);
  fmt::print(out_, "\nNot everything works. The lines above say what does.\n");
  co_return false;
}

Task<void> Doctor::open(Talk* talk, const std::optional<gemini::ResumptionHandle>* resume_from) {
  const bool resumes = resume_from->has_value();
  steps_.begin("token");
  const auto token = co_await gemini_.mint(*resume_from);
  if (!token) throw StepFailed{token.error().client_message};
  const auto ahead = gemini_.clock_ahead();
  const bool differs = std::chrono::abs(ahead) > gemini::PeerClock::kSlack;
  steps_.done(fmt::format(
      "{}{}", resumes ? "a second token, with the handle in its setup" : "a token",
      differs ? fmt::format("; this computer's clock is {} s {}: set it right",
                            std::abs(ahead.count()), ahead.count() > 0 ? "fast" : "slow")
              : std::string()));
  steps_.begin("socket");
  http::SocketRequest request{.url = gemini::socket_url(options_.gemini.base_url, token->token),
                              .proxy = options_.gemini.proxy,
                              .deadline = Deadline::after(kOpenWithin)};
  auto opened = co_await http::open_socket(std::move(request));
  if (!opened) {
    throw StepFailed{gemini::failure_of(opened.error(), asked(*resume_from)).client_message};
  }
  talk->socket = *std::move(opened);
  steps_.done("open");
  steps_.begin("setup");
  std::string setup = gemini::setup_frame(options_.live, *resume_from);
  co_await talk->socket->write(std::move(setup), Deadline::after(kSetupWithin));
  const Deadline deadline = Deadline::after(kSetupWithin);
  for (;;) {
    const gemini::ServerFrame frame = co_await next_frame(talk, deadline);
    if (frame.setup_complete) break;
  }
  steps_.done("setupComplete");
}

Task<gemini::ServerFrame> Doctor::next_frame(Talk* talk, Deadline deadline) {
  const auto frame = co_await talk->socket->read(deadline);
  if (!frame) {
    if (deadline.passed()) throw StepFailed{"What was waited for did not come in time."};
    throw StepFailed{gemini::closing_of(frame.error(), asked(talk->handle)).client_message};
  }
  auto read = gemini::read_server_frame(frame->data);
  if (!read) throw StepFailed{read.error().client_message};
  talk->heard += read->heard;
  talk->said += read->said;
  if (read->sound_samples > 0 && talk->samples == 0) {
    talk->first_sound_ms = std::max<std::int64_t>(0, ms_since(talk->word_ended));
  }
  talk->samples += read->sound_samples;
  talk->turn_complete = talk->turn_complete || read->turn_complete;
  if (read->handle) talk->handle = read->handle;
  co_return *std::move(read);
}

/// Sends at the pace of a microphone, with silence after the word.
Task<void> Doctor::send_word(Talk* talk) {
  const ByteView word = hello_sound();
  const std::size_t piece = kPiece.count() * kBytesPerMs;
  const Bytes quiet(kQuiet.count() * kBytesPerMs);
  auto due = Clock::now();
  for (const ByteView part : {word, ByteView(quiet)}) {
    for (std::size_t at = 0; at < part.size(); at += piece) {
      const ByteView some = part.subspan(at, std::min(piece, part.size() - at));
      if (!co_await talk->socket->write(gemini::sound_frame(some), Deadline::after(kOpenWithin))) {
        co_return;  // the reader reports why
      }
      due += kPiece;
      co_await sleep_for(due - Clock::now());
    }
    if (part.data() == word.data()) talk->word_ended = Clock::now();
  }
  co_await talk->socket->write(gemini::sound_end_frame(), Deadline::after(kOpenWithin));
}

Task<void> Doctor::say_hello(Talk* talk) {
  steps_.begin("hello");
  TaskGroup sending(co_await asio::this_coro::executor);
  sending.spawn("doctor.send", send_word(talk));
  std::exception_ptr failed;
  try {
    const Deadline deadline = Deadline::after(kAnswerWithin);
    while (!talk->turn_complete) co_await next_frame(talk, deadline);
  } catch (...) {
    failed = std::current_exception();  // the reader must end before this coroutine does
  }
  if (failed) sending.cancel();
  co_await sending.join(Deadline::after(kOpenWithin));
  if (failed) std::rethrow_exception(failed);
  if (talk->samples == 0) throw StepFailed{"The model answered without sound."};
  steps_.done(
      fmt::format("heard “{}”, said “{}”: {:.1f} s of sound, the first {} ms after the word",
                  words(talk->heard), words(talk->said),
                  static_cast<double>(talk->samples) / kReplyHz, talk->first_sound_ms));
}

Task<void> Doctor::wait_for_handle(Talk* talk) {
  steps_.begin("handle");
  const Deadline deadline = Deadline::after(kHandleWithin);
  while (!talk->handle) co_await next_frame(talk, deadline);
  steps_.done("a handle to resume from (not shown)");
}

Task<void> Doctor::close(Talk* talk) {
  steps_.begin("close");
  co_await talk->socket->close(Deadline::after(kCloseWithin));
  steps_.done("closed");
}

}  // namespace

int doctor_gemini(const ServeOptions& options, std::FILE* out) {
  log::set_level(log::Level::Error);  // the steps already say it in words
  asio::io_context context;
  Doctor doctor(options, out);
  return exit_code_of(context, doctor.examine(), out);
}

}  // namespace reprise::app
