// Which data directory, database and bucket belong together.

#include "platform/database/installation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::database {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(InstallationTest, TheFileHoldsTheIdAndTheBucket) {
  const TemporaryDirectory directory;
  EXPECT_EQ(installation_in(directory.path()).id, "");
  const std::string id = make_installation(directory.path());
  EXPECT_EQ(installation_in(directory.path()).bucket, "");
  note_bucket(directory.path(), "gs://a/with blank");
  EXPECT_EQ(make_installation(directory.path()), id);
  EXPECT_EQ(installation_in(directory.path()).id, id);
  EXPECT_EQ(installation_in(directory.path()).bucket, "gs://a/with blank");
  std::ofstream(directory.path() / "installation") << "written-by-an-older-version\n";
  EXPECT_EQ(installation_in(directory.path()).id, "written-by-an-older-version");
  EXPECT_EQ(installation_in(directory.path()).bucket, "");
}

class InstallationInPostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::get();
    if (server_ == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    name_ = server_->make_database();
  }
  std::unique_ptr<Database> open(const std::function<void(Transaction&)>& admit) const {
    return open_postgres({.target = {.url = server_->url(name_)}, .admit = admit}, kNothing);
  }
  /// Why a database is not opened; empty: it is.
  std::string refused(const std::function<void(Transaction&)>& admit) const {
    try {
      open(admit)->close();
    } catch (const PostgresError& error) {
      EXPECT_EQ(error.remedy(), Remedy::Operator);
      return error.what();
    }
    return "";
  }
  std::string refused_with(const TemporaryDirectory& directory, const SeenBucket& bucket) const {
    return refused([&](Transaction& t) { name_installation(t, directory.path(), bucket); });
  }
  void note(const std::string& bucket) const {
    const auto database = open({});
    run_alone(database->write(usual_deadline(), [&](Transaction& t) { note_bucket(t, bucket); }));
    database->close();
  }

  const std::vector<Migration> kNothing{{.name = "0001_nothing.sql", .sql = "select 1;"}};
  PostgresServer* server_ = nullptr;
  std::string name_;
};

TEST_F(InstallationInPostgresTest, ADatabaseServesOneDataDirectory) {
  const TemporaryDirectory first;
  const TemporaryDirectory second;
  const auto opens = [this](const TemporaryDirectory& directory) {
    return refused([&](Transaction& t) { bind_installation(t, directory.path()); }).empty();
  };
  EXPECT_TRUE(opens(first));
  EXPECT_TRUE(opens(first));
  EXPECT_FALSE(opens(second)) << "its objects are elsewhere";
  EXPECT_FALSE(fs::exists(second.path() / "installation")) << "refused before anything is written";
  fs::rename(first.path() / "installation", second.path() / "installation");
  EXPECT_TRUE(opens(second)) << "the directory may move";
  EXPECT_FALSE(opens(first));
}

TEST_F(InstallationInPostgresTest, ADatabaseAndABucketOfTwoInstallationsAreRefused) {
  const TemporaryDirectory directory;
  const TemporaryDirectory other;
  const auto opens = [this](const TemporaryDirectory& in, const std::string& owner) {
    return refused_with(in, {.shown = "gs://b", .owner = owner}).empty();
  };
  EXPECT_FALSE(opens(directory, "theirs")) << "an empty database beside a bucket in use";
  EXPECT_TRUE(fs::is_empty(directory.path())) << "refused before anything is written";
  EXPECT_TRUE(opens(directory, ""));
  EXPECT_FALSE(opens(directory, "theirs"));
  EXPECT_TRUE(opens(directory, installation_of(directory.path())));
  EXPECT_TRUE(opens(other, installation_of(directory.path()))) << "another node";
  EXPECT_TRUE(opens(other, ""));
}

TEST_F(InstallationInPostgresTest, ADatabaseWhoseObjectsLieInABucketTakesNoOtherFreeOne) {
  const TemporaryDirectory directory;
  const TemporaryDirectory node;
  const SeenBucket a{.shown = "gs://a", .owner = "", .free = true};
  const SeenBucket b{.shown = "gs://b", .owner = "", .free = true};
  EXPECT_EQ(refused_with(directory, a), "") << "the first start";
  EXPECT_EQ(refused_with(directory, b), "") << "none was its own yet";
  note("gs://a");
  EXPECT_EQ(refused_with(directory, a), "");
  EXPECT_THAT(refused_with(node, b), testing::AllOf(HasSubstr("lie in gs://a: name that bucket"),
                                                    HasSubstr(installation_of(directory.path()))));
  const SeenBucket away{.shown = "gs://b", .owner = "", .free = false};
  EXPECT_EQ(refused_with(node, away), "") << "who knows what is in it";
  const SeenBucket moved{.shown = "gs://b", .owner = installation_of(directory.path())};
  EXPECT_EQ(refused_with(node, moved), "") << "all was copied there";
  note("gs://b");
  EXPECT_THAT(refused_with(node, a), HasSubstr("lie in gs://b"));
}

TEST_F(InstallationInPostgresTest, TheDirectoryKnowsTheBucketBeforeTheDatabaseDoes) {
  const TemporaryDirectory directory;
  make_installation(directory.path());
  note_bucket(directory.path(), "gs://a");
  const SeenBucket b{.shown = "gs://b", .owner = "", .free = true};
  EXPECT_THAT(
      refused_with(directory, b),
      testing::AllOf(HasSubstr("lie in gs://a"), HasSubstr(installation_of(directory.path()))));
}

}  // namespace
}  // namespace reprise::database
