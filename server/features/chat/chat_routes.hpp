#pragma once

#include "features/chat/chats.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/http/http.hpp"

namespace reprise::chat {

/// `/api/chats` and what lies under it (api/openapi.yaml). Both outlive the routes.
http::Routes chat_routes(Chats& chats, archive::LiveSessions& live_sessions);

}  // namespace reprise::chat
