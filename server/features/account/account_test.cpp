// Exports and erases of accounts, on both engines, step by step, as a kill would leave them.
#include <gmock/gmock.h>
#include <stdlib.h>

#include <fstream>
#include <thread>

#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "domain/access/owned_tables.hpp"
#include "domain/recording/format/chunk.hpp"
#include "features/account/eraser.hpp"
#include "features/account/exports.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/search/search_index.hpp"
#include "platform/zip/zip.hpp"

namespace reprise::account {
namespace {

using access::Reach;
using access::UserId;
using database::Transaction;
using database::usual_deadline;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

const UserId kAnna("01990000-0000-7000-8000-00000000000a");
const UserId kBen("01990000-0000-7000-8000-00000000000b");
audit::Doer by(const UserId& user) { return {.user_id = user.value, .request_id = "q"}; }
constexpr std::int64_t kDay = 86'400'000'000'000;

struct Things {
  session::ChatId chat;
  session::RecordingId recording;
};

template <class Engine>
class AccountTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    blobs_ = blob::open_local_store(folder_.path() / "objects", pool_);
    archive_.emplace(*database_, *blobs_, pool_,
                     archive::ArchiveOptions{.min_free_bytes = 0,
                                             .search = index(),
                                             .jobs = {.now_utc_ns = [this] { return now_; }},
                                             .now_utc_ns = [this] { return now_; }});
    audit_.emplace(*database_, [this] { return now_; });
    uploads_.emplace(*database_, *blobs_, pool_, uploads::Limits{}, [this] { return now_; });
    stores_.emplace(ExportStores{*database_, *archive_, *blobs_, pool_,
                                 [this](const Reach&, const session::RecordingId&) {
                                   if (while_made_) while_made_();
                                   return no_view();
                                 },
                                 *uploads_});
    exports_.emplace(*stores_, *audit_, 0, [this] { return now_; });
    eraser_.emplace(*database_, *archive_, *audit_, parts(), [this] { return now_; });
    for (const UserId& user : {kAnna, kBen}) add(user);
    annas_ = record(kAnna);
    bens_ = record(kBen);
  }
  void TearDown() override {
    if (database_) database_->close();
    pool_.close();
  }
  static const search::SearchIndex* index() {
    if constexpr (std::is_same_v<Engine, database::FreshSqlite>) {
      return &search::sqlite_search_index();
    } else {
      return &search::postgres_search_index();
    }
  }
  static Task<std::vector<ViewFile>> no_view() { co_return std::vector<ViewFile>(); }
  EraserParts parts() {
    return {
        .delete_chat = [this](Reach reach,
                              session::ChatId id) { return drop(std::move(reach), std::move(id)); },
        .has_admin = [this](Transaction&) { return has_admin_; },
        .erase_log = [this](UserId user,
                            std::int64_t until) { return drop_log(std::move(user), until); },
        .erase_uploads =
            [this](UserId user, std::int64_t until) {
              return uploads_->remove_all_of(std::move(user), until);
            },
        .forget = [] {}};
  }
  Task<Status> drop(Reach reach, session::ChatId id) {
    co_await database_->write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run("delete from chat where chat_id = $1 and owner_id = $2",
                      {id.value, reach.owner()});
      archive_->erase_in(transaction, reach, id);
      archive_->title_changed(transaction, id);
      return 0;
    });
    co_return Status{};
  }
  Task<void> drop_log(UserId user, std::int64_t until) {
    co_await database_->write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run("delete from interaction_event where owner_id = $1 and at_utc_ns <= $2",
                      {user.value, until});
    });
  }
  void run(const std::string& sql, const std::vector<database::Value>& values) {
    run_alone(database_->write(usual_deadline(),
                               [&](Transaction& transaction) { transaction.run(sql, values); }));
  }
  std::int64_t count(const std::string& what) {
    return run_alone(database_->read(usual_deadline(), [&](Transaction& transaction) {
      return transaction.first("select count(*) from " + what)->integer(0);
    }));
  }
  void add(const UserId& user) {
    run("insert into app_user (user_id, display_name, email, created_utc_ns) values ($1, $2, $3, "
        "1)",
        {user.value, "Name of " + user.value, "mail@example.test"});
    run("insert into identity (issuer, subject, user_id, is_researcher, is_admin, created_utc_ns) "
        "values ('https://i.test', $1, $1, 0, 0, 1)",
        {user.value});
    run("insert into rate_bucket (bucket_key, filled_until_utc_ns) values ($1, 1)",
        {"mint user " + user.value});
  }
  Things record(const UserId& user) {
    Things made{session::ChatId(new_uuid7()), session::RecordingId(new_uuid7())};
    run("insert into chat (chat_id, owner_id, title, created_utc_ns, last_used_utc_ns) values ($1, "
        "$2, $3, 1, 1)",
        {made.chat.value, user.value, "Chat of " + user.value});
    EXPECT_TRUE(run_alone(archive::LiveSessions(*database_, *archive_)
                              .create({.owner = user,
                                       .id = session::LiveSessionId(new_uuid7()),
                                       .chat_id = made.chat,
                                       .model = "m",
                                       .recording_id = made.recording})));
    recording::ChunkWriter writer;
    writer.add(recording::Topic::Events, 0, 1000, as_bytes("{}"));
    Bytes bytes = writer.seal();
    const archive::ExpectedDigest digest{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
    EXPECT_TRUE(run_alone(archive_->put_chunk(Reach::of(user), made.recording, session::Seq(0),
                                              digest, std::move(bytes))));
    run("insert into message (message_id, chat_id, owner_id, kind, created_utc_ns, role, state, "
        "text, model, provider, reasoning, grounding_json, covers_until, problem_type, "
        "problem_detail) values ($1, $2, $3, 'text', 1, 'model', 'failed', 'Hal', 'm', 'openai', "
        "'Hm.', '{\"sources\":[],\"searches\":[\"tea\"]}', 'before', 'provider-gone', 'It went.')",
        {new_uuid7(), made.chat.value, user.value});
    run("insert into task (task_id, owner_id, title, text, steps_json, done, position, revision, "
        "created_sha256_hex, search_text, created_utc_ns, updated_utc_ns) values ($1, $2, 'Task of "
        "' || $2, '', '[]', 0, 0, 1, $3, '', 1, 1)",
        {new_uuid7(), user.value, std::string(64, '0')});
    run("insert into interaction_event (owner_id, number, at_utc_ns, event_id, kind, data) values "
        "($1, 1, 1, $2, 'mute', '{\"on\":true}')",
        {user.value, new_uuid7()});
    // An empty file is whole at once.
    EXPECT_TRUE(run_alone(uploads_->create(user, "of mine.txt", 0, usual_deadline())));
    return made;
  }
  std::string begin(const UserId& user) {
    const auto begun = run_alone(exports_->begin(by(user), usual_deadline()));
    EXPECT_TRUE(begun.has_value());
    return begun->id;
  }
  std::vector<Export> list(const UserId& user) {
    return run_alone(exports_->list(user, usual_deadline()));
  }
  /// The files of an export, by path.
  std::map<std::string, std::string> files(const UserId& user, const std::string& id) {
    std::map<std::string, std::string> found;
    const auto file = run_alone(exports_->file(user, id, usual_deadline()));
    if (!file) return found;
    const auto source = exports_->open(*file, {.first = 0, .last = file->bytes});
    const auto path = folder_.path() / "export.zip";
    std::ofstream out(path, std::ios::binary);
    for (Bytes piece = run_alone(source->next()); !piece.empty();
         piece = run_alone(source->next())) {
      out << as_text(piece);
    }
    out.close();
    std::string* content = nullptr;
    EXPECT_TRUE(
        zip::read_file(path, {.begin = [&](const std::string& name) { content = &found[name]; },
                              .add = [&](ByteView piece) { *content += as_text(piece); }}));
    return found;
  }
  access::Principal anna() const {
    return {.user = kAnna, .authenticated_by = access::AuthenticatedBy::Session};
  }
  /// As the server's loops do, until nothing is left to do.
  void work() {
    for (int i = 0; i < 20; ++i) {
      run_alone(exports_->remove_due());
      run_alone(eraser_->work());
      run_alone(archive_->sweep());
      now_ += 61'000'000'000;
    }
  }

  Engine engine_;
  database::TemporaryDirectory folder_;
  BlockingPool pool_{"test", 2};
  std::int64_t now_ = 1'000 * kDay;
  bool has_admin_ = true;
  std::function<void()> while_made_;
  std::unique_ptr<database::Database> database_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::optional<archive::Archive> archive_;
  std::optional<audit::AuditLog> audit_;
  std::optional<uploads::Uploads> uploads_;
  std::optional<ExportStores> stores_;
  std::optional<Exports> exports_;
  std::optional<Eraser> eraser_;
  Things annas_{session::ChatId(""), session::RecordingId("")};
  Things bens_ = annas_;
};

