#include "platform/archive/live_sessions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "platform/archive/rows.hpp"

namespace reprise::archive {

using database::Row;
using database::Transaction;
using session::SessionEnd;

namespace {

constexpr std::string_view kLiveSessionColumns =
    "s.live_session_id, s.chat_id, s.reason, s.created_utc_ns, s.ended_utc_ns, "
    "case when r.state = 'recording' then coalesce(r.last_chunk_utc_ns, r.created_utc_ns) end, "
    "o.text_version, o.text_sha256_hex, o.locale, o.given_utc_ns, o.method, o.channels_json, "
    "w.withdrawn_utc_ns";
constexpr std::size_t kLiveSessionColumnCount = 13;

constexpr std::string_view kJoins =
    "left join recording r on r.live_session_id = s.live_session_id "
    "left join recording_view v on v.recording_id = r.recording_id "
    "left join consent o on o.live_session_id = s.live_session_id "
    "left join consent_withdrawal w on w.live_session_id = s.live_session_id";

LiveSession live_session_of(const Row& row, std::size_t at, const Moment& moment) {
  LiveSession found{.id = LiveSessionId(row.text(at)), .chat_id = ChatId(row.text(at + 1))};
  if (const auto reason = row.maybe_text(at + 2))
    found.reason = enum_from_text<SessionEnd>(*reason);
  found.created_utc_ns = row.integer(at + 3);
  found.ended_utc_ns = row.maybe_integer(at + 4);
  const auto heard_utc_ns = row.maybe_integer(at + 5);
  found.quiet =
      !found.reason && heard_utc_ns && *heard_utc_ns < moment.now_utc_ns - session::kQuietAfterNs;
  if (const auto version = row.maybe_text(at + 6)) {
    found.consent = session::ConsentFacts{.text_version = *version,
                                          .text_sha256_hex = row.text(at + 7),
                                          .locale = row.text(at + 8),
                                          .given_utc_ns = row.integer(at + 9),
                                          .method = row.text(at + 10),
                                          .channels_json = row.text(at + 11),
                                          .withdrawn_utc_ns = row.maybe_integer(at + 12)};
  }
  if (row.maybe_text(at + kLiveSessionColumnCount)) {
    found.recording = readable_recording_of(row, moment, at + kLiveSessionColumnCount);
  }
  return found;
}

Result<LiveSession> find_in(Transaction& transaction, const Reach& reach, const LiveSessionId& id,
                            const Moment& moment) {
  static const std::string sql = fmt::format(
      "select {}, {} from live_session s {} where s.live_session_id = $1 and s.owner_id "
      "= coalesce($2, s.owner_id)",
      kLiveSessionColumns, kRecordingColumns, kJoins);
  const auto row = transaction.first(sql, {id.value, reach.owner()});
  if (!row) return fail(ErrorCode::NotFound, "There is no such live session.");
  LiveSession found = live_session_of(*row, 0, moment);
  if (found.recording) add_missing_of_gaps(transaction, *found.recording);
  return found;
}

std::unexpected<Error> no_chat() { return fail(ErrorCode::NotFound, "There is no such chat."); }

void insert_token(Transaction& transaction, const LiveSessionId& id, const std::string& model,
                  std::int64_t now, std::int64_t expires_utc_ns) {
  transaction.run("insert into live_token values ($1, $2, $3, $4, $5)",
                  {new_uuid7(), id.value, model, now, expires_utc_ns});
}

void insert_consent(Transaction& transaction, const LiveSessionId& id, const Consent& consent) {
  transaction.run("insert into consent values ($1, $2, $3, $4, $5, $6, $7)",
                  {id.value, consent.text_version, consent.text_sha256_hex, consent.locale,
                   consent.given_utc_ns, consent.method, consent.channels_json});
}

constexpr std::string_view kMessageColumns =
    "m.message_id, m.created_utc_ns, m.chat_id, m.kind, m.role, m.state, m.parent_id, m.text, "
    "m.model, m.input_tokens, m.output_tokens, m.thought_tokens, m.problem_type, m.problem_detail, "
    "m.live_session_id, m.provider, m.reasoning, m.grounding_json, m.covers_until";
constexpr std::size_t kMessageColumnCount = 19;

/// The columns of a message, of its live session and of that one's recording.
const std::string& message_sql() {
  static const std::string sql = fmt::format(
      "select {}, {}, {} from message m left join live_session s on s.live_session_id = "
      "m.live_session_id {} where m.chat_id = $1 and ",
      kMessageColumns, kLiveSessionColumns, kRecordingColumns, kJoins);
  return sql;
}

template <class E>
E known(const Row& row, std::size_t column) {
  const auto value = enum_from_text<E>(row.text(column));
  if (!value) {
    throw database::DatabaseError(database::Failure::Damaged, "unknown word in a message's row");
  }
  return *value;
}

Message message_of(const Row& row, const Moment& moment) {
  Message message{.id = chat::MessageId(row.text(0)),
                  .chat_id = ChatId(row.text(2)),
                  .kind = known<chat::Kind>(row, 3),
                  .role = known<chat::Role>(row, 4),
                  .state = known<chat::State>(row, 5),
                  .parent_id = row.maybe_text(6),
                  .text = row.text(7),
                  .provider = row.text(15),
                  .model = row.text(8),
                  .reasoning = row.text(16),
                  .grounding_json = row.text(17),
                  .covers_until = row.maybe_text(18),
                  .usage = {.input_tokens = row.maybe_integer(9),
                            .output_tokens = row.maybe_integer(10),
                            .thought_tokens = row.maybe_integer(11)},
                  .created_utc_ns = row.integer(1)};
  if (!row.text(12).empty()) message.trouble = chat::Trouble{row.text(12), row.text(13)};
  if (row.maybe_text(14)) message.live_session = live_session_of(row, kMessageColumnCount, moment);
  return message;
}

/// What a list does not read in one go: pieces of answers that run, and gaps of recordings.
void complete(Transaction& transaction, Message& message) {
  if (message.live_session && message.live_session->recording) {
    add_missing_of_gaps(transaction, *message.live_session->recording);
  }
  if (message.state != chat::State::Streaming) return;
  const auto pieces = transaction.run(
      "select text from message_piece where message_id = $1 order by number", {message.id.value});
  for (const Row& row : pieces.rows) message.text += row.text(0);
}

}  // namespace

bool chat_exists_in(Transaction& transaction, const Reach& reach, const ChatId& chat) {
  const auto row = transaction.first(
      "select 1 from chat where chat_id = $1 and owner_id = coalesce($2, owner_id)",
      {chat.value, reach.owner()});
  return row.has_value();
}

std::optional<Message> message_in(Transaction& transaction, const Reach& reach, const ChatId& chat,
                                  const chat::MessageId& id, std::int64_t now) {
  static const std::string sql =
      message_sql() + "m.message_id = $2 and m.owner_id = coalesce($3, m.owner_id)";
  const auto row = transaction.first(sql, {chat.value, id.value, reach.owner()});
  if (!row) return std::nullopt;
  Message message = message_of(*row, Moment{.now_utc_ns = now});
  complete(transaction, message);
  add_attachments(transaction, chat, {&message, 1});
  return message;
}

std::optional<std::string> newest_message(Transaction& transaction, const ChatId& chat) {
  const auto row = transaction.first(
      "select message_id from message where chat_id = $1 order by created_utc_ns desc, message_id "
      "desc limit 1",
      {chat.value});
  if (!row) return std::nullopt;
  return row->text(0);
}

std::int64_t message_time(Transaction& transaction, const ChatId& chat, std::int64_t now) {
  const auto newest =
      transaction.first("select max(created_utc_ns) from message where chat_id = $1", {chat.value});
  return later_than(newest->maybe_integer(0), now);
}

void note_use(Transaction& transaction, const UserId& owner, const ChatId& chat, std::int64_t now) {
  const auto newest = transaction.first(
      "select max(last_used_utc_ns) from chat where owner_id = $1", {owner.value});
  transaction.run("update chat set last_used_utc_ns = $2 where chat_id = $1",
                  {chat.value, later_than(newest->maybe_integer(0), now)});
}

Task<Result<LiveSession>> LiveSessions::create(NewLiveSession wanted, Deadline deadline) {
  const Moment moment = archive_.moment();
  const std::int64_t now = moment.now_utc_ns;
  co_return co_await database_.write(
      deadline, [&](Transaction& transaction) -> Result<LiveSession> {
        const Reach reach = Reach::of(wanted.owner);
        if (!chat_exists_in(transaction, reach, wanted.chat_id)) return no_chat();
        transaction.run(
            "insert into live_session (live_session_id, chat_id, owner_id, model, state, "
            "created_utc_ns, told) values ($1, $2, $3, $4, 'live', $5, $6)",
            {wanted.id.value, wanted.chat_id.value, wanted.owner.value, wanted.model, now,
             wanted.told});
        transaction.run(
            "insert into message (message_id, chat_id, kind, live_session_id, created_utc_ns, "
            "owner_id, parent_id) values ($1, $2, 'live_session', $3, $4, $5, $6)",
            {new_uuid7(), wanted.chat_id.value, wanted.id.value,
             message_time(transaction, wanted.chat_id, now), wanted.owner.value,
             newest_message(transaction, wanted.chat_id)});
        if (wanted.consent) insert_consent(transaction, wanted.id, *wanted.consent);
        if (wanted.recording_id) {
          archive_.begin(transaction, wanted.owner, *wanted.recording_id, wanted.id,
                         wanted.chat_id);
        }
        insert_token(transaction, wanted.id, wanted.model, now, wanted.token_expires_utc_ns);
        note_use(transaction, wanted.owner, wanted.chat_id, now);
        return find_in(transaction, reach, wanted.id, moment);
      });
}

Task<bool> LiveSessions::chat_exists(Reach reach, ChatId id, Deadline deadline) {
  co_return co_await database_.read(
      deadline, [&](Transaction& transaction) { return chat_exists_in(transaction, reach, id); });
}

Task<std::string> LiveSessions::chat_title(Reach reach, ChatId id, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto row = transaction.first(
        "select title from chat where chat_id = $1 and owner_id = coalesce($2, owner_id)",
        {id.value, reach.owner()});
    return row ? row->text(0) : std::string();
  });
}

