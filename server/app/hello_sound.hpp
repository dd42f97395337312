#pragma once

#include "base/types.hpp"

namespace reprise::app {

/// The spoken word "Hello": a second at 16 kHz, s16le, mono. It is part of the program, so that
/// `reprise doctor gemini` needs no microphone and no voice.
ByteView hello_sound();

}  // namespace reprise::app
