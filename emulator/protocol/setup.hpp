#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <optional>
#include <string>

#include "emulator/protocol/models.hpp"
#include "emulator/speech/listener.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// A setup that passed all rules.
struct Setup {
  const Model* model = nullptr;
  ListenerSettings listening;
  bool interrupts = true;  ///< speech cuts the model off; else it waits
  bool transcribe_input = false;
  bool transcribe_output = false;
  bool wants_handles = false;         ///< sessionResumption was there
  std::optional<std::string> resume;  ///< the handle to go on from
  bool history_comes_first = false;   ///< nothing is answered before it
  std::string instruction;
};

/// The rules of a setup with lowerCamelCase names (shapes.hpp has been checked), strict where a
/// mistake would show up in production only. The error is how the socket is closed. `api_version`
/// is for the wording.
std::expected<Setup, http::CloseReason> check_setup(const boost::json::object& setup,
                                                    std::string_view api_version);

}  // namespace reprise::emulator
