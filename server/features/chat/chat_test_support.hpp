#pragma once

// A chat on a fresh database of each engine. For tests.

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "domain/access/principal.hpp"
#include "features/chat/chats.hpp"
#include "features/chat/messages.hpp"
#include "features/chat/silent_service.hpp"
#include "platform/archive/archive.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/uploads/uploads.hpp"
#include "platform/uploads/writer.hpp"

namespace reprise::chat {

using EnginesOfChats = testing::Types<database::FreshSqlite, database::FreshPostgres>;
struct NamesOfEngines {
  template <class Engine>
  static std::string GetName(int) {
    return std::is_same_v<Engine, database::FreshSqlite> ? "Sqlite" : "Postgres";
  }
};

inline Deadline soon() { return Deadline::after(std::chrono::seconds(20)); }

template <class Engine>
class WithChats : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    blobs_ = blob::open_local_store(folder_.path() / "objects", pool_);
    archive_.emplace(*database_, *blobs_, pool_,
                     archive::ArchiveOptions{.min_free_bytes = 0, .search = index()});
    chats_.emplace(*database_, *archive_);
    messages_.emplace(*database_, *archive_, providers_);
    uploads_.emplace(*database_, *blobs_, pool_, uploads::Limits{}, now_utc_ns);
    ada_ = add_user("Ada");
    ben_ = add_user("Ben");
    chat_ = run_alone(chats_->create(*ada_, "")).id;
  }
  void TearDown() override {
    if (database_) database_->close();
    pool_.close();
  }
  static const search::SearchIndex* index() {
    return std::is_same_v<Engine, database::FreshSqlite> ? &search::sqlite_search_index()
                                                         : &search::postgres_search_index();
  }
  access::UserId add_user(const char* name) {
    access::UserId user(new_uuid7());
    write("insert into app_user (user_id, display_name, created_utc_ns) values ($1, $2, 1)",
          {user.value, name});
    return user;
  }
  void write(std::string_view sql, std::initializer_list<database::Value> values) {
    run_alone(database_->write(
        soon(), [&](database::Transaction& transaction) { transaction.run(sql, values); }));
  }
  std::int64_t count(std::string_view sql) {
    return run_alone(database_->read(soon(), [&](database::Transaction& transaction) {
      return transaction.first(sql)->integer(0);
    }));
  }
  Result<Sent> send(std::string client, std::string text, Parent parent = Newest{},
                    const std::optional<access::UserId>& who = std::nullopt,
                    std::vector<std::string> upload_ids = {}) {
    return run_alone(messages_->send(who.value_or(*ada_),
                                     {.chat = *chat_,
                                      .client_id = std::move(client),
                                      .text = std::move(text),
                                      .parent = std::move(parent),
                                      .upload_ids = std::move(upload_ids)},
                                     soon()));
  }
  /// A file with this text; with a further length it is not whole.
  std::string upload(const access::UserId& owner, std::string name, std::string_view text,
                     std::int64_t missing = 0) {
    const uploads::UploadId id =
        run_alone(uploads_->create(owner, std::move(name), std::ssize(text) + missing, soon()))->id;
    const auto writer = run_alone(
        uploads_->begin(access::Reach::of(owner), id, 0, std::nullopt, std::nullopt, soon()));
    EXPECT_TRUE(run_alone((*writer)->add(as_bytes(text))));
    EXPECT_TRUE(run_alone((*writer)->end(true)));
    if (missing == 0) EXPECT_TRUE(run_alone(uploads_->complete(access::Reach::of(owner), id)));
    return id.value;
  }
  /// Writes pieces and the end of an answer.
  void answer(const MessageId& id, const std::vector<std::string>& pieces, Ending ending = {}) {
    std::int64_t number = 0;
    for (const std::string& piece : pieces) {
      EXPECT_TRUE(run_alone(messages_->add_piece(id, ++number, piece)));
    }
    EXPECT_TRUE(run_alone(
        messages_->finish(id, {.ending = std::move(ending), .usage = {.output_tokens = 3}})));
  }
  std::vector<Message> list() {
    archive::LiveSessions live_sessions(*database_, *archive_);
    return run_alone(live_sessions.messages(access::Reach::of(*ada_), *chat_, {}, soon()))
        .value()
        .items;
  }

  Engine engine_;
  database::TemporaryDirectory folder_;
  BlockingPool pool_{"test", 2};
  std::unique_ptr<database::Database> database_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::optional<archive::Archive> archive_;
  SilentService usual_{{.id = "gemini", .name = "Google", .default_model = "m"}};
  SilentService other_{{.id = "openai", .name = "Somebody else", .default_model = "o"}};
  const Providers providers_{{&usual_, &other_}};
  std::optional<Chats> chats_;
  std::optional<Messages> messages_;
  std::optional<uploads::Uploads> uploads_;
  std::optional<access::UserId> ada_;
  std::optional<access::UserId> ben_;
  std::optional<ChatId> chat_;
};

}  // namespace reprise::chat
