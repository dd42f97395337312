#include "platform/gemini/listed_models.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cctype>

#include "base/json.hpp"
#include "platform/answering/text_service.hpp"

namespace reprise::gemini {
namespace json = boost::json;

namespace {

constexpr std::string_view kPrefix = "models/";

bool has_method(const json::object& model, std::string_view method) {
  const json::value* methods = model.if_contains("supportedGenerationMethods");
  const auto* list = methods == nullptr ? nullptr : methods->if_array();
  return list != nullptr && std::ranges::any_of(*list, [method](const json::value& one) {
           return one.is_string() && one.get_string() == method;
         });
}

}  // namespace

bool is_model_name(std::string_view name) {
  constexpr std::size_t kNameMax = 100;
  return !name.empty() && name.size() <= kNameMax &&
         std::ranges::all_of(name, [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '-' || letter == '.' || letter == '_';
         });
}

std::optional<std::vector<std::string>> listed_models(std::string_view body,
                                                      std::string_view method, std::string usual) {
  const auto value = parse_json(body);
  const auto* object = value ? value->if_object() : nullptr;
  const auto* models = object == nullptr ? nullptr : object->if_contains("models");
  const auto* list = models == nullptr ? nullptr : models->if_array();
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> names{std::move(usual)};
  for (const json::value& one : *list) {
    const auto* model = one.if_object();
    const auto* name = model == nullptr ? nullptr : model->if_contains("name");
    if (name == nullptr || !name->is_string()) continue;
    std::string_view shown = name->get_string();
    if (!shown.starts_with(kPrefix) || !has_method(*model, method)) continue;
    shown.remove_prefix(kPrefix.size());
    if (names.size() == answering::kModelsMax) break;
    if (is_model_name(shown) && shown != names.front()) names.emplace_back(shown);
  }
  return names;
}

const std::vector<std::string>& voices() {
  static const std::vector<std::string> kVoices{
      "Zephyr",    "Puck",          "Charon",       "Kore",      "Fenrir",     "Leda",
      "Orus",      "Aoede",         "Callirrhoe",   "Autonoe",   "Enceladus",  "Iapetus",
      "Umbriel",   "Algieba",       "Despina",      "Erinome",   "Algenib",    "Rasalgethi",
      "Laomedeia", "Achernar",      "Alnilam",      "Schedar",   "Gacrux",     "Pulcherrima",
      "Achird",    "Zubenelgenubi", "Vindemiatrix", "Sadachbia", "Sadaltager", "Sulafat"};
  return kVoices;
}

}  // namespace reprise::gemini
