#pragma once

// What the model gets: the messages before, in the order in which they hang on each other.

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "domain/chat/message.hpp"

namespace reprise::chat {

/// One utterance, typed or said.
struct Turn {
  Role role = Role::Person;
  std::string text;
  friend bool operator==(const Turn&, const Turn&) = default;
};

/// The most bytes of all turns. More is refused rather than cut without a word.
inline constexpr std::size_t kContextBytesMax = 2'000'000;

/// The turns without empty ones; those of one speaker that follow each other are one turn.
std::vector<Turn> joined(std::vector<Turn> turns);

/// The body of `streamGenerateContent` (gemini REST, v1beta). An empty instruction is left out.
boost::json::object gemini_request(const std::vector<Turn>& turns, const std::string& instruction);

/// The body of a request for a title after the first question and its answer.
boost::json::object gemini_title_request(const std::string& asked, const std::string& answered);
/// The title in an answer of `generateContent`; empty when there is none.
std::string gemini_title(std::string_view body);

}  // namespace reprise::chat
