#pragma once

#include <algorithm>
#include <boost/json/fwd.hpp>
#include <cstdint>

namespace reprise::recording {

/// Tokens of one answer.
inline constexpr std::int64_t kTokensMax = 1'000'000'000;
/// A sum stays below this, whatever a browser says.
inline constexpr std::int64_t kTokensOfAllMax = 1'000'000'000'000'000;

/// What the model's service counted of answers (`usageMetadata`), by what the tokens stand for.
struct TokenUse {
  std::int64_t prompt_text = 0;  ///< also what the service did not assign to anything
  std::int64_t prompt_sound = 0;
  std::int64_t prompt_picture = 0;  ///< pictures and films
  std::int64_t answer_text = 0;
  std::int64_t answer_sound = 0;
  std::int64_t thoughts = 0;

  TokenUse& operator+=(const TokenUse& more) {
    prompt_text = std::min(prompt_text + more.prompt_text, kTokensOfAllMax);
    prompt_sound = std::min(prompt_sound + more.prompt_sound, kTokensOfAllMax);
    prompt_picture = std::min(prompt_picture + more.prompt_picture, kTokensOfAllMax);
    answer_text = std::min(answer_text + more.answer_text, kTokensOfAllMax);
    answer_sound = std::min(answer_sound + more.answer_sound, kTokensOfAllMax);
    thoughts = std::min(thoughts + more.thoughts, kTokensOfAllMax);
    return *this;
  }
  friend bool operator==(const TokenUse&, const TokenUse&) = default;
};

/// What a server message says in `usageMetadata`; what its details leave over of a sum counts as
/// text.
TokenUse token_use_of(const boost::json::object& message);

}  // namespace reprise::recording
