#pragma once

#include "features/chat/answers.hpp"
#include "features/chat/messages.hpp"
#include "platform/http/http.hpp"

namespace reprise::chat {

/// How long the list of a service's models is used again.
inline constexpr std::chrono::minutes kModelsFor{5};
/// A service has this long to list its models; then only the one of the settings is offered.
inline constexpr std::chrono::seconds kModelsWithin{5};

/// `/api/answerers`: who can answer what is typed; `/api/chats/{id}/context`: what they get;
/// `/api/chats/{id}/live-context`: what a live session is told first (api/openapi.yaml). All
/// parameters outlive the routes.
http::Routes answerer_routes(Messages& messages, const Answers& answers,
                             const Providers& providers);

}  // namespace reprise::chat
