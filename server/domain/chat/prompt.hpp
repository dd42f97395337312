#pragma once

// What a model is asked, and how that is written for each kind of service. Pure.

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "domain/chat/attachment.hpp"
#include "domain/chat/message.hpp"

namespace reprise::chat {

/// How a service is spoken to: as Google's REST API, or as OpenAI's chat completions, which many
/// others speak too.
enum class Dialect : std::uint8_t { Gemini, OpenAi };

/// One utterance, typed or said.
struct Turn {
  Role role = Role::Person;
  std::string text;
  std::vector<Attachment> attachments = {};
  friend bool operator==(const Turn&, const Turn&) = default;
};

struct Prompt {
  std::vector<Turn> turns;
  std::string instruction = {};  ///< empty: none
  bool reasoning = false;        ///< a summary of it is wanted, where the dialect has one
  int output_tokens_max = 0;     ///< 0: as many as the model gives
};

enum class Delivery : std::uint8_t { Whole, Streamed };
/// The body of the request: of `generateContent` and `streamGenerateContent`, or of
/// `/chat/completions`.
boost::json::object request_body(Dialect dialect, const Prompt& prompt, std::string_view model,
                                 Delivery delivery);
/// The words of an answer that came whole, without its reasoning; empty when there are none.
std::string words_in(Dialect dialect, std::string_view body);

/// Asks for a title after the first question and its answer.
Prompt title_prompt(const std::string& asked, const std::string& answered);
/// The title in the words of an answer; empty when there is none.
std::string title_in(std::string_view words);

}  // namespace reprise::chat
