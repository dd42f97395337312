// What a model gets: the messages above a question, from the database.

#include "base/id.hpp"
#include "base/json.hpp"
#include "features/chat/messages.hpp"

namespace reprise::chat {

using access::Reach;
using access::UserId;
using database::Row;
using database::Transaction;

namespace {

/// Sentences of one live session that the model gets; a talk of an hour has fewer.
constexpr std::int64_t kSentencesMax = 4'000;

void add_said(Transaction& transaction, const MessageId& id, const std::string& live_session,
              Branch& branch) {
  const auto said = transaction.run(
      "select q.speaker, q.text from search_sentence q join recording r on r.recording_id = "
      "q.recording_id where r.live_session_id = $1 order by q.start_ns, q.search_id limit $2",
      {live_session, kSentencesMax});
  for (const Row& row : said.rows) {
    branch.push_back(
        {id,
         {.role = enum_from_text<Role>(row.text(0)).value_or(Role::Person), .text = row.text(1)},
         Origin::Said});
  }
}

std::vector<Attachment> files_of(Transaction& transaction, const std::string& message) {
  std::vector<Attachment> files;
  const auto found = transaction.run(
      "select u.upload_id, u.name, u.media_type, u.file_bytes from message_upload a join upload u "
      "on u.upload_id = a.upload_id where a.message_id = $1 order by a.position",
      {message});
  files.reserve(found.rows.size());
  for (const Row& row : found.rows) {
    files.push_back({.upload_id = row.text(0),
                     .name = row.text(1),
                     .media_type = row.text(2),
                     .bytes = row.integer(3)});
  }
  return files;
}

std::string text_so_far(Transaction& transaction, const std::string& id) {
  std::string text;
  const auto pieces =
      transaction.run("select text from message_piece where message_id = $1 order by number", {id});
  for (const Row& row : pieces.rows) text += row.text(0);
  return text;
}

/// The messages from the first one down to `last`.
Branch branch_to(Transaction& transaction, const ChatId& chat, const std::string& last) {
  const auto above = transaction.run(
      "with recursive up (message_id, parent_id, depth) as (select message_id, parent_id, 0 from "
      "message where message_id = $1 and chat_id = $2 union all select m.message_id, m.parent_id, "
      "up.depth + 1 from message m join up on m.message_id = up.parent_id where m.chat_id = $2) "
      "select m.message_id, m.role, m.text, m.state, m.live_session_id, m.covers_until from up "
      "join message m on m.message_id = up.message_id order by up.depth desc",
      {last, chat.value});
  Branch branch;
  branch.reserve(above.rows.size());
  for (const Row& row : above.rows) {
    const MessageId id(row.text(0));
    if (const auto live_session = row.maybe_text(4)) {
      add_said(transaction, id, *live_session, branch);
    } else if (const auto covered = row.maybe_text(5)) {
      put_summary(branch, id, MessageId(*covered), row.text(2));
    } else {
      const bool runs = row.text(3) == enum_text(State::Streaming);
      branch.push_back({id,
                        {.role = enum_from_text<Role>(row.text(1)).value_or(Role::Person),
                         .text = runs ? text_so_far(transaction, id.value) : row.text(2),
                         .attachments = files_of(transaction, id.value)},
                        Origin::Typed});
    }
  }
  return branch;
}

}  // namespace

Task<std::optional<Work>> Messages::work_of(MessageId answer) {
  using Found = std::optional<Work>;
  co_return co_await database_.read(
      database::usual_deadline(), [&](Transaction& transaction) -> Found {
        const auto row = transaction.first(
            "select m.owner_id, m.chat_id, m.piece_count, m.created_utc_ns, c.untitled, "
            "m.provider, m.model, m.parent_id from message m join chat c on c.chat_id = m.chat_id "
            "where m.message_id = $1 and m.state = 'streaming'",
            {answer.value});
        if (!row) return std::nullopt;
        Work work{.owner = UserId(row->text(0)),
                  .chat = ChatId(row->text(1)),
                  .answer = answer,
                  .by = {.provider = row->text(5), .model = row->text(6)},
                  .branch = {},
                  .pieces = row->integer(2),
                  .asked_utc_ns = row->integer(3),
                  .untitled = row->integer(4) != 0};
        if (const auto question = row->maybe_text(7)) {
          work.branch = branch_to(transaction, work.chat, *question);
        }
        return work;
      });
}

Task<Result<Context>> Messages::context(Reach reach, ChatId chat, Parent parent,
                                        Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<Context> {
    const auto row = transaction.first(
        "select provider, model from chat where chat_id = $1 and owner_id = coalesce($2, owner_id)",
        {chat.value, reach.owner()});
    if (!row) return fail(ErrorCode::NotFound, "There is no such chat.");
    auto by = providers_.answerer(row->text(0), row->text(1));
    if (!by) return std::unexpected(by.error());
    Context context{.by = *std::move(by), .branch = {}};
    std::optional<std::string> last;
    if (const auto* id = std::get_if<MessageId>(&parent)) {
      if (!archive::message_in(transaction, reach, chat, *id, now)) {
        return fail(ErrorCode::NotFound, "`after` names no message of this chat.");
      }
      last = id->value;
    } else if (std::holds_alternative<Newest>(parent)) {
      last = archive::newest_message(transaction, chat);
    }
    if (last) context.branch = branch_to(transaction, chat, *last);
    return context;
  });
}

Task<bool> Messages::add_summary(MessageId answer, MessageId covers_until, std::string text) {
  co_return co_await database_.write(database::usual_deadline(), [&](Transaction& transaction) {
    const auto question = transaction.first(
        "select q.message_id, q.chat_id, q.owner_id, q.parent_id, q.created_utc_ns, a.provider, "
        "a.model from message a join message q on q.message_id = a.parent_id where a.message_id = "
        "$1 and a.state = 'streaming'",
        {answer.value});
    if (!question) return false;
    const std::string id = new_uuid7();
    transaction.run(
        "insert into message (message_id, chat_id, kind, created_utc_ns, owner_id, parent_id, "
        "role, text, provider, model, covers_until) values ($1, $2, 'text', $3, $4, $5, 'model', "
        "$6, $7, $8, $9)",
        {id, question->text(1), question->integer(4) - 1, question->text(2),
         question->maybe_text(3), text, question->text(5), question->text(6), covers_until.value});
    archive_.part<archive::Words>().message_changed(transaction, id);
    // What hangs beside the question hangs on the summary too: they stay branches of one place.
    transaction.run(
        "update message set parent_id = $1 where chat_id = $2 and message_id <> $1 and kind = "
        "'text' and role = 'person' and parent_id is not distinct from $3",
        {id, question->text(1), question->maybe_text(3)});
    return true;
  });
}

}  // namespace reprise::chat
