#include "features/account/export_documents.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "features/account/export_cells.hpp"

namespace reprise::account {
namespace json = boost::json;
using access::UserId;
using database::Row;
using database::Transaction;

namespace {

/// A message may have a megabyte.
constexpr std::int64_t kMessagesAtOnce = 10;
/// A task may have a hundred kilobytes.
constexpr std::int64_t kTasksAtOnce = 50;
/// Positions are stored in millionths.
constexpr double kPositionScale = 1e6;

json::object chat(const Row& row) {
  return {{"id", row.text(0)},
          {"title", row.text(1)},
          {"untitled", flag(row, 2)},
          {"created_at", time(row, 3)},
          {"last_used_at", time(row, 4)},
          {"provider", filled_or_null(row, 5)},
          {"model", filled_or_null(row, 6)},
          {"live_words_to", filled_or_null(row, 7)}};
}

/// Why an answer ended early.
json::value problem(const Row& row, std::size_t column) {
  if (row.text(column).empty()) return nullptr;
  return json::object{{"type", "urn:reprise:problem:" + row.text(column)},
                      {"detail", row.text(column + 1)}};
}

json::object message(const Row& row) {
  const auto grounding = parse_json(row.text(15));
  return {{"id", row.text(0)},
          {"chat_id", row.text(1)},
          {"kind", row.text(2)},
          {"live_session_id", text_or_null(row, 3)},
          {"created_at", time(row, 4)},
          {"parent_id", text_or_null(row, 5)},
          {"role", row.text(6)},
          {"state", row.text(7)},
          {"text", row.text(8)},
          {"model", filled_or_null(row, 9)},
          {"input_tokens", number_or_null(row, 10)},
          {"output_tokens", number_or_null(row, 11)},
          {"thought_tokens", number_or_null(row, 12)},
          {"provider", filled_or_null(row, 13)},
          {"reasoning", row.text(14)},
          {"grounding", grounding ? *grounding : json::value(nullptr)},
          {"covers_until", text_or_null(row, 16)},
          {"problem", problem(row, 17)}};
}

/// What the person shares; never the secret of a link.
json::object share(const Row& row) {
  return {{"id", row.text(0)},
          {"recording_id", text_or_null(row, 1)},
          {"chat_id", text_or_null(row, 2)},
          {"kind", row.text(3)},
          {"email", text_or_null(row, 4)},
          {"needs_login", flag(row, 5)},
          {"may_download", flag(row, 6)},
          {"start_ms", number_or_null(row, 7)},
          {"created_at", time(row, 8)},
          {"expires_at", time_or_null(row, 9)},
          {"opened_count", row.integer(10)},
          {"last_opened_at", time_or_null(row, 11)}};
}

json::object live_session(const Row& row) {
  return {{"id", row.text(0)},
          {"chat_id", row.text(1)},
          {"model", row.text(2)},
          {"state", row.text(3)},
          {"reason", text_or_null(row, 4)},
          {"created_at", time(row, 5)},
          {"ended_at", time_or_null(row, 6)},
          {"recording_id", text_or_null(row, 7)}};
}

json::object live_token(const Row& row) {
  return {{"id", row.text(0)},
          {"live_session_id", row.text(1)},
          {"model", row.text(2)},
          {"created_at", time(row, 3)},
          {"expires_at", time(row, 4)}};
}

json::object consent(const Row& row) {
  return {{"live_session_id", row.text(0)},
          {"text_version", row.text(1)},
          {"text_sha256", row.text(2)},
          {"locale", row.text(3)},
          {"given_at", time(row, 4)},
          {"method", row.text(5)},
          {"channels", json::parse(row.text(6))},
          {"withdrawn_at", time_or_null(row, 7)},
          {"withdrawn_recording", text_or_null(row, 8)},
          {"last_seq", number_or_null(row, 9)}};
}

json::object bookmark(const Row& row) {
  return {{"id", row.text(0)},
          {"recording_id", row.text(1)},
          {"at_ms", row.integer(2)},
          {"note", row.text(3)},
          {"created_at", time(row, 4)}};
}

json::object session(const Row& row) {
  return {{"id", row.text(0)},          {"issuer", row.text(1)},
          {"created_at", time(row, 2)}, {"last_used_at", time(row, 3)},
          {"ends_at", time(row, 4)},    {"logged_in_at", time(row, 5)},
          {"address", row.text(6)},     {"idle_until", time(row, 7)}};
}

json::object api_token(const Row& row) {
  json::array scopes;
  if (flag(row, 2)) scopes.emplace_back("read");
  if (flag(row, 3)) scopes.emplace_back("write");
  return {{"id", row.text(0)},           {"name", row.text(1)},
          {"scopes", std::move(scopes)}, {"created_at", time(row, 4)},
          {"expires_at", time(row, 5)},  {"last_used_at", time_or_null(row, 6)}};
}

json::object upload(const Row& row) {
  return {{"id", row.text(0)},
          {"name", row.text(1)},
          {"media_type", row.text(2)},
          {"bytes", row.integer(3)},
          {"sha256", text_or_null(row, 4)},
          {"created_at", time(row, 5)},
          {"declared_type", row.text(6)},
          {"tus_metadata", row.text(10)},
          {"width", number_or_null(row, 7)},
          {"height", number_or_null(row, 8)},
          {"duration_ms", number_or_null(row, 9)}};
}

json::object message_upload(const Row& row) {
  return {{"id", row.text(0)},
          {"message_id", row.text(1)},
          {"position", row.integer(2)},
          {"upload_id", row.text(3)}};
}

/// Who else did something is not told: that belongs to them.
json::object audit_entry(const Row& row) {
  const bool own = flag(row, 1);
  const bool by_server = row.text(2).empty();
  return {{"id", row.text(0)},
          {"by", own         ? "me"
                 : by_server ? "server"
                             : "somebody_else"},
          {"at", time(row, 3)},
          {"event", row.text(4)},
          {"object", {{"kind", row.text(5)}, {"id", row.text(6)}}},
          {"address", own ? json::value(row.text(7)) : json::value(nullptr)},
          {"request_id", own ? json::value(row.text(8)) : json::value(nullptr)},
          {"detail", own || by_server ? json::value(row.text(9)) : json::value(nullptr)}};
}

json::object task(const Row& row) {
  return {{"id", row.text(0)},
          {"title", row.text(1)},
          {"text", row.text(2)},
          {"steps", json::parse(row.text(3))},
          {"due_at", time_or_null(row, 4)},
          {"assignee", text_or_null(row, 5)},
          {"chat_id", text_or_null(row, 6)},
          {"done", flag(row, 7)},
          {"position", static_cast<double>(row.integer(8)) / kPositionScale},
          {"created_at", time(row, 9)},
          {"updated_at", time(row, 10)}};
}

json::object task_session(const Row& row) {
  return {{"task_id", row.text(1)}, {"live_session_id", row.text(2)}, {"created_at", time(row, 3)}};
}

json::object interaction(const Row& row) {
  return {{"id", row.text(1)},
          {"kind", row.text(2)},
          {"at", time(row, 3)},
          {"live_session_id", text_or_null(row, 4)},
          {"data", json::parse(row.text(5))}};
}

constexpr std::array kDocuments = {
    Document{
        "chats.jsonl",
        "select chat_id, title, untitled, created_utc_ns, last_used_utc_ns, provider, model, "
        "live_words_to from chat where owner_id = $1 and chat_id > $2 order by chat_id limit $3",
        chat},
    Document{"messages.jsonl",
             "select m.message_id, m.chat_id, m.kind, m.live_session_id, m.created_utc_ns, "
             "m.parent_id, m.role, m.state, m.text, m.model, m.input_tokens, m.output_tokens, "
             "m.thought_tokens, m.provider, m.reasoning, m.grounding_json, m.covers_until, "
             "m.problem_type, m.problem_detail from message m join chat c on c.chat_id = m.chat_id "
             "where c.owner_id "
             "= $1 and m.message_id > $2 order by m.message_id limit $3",
             message, kMessagesAtOnce},
    Document{
        "uploads.jsonl",
        "select u.upload_id, u.name, u.media_type, u.file_bytes, u.sha256_hex, "
        "u.created_utc_ns, u.declared_type, u.width, u.height, u.duration_ms, u.tus_metadata from "
        "upload u "
        "where u.owner_id = $1 and u.state = 'complete' and u.upload_id > $2 order by "
        "u.upload_id limit $3",
        upload},
    Document{"message_uploads.jsonl",
             "select a.message_id || '/' || a.position, a.message_id, a.position, a.upload_id from "
             "message_upload a join upload u on u.upload_id = a.upload_id where u.owner_id = $1 "
             "and a.message_id || '/' || a.position > $2 order by a.message_id || '/' || "
             "a.position limit $3",
             message_upload},
    Document{
        "shares.jsonl",
        "select s.share_id, s.recording_id, s.chat_id, s.kind, s.email, s.needs_login, "
        "s.may_download, s.start_ms, s.created_utc_ns, s.expires_utc_ns, s.opened_count, "
        "s.last_opened_utc_ns from share s left join recording r on r.recording_id = "
        "s.recording_id left join chat c on "
        "c.chat_id = s.chat_id where coalesce(r.owner_id, c.owner_id) = $1 and s.share_id > $2 "
        "order by s.share_id limit $3",
        share},
    Document{"live_sessions.jsonl",
             "select s.live_session_id, s.chat_id, s.model, s.state, s.reason, s.created_utc_ns, "
             "s.ended_utc_ns, r.recording_id from live_session s left join recording r on "
             "r.live_session_id = s.live_session_id where s.owner_id = $1 and s.live_session_id > "
             "$2 order by s.live_session_id limit $3",
             live_session},
    Document{"live_tokens.jsonl",
             "select t.live_token_id, t.live_session_id, t.model, t.created_utc_ns, "
             "t.expires_utc_ns from live_token t join live_session s on s.live_session_id = "
             "t.live_session_id where s.owner_id = $1 and t.live_token_id > $2 order by "
             "t.live_token_id limit $3",
             live_token},
    Document{
        "consents.jsonl",
        "select c.live_session_id, c.text_version, c.text_sha256_hex, c.locale, "
        "c.given_utc_ns, c.method, c.channels_json, w.withdrawn_utc_ns, w.recording, w.last_seq "
        "from consent c join "
        "live_session s on s.live_session_id = c.live_session_id left join consent_withdrawal w on "
        "w.live_session_id = c.live_session_id where s.owner_id = $1 and c.live_session_id > "
        "$2 order by c.live_session_id limit $3",
        consent},
    Document{"bookmarks.jsonl",
             "select b.bookmark_id, b.recording_id, b.at_ms, b.note, b.created_utc_ns from "
             "bookmark b join recording r on r.recording_id = b.recording_id where r.owner_id = $1 "
             "and b.bookmark_id > $2 order by b.bookmark_id limit $3",
             bookmark},
    Document{"tasks.jsonl",
             "select coalesce(own_id, task_id), title, text, steps_json, due_utc_ns, assignee, "
             "chat_id, done, "
             "position, created_utc_ns, updated_utc_ns from task where owner_id = $1 and "
             "coalesce(own_id, task_id) > $2 order by 1 limit $3",
             task, kTasksAtOnce},
    Document{"task_sessions.jsonl",
             "select coalesce(t.own_id, t.task_id) || '/' || s.live_session_id, coalesce(t.own_id, "
             "t.task_id), s.live_session_id, s.created_utc_ns from task_session s join task t on "
             "t.task_id = s.task_id where t.owner_id = $1 and coalesce(t.own_id, t.task_id) || '/' "
             "|| s.live_session_id > $2 order by 1 limit $3",
             task_session},
    Document{
        "interactions.jsonl",
        "select cast(number as text), event_id, kind, at_utc_ns, live_session_id, data from "
        "interaction_event where owner_id = $1 and number > cast(coalesce(nullif($2, ''), '0') "
        "as bigint) order by number limit $3",
        interaction},
    Document{"sessions.jsonl",
             "select login_session_id, issuer, created_utc_ns, last_used_utc_ns, "
             "absolute_until_utc_ns, auth_time_utc_ns, address_prefix, idle_until_utc_ns from "
             "login_session where "
             "user_id = $1 and login_session_id > $2 order by login_session_id limit $3",
             session},
    Document{"api_tokens.jsonl",
             "select api_token_id, name, may_read, may_write, created_utc_ns, expires_utc_ns, "
             "last_used_utc_ns from api_token where user_id = $1 and api_token_id > $2 order by "
             "api_token_id limit $3",
             api_token},
    Document{"audit.jsonl",
             "select audit_entry_id, case when actor_id = $1 then 1 else 0 end, actor_id, "
             "at_utc_ns, event, object_kind, object_id, address, request_id, detail from "
             "audit_entry where "
             "(actor_id = $1 or object_id = $1 or object_id in (select recording_id from recording "
             "where owner_id = $1)) and audit_entry_id > $2 order by audit_entry_id limit $3",
             audit_entry},
};

class Lines final : public blob::BlobSource {
 public:
  Lines(database::Database& database, const Document& document, UserId user)
      : database_(database), document_(document), user_(std::move(user)) {}

