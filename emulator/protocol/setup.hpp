#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <optional>
#include <string>

#include "emulator/protocol/models.hpp"
#include "emulator/speech/listener.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// A setup that has passed all rules.
struct Setup {
  const Model* model = nullptr;
  ListenerSettings listening;
  /// Speech interrupts the model; false: speech waits until the model has finished.
  bool interrupts = true;
  bool transcribe_input = false;
  bool transcribe_output = false;
  bool wants_handles = false;         ///< sessionResumption was present
  std::optional<std::string> resume;  ///< the handle to resume from
  bool history_comes_first = false;   ///< nothing is answered before the history has come
  std::string instruction;
};

/// Checks a setup with lowerCamelCase names (shapes.hpp has been checked before). It is strict
/// where a mistake would otherwise show up only in production. The error says how the socket is
/// closed. `api_version` is used in the wording.
std::expected<Setup, http::CloseReason> check_setup(const boost::json::object& setup,
                                                    std::string_view api_version);

}  // namespace reprise::emulator