Task<Result<LiveSession>> LiveSessions::find(Reach reach, LiveSessionId id, Deadline deadline) {
  const Moment moment = archive_.moment();
  co_return co_await database_.read(
      deadline, [&](Transaction& transaction) { return find_in(transaction, reach, id, moment); });
}

Task<std::string> LiveSessions::told(LiveSessionId id, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto row =
        transaction.first("select told from live_session where live_session_id = $1", {id.value});
    return row ? row->text(0) : std::string();
  });
}

Task<Result<LiveSession>> LiveSessions::end(Reach reach, LiveSessionId id, SessionEnd reason,
                                            Deadline deadline) {
  const Moment moment = archive_.moment();
  const std::int64_t now = moment.now_utc_ns;
  co_return co_await database_.write(deadline, [&](Transaction& transaction) {
    transaction.run(
        "update live_session set state = 'ended', told = '', reason = $2, ended_utc_ns = case when "
        "$3 > created_utc_ns then $3 else created_utc_ns end where live_session_id = $1 and state "
        "= "
        "'live' and owner_id = coalesce($4, owner_id)",
        {id.value, enum_text(reason), now, reach.owner()});
    return find_in(transaction, reach, id, moment);
  });
}

Task<Result<LiveSession>> LiveSessions::withdraw(Reach reach, LiveSessionId id,
                                                 session::Withdrawn recording,
                                                 std::optional<std::int64_t> last_seq,
                                                 Deadline deadline) {
  const Moment moment = archive_.moment();
  co_return co_await database_.write(
      deadline, [&](Transaction& transaction) -> Result<LiveSession> {
        const auto found = find_in(transaction, reach, id, moment);
        if (!found) return found;
        if (!found->consent) {
          return fail(ErrorCode::Conflict, "This talk was not to be recorded.", "no-consent");
        }
        transaction.run(
            "insert into consent_withdrawal (live_session_id, withdrawn_utc_ns, recording, "
            "last_seq) "
            "values ($1, $2, $3, coalesce($4, (select r.last_seq from recording r where "
            "r.live_session_id = $1), (select max(c.seq) from recording_chunk c join recording r "
            "on "
            "r.recording_id = c.recording_id where r.live_session_id = $1), -1)) on conflict "
            "(live_session_id) do update set recording = case when consent_withdrawal.recording = "
            "'erase' then 'erase' else excluded.recording end",
            {id.value, moment.now_utc_ns, enum_text(recording), last_seq});
        return find_in(transaction, reach, id, moment);
      });
}

