#pragma once

#include "features/chat/chats.hpp"
#include "features/chat/model_lists.hpp"
#include "platform/http/http.hpp"

namespace reprise::chat {

/// `/api/chats` and each chat; its messages are in message_routes.hpp (api/openapi.yaml). All
/// parameters outlive the routes. `reads` runs the work of turning lists into JSON, away from the
/// threads of the connections.
http::Routes chat_routes(Chats& chats, const Providers& providers, ModelLists& lists,
                         BlockingPool& reads);

}  // namespace reprise::chat
