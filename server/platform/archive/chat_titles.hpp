#pragma once

// Titles of chats that come from the words of their recordings.

#include <string>

#include "domain/session/session.hpp"
#include "platform/database/database.hpp"

namespace reprise::archive {

/// Once a recording has ended, its first words name a chat that nobody named.
void give_chat_title(database::Transaction& transaction, const session::RecordingId& id,
                     const std::string& first_words);
/// A title made from the words of this recording goes with them. Titles given by version 0.1 have
/// no source; they are known by their words.
void take_chat_title_back(database::Transaction& transaction, const session::RecordingId& id);

}  // namespace reprise::archive
