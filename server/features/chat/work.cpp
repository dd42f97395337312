// What the writer of an answer needs from the database.

#include "base/json.hpp"
#include "features/chat/messages.hpp"

namespace reprise::chat {

using access::UserId;
using database::Row;
using database::Transaction;

namespace {

/// Sentences of one live session that the model gets; a talk of an hour has fewer.
constexpr std::int64_t kSentencesMax = 4'000;

void add_said(Transaction& transaction, const std::string& live_session, Work& work) {
  const auto said = transaction.run(
      "select q.speaker, q.text from search_sentence q join recording r on r.recording_id = "
      "q.recording_id where r.live_session_id = $1 order by q.start_ns, q.search_id limit $2",
      {live_session, kSentencesMax});
  for (const Row& row : said.rows) {
    work.turns.push_back(
        {.role = enum_from_text<Role>(row.text(0)).value_or(Role::Person), .text = row.text(1)});
  }
}

std::string text_so_far(Transaction& transaction, const std::string& id) {
  std::string text;
  const auto pieces =
      transaction.run("select text from message_piece where message_id = $1 order by number", {id});
  for (const Row& row : pieces.rows) text += row.text(0);
  return text;
}

/// The messages above the answer, the first one first.
void add_branch(Transaction& transaction, Work& work) {
  const auto above = transaction.run(
      "with recursive up (message_id, parent_id, depth) as (select message_id, parent_id, 0 from "
      "message where message_id = $1 union all select m.message_id, m.parent_id, up.depth + 1 from "
      "message m join up on m.message_id = up.parent_id where m.chat_id = $2) select m.message_id, "
      "m.role, m.text, m.state, m.live_session_id from up join message m on m.message_id = "
      "up.message_id where up.depth > 0 order by up.depth desc",
      {work.answer.value, work.chat.value});
  for (const Row& row : above.rows) {
    if (const auto live_session = row.maybe_text(4)) {
      add_said(transaction, *live_session, work);
      continue;
    }
    const bool runs = row.text(3) == enum_text(State::Streaming);
    work.turns.push_back({.role = enum_from_text<Role>(row.text(1)).value_or(Role::Person),
                          .text = runs ? text_so_far(transaction, row.text(0)) : row.text(2)});
  }
  if (!above.rows.empty()) work.asked = above.rows.back().text(2);
  work.turns = joined(std::move(work.turns));
}

}  // namespace

Task<std::optional<Work>> Messages::work_of(MessageId answer) {
  using Found = std::optional<Work>;
  co_return co_await database_.read(
      database::usual_deadline(), [&](Transaction& transaction) -> Found {
        const auto row = transaction.first(
            "select m.owner_id, m.chat_id, m.piece_count, m.created_utc_ns, c.untitled from "
            "message m join chat c on c.chat_id = m.chat_id where m.message_id = $1 and m.state = "
            "'streaming'",
            {answer.value});
        if (!row) return std::nullopt;
        Work work{.owner = UserId(row->text(0)),
                  .chat = ChatId(row->text(1)),
                  .answer = answer,
                  .pieces = row->integer(2),
                  .asked_utc_ns = row->integer(3),
                  .untitled = row->integer(4) != 0};
        add_branch(transaction, work);
        return work;
      });
}

}  // namespace reprise::chat
