#pragma once

#include "base/types.hpp"

namespace reprise::app {

/// "Hello", spoken: a second at 16 kHz, s16le, mono. Inside the program, so that
/// `reprise doctor gemini` needs no microphone and no voice.
ByteView hello_sound();

}  // namespace reprise::app