using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(AccountTest, Engines);

TYPED_TEST(AccountTest, AnExportHoldsWhatIsTheirsOnly) {
  const std::string id = this->begin(kAnna);
  EXPECT_EQ(this->begin(kAnna), id) << "one at a time";
  EXPECT_EQ(this->list(kAnna)[0].state, ExportState::Making);
  run_alone(this->exports_->make_due());
  ASSERT_EQ(this->list(kAnna)[0].state, ExportState::Ready);
  EXPECT_THAT(this->list(kBen), IsEmpty());
  EXPECT_FALSE(run_alone(this->exports_->file(kBen, id, usual_deadline())));
  const auto files = this->files(kAnna, id);
  EXPECT_THAT(files,
              Contains(Key("recordings/" + this->annas_.recording.value + "/recording.mcap")));
  EXPECT_NE(files.at("uploads.jsonl").find("of mine.txt"), std::string::npos);
  EXPECT_THAT(files, Contains(Key(testing::StartsWith("uploads/"))));
  for (const auto& [name, content] : files) {
    EXPECT_EQ((name + content).find(kBen.value), std::string::npos) << name;
    EXPECT_EQ((name + content).find(this->bens_.recording.value), std::string::npos) << name;
  }
  const auto manifest = read_manifest(files.at(kManifestPath));
  ASSERT_TRUE(manifest.has_value());
  EXPECT_EQ(manifest->files.size(), files.size() - 1);
  EXPECT_EQ(manifest->left_out.size(), 1U) << "there is no view yet";
}

