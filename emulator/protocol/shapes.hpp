#pragma once

#include "emulator/protocol/shape.hpp"

// The forms of the messages (known on 2026-11-22 from the public proto, the official SDK's types,
// and what the SDK sends).
namespace reprise::emulator::shapes {

const Shape& setup();
const Shape& client_content();
const Shape& realtime_input();
const Shape& tool_response();
const Shape& context_update();
/// The body of `:generateContent` and `:streamGenerateContent`.
const Shape& generate_content();
/// The body of `:countTokens`.
const Shape& count_tokens();
/// The body of `POST /{version}/auth_tokens`.
const Shape& auth_token();

}  // namespace reprise::emulator::shapes
