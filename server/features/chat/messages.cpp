#include "features/chat/messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "domain/access/hold.hpp"
#include "domain/chat/events.hpp"

namespace reprise::chat {
namespace json = boost::json;

using access::Reach;
using access::UserId;
using archive::message_in;
using database::Row;
using database::Transaction;

namespace {

/// The writer takes the job itself; another node may only when it has not.
constexpr std::chrono::seconds kOthersAfter{3};

std::unexpected<Error> no_message() {
  return fail(ErrorCode::NotFound, "There is no such message in this chat.");
}

/// Where a message hangs. Errors: NotFound.
Result<std::optional<std::string>> parent_of(Transaction& transaction, const Reach& reach,
                                             const NewMessage& wanted, std::int64_t now) {
  if (std::holds_alternative<Root>(wanted.parent)) return std::nullopt;
  const auto* id = std::get_if<MessageId>(&wanted.parent);
  if (id == nullptr) return archive::newest_message(transaction, wanted.chat);
  if (!message_in(transaction, reach, wanted.chat, *id, now)) {
    return fail(ErrorCode::NotFound, "`parent_id` names no message of this chat.");
  }
  return id->value;
}

Status may_wait_for_more(Transaction& transaction, const UserId& owner) {
  const auto row = transaction.first(
      "select count(*) from message where owner_id = $1 and state = 'streaming'", {owner.value});
  if (row->integer(0) < kAnswersAtOnceMax) return {};
  return fail(ErrorCode::Conflict,
              "Too many answers are being written for you. Wait for one, or stop it.",
              "too-many-answers");
}

/// Who answers next in the chat. Errors: Conflict `provider-gone`, `live-words-elsewhere`: what was
/// said live goes to another provider only after somebody was told and agreed, once per chat.
Result<Answerer> answerer_of(Transaction& transaction, const Providers& providers,
                             const ChatId& chat) {
  const auto row = transaction.first(
      "select provider, model, live_words_to from chat where chat_id = $1", {chat.value});
  auto by = providers.answerer(row->text(0), row->text(1));
  if (!by || by->provider == providers.usual().facts().id || by->provider == row->text(2)) {
    return by;
  }
  const auto spoken = transaction.first(
      "select 1 from message where chat_id = $1 and kind = 'live_session' limit 1", {chat.value});
  if (!spoken) return by;
  return fail(ErrorCode::Conflict,
              "What was said live in this chat went to one service only. " +
                  providers.find(by->provider)->facts().name +
                  " would get those words too. Agree to that first, or choose another model.",
              "live-words-elsewhere");
}

/// Hangs the files on the message. Errors: NotFound, Conflict, naming the one.
Status attach(Transaction& transaction, const UserId& owner, const MessageId& message,
              const std::vector<std::string>& uploads) {
  for (std::size_t at = 0; at < uploads.size(); ++at) {
    // A new message may name the file of one that is there; a file whose messages are gone goes.
    const auto row = transaction.first(
        "select state from upload u where upload_id = $1 and owner_id = $2 and state <> 'removing' "
        "and (attached = 0 or exists (select 1 from message_upload m where m.upload_id = "
        "u.upload_id))",
        {uploads[at], owner.value});
    if (!row) {
      return fail(ErrorCode::NotFound,
                  fmt::format("`upload_ids[{}]` names no upload of yours.", at));
    }
    if (row->text(0) != "complete") {
      return fail(ErrorCode::Conflict,
                  fmt::format("`upload_ids[{}]` names an upload that is not whole yet.", at),
                  "upload-not-whole");
    }
    transaction.run(
        "insert into message_upload (message_id, position, upload_id) values ($1, $2, "
        "$3)",
        {message.value, static_cast<std::int64_t>(at), uploads[at]});
    transaction.run("update upload set attached = 1 where upload_id = $1", {uploads[at]});
  }
  return {};
}

/// Adds an answer that has nothing yet, and its job.
MessageId add_answer(Transaction& transaction, const jobs::Jobs& jobs, const UserId& owner,
                     const ChatId& chat, const std::optional<std::string>& parent,
                     const Answerer& by, std::int64_t now) {
  MessageId id(new_uuid7());
  transaction.run(
      "insert into message (message_id, chat_id, kind, created_utc_ns, owner_id, parent_id, role, "
      "state, provider, model) values ($1, $2, 'text', $3, $4, $5, 'model', 'streaming', $6, $7)",
      {id.value, chat.value, archive::message_time(transaction, chat, now), owner.value, parent,
       by.provider, by.model});
  jobs.add(transaction, jobs::Kind::Answer, id.value, kOthersAfter);
  archive::note_use(transaction, owner, chat, now);
  return id;
}

/// What was sent with the same client id before. Errors: Conflict `answer-removed`.
Result<std::optional<Sent>> sent_before(Transaction& transaction, const Reach& reach,
                                        const NewMessage& wanted, const std::string& client,
                                        std::int64_t now) {
  const auto row = transaction.first(
      "select m.message_id, (select a.message_id from message a where a.parent_id = m.message_id "
      "and a.kind = 'text' and a.role = 'model' and a.covers_until is null order by "
      "a.created_utc_ns limit 1) from message m where m.chat_id = $1 and m.client_sha256_hex = $2",
      {wanted.chat.value, client});
  if (!row) return std::nullopt;
  if (!row->maybe_text(1)) {
    return fail(ErrorCode::Conflict,
                "This was sent before, and its answers were removed. To ask again, send it under "
                "another `client_id`.",
                "answer-removed");
  }
  auto message = message_in(transaction, reach, wanted.chat, MessageId(row->text(0)), now);
  auto answer = message_in(transaction, reach, wanted.chat, MessageId(row->text(1)), now);
  if (!message || !answer) return std::nullopt;
  return Sent{.message = *std::move(message), .answer = *std::move(answer), .is_new = false};
}

bool is_answer(const Message& message) {
  return message.kind == Kind::Text && message.role == Role::Model && !message.covers_until;
}

/// As in the API; empty: nothing was looked up.
std::string grounding_json(const Grounding& grounding) {
  if (grounding == Grounding{}) return {};
  json::array sources;
  sources.reserve(grounding.sources.size());
  for (const Source& one : grounding.sources) {
    sources.push_back(json::object{{"title", one.title}, {"url", one.url}});
  }
  return json::serialize(json::object{{"sources", std::move(sources)},
                                      {"searches", json::value_from(grounding.searches)}});
}

/// Turns an answer's pieces into its text. Its row must be locked by an update before.
void settle(Transaction& transaction, const MessageId& id) {
  const auto rows = transaction.run(
      "select text from message_piece where message_id = $1 order by number", {id.value});
  std::vector<std::string> pieces;
  pieces.reserve(rows.rows.size());
  std::string text;
  for (const Row& row : rows.rows) text += pieces.emplace_back(row.text(0));
  transaction.run("update message set text = $2, piece_ends = $3 where message_id = $1",
                  {id.value, text, ends_of(pieces)});
  transaction.run("delete from message_piece where message_id = $1", {id.value});
  jobs::Jobs::remove(transaction, jobs::Kind::Answer, id.value);
}

/// Ends an answer that runs; another one stays as it is.
void end_in(Transaction& transaction, const MessageId& id, const Outcome& outcome) {
  const Trouble trouble = outcome.ending.trouble.value_or(Trouble{});
  const Usage& usage = outcome.usage;
  const auto ended = transaction.run(
      "update message set state = $2, problem_type = $3, problem_detail = $4, input_tokens = $5, "
      "output_tokens = $6, thought_tokens = $7, reasoning = $8, grounding_json = $9 where "
      "message_id = $1 and state = 'streaming'",
      {id.value, enum_text(outcome.ending.state), trouble.type, trouble.detail, usage.input_tokens,
       usage.output_tokens, usage.thought_tokens, outcome.reasoning,
       grounding_json(outcome.grounding)});
  if (ended.changed > 0) settle(transaction, id);
}

std::optional<Message> answer_in(Transaction& transaction, const MessageId& id, std::int64_t now) {
  const auto row =
      transaction.first("select chat_id from message where message_id = $1", {id.value});
  if (!row) return std::nullopt;
  return message_in(transaction, Reach::everything(), ChatId(row->text(0)), id, now);
}

}  // namespace

Task<Result<Sent>> Messages::send(UserId owner, NewMessage wanted, Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  const Reach reach = Reach::of(owner);
  // Hashed, since it may hold what a database does not take.
  const std::string client = hex(sha256(as_bytes(wanted.client_id)));
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Sent> {
    if (!archive::chat_exists_in(transaction, reach, wanted.chat)) {
      return fail(ErrorCode::NotFound, "There is no such chat.");
    }
    auto before = sent_before(transaction, reach, wanted, client, now);
    if (!before) return std::unexpected(before.error());
    if (*before) return **std::move(before);
    const auto parent = parent_of(transaction, reach, wanted, now);
    if (!parent) return std::unexpected(parent.error());
    if (auto status = may_wait_for_more(transaction, owner); !status) {
      return std::unexpected(status.error());
    }
    const auto by = answerer_of(transaction, providers_, wanted.chat);
    if (!by) return std::unexpected(by.error());
    const MessageId id(new_uuid7());
    transaction.run(
        "insert into message (message_id, chat_id, kind, created_utc_ns, owner_id, parent_id, "
        "role, text, client_sha256_hex) values ($1, $2, 'text', $3, $4, $5, 'person', $6, $7)",
        {id.value, wanted.chat.value, archive::message_time(transaction, wanted.chat, now),
         owner.value, *parent, wanted.text, client});
    if (auto attached = attach(transaction, owner, id, wanted.upload_ids); !attached) {
      return std::unexpected(attached.error());
    }
    archive_.part<archive::Words>().message_changed(transaction, id.value);
    const MessageId answer =
        add_answer(transaction, jobs(), owner, wanted.chat, id.value, *by, now);
    return Sent{.message = message_in(transaction, reach, wanted.chat, id, now).value(),
                .answer = message_in(transaction, reach, wanted.chat, answer, now).value()};
  });
}