TYPED_TEST(AccountTest, AnAnswerIsExportedWithHowItCameAbout) {
  const std::string id = this->begin(kAnna);
  run_alone(this->exports_->make_due());
  const std::string lines = this->files(kAnna, id).at("messages.jsonl");
  for (const char* part :
       {R"("text":"Hal")", R"("model":"m")", R"("provider":"openai")", R"("reasoning":"Hm.")",
        R"("grounding":{"sources":[],"searches":["tea"]})", R"("covers_until":"before")",
        R"("problem":{"type":"urn:reprise:problem:provider-gone","detail":"It went."})"}) {
    EXPECT_THAT(lines, testing::HasSubstr(part));
  }
}

TYPED_TEST(AccountTest, WhatIsErasedWhileItIsMadeIsNotInIt) {
  const std::string id = this->begin(kAnna);
  this->while_made_ = [this] {
    this->while_made_ = nullptr;
    std::thread([this] {
      EXPECT_TRUE(run_alone(this->archive_->erase(Reach::of(kAnna), this->annas_.recording)));
    }).join();
  };
  run_alone(this->exports_->make_due());
  EXPECT_EQ(this->list(kAnna)[0].state, ExportState::Making) << "it begins anew";
  this->now_ += 61'000'000'000;
  run_alone(this->exports_->make_due());
  EXPECT_THAT(this->files(kAnna, id),
              Not(Contains(Key("recordings/" + this->annas_.recording.value + "/recording.mcap"))));
}

TYPED_TEST(AccountTest, AnEraseDropsWhatWasExportedBefore) {
  const std::string id = this->begin(kAnna);
  run_alone(this->exports_->make_due());
  EXPECT_TRUE(run_alone(this->archive_->erase(Reach::of(kAnna), this->annas_.recording)));
  EXPECT_THAT(this->list(kAnna), IsEmpty());
  EXPECT_FALSE(run_alone(this->exports_->file(kAnna, id, usual_deadline())));
  this->work();
  EXPECT_EQ(this->count("account_export"), 0);
  EXPECT_FALSE(std::filesystem::exists(this->folder_.path() / "objects/exports/" / kAnna.value));
}

