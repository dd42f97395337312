#pragma once

#include "features/chat/chats.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/http/http.hpp"

namespace reprise::chat {

/// `/api/chats` and what lies under it (api/openapi.yaml). All outlive the routes. `reads`: where
/// lists become text, away from the threads of the connections.
http::Routes chat_routes(Chats& chats, archive::LiveSessions& live_sessions, BlockingPool& reads);

}  // namespace reprise::chat
