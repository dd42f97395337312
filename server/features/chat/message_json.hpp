#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "features/chat/messages.hpp"

namespace reprise::chat {

/// `Message` of api/openapi.yaml.
boost::json::object to_api(const Message& message);
/// The same for somebody with whom the chat is shared.
boost::json::object to_viewer_api(const Message& message);

/// The last event of an answer's stream: `done`, or `error` when it failed.
std::string last_event(std::int64_t number, const Message& answer);

}  // namespace reprise::chat
