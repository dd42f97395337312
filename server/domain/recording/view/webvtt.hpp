#pragma once

#include <string>

#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// WebVTT with voices (`<v You>`, `<v Model>`) and `[interrupted]` marks; only heard words.
std::string to_webvtt(const View& view);

}  // namespace reprise::recording
