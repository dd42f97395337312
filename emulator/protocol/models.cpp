#include "emulator/protocol/models.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "emulator/protocol/json_text.hpp"

namespace reprise::emulator {
namespace {

constexpr std::array<Model, 5> kModels{{
    {.id = "gemini-3.8-live",
     .display_name = "Gemini 3.8 Live (emulated)",
     .proactivity = true,
     .always_proactive = true,
     .interaction_status = true},
    {.id = "gemini-3.8-live-extended-thinking",
     .display_name = "Gemini 3.8 Live Extended Thinking (emulated)",
     .thinking_level = true,
     .proactivity = true,
     .always_proactive = true,
     .interaction_status = true},
    {.id = "gemini-3.1-flash-live-preview",
     .display_name = "Gemini 3.1 Flash Live Preview (emulated)",
     .thinking_level = true},
    {.id = "gemini-2.5-flash-native-audio-latest",
     .display_name = "Gemini 2.5 Flash Native Audio (emulated)",
     .thinking_budget = true,
     .proactivity = true,
     .affective_dialog = true},
    {.id = "gemini-2.5-flash-native-audio-preview-12-2025",
     .display_name = "Gemini 2.5 Flash Native Audio Preview 12-2025 (emulated)",
     .thinking_budget = true,
     .proactivity = true,
     .affective_dialog = true},
}};

constexpr std::array<std::string_view, 30> kVoices{
    "Zephyr",    "Puck",          "Charon",       "Kore",      "Fenrir",     "Leda",
    "Orus",      "Aoede",         "Callirrhoe",   "Autonoe",   "Enceladus",  "Iapetus",
    "Umbriel",   "Algieba",       "Despina",      "Erinome",   "Algenib",    "Rasalgethi",
    "Laomedeia", "Achernar",      "Alnilam",      "Schedar",   "Gacrux",     "Pulcherrima",
    "Achird",    "Zubenelgenubi", "Vindemiatrix", "Sadachbia", "Sadaltager", "Sulafat"};

constexpr int kInputTokens = 131'072;
constexpr int kOutputTokens = 65'536;

}  // namespace

std::span<const Model> models() { return kModels; }

const Model* find_model(std::string_view name) {
  constexpr std::string_view kPrefix = "models/";
  if (!name.starts_with(kPrefix)) return nullptr;
  const auto found = std::ranges::find(kModels, name.substr(kPrefix.size()), &Model::id);
  return found == kModels.end() ? nullptr : &*found;
}

bool is_voice(std::string_view name) { return std::ranges::find(kVoices, name) != kVoices.end(); }

std::string models_json() {
  boost::json::array list;
  for (const Model& model : kModels) {
    boost::json::array methods;
    methods.emplace_back("bidiGenerateContent");
    list.push_back(boost::json::object{{"name", "models/" + std::string(model.id)},
                                       {"displayName", model.display_name},
                                       {"inputTokenLimit", kInputTokens},
                                       {"outputTokenLimit", kOutputTokens},
                                       {"supportedGenerationMethods", std::move(methods)}});
  }
  return pretty(boost::json::object{{"models", std::move(list)}});
}

}  // namespace reprise::emulator
