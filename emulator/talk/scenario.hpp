#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::emulator {

struct ScenarioClose {
  std::uint16_t code = 1011;
  std::string reason;
};

/// One scripted answer. It applies when all its conditions hold; the first one that applies is
/// used.
struct ScenarioAnswer {
  /// Must occur in what was understood; upper and lower case are the same.
  std::optional<std::string> match;
  std::optional<std::size_t> turn;     ///< 1 for the first turn
  std::vector<std::string> sentences;  ///< empty: silence
  std::optional<std::chrono::milliseconds> delay;
  std::optional<ScenarioClose> close;  ///< instead of an answer
};

/// One scripted answer of the text API. The first one whose condition holds is used.
struct ScenarioText {
  /// Must occur in the person's last text; upper and lower case are the same.
  std::optional<std::string> match;
  std::string say;                       ///< empty: what the emulator says by itself
  std::optional<int> error;              ///< an HTTP status instead of an answer
  std::chrono::seconds retry_after{0};   ///< with `error`; 0: not said
  std::string block;                     ///< a blockReason: the prompt is refused
  std::string finish = "STOP";           ///< the finishReason
  std::optional<std::size_t> cut_after;  ///< pieces; then the stream ends without a finishReason
  std::optional<std::chrono::milliseconds> piece_delay;
};

struct ScenarioGoAway {
  std::chrono::milliseconds after{0};      ///< after setupComplete
  std::chrono::milliseconds time_left{0};  ///< after this time the socket closes with 1011
};

/// How the emulator differs from its normal behaviour (docs/emulator.md describes the file).
struct Scenario {
  bool keeps_quiet = false;  ///< `answers: none`
  std::vector<ScenarioAnswer> answers;
  std::vector<ScenarioText> texts;
  std::chrono::milliseconds text_piece_delay{20};    ///< before each piece of a streamed text
  std::chrono::milliseconds file_processing{1'000};  ///< until a video or sound is ACTIVE
  std::chrono::milliseconds setup_delay{300};
  std::chrono::milliseconds answer_delay{0};
  std::optional<ScenarioClose> close;
  std::chrono::milliseconds close_after{0};  ///< after setupComplete
  std::optional<ScenarioGoAway> go_away;
  bool strict_v1 = false;                    ///< `v1` has no Live and no tokens, as with Google
  bool nested_masks = false;                 ///< masks of tokens may name paths below any object
  bool text_frames = false;                  ///< send text frames instead of binary frames
  std::optional<std::pair<int, int>> clock;  ///< hour and minute that the emulator tells
};

/// The message names the line and the mistake.
struct ScenarioError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads YAML. Throws ScenarioError for anything that it does not know.
Scenario read_scenario(const std::string& yaml);

/// The scripted answer for a turn; null when there is none.
const ScenarioAnswer* scripted_answer(const Scenario& scenario, std::size_t turn,
                                      std::string_view heard);

/// The same for the text API.
const ScenarioText* scripted_text(const Scenario& scenario, std::string_view asked);

}  // namespace reprise::emulator
