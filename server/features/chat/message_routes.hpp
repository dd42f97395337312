#pragma once

#include "features/chat/answers.hpp"
#include "features/chat/messages.hpp"
#include "platform/http/http.hpp"

namespace reprise::chat {

/// What is below `/api/chats/{id}/messages` (api/openapi.yaml). All parameters outlive the routes.
http::Routes message_routes(Messages& messages, Answers& answers,
                            archive::LiveSessions& live_sessions, BlockingPool& reads);

}  // namespace reprise::chat
