#pragma once

#include "features/chat/answers.hpp"
#include "features/chat/messages.hpp"
#include "features/chat/model_lists.hpp"
#include "platform/http/http.hpp"

namespace reprise::chat {

/// `/api/answerers`: who can answer what is typed; `/api/chats/{id}/context`: what they get;
/// `/api/chats/{id}/live-context`: what a live session is told first (api/openapi.yaml). All
/// parameters outlive the routes.
http::Routes answerer_routes(Messages& messages, const Answers& answers, const Providers& providers,
                             ModelLists& lists);

}  // namespace reprise::chat