Task<Result<Message>> Messages::regenerate(UserId owner, ChatId chat, MessageId answer,
                                           Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  const Reach reach = Reach::of(owner);
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Message> {
    const auto old = message_in(transaction, reach, chat, answer, now);
    if (!old || !is_answer(*old)) return no_message();
    if (old->state == State::Streaming) {
      return fail(ErrorCode::Conflict, "This answer is still being written. Stop it first.",
                  "answer-running");
    }
    if (auto status = may_wait_for_more(transaction, owner); !status) {
      return std::unexpected(status.error());
    }
    const auto by = answerer_of(transaction, providers_, chat);
    if (!by) return std::unexpected(by.error());
    const MessageId id = add_answer(transaction, jobs(), owner, chat, old->parent_id, *by, now);
    return message_in(transaction, reach, chat, id, now).value();
  });
}

Task<Result<Message>> Messages::find_answer(Reach reach, ChatId chat, MessageId id,
                                            Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<Message> {
    auto found = message_in(transaction, reach, chat, id, now);
    if (!found || !is_answer(*found)) return no_message();
    return *std::move(found);
  });
}

Task<Result<Message>> Messages::stop(Reach reach, ChatId chat, MessageId id, Deadline deadline) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Message> {
    auto found = message_in(transaction, reach, chat, id, now);
    if (!found || !is_answer(*found)) return no_message();
    if (found->state != State::Streaming) return *std::move(found);
    end_in(transaction, id, {.ending = {.state = State::Stopped}});
    archive_.part<archive::Words>().message_changed(transaction, id.value);
    return message_in(transaction, reach, chat, id, now).value();
  });
}

