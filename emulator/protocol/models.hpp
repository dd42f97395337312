#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reprise::emulator {

/// What a Live model accepts (ai.google.dev, November 2026). All of these answer with sound only.
struct Model {
  std::string_view id;
  std::string_view display_name;
  bool thinking_level = false;
  bool thinking_budget = false;
  bool proactivity = false;       ///< `proactivity` may be set
  bool always_proactive = false;  ///< `proactiveAudio: false` is refused
  bool affective_dialog = false;
  bool interaction_status = false;  ///< sends IDLE with turnComplete
};

/// The Live models that `GET /v1beta/models` lists.
std::span<const Model> models();
/// The model `models/<id>`; null when there is none.
const Model* find_model(std::string_view name);
/// Whether the name is one of the 30 prebuilt voices; the match is exact.
bool is_voice(std::string_view name);
/// Whether `models/<id>` answers text (`generateContent`); aliases too.
bool is_text_model(std::string_view name);
/// The body of `GET /{version}/models`.
std::string models_json();
/// The body of `GET /{version}/models/{id}`; empty when there is no such model.
std::optional<std::string> model_json(std::string_view id);

}  // namespace reprise::emulator
