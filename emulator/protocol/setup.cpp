#include "emulator/protocol/setup.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "emulator/protocol/close.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

using Refusal = std::unexpected<http::CloseReason>;

Refusal refuse(std::string_view text) {
  return Refusal(close_with::reason(close_with::kBadArgument, text));
}

/// The value at a path of names; null when there is none.
const json::value* at(const json::object& object, std::initializer_list<std::string_view> path) {
  const json::object* here = &object;
  const json::value* value = nullptr;
  for (const std::string_view name : path) {
    if (here == nullptr) return nullptr;
    value = here->if_contains(name);
    if (value == nullptr) return nullptr;
    here = value->if_object();
  }
  return value;
}

bool is_true(const json::value* value) {
  return value != nullptr && value->is_bool() && value->get_bool();
}
bool is_false(const json::value* value) {
  return value != nullptr && value->is_bool() && !value->get_bool();
}
std::string_view text_of(const json::value* value) {
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
}
std::optional<std::int64_t> number_of(const json::value* value) {
  return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

std::optional<std::string_view> wrong_generation(const json::object& setup, const Model& model) {
  if (const json::value* list = at(setup, {"generationConfig", "responseModalities"})) {
    for (const json::value& one : list->get_array()) {
      if (text_of(&one) == "TEXT") return close_with::kTextFromAudioModel;
    }
    if (list->get_array().size() != 1 || text_of(list->get_array().data()) != "AUDIO") {
      return close_with::kInvalidArgument;
    }
  }
  const json::value* voice = at(setup, {"generationConfig", "speechConfig", "voiceConfig",
                                        "prebuiltVoiceConfig", "voiceName"});
  if (voice != nullptr && !is_voice(text_of(voice))) return close_with::kInvalidArgument;
  if (const json::value* thinking = at(setup, {"generationConfig", "thinkingConfig"})) {
    const bool level = thinking->get_object().contains("thinkingLevel");
    const bool budget = thinking->get_object().contains("thinkingBudget");
    if ((!model.thinking_level && !model.thinking_budget) || (level && !model.thinking_level) ||
        (budget && !model.thinking_budget)) {
      return close_with::kInvalidArgument;
    }
  }
  if (is_true(at(setup, {"generationConfig", "enableAffectiveDialog"})) &&
      !model.affective_dialog) {
    return close_with::kInvalidArgument;
  }
  if (at(setup, {"generationConfig", "translationConfig"}) != nullptr) {
    return close_with::kInvalidArgument;
  }
  return std::nullopt;
}

std::optional<std::string_view> wrong_elsewhere(const json::object& setup, const Model& model) {
  const json::value* tools = at(setup, {"tools"});
  if (tools != nullptr) {
    if (tools->get_array().empty()) return close_with::kInvalidArgument;
    for (const json::value& tool : tools->get_array()) {
      if (tool.get_object().empty()) return close_with::kInvalidArgument;
    }
  }
  if (at(setup, {"proactivity"}) != nullptr && !model.proactivity) {
    return close_with::kInvalidArgument;
  }
  if (model.always_proactive && is_false(at(setup, {"proactivity", "proactiveAudio"}))) {
    return close_with::kInvalidArgument;
  }
  if (at(setup, {"avatarConfig"}) != nullptr) return close_with::kInvalidArgument;
  const json::value* parts = at(setup, {"systemInstruction", "parts"});
  if (parts == nullptr) return std::nullopt;
  for (const json::value& part : parts->get_array()) {
    if (!part.get_object().contains("text")) return close_with::kInvalidArgument;
  }
  return std::nullopt;
}

// Our own choices: Google does not publish its defaults.
constexpr std::chrono::milliseconds kLowStartVoice{300};
constexpr std::chrono::milliseconds kLowEndSilence{1200};
constexpr std::int64_t kPaddingMsMax = 2'000;
constexpr std::int64_t kSilenceMsMax = 30'000;

std::expected<ListenerSettings, http::CloseReason> listening(const json::object& setup) {
  ListenerSettings settings;
  const json::value* detection = at(setup, {"realtimeInputConfig", "automaticActivityDetection"});
  if (detection == nullptr) return settings;
  const json::object& rules = detection->get_object();
  settings.automatic = !is_true(rules.if_contains("disabled"));
  if (text_of(rules.if_contains("startOfSpeechSensitivity")) == "START_SENSITIVITY_LOW") {
    settings.voice_to_start = kLowStartVoice;
  }
  if (text_of(rules.if_contains("endOfSpeechSensitivity")) == "END_SENSITIVITY_LOW") {
    settings.silence_to_end = kLowEndSilence;
  }
  if (const auto padding = number_of(rules.if_contains("prefixPaddingMs"))) {
    if (*padding < 0 || *padding > kPaddingMsMax) return refuse(close_with::kInvalidArgument);
    settings.voice_to_start =
        std::max(settings.voice_to_start, std::chrono::milliseconds(*padding));
  }
  if (const auto silence = number_of(rules.if_contains("silenceDurationMs"))) {
    if (*silence < 0 || *silence > kSilenceMsMax) return refuse(close_with::kInvalidArgument);
    settings.silence_to_end = std::chrono::milliseconds(*silence);
  }
  return settings;
}

}  // namespace

std::expected<Setup, http::CloseReason> check_setup(const json::object& setup,
                                                    std::string_view api_version) {
  const std::string_view name = text_of(setup.if_contains("model"));
  if (name.empty()) return refuse(close_with::kInvalidArgument);
  Setup checked;
  checked.model = find_model(name);
  if (checked.model == nullptr) {
    return Refusal(close_with::reason(
        close_with::kNotAllowed,
        std::string(name) + " is not found for API version " + std::string(api_version) +
            ", or is not supported for bidiGenerateContent. Call ListModels to see what is."));
  }
  if (const auto wrong = wrong_generation(setup, *checked.model)) return refuse(*wrong);
  if (const auto wrong = wrong_elsewhere(setup, *checked.model)) return refuse(*wrong);
  const auto settings = listening(setup);
  if (!settings) return Refusal(settings.error());
  checked.listening = *settings;
  checked.interrupts =
      text_of(at(setup, {"realtimeInputConfig", "activityHandling"})) != "NO_INTERRUPTION";
  checked.transcribe_input = setup.contains("inputAudioTranscription");
  checked.transcribe_output = setup.contains("outputAudioTranscription");
  checked.wants_handles = setup.contains("sessionResumption");
  const std::string_view handle = text_of(at(setup, {"sessionResumption", "handle"}));
  if (!handle.empty()) checked.resume = handle;
  checked.history_comes_first =
      is_true(at(setup, {"historyConfig", "initialHistoryInClientContent"}));
  if (const json::value* parts = at(setup, {"systemInstruction", "parts"})) {
    for (const json::value& part : parts->get_array()) {
      checked.instruction += text_of(part.get_object().if_contains("text"));
    }
  }
  return checked;
}

}  // namespace reprise::emulator
