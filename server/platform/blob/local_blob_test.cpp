#include "platform/blob/local_blob.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/blob/disk.hpp"

namespace reprise::blob {
namespace {

namespace fs = std::filesystem;

class LocalBlobTest : public testing::Test {
 protected:
  LocalBlobTest() {
    std::string name = (fs::temp_directory_path() / "reprise-local-blob-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    reopen();
  }
  ~LocalBlobTest() override {
    pool_.close();
    fs::remove_all(directory_);
  }
  void reopen() { store_ = open_local_store(root(), pool_); }
  fs::path root() const { return directory_ / "objects"; }
  Result<BlobInfo> put(const std::string& key) {
    return run_alone(store_->put(BlobKey(key), Bytes(100), Deadline::never()));
  }
  /// The message of the exception that the call threw; empty when it threw none.
  template <class Call>
  static std::optional<StoreFailure> failure(Call call) {
    try {
      call();
      return std::nullopt;
    } catch (const StoreFailed& failed) {
      return failed.failure();
    }
  }

  fs::path directory_;
  BlockingPool pool_{"test", 4};
  std::unique_ptr<BlobStore> store_;
};

TEST(DiskTest, OnlyWhatSaysThatTheDiskLiesIsFinal) {
  for (const int error : {EIO, EROFS, ENXIO, ENODEV, EUCLEAN, EBADMSG}) {
    EXPECT_EQ(meaning_of(error), DiskAnswer::Lies) << error;
  }
  for (const int error : {ENOSPC, EDQUOT, EFBIG}) {
    EXPECT_EQ(meaning_of(error), DiskAnswer::Full) << error;
  }
  for (const int error : {EMFILE, ENFILE, ENOMEM, EINTR, EAGAIN, EBUSY, ENOENT, ENOTDIR, EACCES,
                          EPERM, ELOOP, ENAMETOOLONG, EINVAL, ETXTBSY, ESTALE}) {
    EXPECT_EQ(meaning_of(error), DiskAnswer::Passing) << error;
  }
}

TEST_F(LocalBlobTest, AKilledWritersTemporaryFileIsNeverAnObject) {
  const std::vector<fs::path> left{root() / ".temporary" / "1", root() / ".temporary" / "1" / "7"};
  fs::remove_all(left[0]);
  std::ofstream(left[0]) << "of version 0.1";
  reopen();
  EXPECT_TRUE(fs::is_directory(left[0]));
  std::ofstream(left[1]) << "half";
  reopen();
  EXPECT_FALSE(fs::exists(left[1]));
}

TEST_F(LocalBlobTest, AFolderThatGoesAwayIsMadeAgain) {
  for (const char* gone : {"a/b", "a", ".temporary", ".temporary/8"}) {
    ASSERT_TRUE(put("a/b/one").has_value());
    fs::remove_all(root() / gone);
    EXPECT_TRUE(put("a/b/two").has_value()) << gone;
    EXPECT_EQ(store_->broken(), std::nullopt) << gone;
  }
}

TEST_F(LocalBlobTest, ErasingBesideWritersEndsNothing) {
  std::atomic<bool> over = false;
  std::atomic<int> stored = 0;
  std::atomic<int> lost = 0;
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int writer = 0; writer < 3; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; !over; ++i) {
        const auto failed = failure([&] {
          (void)put("r/x/" + std::to_string(writer) + "-" + std::to_string(i));
          ++stored;
        });
        if (failed) ++lost;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(failure([&] { run_alone(store_->remove_all(BlobKey("r/x"), Deadline::never())); }),
              std::nullopt);
  }
  over = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store_->broken(), std::nullopt);
  EXPECT_GT(stored, 0);
  EXPECT_EQ(lost, 0) << "an object is written again as often as its folder goes away";
  run_alone(store_->remove_all(BlobKey("r/x"), Deadline::never()));
  EXPECT_FALSE(fs::exists(root() / "r/x"));
  EXPECT_TRUE(put("r/x/last").has_value());
}

TEST_F(LocalBlobTest, SeveralRemoversOfOneFolderAllSucceed) {
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(put("r/x/" + std::to_string(i)).has_value());
    std::vector<std::thread> threads;
    threads.reserve(4);
    std::atomic<int> failed = 0;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        if (failure([&] { run_alone(store_->remove_all(BlobKey("r/x"), Deadline::never())); }))
          ++failed;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    EXPECT_FALSE(fs::exists(root() / "r/x"));
  }
}

TEST_F(LocalBlobTest, WithoutDescriptorsACallFailsAndTheNextWorks) {
  ASSERT_TRUE(put("a/one").has_value());
  // UBSan looks at an object through a pipe when it meets a type for the first time. So the ways of
  // the errors must be gone once while there are descriptors.
  std::ofstream(root() / "file") << "a file where a folder should be";
  const auto fail_in = [this](const std::string& folder) {
    return std::vector{
        failure([&] { (void)put(folder + "/two"); }), failure([&] {
          (void)run_alone(store_->read(BlobKey(folder + "/one"), ByteRange{}, Deadline::never()));
        }),
        failure([&] { (void)run_alone(list_all(*store_, BlobKey(folder), Deadline::never())); }),
        failure([&] {
          (void)run_alone(store_->disk()->children(BlobKey(folder), Deadline::never()));
        })};
  };
  fail_in("file");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::close(next);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  const auto failures = fail_in("a");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  for (const auto& failed : failures) EXPECT_EQ(failed, StoreFailure::Passing);
  EXPECT_EQ(store_->broken(), std::nullopt);
  EXPECT_TRUE(put("a/two").has_value());
}

TEST_F(LocalBlobTest, APathThatIsNoFolderEndsNothing) {
  std::ofstream(root() / "a") << "a file where a folder should be";
  EXPECT_EQ(failure([&] { (void)put("a/one"); }), StoreFailure::Passing);
  EXPECT_EQ(failure([&] { (void)run_alone(list_all(*store_, BlobKey("a"), Deadline::never())); }),
            StoreFailure::Passing);
  EXPECT_EQ(
      failure([&] { (void)run_alone(store_->disk()->children(BlobKey("a"), Deadline::never())); }),
      StoreFailure::Passing);
  EXPECT_EQ(store_->broken(), std::nullopt);
  fs::remove(root() / "a");
  EXPECT_TRUE(put("a/one").has_value());
}

TEST_F(LocalBlobTest, TheLastObjectOfAFolderTakesItAlong) {
  ASSERT_TRUE(put("r/x/one").has_value());
  ASSERT_TRUE(put("r/x/two").has_value());
  run_alone(store_->remove({BlobKey("r/x/one")}, Deadline::never()));
  EXPECT_TRUE(fs::exists(root() / "r/x"));
  run_alone(store_->remove({BlobKey("r/x/two")}, Deadline::never()));
  EXPECT_FALSE(fs::exists(root() / "r/x"));
  EXPECT_TRUE(put("r/x/one").has_value());
}

TEST_F(LocalBlobTest, TheFlatQuarantineOfAnEarlierVersionIsKept) {
  std::ofstream(root() / ".quarantine/recordings_0-ab_0000000000-ff.mcap") << "1";
  std::ofstream(root() / ".quarantine/note.txt") << "of the operator";
  reopen();
  const auto found =
      run_alone(store_->disk()->quarantined(BlobKey("recordings/0-ab"), Deadline::never()));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().key.value, "recordings/0-ab/0000000000-ff.mcap");
  EXPECT_TRUE(fs::exists(root() / ".quarantine/note.txt"));
}

}  // namespace
}  // namespace reprise::blob
