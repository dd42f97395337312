#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "emulator/protocol/client_message.hpp"
#include "emulator/protocol/server_message.hpp"
#include "emulator/speech/listener.hpp"
#include "emulator/speech/voice.hpp"

namespace reprise::emulator {

using TimePoint = std::chrono::steady_clock::time_point;

// What can happen to a session after its setup.

/// For the token count; begin and end of speech come as SpeechStarted and SpeechEnded.
struct SoundArrived {
  EarSamples samples{0};
};
struct PictureArrived {};
struct TextArrived {
  std::string text;
};
struct ContentArrived {
  ClientContent content;
};
/// The result of `Recognise`; the text is empty when nothing was understood.
struct Understood {
  std::uint64_t hearing = 0;
  std::string text;
};
/// The result of `Think`; without sentences the model stays silent.
struct AnswerDecided {
  std::uint64_t generation = 0;
  std::vector<std::string> sentences;
  std::chrono::milliseconds delay{0};
};
/// The result of `Synthesise`.
struct SentenceSpoken {
  std::uint64_t generation = 0;
  Speech speech;
};
struct Tick {};
using TurnEvent =
    std::variant<SpeechStarted, SpeechEnded, SoundArrived, PictureArrived, TextArrived,
                 ContentArrived, Understood, AnswerDecided, SentenceSpoken, Tick>;

/// What the session must do.
struct SendFrame {
  std::string text;
};
struct OfferHandle {};  ///< send a sessionResumptionUpdate
struct Recognise {
  std::uint64_t hearing = 0;
  Samples pcm;
};
struct Think {
  std::uint64_t generation = 0;
  std::size_t turn = 0;  ///< 1 for the first turn
  std::string heard;
};
struct Synthesise {
  std::uint64_t generation = 0;
  std::string sentence;
};
using TurnAction = std::variant<SendFrame, OfferHandle, Recognise, Think, Synthesise>;

struct TurnSettings {
  bool interrupts = true;
  bool transcribe_input = true;
  bool transcribe_output = true;
  bool offers_handles = false;
  bool says_idle = true;
  bool history_comes_first = false;
  std::uint64_t seed = 1;
};

/// One answer, from the decision to the end of the turn.
struct Generation {
  std::uint64_t id = 0;
  std::string prompt;
  bool decided = false;
  bool speech_asked = false;         // a Synthesise is under way
  std::deque<std::string> to_speak;  // sentences whose sound was not asked for yet
  std::deque<Speech> spoken;         // ready sentences; the first one is being sent
  std::size_t sent_of_first = 0;     // samples of it that were sent
  std::size_t words_of_first = 0;    // words of it whose text was sent
  SpeechSamples samples_sent{0};
  TimePoint not_before;
  TimePoint next_chunk;
  std::optional<TimePoint> first_sent;
  bool complete = false;  // generationComplete was sent
};

/// Decides when the model speaks: the rules for a normal turn and for an interruption (5.1 and 5.2
/// of the protocol). Pure: events and the time come in, actions go out. Sound is sent in pieces of
/// 40 … 200 ms, four times as fast as it plays, each group of words just before its sound.
class Turns {
 public:
  explicit Turns(TurnSettings settings);
  std::vector<TurnAction> on(TurnEvent event, TimePoint now);
  /// When `Tick` is due; empty while only events change anything.
  std::optional<TimePoint> next_wake() const;
  /// True from the first sound of an answer until all of it has been played.
  bool model_speaks() const;
  /// The next `clientContent` with `turnComplete` is history, which gets no answer.
  bool waits_for_history() const { return settings_.history_comes_first; }
  /// The token counts; a resumed session continues them.
  const server_message::Usage& context() const { return context_; }
  void set_context(const server_message::Usage& context) { context_ = context; }

  static constexpr int kPace = 4;  ///< how much faster than real time sound is sent
  /// Prompts that wait for an answer; more are dropped.
  static constexpr std::size_t kPromptsMax = 64;

 private:
  void handle(SpeechStarted, TimePoint now);
  void handle(SpeechEnded ended, TimePoint now);
  void handle(SoundArrived arrived, TimePoint now);
  void handle(PictureArrived, TimePoint now);
  void handle(TextArrived arrived, TimePoint now);
  void handle(const ContentArrived& arrived, TimePoint now);
  void handle(Understood understood, TimePoint now);
  void handle(AnswerDecided answer, TimePoint now);
  void handle(SentenceSpoken spoken, TimePoint now);
  void handle(Tick, TimePoint now);

  enum class OnInterrupt { KeepPrompt, DropPrompt };
  void interrupt(OnInterrupt rule);
  void add_prompt(std::string text);
  void start_next();
  void ask_for_speech();
  void send_due(TimePoint now);
  void send_chunk(TimePoint now);
  void send_words_before(std::size_t sample);
  void end_turn();
  bool all_sent() const;
  TimePoint played_out() const;
  void send(std::string frame) { actions_.push_back(SendFrame{std::move(frame)}); }

  TurnSettings settings_;
  std::mt19937_64 random_;
  server_message::Usage context_;
  std::optional<Generation> generation_;
  std::vector<std::string> prompts_;  // understood but not answered yet
  std::string unfinished_content_;    // last user turn of clientContent without turnComplete
  std::uint64_t ids_ = 0;
  std::uint64_t hearings_waiting_ = 0;
  std::size_t turns_ = 0;
  EarSamples samples_uncounted_{0};  // heard, but not enough for a token yet
  bool person_speaks_ = false;
  std::vector<TurnAction> actions_;  // actions for the current event
};

}  // namespace reprise::emulator
