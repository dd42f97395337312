#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "emulator/protocol/api_error.hpp"
#include "emulator/session/services.hpp"
#include "emulator/text/ask.hpp"
#include "emulator/text/reply.hpp"

namespace reprise::emulator {

template <class T>
using OrError = std::expected<T, ApiError>;

/// An answer that only has to be written in the words of an API.
struct Prepared {
  Reply reply;
  std::string model;
  std::string id;
  std::chrono::milliseconds piece_delay{0};  ///< before each piece of a stream
};

/// Looks at what is attached and makes the answer. `ask` has turns. `services` outlives the task.
Task<OrError<Prepared>> prepare(Ask ask, std::string model, Services* services);

}  // namespace reprise::emulator
