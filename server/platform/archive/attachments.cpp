// The files of messages, as lists of messages show them.

#include <algorithm>

#include "platform/archive/live_sessions.hpp"

namespace reprise::archive {

using database::Row;
using database::Transaction;

std::vector<std::pair<std::string, chat::Attachment>> attachments_in(Transaction& transaction,
                                                                     const ChatId& chat,
                                                                     std::int64_t first_utc_ns,
                                                                     std::int64_t last_utc_ns) {
  std::vector<std::pair<std::string, chat::Attachment>> found;
  const auto rows = transaction.run(
      "select a.message_id, u.upload_id, u.name, u.media_type, u.file_bytes, u.width, u.height, "
      "u.duration_ms, u.preview from message m join message_upload a on a.message_id = "
      "m.message_id join upload u on u.upload_id = a.upload_id where m.chat_id = $1 and "
      "m.created_utc_ns between $2 and $3 order by a.message_id, a.position",
      {chat.value, first_utc_ns, last_utc_ns});
  found.reserve(rows.rows.size());
  for (const Row& row : rows.rows) {
    found.emplace_back(row.text(0), chat::Attachment{.upload_id = row.text(1),
                                                     .name = row.text(2),
                                                     .media_type = row.text(3),
                                                     .bytes = row.integer(4),
                                                     .width = row.maybe_integer(5),
                                                     .height = row.maybe_integer(6),
                                                     .duration_ms = row.maybe_integer(7),
                                                     .has_preview = row.text(8) == "ready"});
  }
  return found;
}

void add_attachments(Transaction& transaction, const ChatId& chat, std::span<Message> messages) {
  if (messages.empty()) return;
  const auto time = [](const Message& one) { return one.created_utc_ns; };
  const auto [first, last] = std::ranges::minmax_element(messages, {}, time);
  for (auto& [id, attachment] :
       attachments_in(transaction, chat, first->created_utc_ns, last->created_utc_ns)) {
    const auto of = std::ranges::find(messages, chat::MessageId(id), &Message::id);
    if (of != messages.end()) of->attachments.push_back(std::move(attachment));
  }
}

}  // namespace reprise::archive