Task<Status> Messages::remove(Reach reach, ChatId chat, MessageId id, Deadline deadline) {
  static constexpr std::string_view kBelow =
      "with recursive below (id) as (select message_id from message where message_id = $1 union "
      "all "
      "select m.message_id from message m join below b on m.parent_id = b.id) ";
  static const std::string lift = std::string(kBelow) +
                                  "update message set parent_id = $2 where kind = 'live_session' "
                                  "and message_id in (select id from below)";
  static const std::string erase =
      std::string(kBelow) +
      "delete from message where kind = 'text' and message_id in (select id from below)";
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  co_return co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Status {
    const auto found = message_in(transaction, reach, chat, id, now);
    if (!found) return no_message();
    if (found->kind != Kind::Text) {
      return fail(ErrorCode::Conflict, "This is a live session: erase its recording instead.",
                  "is-live-session");
    }
    if (transaction.first(access::kHeldByAdmin, {reach.owner()})) return access::held_by_admin();
    transaction.run(lift, {id.value, found->parent_id});
    // What hangs on a live session that was lifted stays with it.
    transaction.run(erase, {id.value});
    return {};
  });
}

Task<bool> Messages::add_piece(MessageId answer, std::int64_t number, std::string text) {
  co_return co_await database_.write(database::usual_deadline(), [&](Transaction& transaction) {
    const auto counted = transaction.run(
        "update message set piece_count = $2 where message_id = $1 and state = 'streaming' and "
        "piece_count = $3",
        {answer.value, number, number - 1});
    if (counted.changed == 0) return false;
    transaction.run("insert into message_piece (message_id, number, text) values ($1, $2, $3)",
                    {answer.value, number, text});
    return true;
  });
}

