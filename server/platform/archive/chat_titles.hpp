#pragma once

// Titles of chats that come from the words of their recordings.

#include <string>

#include "domain/session/session.hpp"
#include "platform/database/database.hpp"

namespace reprise::archive {

/// Names a chat that has no name after the first words of its recording, once that has ended.
void give_chat_title(database::Transaction& transaction, const session::RecordingId& id,
                     const std::string& first_words);
/// Removes the chat's title if it was made from the words of this recording. Titles given by
/// version 0.1 have no noted source; they are recognised by their words.
void take_chat_title_back(database::Transaction& transaction, const session::RecordingId& id);

}  // namespace reprise::archive
