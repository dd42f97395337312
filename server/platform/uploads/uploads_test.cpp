// Uploads on both engines.
#include "platform/uploads/uploads.hpp"

#include <gtest/gtest.h>

#include "base/run_alone.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/database/migrations.hpp"
#include "platform/uploads/writer.hpp"

namespace reprise::uploads {
namespace {

using database::Transaction;
using database::usual_deadline;

constexpr std::int64_t kDay = 86'400'000'000'000;

template <class Engine>
class UploadsTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    blobs_ = blob::open_local_store(folder_.path() / "objects", pool_);
    uploads_.emplace(*database_, *blobs_, pool_, Limits{.bytes_max = 1000, .quota_bytes = 2000},
                     [this] { return now_; });
  }
  void TearDown() override {
    if (database_) database_->close();
    pool_.close();
  }
  Result<Upload> create(std::optional<std::int64_t> length, std::string name = "a.txt") {
    return run_alone(uploads_->create(user_, std::move(name), length, usual_deadline()));
  }
  Result<std::unique_ptr<Writer>> begin(const UploadId& id, std::int64_t offset) {
    return run_alone(uploads_->begin(Reach::of(user_), id, offset, std::nullopt, std::nullopt,
                                     usual_deadline()));
  }
  Result<Upload> add(const UploadId& id, std::int64_t offset, std::string_view text) {
    auto writer = begin(id, offset);
    if (!writer) return std::unexpected(writer.error());
    if (auto added = run_alone((*writer)->add(as_bytes(text))); !added) {
      return std::unexpected(added.error());
    }
    return run_alone((*writer)->end(true));
  }
  Upload whole(std::string_view text, std::string name = "a.txt") {
    const UploadId id = create(std::ssize(text), std::move(name))->id;
    EXPECT_TRUE(add(id, 0, text).has_value());
    return run_alone(uploads_->complete(Reach::of(user_), id)).value();
  }
  std::string content(const Upload& upload) {
    const Bytes bytes = run_alone(uploads_->read_all(upload, usual_deadline()));
    return std::string(as_text(bytes));
  }
  Result<Upload> find(const UploadId& id) {
    return run_alone(uploads_->find(Reach::of(user_), id, usual_deadline()));
  }
  std::size_t objects() {
    return run_alone(list_all(*blobs_, blob::BlobKey("uploads"), usual_deadline())).size();
  }
  void run(std::string_view sql, std::vector<database::Value> values) {
    run_alone(database_->write(usual_deadline(),
                               [&](Transaction& transaction) { transaction.run(sql, values); }));
  }
  /// A message that names the upload.
  void attach(const UploadId& id) {
    run("insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns) values ('c', 't', 1, "
        "1)",
        {});
    run("insert into message (message_id, chat_id, kind, created_utc_ns) values ('m', 'c', 'text', "
        "1)",
        {});
    run("insert into message_upload (message_id, position, upload_id) values ('m', 0, $1)",
        {id.value});
    run("update upload set attached = 1 where upload_id = $1", {id.value});
  }

  const UserId user_ = access::local_user();
  std::int64_t now_ = 1'000 * kDay;
  Engine engine_;
  database::TemporaryDirectory folder_;
  BlockingPool pool_{"test", 2};
  std::unique_ptr<database::Database> database_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::optional<Uploads> uploads_;
};

using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(UploadsTest, Engines);

TYPED_TEST(UploadsTest, PartsBecomeAFile) {
  const UploadId id = this->create(10)->id;
  EXPECT_EQ(this->add(id, 0, "hello")->offset, 5);
  EXPECT_EQ(this->add(id, 5, "world")->offset, 10);
  const auto made = run_alone(this->uploads_->complete(Reach::of(this->user_), id));
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->state, State::Complete);
  EXPECT_EQ(made->media_type, "text/plain");
  EXPECT_EQ(this->content(*made), "helloworld");
  EXPECT_EQ(this->objects(), 1U) << "short parts are put together";
}

TYPED_TEST(UploadsTest, TheNewestWriterWins) {
  const UploadId id = this->create(10)->id;
  auto older = this->begin(id, 0);
  ASSERT_TRUE(run_alone((*older)->add(as_bytes("old"))).has_value());
  EXPECT_EQ(this->add(id, 0, "new")->offset, 3);
  EXPECT_EQ(run_alone((*older)->end(true)).error().type, "upload-taken-over");
  auto looked_at = this->begin(id, 3);
  ASSERT_TRUE(run_alone((*looked_at)->add(as_bytes("gone"))).has_value());
  EXPECT_EQ(run_alone(this->uploads_->look(Reach::of(this->user_), id, usual_deadline()))->offset,
            3);
  EXPECT_EQ(run_alone((*looked_at)->end(true)).error().type, "upload-taken-over");
  EXPECT_EQ(this->find(id)->offset, 3);
  EXPECT_EQ(this->objects(), 1U) << "what did not count is gone";
}

TYPED_TEST(UploadsTest, LimitsHold) {
  EXPECT_EQ(this->create(1001).error().code, ErrorCode::TooLarge);
  EXPECT_TRUE(this->create(1000).has_value());
  EXPECT_TRUE(this->create(900).has_value());
  EXPECT_EQ(this->create(101).error().type, "upload-quota");
  const UploadId late = this->create(std::nullopt)->id;
  EXPECT_EQ(this->add(late, 0, std::string(1001, 'a')).error().code, ErrorCode::TooLarge);
  EXPECT_EQ(this->add(late, 5, "a").error().type, "upload-offset");
}

