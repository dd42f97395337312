#include "emulator/protocol/models.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "emulator/protocol/json_text.hpp"

namespace reprise::emulator {
namespace json = boost::json;
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

struct TextModel {
  std::string_view id;
  std::string_view display_name;
};
constexpr std::array kTextModels{
    TextModel{"gemini-3.8-flash", "Gemini 3.8 Flash (emulated)"},
    TextModel{"gemini-3.6-flash", "Gemini 3.6 Flash (emulated)"},
    TextModel{"gemini-3.5-flash-lite", "Gemini 3.5 Flash-Lite (emulated)"},
    TextModel{"gemini-3.1-pro-preview", "Gemini 3.1 Pro Preview (emulated)"},
    TextModel{"gemini-flash-latest", "Gemini Flash Latest (emulated)"},
};
constexpr int kTextInputTokens = 1'048'576;
constexpr std::string_view kPrefix = "models/";

json::object to_api(const Model& model) {
  return {{"name", std::string(kPrefix) + std::string(model.id)},
          {"displayName", model.display_name},
          {"inputTokenLimit", kInputTokens},
          {"outputTokenLimit", kOutputTokens},
          {"supportedGenerationMethods", {"bidiGenerateContent"}}};
}

json::object to_api(const TextModel& model) {
  return {{"name", std::string(kPrefix) + std::string(model.id)},
          {"displayName", model.display_name},
          {"inputTokenLimit", kTextInputTokens},
          {"outputTokenLimit", kOutputTokens},
          {"supportedGenerationMethods", {"generateContent", "countTokens"}}};
}

}  // namespace

std::span<const Model> models() { return kModels; }

const Model* find_model(std::string_view name) {
  if (!name.starts_with(kPrefix)) return nullptr;
  const auto found = std::ranges::find(kModels, name.substr(kPrefix.size()), &Model::id);
  return found == kModels.end() ? nullptr : &*found;
}

bool is_voice(std::string_view name) { return std::ranges::find(kVoices, name) != kVoices.end(); }

bool is_text_model(std::string_view name) {
  if (!name.starts_with(kPrefix)) return false;
  name.remove_prefix(kPrefix.size());
  return std::ranges::find(kTextModels, name, &TextModel::id) != kTextModels.end();
}

std::string models_json() {
  json::array list;
  for (const Model& model : kModels) list.push_back(to_api(model));
  for (const TextModel& model : kTextModels) list.push_back(to_api(model));
  return pretty(json::object{{"models", std::move(list)}});
}

std::optional<std::string> model_json(std::string_view id) {
  if (const auto live = std::ranges::find(kModels, id, &Model::id); live != kModels.end()) {
    return pretty(to_api(*live));
  }
  const auto text = std::ranges::find(kTextModels, id, &TextModel::id);
  if (text == kTextModels.end()) return std::nullopt;
  return pretty(to_api(*text));
}

}  // namespace reprise::emulator
