#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "domain/recording/view/view.hpp"
#include "domain/session/session.hpp"
#include "platform/media/stills.hpp"

namespace reprise::playback {

/// The parts of a view in the forms of api/openapi.yaml. Made once when the view is finished, or on
/// request while it grows.
struct ViewTexts {
  std::string manifest;  ///< an object: device_started_at, model, turns, events, strip
  std::string loss;      ///< a list: ChannelLoss of each channel
  std::string waveform;  ///< Waveform
  std::string captions;  ///< WebVTT
  std::string events;    ///< one Event per line
};

/// Strip of api/openapi.yaml, or null when there is no picture. Pure.
boost::json::value strip_of(const session::RecordingId& id, std::int64_t version,
                            const media::Stills& stills);

/// `strip` is the result of `strip_of`, or null while the view grows. Pure.
ViewTexts texts_of(const recording::View& view, boost::json::value strip = nullptr);
/// The turns of a manifest that `texts_of` made, with speaker and words only. Empty for any other
/// text. Pure.
std::vector<recording::Turn> turns_of(const std::string& manifest);

}  // namespace reprise::playback
