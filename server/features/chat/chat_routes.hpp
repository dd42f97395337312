#pragma once

#include "features/chat/chats.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/http/http.hpp"

namespace reprise::chat {

/// `/api/chats` and everything below it (api/openapi.yaml). All parameters outlive the routes.
/// `reads` runs the work of turning lists into JSON, away from the threads of the connections.
http::Routes chat_routes(Chats& chats, archive::LiveSessions& live_sessions, BlockingPool& reads);

}  // namespace reprise::chat