  Task<Bytes> next() override {
    if (ended_) co_return Bytes();
    const std::string text =
        co_await database_.read(database::usual_deadline(), [this](Transaction& transaction) {
          const auto page =
              transaction.run(document_.sql, {user_.value, after_, document_.rows_at_once});
          std::string lines;
          for (const Row& row : page.rows) lines += json::serialize(document_.line(row)) + '\n';
          ended_ = std::ssize(page.rows) < document_.rows_at_once;
          if (!page.rows.empty()) after_ = page.rows.back().text(0);
          return lines;
        });
    const ByteView bytes = as_bytes(text);
    co_return Bytes(bytes.begin(), bytes.end());
  }

 private:
  database::Database& database_;
  const Document& document_;
  const UserId user_;
  std::string after_;
  bool ended_ = false;
};

json::array roles(const Row& row, std::size_t researcher_column) {
  json::array names{"participant"};
  if (flag(row, researcher_column)) names.emplace_back("researcher");
  if (flag(row, researcher_column + 1)) names.emplace_back("admin");
  return names;
}

}  // namespace

std::span<const Document> documents() {
  static const std::vector<Document> kAll = [] {
    std::vector<Document> all(kDocuments.begin(), kDocuments.end());
    const auto of_studies = study_documents();
    all.insert(all.end(), of_studies.begin(), of_studies.end());
    return all;
  }();
  return kAll;
}

Task<std::string> account_json(database::Database& database, UserId user) {
  const json::object whole =
      co_await database.read(database::usual_deadline(), [&](Transaction& transaction) {
        json::object account;
        const auto row = transaction.first(
            "select user_id, display_name, email, is_researcher, is_admin, created_utc_ns, "
            "held_utc_ns from app_user where user_id = $1",
            {user.value});
        if (row) {
          account = {{"id", row->text(0)},          {"name", row->text(1)},
                     {"email", row->text(2)},       {"roles", roles(*row, 3)},
                     {"created_at", time(*row, 5)}, {"legal_hold_since", time_or_null(*row, 6)}};
        }
        json::array identities;
        for (const Row& one : transaction
                                  .run("select issuer, subject, is_researcher, is_admin, "
                                       "created_utc_ns from identity where user_id = $1",
                                       {user.value})
                                  .rows) {
          identities.push_back(json::object{{"issuer", one.text(0)},
                                            {"subject", one.text(1)},
                                            {"roles", roles(one, 2)},
                                            {"created_at", time(one, 4)}});
        }
        json::value invitation = nullptr;
        if (const auto one = transaction.first(
                "select email, is_researcher, is_admin, created_utc_ns from invitation where "
                "user_id = $1",
                {user.value})) {
          invitation = json::object{
              {"email", one->text(0)}, {"roles", roles(*one, 1)}, {"created_at", time(*one, 3)}};
        }
        return json::object{{"user", std::move(account)},
                            {"identities", std::move(identities)},
                            {"invitation", std::move(invitation)}};
      });
  co_return json::serialize(whole);
}

std::unique_ptr<blob::BlobSource> lines_of(database::Database& database, const Document& document,
                                           UserId user) {
  return std::make_unique<Lines>(database, document, std::move(user));
}

}  // namespace reprise::account
