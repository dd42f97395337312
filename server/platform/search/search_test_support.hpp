#pragma once

// An index on a fresh database of each engine. For tests.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/search/search_index.hpp"

namespace reprise::search {

namespace fs = std::filesystem;
using database::Transaction;
using session::ChatId;
using session::RecordingId;

/// What an engine brings to the contract: an empty database with the product's schema.
struct SqliteEngine {
  static constexpr bool kOwnFiles = true;
  static std::unique_ptr<database::Database> open(const fs::path& directory) {
    return database::open_sqlite({.file = directory / "reprise.db"}, database::sqlite_migrations());
  }
  static const SearchIndex& index() { return sqlite_search_index(); }
};
struct PostgresEngine {
  static constexpr bool kOwnFiles = false;
  static std::unique_ptr<database::Database> open(const fs::path&) {
    auto* server = database::PostgresServer::get();
    if (server == nullptr) return nullptr;
    return database::open_postgres({.target = {.url = server->url(server->make_database())}},
                                   database::postgres_migrations());
  }
  static const SearchIndex& index() { return postgres_search_index(); }
};

template <class Engine>
class SearchIndexTest : public testing::Test {
 protected:
  SearchIndexTest() {
    std::string name = (fs::temp_directory_path() / "reprise-search-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    database_ = Engine::open(directory_);
  }
  void SetUp() override {
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
  }
  ~SearchIndexTest() override {
    if (database_) database_->close();
    fs::remove_all(directory_);
  }
  template <class Work>
  auto write(Work work) {
    return run_alone(database_->write(database::usual_deadline(), std::move(work)));
  }
  void chat(const std::string& id, const std::string& title, std::int64_t used_utc_ns = 1) {
    write([&](Transaction& transaction) {
      transaction.run(
          "insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns, untitled) values "
          "($1, $2, 1, $3, 0)",
          {id, title, used_utc_ns});
      Engine::index().sync_title(transaction, ChatId(id));
    });
  }
  void recording(const std::string& id, std::int64_t created_utc_ns,
                 const std::vector<std::string>& said) {
    write([&](Transaction& transaction) {
      transaction.run(
          "insert into recording (recording_id, live_session_id, chat_id, state, created_utc_ns) "
          "values ($1, $1, 'c', 'complete', $2)",
          {id, created_utc_ns});
    });
    say(id, said);
  }
  void say(const std::string& id, const std::vector<std::string>& said) {
    std::vector<Sentence> sentences;
    for (const std::string& text : said) {
      const auto at = static_cast<std::int64_t>(sentences.size()) * 2'000'000'000;
      sentences.push_back({.start_ns = at, .end_ns = at + 1'000'000'000, .text = text});
    }
    write([&](Transaction& transaction) {
      Engine::index().put_said(transaction, RecordingId(id), sentences);
    });
  }
  void message(const std::string& id, const std::string& text, std::int64_t created_utc_ns,
               const char* state = "complete") {
    write([&](Transaction& transaction) {
      transaction.run(
          "insert into message (message_id, chat_id, kind, created_utc_ns, role, state, text) "
          "values ($1, 'c', 'text', $2, 'model', $3, $4)",
          {id, created_utc_ns, state, text});
      Engine::index().sync_message(transaction, id);
    });
  }
  void rename(const std::string& id, const std::string& title) {
    write([&](Transaction& transaction) {
      transaction.run("update recording set title = $2 where recording_id = $1", {id, title});
      Engine::index().sync_title(transaction, RecordingId(id));
    });
  }
  Page<Hit> find(std::string_view typed, const PageWish& wish = {},
                 std::string_view owner = access::kLocalUserId) {
    const auto query = query_of(typed);
    EXPECT_TRUE(query.has_value()) << typed;
    return run_alone(database_->read(database::usual_deadline(), [&](Transaction& transaction) {
      return Engine::index().find(transaction, access::UserId(std::string(owner)), *query, wish);
    }));
  }
  static std::string shown(const Hit& hit) {
    const auto* moment = std::get_if<MomentHit>(&hit);
    if (moment != nullptr) return moment->sentence.text;
    const auto* message = std::get_if<MessageHit>(&hit);
    if (message != nullptr) return message->passage;
    const auto* recording = std::get_if<RecordingHit>(&hit);
    return recording != nullptr ? recording->title : std::get<ChatHit>(hit).title;
  }
  std::vector<std::string> found(std::string_view typed, const PageWish& wish = {}) {
    std::vector<std::string> texts;
    for (const Hit& hit : find(typed, wish).items) texts.push_back(shown(hit));
    return texts;
  }
  std::string all_bytes() {
    std::string bytes;
    for (const auto& entry : fs::directory_iterator(directory_)) {
      std::string content(entry.file_size(), '\0');
      std::ifstream(entry.path(), std::ios::binary)
          .read(content.data(), static_cast<std::streamsize>(content.size()));
      bytes += content;
    }
    return bytes;
  }

  fs::path directory_;
  std::unique_ptr<database::Database> database_;
};

using Engines = testing::Types<SqliteEngine, PostgresEngine>;

}  // namespace reprise::search
