#include "platform/archive/chat_titles.hpp"

namespace reprise::archive {

using database::Transaction;
using session::RecordingId;

void give_chat_title(Transaction& transaction, const RecordingId& id,
                     const std::string& first_words) {
  const auto title = session::title_from(first_words);
  if (title.empty()) return;
  const auto named = transaction.first(
      "update chat set title = $2, untitled = 0 where untitled = 1 and chat_id = (select chat_id "
      "from recording where recording_id = $1 and state in ('complete', 'complete_with_gaps')) "
      "returning chat_id",
      {id.value, title});
  if (!named) return;
  transaction.run("delete from chat_title_source where chat_id = $1", {named->text(0)});
  transaction.run("insert into chat_title_source values ($1, $2)", {named->text(0), id.value});
}

void take_chat_title_back(Transaction& transaction, const RecordingId& id) {
  const auto row = transaction.first(
      "select c.chat_id, c.title, coalesce(v.first_words, ''), coalesce(s.recording_id, '') from "
      "recording r join chat c using (chat_id) left join recording_view v on v.recording_id = "
      "r.recording_id left join chat_title_source s on s.chat_id = c.chat_id where r.recording_id "
      "= $1",
      {id.value});
  if (!row) return;
  const std::string& source = row->text(3);
  if (source.empty() ? row->text(1) != session::title_from(row->text(2)) : source != id.value)
    return;
  transaction.run("update chat set title = $2, untitled = 1 where chat_id = $1",
                  {row->text(0), session::kUntitled});
  transaction.run("delete from chat_title_source where chat_id = $1", {row->text(0)});
}

}  // namespace reprise::archive