Task<Status> LiveSessions::note_token(Reach reach, LiveSessionId id, std::string model,
                                      std::int64_t expires_utc_ns, Deadline deadline) {
  const Moment moment = archive_.moment();
  const std::int64_t now = moment.now_utc_ns;
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Status {
    const auto found = find_in(transaction, reach, id, moment);
    if (!found) return std::unexpected(found.error());
    if (found->reason) {
      return fail(ErrorCode::Conflict, "This live session has ended; start a new one.",
                  "live-session-ended");
    }
    insert_token(transaction, id, model, now, expires_utc_ns);
    return {};
  });
}

Task<Result<Page<Message>>> LiveSessions::messages(Reach reach, ChatId chat, PageWish wish,
                                                   Deadline deadline) {
  const Moment moment = archive_.moment();
  using Found = Result<Page<Message>>;
  static const std::string sql =
      message_sql() +
      "(m.created_utc_ns, m.message_id) < ($2, $3) order by m.created_utc_ns desc, m.message_id "
      "desc limit $4";
  const PageKey before = newest_first(wish);
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Found {
    if (!chat_exists_in(transaction, reach, chat)) return no_chat();
    std::vector<Message> found;
    for (const Row& row :
         transaction.run(sql, {chat.value, before.utc_ns, before.id, wish.limit + 1}).rows) {
      found.push_back(message_of(row, moment));
    }
    auto page = page_of(std::move(found), wish, [](const Message& oldest) {
      return PageKey{.utc_ns = oldest.created_utc_ns, .id = oldest.id.value};
    });
    std::ranges::reverse(page.items);
    for (Message& message : page.items) complete(transaction, message);
    add_attachments(transaction, chat, page.items);
    return page;
  });
}

}  // namespace reprise::archive
