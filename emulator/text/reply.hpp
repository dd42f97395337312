#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "emulator/talk/answers.hpp"
#include "emulator/talk/scenario.hpp"
#include "emulator/text/ask.hpp"
#include "emulator/text/media_facts.hpp"

namespace reprise::emulator {

/// What a request counts for.
struct Usage {
  std::int64_t prompt = 0;
  std::vector<std::pair<std::string, std::int64_t>> prompt_by_modality;
  std::int64_t answer = 0;
  std::int64_t thoughts = 0;
};

/// A text answer, in the pieces in which it is streamed.
struct Reply {
  std::string block_reason;  ///< not empty: the prompt is refused, there is no answer
  std::string thoughts;      ///< a summary, when it was wanted
  std::vector<std::string> pieces;
  std::string finish_reason = "STOP";
  bool cut = false;  ///< the stream ends after the pieces without a finish reason
  Usage usage;
};

/// `media`: what is known of each attachment of the last turn.
Reply compose(const Ask& ask, const std::vector<MediaFacts>& media, const ScenarioText* script,
              const Surroundings& surroundings, std::mt19937_64& random);

/// Tokens of the whole prompt. Attachments of earlier turns count as one page.
Usage prompt_usage(const Ask& ask, const std::vector<MediaFacts>& media);

/// Cuts a text into groups of up to four words, white space included: joined, they are the text.
std::vector<std::string> pieces_of(const std::string& text);

/// `usageMetadata`.
boost::json::object usage_json(const Usage& usage, bool final);

}  // namespace reprise::emulator
