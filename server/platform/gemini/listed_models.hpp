#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the model's service lists. Pure.
namespace reprise::gemini {

/// Whether it can be the name of a model, without `models/`.
bool is_model_name(std::string_view name);

/// The path of the list. One page holds all of Google's.
inline constexpr std::string_view kModelsPath = "models?pageSize=1000";
/// The names of the listed models that have a method (`generateContent`; `bidiGenerateContent` of
/// those that talk), after `usual`, which stands first; at most `answering::kModelsMax`. Empty: the
/// text is no list.
std::optional<std::vector<std::string>> listed_models(std::string_view body,
                                                      std::string_view method, std::string usual);

/// The voices of Google's Live models, as they are called there. Nothing lists them.
const std::vector<std::string>& voices();

}  // namespace reprise::gemini