TYPED_TEST(AccountTest, ExportsAreFewAndDoNotStay) {
  for (int i = 0; i < kExportsMax; ++i) {
    this->begin(kAnna);
    run_alone(this->exports_->make_due());
  }
  const auto refused = run_alone(this->exports_->begin(by(kAnna), usual_deadline()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "too-many-exports");
  this->now_ += 8 * kDay;
  run_alone(this->exports_->expire());
  this->work();
  EXPECT_EQ(this->count("account_export"), 0);
  EXPECT_EQ(this->count("job"), 0);
}

TYPED_TEST(AccountTest, AnEraseReachesEverythingAndNobodyElse) {
  this->begin(kAnna);
  run_alone(this->exports_->make_due());
  this->begin(kAnna);  // is never made
  ASSERT_TRUE(run_alone(this->eraser_->begin(this->anna(), by(kAnna), usual_deadline())));
  EXPECT_EQ(this->count("identity where user_id = '" + kAnna.value + "'"), 0) << "at once";
  this->work();
  EXPECT_EQ(this->count("app_user where user_id = '" + kAnna.value + "'"), 0);
  EXPECT_EQ(this->count("app_user where user_id = '" + kBen.value + "'"), 1);
  for (const access::OwnedTable& one : access::kOwnedTables) {
    const std::string owned = std::string(one.table) + " where " + std::string(one.column);
    const bool tombstones = one.table == "recording";
    EXPECT_EQ(this->count(owned + " = '" + kAnna.value + "'"), tombstones ? 1 : 0) << one.table;
  }
  EXPECT_EQ(this->count("recording where state = 'erased'"), 1);
  EXPECT_EQ(this->count("rate_bucket where bucket_key like '%" + kAnna.value + "'"), 0);
  EXPECT_EQ(this->count("rate_bucket where bucket_key like '%" + kBen.value + "'"), 1);
  EXPECT_EQ(this->count("chat where owner_id = '" + kBen.value + "'"), 1);
  EXPECT_TRUE(run_alone(this->archive_->find(Reach::of(kBen), this->bens_.recording)));
  EXPECT_EQ(this->count("job"), 0);
  const auto entries = run_alone(this->audit_->list({.actor = kAnna.value}, {})).items;
  ASSERT_FALSE(entries.empty());
  EXPECT_EQ(entries[0].event, "account_erased");
}

TYPED_TEST(AccountTest, TheLastAdminIsToldWhatToDo) {
  this->has_admin_ = false;
  const auto refused = run_alone(this->eraser_->begin(this->anna(), by(kAnna), usual_deadline()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "last-admin");
  EXPECT_EQ(this->count("app_user where state = 'disabled'"), 0);
  EXPECT_EQ(this->count("job where kind = 'erase_account'"), 0);
}

TYPED_TEST(AccountTest, WhatIsHeldStays) {
  const auto erase = [this] {
    return run_alone(this->eraser_->begin(this->anna(), by(kAnna), usual_deadline()));
  };
  ASSERT_TRUE(
      run_alone(this->archive_->keep(Reach::of(kAnna), this->annas_.recording, {.hold = true})));
  EXPECT_EQ(erase().error().type, "recording-held");
  EXPECT_EQ(run_alone(this->archive_->erase(Reach::of(kAnna), this->annas_.recording)).error().type,
            "recording-held");
  ASSERT_TRUE(
      run_alone(this->archive_->keep(Reach::of(kAnna), this->annas_.recording, {.hold = false})));
  this->run("update app_user set held_utc_ns = 1 where user_id = $1", {kAnna.value});
  EXPECT_EQ(erase().error().type, "legal-hold");
  const auto held = run_alone(this->archive_->find(Reach::of(kAnna), this->annas_.recording));
  EXPECT_EQ(held->hold, session::Hold::Legal);
  this->run("update app_user set held_utc_ns = null where user_id = $1", {kAnna.value});
  EXPECT_TRUE(erase());
}

TYPED_TEST(AccountTest, TheLocalUserLosesWhatWasThereAndGoesOn) {
  const UserId local = access::local_user();
  const Things before = this->record(local);
  ASSERT_TRUE(
      run_alone(this->eraser_->begin(access::local_principal(), by(local), usual_deadline())));
  this->run(
      "insert into chat (chat_id, owner_id, title, created_utc_ns, last_used_utc_ns) values "
      "('later', $1, 'Later', $2, 1)",
      {local.value, this->now_ + 1});
  this->work();
  EXPECT_EQ(this->count("chat where owner_id = '" + local.value + "'"), 1);
  EXPECT_EQ(this->count("app_user where user_id = '" + local.value +
                        "' and state = 'active' and "
                        "display_name = 'Local user' and is_admin = 1"),
            1);
  const auto gone = run_alone(this->archive_->find(Reach::of(local), before.recording));
  EXPECT_EQ(gone.error().type, "recording-erased");
}

}  // namespace
}  // namespace reprise::account
