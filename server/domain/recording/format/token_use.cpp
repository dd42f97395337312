#include "domain/recording/format/token_use.hpp"

#include <boost/json.hpp>
#include <string_view>

namespace reprise::recording {
namespace json = boost::json;
namespace {

/// One member under two spellings: Google writes camelCase, but the other spelling is accepted,
/// too.
const json::value* member(const json::object& object, std::string_view camel,
                          std::string_view snake) {
  const auto* found = object.if_contains(camel);
  return found != nullptr ? found : object.if_contains(snake);
}

/// 0 when it is no such number.
std::int64_t tokens_of(const json::value* value) {
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code problem;
  const auto number = value->to_number<std::int64_t>(problem);
  return problem || number < 0 || number > kTokensMax ? 0 : number;
}

/// Adds the counts of a list like `promptTokensDetails`, each where `place_of` says. Returns how
/// many tokens the list names.
template <class PlaceOf>
std::int64_t read_details(const json::value* details, PlaceOf place_of) {
  std::int64_t named = 0;
  const auto* list = details != nullptr ? details->if_array() : nullptr;
  if (list == nullptr) return named;
  for (const auto& entry : *list) {
    const auto* one = entry.if_object();
    if (one == nullptr || named >= kTokensMax) continue;
    const auto* modality = one->if_contains("modality");
    const auto* name = modality != nullptr ? modality->if_string() : nullptr;
    const std::int64_t tokens = tokens_of(member(*one, "tokenCount", "token_count"));
    place_of(name != nullptr ? std::string_view(*name) : std::string_view()) += tokens;
    named += tokens;
  }
  return named;
}

}  // namespace

TokenUse token_use_of(const json::object& message) {
  TokenUse tokens;
  const auto* metadata = member(message, "usageMetadata", "usage_metadata");
  const auto* usage = metadata != nullptr ? metadata->if_object() : nullptr;
  if (usage == nullptr) return tokens;
  const auto prompt_of = [&tokens](std::string_view modality) -> std::int64_t& {
    if (modality == "AUDIO") return tokens.prompt_sound;
    return modality == "IMAGE" || modality == "VIDEO" ? tokens.prompt_picture : tokens.prompt_text;
  };
  const auto answer_of = [&tokens](std::string_view modality) -> std::int64_t& {
    return modality == "AUDIO" ? tokens.answer_sound : tokens.answer_text;
  };
  const std::int64_t prompt =
      tokens_of(member(*usage, "promptTokenCount", "prompt_token_count")) +
      tokens_of(member(*usage, "toolUsePromptTokenCount", "tool_use_prompt_token_count"));
  const std::int64_t answer =
      tokens_of(member(*usage, "responseTokenCount", "response_token_count"));
  const std::int64_t named =
      read_details(member(*usage, "promptTokensDetails", "prompt_tokens_details"), prompt_of) +
      read_details(member(*usage, "toolUsePromptTokensDetails", "tool_use_prompt_tokens_details"),
                   prompt_of);
  tokens.prompt_text += std::max<std::int64_t>(0, prompt - named);
  const std::int64_t answered =
      read_details(member(*usage, "responseTokensDetails", "response_tokens_details"), answer_of);
  tokens.answer_text += std::max<std::int64_t>(0, answer - answered);
  tokens.thoughts = tokens_of(member(*usage, "thoughtsTokenCount", "thoughts_token_count"));
  return tokens;
}

}  // namespace reprise::recording
