#pragma once

#include "emulator/protocol/shape.hpp"

// The messages themselves (state of knowledge 2026-11-22: the public proto, the official SDK's
// types and what it sends).
namespace reprise::emulator::shapes {

const Shape& setup();
const Shape& client_content();
const Shape& realtime_input();
const Shape& tool_response();
const Shape& context_update();
/// Body of `POST /{version}/auth_tokens`.
const Shape& auth_token();

}  // namespace reprise::emulator::shapes
