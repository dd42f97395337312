#pragma once

#include <string>

#include "domain/recording/view/view.hpp"

namespace reprise::playback {

/// The parts of a view as the API gives them (api/openapi.yaml): made once when a view is finished,
/// or on request while it grows.
struct ViewTexts {
  std::string manifest;  ///< an object: device_started_at, model, turns, events
  std::string loss;      ///< a list: ChannelLoss of each channel
  std::string waveform;  ///< Waveform
  std::string captions;  ///< WebVTT
  std::string events;    ///< one Event per line
};

/// Pure.
ViewTexts texts_of(const recording::View& view);

}  // namespace reprise::playback