Task<std::optional<Message>> Messages::finish(MessageId answer, Outcome outcome) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  co_return co_await database_.write(database::usual_deadline(), [&](Transaction& transaction) {
    end_in(transaction, answer, outcome);
    archive_.part<archive::Words>().message_changed(transaction, answer.value);
    return answer_in(transaction, answer, now);
  });
}

Task<std::optional<Progress>> Messages::progress(MessageId answer, std::int64_t after) {
  using Found = std::optional<Progress>;
  co_return co_await database_.read(
      database::usual_deadline(), [&](Transaction& transaction) -> Found {
        const auto row = transaction.first(
            "select state, text, piece_ends, piece_count from message where message_id = $1",
            {answer.value});
        if (!row) return std::nullopt;
        Progress progress{.state = enum_from_text<State>(row->text(0)).value_or(State::Failed),
                          .pieces = {}};
        if (progress.state != State::Streaming) {
          auto pieces = pieces_of(row->text(1), row->text(2));
          progress.count = std::ssize(pieces);
          const auto skipped = std::min(after, progress.count);
          pieces.erase(pieces.begin(), pieces.begin() + skipped);
          progress.pieces = std::move(pieces);
          return progress;
        }
        progress.count = row->integer(3);
        for (const Row& piece : transaction
                                    .run("select text from message_piece where message_id = $1 and "
                                         "number > $2 order by number",
                                         {answer.value, after})
                                    .rows) {
          progress.pieces.push_back(piece.text(0));
        }
        return progress;
      });
}

Task<std::optional<Message>> Messages::ended_answer(MessageId answer) {
  const std::int64_t now = archive_.part<archive::Common>().now_utc_ns();
  co_return co_await database_.read(database::usual_deadline(), [&](Transaction& transaction) {
    return answer_in(transaction, answer, now);
  });
}

Task<void> Messages::give_title(ChatId chat, std::string title) {
  co_await database_.write(database::usual_deadline(), [&](Transaction& transaction) {
    const auto named = transaction.run(
        "update chat set title = $2, untitled = 0 where chat_id = $1 and untitled = 1",
        {chat.value, title});
    if (named.changed > 0) archive_.part<archive::Words>().title_changed(transaction, chat);
  });
}

}  // namespace reprise::chat
