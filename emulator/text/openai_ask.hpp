#pragma once

#include <boost/json/value.hpp>
#include <expected>
#include <string>

#include "emulator/text/ask.hpp"

namespace reprise::emulator {

/// What `POST /v1/chat/completions` asks for, as far as the emulator heeds it.
struct Completion {
  std::string model;
  Ask ask;
  bool stream = false;
  bool usage_in_stream = false;
};

/// Reads the body. The error is a sentence.
std::expected<Completion, std::string> read_completion(const boost::json::value& body);

}  // namespace reprise::emulator
