// An export holds every column that tells something of a person: a new one is exported, or named
// here with the reason why not.
#include "features/account/export_documents.hpp"

#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::account {
namespace {

using database::usual_deadline;

/// Tables, and columns as TABLE.COLUMN, that no document reads.
const std::set<std::string> kElsewhereOrNot{
    // In account.json.
    "app_user", "identity", "invitation",
    // In recordings/<id>: the recording with its title and how long it is kept, chunks, and what is
    // made of them.
    "recording.last_seq", "recording.chunk_count", "recording.stored_bytes",
    "recording.last_chunk_utc_ns", "recording.erased_utc_ns", "recording.title",
    "recording.keep_days", "recording.held_utc_ns", "recording.chat_id", "recording.state",
    "recording.reason", "recording.created_utc_ns", "recording.ended_utc_ns", "recording_chunk",
    "recording_chunk_damage", "recording_pack", "recording_view", "recording_view_file",
    "chat_title_source",
    // Words of a task, while one talks.
    "live_session.told",
    // Follows from what is exported; finds and counts it.
    "search_message", "search_passage", "search_removed", "search_recording",
    "search_recording_title", "search_sentence", "search_title", "interaction_id",
    "interaction_counter", "interaction_hour", "metric_day", "metric_hour", "metric_mark",
    "recording.needs_view", "recording.view_duration_ns", "recording.view_media_bytes",
    "task.search_text", "message.owner_id", "message.piece_count", "message.piece_ends",
    // How the server keeps a file, and what it makes of it.
    "upload.content_id", "upload.byte_count", "upload.stored_bytes", "upload.writer",
    "upload.preview", "upload.attached", "upload.touched_utc_ns", "upload_part",
    // How the server knows repeats and changes.
    "message.client_sha256_hex", "task.created_sha256_hex", "task.revision",
    // An answer that is still being written; its text is there when it has ended.
    "message_piece",
    // Secrets, and what they are made of.
    "api_token.secret_sha256_hex", "share.secret_sha256_hex", "login_session.secret_sha256_hex",
    "login_session.rotation_salt", "login_session.next_sha256_hex",
    "login_session.next_used_utc_ns", "login_session.user_agent_sha256_hex", "login_session.rights",
    "login_session.subject",  // is in account.json
    "study_participant.secret_sha256_hex", "study_participant.cookie_sha256_hex",
    // Tells whether somebody else has an account.
    "share.user_id",
    // The chain of the audit log, which goes over the entries of everybody.
    "audit_entry.seq", "audit_entry.hash_hex",
    // The export itself, and what the server is doing just now.
    "account_export", "job", "rate_bucket", "login_transaction", "share_visit",
    // About the installation.
    "schema_migration"};

bool reads(const std::string& sql, const std::string& table, const std::string& column) {
  // Most are out of question, and looking with patterns is slow.
  if (!sql.contains(table) || !sql.contains(column)) return false;
  const std::regex from(R"(\b(?:from|join) )" + table + R"(\b(?: ([a-z])\b)?)");
  for (auto found = std::sregex_iterator(sql.begin(), sql.end(), from);
       found != std::sregex_iterator(); ++found) {
    std::string name = R"(\b)";
    if ((*found)[1].matched) name += (*found)[1].str() + R"(\.)";
    name += column + R"(\b)";
    if (std::regex_search(sql, std::regex(name))) return true;
  }
  return false;
}

TEST(AccountDocuments, EveryColumnIsExportedOrNamedHere) {
  database::FreshSqlite engine;
  const auto database = engine.open();
  std::set<std::string> unused = kElsewhereOrNot;
  run_alone(database->read(usual_deadline(), [&](database::Transaction& transaction) {
    const auto columns = transaction.run(
        "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c "
        "where m.type = 'table' and m.name not like '%\\_word%' escape '\\' and m.name not like "
        "'sqlite\\_%' escape '\\'");
    EXPECT_GT(columns.rows.size(), 100U);
    for (const auto& row : columns.rows) {
      const std::string& table = row.text(0);
      const std::string both = table + "." + row.text(1);
      const bool exported = std::ranges::any_of(documents(), [&](const Document& document) {
        return reads(document.sql, table, row.text(1));
      });
      const bool named = kElsewhereOrNot.contains(table) || kElsewhereOrNot.contains(both);
      EXPECT_TRUE(exported || named) << both << " is not in the export";
      if (!kElsewhereOrNot.contains(table)) {
        EXPECT_FALSE(exported && named) << both << " is in the export";
      }
      unused.erase(table);
      unused.erase(both);
    }
    return 0;
  }));
  EXPECT_THAT(unused, testing::IsEmpty()) << "no such table or column";
  database->close();
}

}  // namespace
}  // namespace reprise::account