TYPED_TEST(UploadsTest, ALengthThatComesLateCountsToo) {
  ASSERT_TRUE(this->create(1000).has_value());
  ASSERT_TRUE(this->create(500).has_value());
  const UploadId one = this->create(std::nullopt)->id;
  const UploadId two = this->create(std::nullopt)->id;
  EXPECT_EQ(this->add(one, 0, std::string(400, 'a'))->offset, 400);
  EXPECT_EQ(this->add(two, 0, std::string(101, 'a')).error().type, "upload-quota");
  EXPECT_EQ(this->find(two)->offset, 0);
  EXPECT_EQ(this->add(two, 0, std::string(100, 'a'))->offset, 100);
  const auto more = run_alone(
      this->uploads_->begin(Reach::of(this->user_), two, 100, 101, std::nullopt, usual_deadline()));
  EXPECT_EQ(more.error().type, "upload-quota");
}

TYPED_TEST(UploadsTest, TheSameFileOfOneOwnerIsKeptOnce) {
  const Upload one = this->whole("the same");
  const Upload two = this->whole("the same", "b.txt");
  EXPECT_EQ(this->objects(), 1U);
  EXPECT_EQ(two.name, "b.txt");
  EXPECT_TRUE(run_alone(this->uploads_->remove(Reach::of(this->user_), one.id, usual_deadline())));
  EXPECT_EQ(this->content(two), "the same");
  EXPECT_TRUE(run_alone(this->uploads_->remove(Reach::of(this->user_), two.id, usual_deadline())));
  EXPECT_EQ(this->objects(), 0U);
}

TYPED_TEST(UploadsTest, WhatNobodyGoesOnWithIsRemovedADayLater) {
  const UploadId open = this->create(10)->id;
  ASSERT_TRUE(this->add(open, 0, "hello").has_value());
  const Upload unused = this->whole("unused");
  run_alone(this->uploads_->sweep());
  EXPECT_EQ(this->objects(), 2U);
  this->now_ += kDay;
  run_alone(this->uploads_->sweep());
  EXPECT_EQ(this->objects(), 0U);
  EXPECT_EQ(this->find(open).error().code, ErrorCode::NotFound);
  EXPECT_EQ(this->find(unused.id).error().code, ErrorCode::NotFound);
}

TYPED_TEST(UploadsTest, AFileGoesWithTheMessageThatNamesIt) {
  const Upload file = this->whole("attached");
  this->attach(file.id);
  this->now_ += 100 * kDay;
  run_alone(this->uploads_->sweep());
  EXPECT_EQ(this->content(file), "attached");
  EXPECT_EQ(run_alone(this->uploads_->remove(Reach::of(this->user_), file.id, usual_deadline()))
                .error()
                .type,
            "upload-attached");
  this->run("delete from message where message_id = 'm'", {});
  EXPECT_EQ(this->find(file.id).error().code, ErrorCode::NotFound) << "at once, for people";
  run_alone(this->uploads_->sweep());
  EXPECT_EQ(this->objects(), 0U);
}

TYPED_TEST(UploadsTest, WhatIsWholeIsCompletedAlsoWhenItsServerDied) {
  const UploadId id = this->create(5)->id;
  ASSERT_TRUE(this->add(id, 0, "hello").has_value());
  run_alone(this->uploads_->sweep());
  EXPECT_EQ(this->find(id)->state, State::Open) << "its own request may still check it";
  this->now_ += kDay / 24;
  run_alone(this->uploads_->sweep());
  EXPECT_EQ(this->find(id)->state, State::Complete);
}

TYPED_TEST(UploadsTest, WhatIsRefusedIsRemoved) {
  const UploadId id = this->create(4)->id;
  ASSERT_TRUE(this->add(id, 0, "PK\3\4").has_value());
  EXPECT_EQ(run_alone(this->uploads_->complete(Reach::of(this->user_), id)).error().type,
            "upload-type-refused");
  EXPECT_EQ(this->find(id).error().code, ErrorCode::NotFound);
  EXPECT_EQ(this->objects(), 0U);
}

TYPED_TEST(UploadsTest, AllOfOnePersonGo) {
  this->whole("one");
  this->whole("two");
  run_alone(this->uploads_->remove_all_of(this->user_, this->now_ - 1));
  EXPECT_EQ(this->objects(), 2U) << "made later";
  run_alone(this->uploads_->remove_all_of(this->user_, this->now_));
  EXPECT_EQ(this->objects(), 0U);
}

TYPED_TEST(UploadsTest, OfSomebodyElseNothingIsFound) {
  const Upload file = this->whole("mine");
  const Reach other = Reach::of(UserId("0194a000-0000-7000-8000-00000000000b"));
  EXPECT_EQ(run_alone(this->uploads_->find(other, file.id, usual_deadline())).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(run_alone(this->uploads_->look(other, file.id, usual_deadline())).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(run_alone(this->uploads_->remove(other, file.id, usual_deadline())).error().code,
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace reprise::uploads
