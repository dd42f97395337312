#include "platform/sandbox/sandbox.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

namespace reprise::sandbox {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class SandboxTest : public testing::Test {
 protected:
  ~SandboxTest() override { fs::remove_all(folder_); }
  Ended shell(std::string script, Limits limits = {}) const {
    return run({.program = "/bin/sh",
                .arguments = {"-c", std::move(script)},
                .folder = folder_,
                .limits = limits});
  }

  const fs::path folder_ = [] {
    std::string name = (fs::temp_directory_path() / "reprise-sandbox-XXXXXX").string();
    return fs::path(::mkdtemp(name.data()));
  }();
};

TEST_F(SandboxTest, AProgramReadsAndWritesItsFolder) {
  std::ofstream(folder_ / "in") << "bytes";
  fs::permissions(folder_ / "in", fs::perms::others_read, fs::perm_options::add);
  const Ended ended = shell("cat in > out && cat out && exit 3");
  EXPECT_EQ(ended.status, 3);
  EXPECT_TRUE(ended.in_time);
  EXPECT_EQ(ended.output, "bytes");
}

TEST_F(SandboxTest, ItSeesNoEnvironmentAndNoOtherDescriptors) {
  const Ended ended = shell("env; ls /proc/self/fd 2>/dev/null | wc -l");
  EXPECT_THAT(ended.output, HasSubstr("HOME=/nonexistent"));
  EXPECT_THAT(ended.output, Not(HasSubstr("SHELL")));
}

TEST_F(SandboxTest, NothingElseCanBeReadOrWritten) {
  const fs::path other = fs::temp_directory_path() / ("reprise-other-" + std::to_string(getpid()));
  std::ofstream(other) << "secret";
  const Ended ended =
      shell("cat " + other.string() + "; echo x > " + other.string() + "; cat /etc/shadow; exit 0");
  EXPECT_THAT(ended.output, Not(HasSubstr("secret")));
  EXPECT_THAT(ended.output, Not(HasSubstr("root:")));
  std::string left;
  std::ifstream(other) >> left;
  EXPECT_EQ(left, "secret");
  fs::remove(other);
}

TEST_F(SandboxTest, ThereIsNoNetworkAndNoOtherProcess) {
  const Ended ended = shell(
      "perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) or print \"no socket: $!\\n\";"
      "kill(0, getppid()) or print \"no kill: $!\\n\";' 2>&1");
  EXPECT_THAT(ended.output, HasSubstr("no socket: Operation not permitted"));
  EXPECT_THAT(ended.output, HasSubstr("no kill: Operation not permitted"));
}

TEST_F(SandboxTest, OneThatNeverEndsIsEndedWithItsChildren) {
  const Ended ended = shell("sleep 100 & sleep 100", {.wall = std::chrono::seconds(1)});
  EXPECT_FALSE(ended.in_time);
  EXPECT_EQ(ended.status, -1);
}

TEST_F(SandboxTest, MemoryFilesAndOutputHaveLimits) {
  EXPECT_NE(shell("perl -e '$x = \"a\" x 400_000_000; print length $x'",
                  {.memory_bytes = std::uint64_t{200} << 20})
                .output,
            "400000000");
  shell("yes > out", {.file_bytes = 1000});
  EXPECT_LE(fs::file_size(folder_ / "out"), 1000U);
  EXPECT_EQ(shell("yes | head -c 100000", {.output_bytes_max = 10}).output.size(), 10U);
}

TEST_F(SandboxTest, AProgramThatIsNotThereEndsLikeOneThatFailed) {
  EXPECT_EQ(run({.program = "/nonexistent", .arguments = {}, .folder = folder_}).status, 126);
  EXPECT_FALSE(find_program("no-such-program").has_value());
  EXPECT_TRUE(find_program("sh").has_value());
}

}  // namespace
}  // namespace reprise::sandbox
