#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "base/types.hpp"

namespace reprise::emulator {

/// A picture, sound, video or document in a question: its bytes, or the address of an uploaded
/// file.
struct Attachment {
  std::string mime_type;
  Bytes data;
  std::string file_uri;  ///< not empty: the bytes lie in the Files API
};

struct AskTurn {
  bool by_model = false;
  std::string text;  ///< all its texts, in lines
  std::vector<Attachment> attachments;
};

/// What a request to generate content says, as far as the emulator heeds it.
struct Ask {
  std::vector<AskTurn> turns;  ///< the last one is the person's
  std::string instruction;
  std::int64_t output_tokens_max = 65'536;
  bool thoughts = false;  ///< a summary of the reasoning is wanted
};

/// Reads the body of `:generateContent`. The error is worded as Google words it (INVALID_ARGUMENT).
std::expected<Ask, std::string> read_ask(const boost::json::value& body);
/// Reads the body of `:countTokens`, in either of its two forms.
std::expected<Ask, std::string> read_count(const boost::json::value& body);

/// Tokens of a text: four bytes are about one.
std::int64_t tokens_of(const std::string& text);

}  // namespace reprise::emulator
