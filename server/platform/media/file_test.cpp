#include "platform/media/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace reprise::media {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string name = testing::TempDir() + "reprise-file-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder = name;
  }
  ~FileTest() override { std::filesystem::remove_all(folder); }
  std::filesystem::path folder;
};

/// The number of the error with which `call` fails; 0 when it does not fail.
int error_of(const auto& call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

TEST_F(FileTest, IsAppendedToAndChangedInPlace) {
  File file(folder / "a");
  file.append(as_bytes("hello"));
  file.append(as_bytes(" world"));
  file.patch(1, as_bytes("u"));
  EXPECT_EQ(file.size(), 11U);
  EXPECT_EQ(as_text(file.read(0, 11)), "hullo world");
  EXPECT_EQ(as_text(file.read(6, 5)), "world");
  EXPECT_TRUE(file.read(11, 0).empty());
  file.sync();
  file.rename(folder / "b");
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
  EXPECT_EQ(std::filesystem::file_size(folder / "b"), 11U);
}

TEST_F(FileTest, SaysWhyItFails) {
  EXPECT_EQ(error_of([&] { const File file(folder / "none" / "a"); }), ENOENT);
  EXPECT_EQ(error_of([] { File("/dev/full").append(as_bytes("a")); }), ENOSPC);
  File file(folder / "a");
  file.append(as_bytes("hello"));
  errno = EINTR;  // of an earlier call
  EXPECT_EQ(error_of([&] { (void)file.read(3, 3); }), EIO) << "behind the end";
  EXPECT_EQ(error_of([&] { file.rename(folder / "none" / "a"); }), ENOENT);
  // A pipe has no offsets, and cannot be synced.
  const std::filesystem::path pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  File unfit(pipe);
  EXPECT_EQ(error_of([&] { (void)unfit.read(0, 1); }), ESPIPE);
  EXPECT_EQ(error_of([&] { unfit.append(as_bytes("a")); }), ESPIPE);
  EXPECT_EQ(error_of([&] { unfit.sync(); }), EINVAL);
}

}  // namespace
}  // namespace reprise::media
