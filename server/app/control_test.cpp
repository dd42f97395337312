#include "app/control.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <thread>

namespace reprise::app {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

Task<Result<std::string>> obey(std::string command) {
  if (command == "throw") throw std::runtime_error("it broke");
  if (command == "refuse") co_return fail(ErrorCode::Invalid, "no");
  co_return "did " + command + "\n";
}

class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    std::string name = (fs::temp_directory_path() / "reprise-control-XXXXXX").string();
    // The path is longer than the address of a unix socket may be.
    directory_ = fs::path(::mkdtemp(name.data())) / std::string(120, 'd');
    fs::create_directories(directory_);
    socket_.emplace(directory_, context_.get_executor(), obey);
    tasks_.spawn("control", socket_->serve());
    thread_ = std::thread([this] { context_.run(); });
  }
  void TearDown() override {
    asio::post(context_, [this] { tasks_.cancel(); });
    thread_.join();
    fs::remove_all(directory_.parent_path());
  }
  std::string ask(const std::string& command) {
    const auto answer = ask_server(directory_, command);
    return answer ? *answer : "error: " + answer.error().client_message;
  }

  fs::path directory_;
  asio::io_context context_;
  TaskGroup tasks_{context_.get_executor()};
  std::optional<ControlSocket> socket_;
  std::thread thread_;
};

TEST_F(ControlTest, ACommandIsAnswered) {
  EXPECT_EQ(ask("this"), "did this\n");
  EXPECT_EQ(ask("refuse"), "error: no\n");
  EXPECT_EQ(ask("throw"), "error: it broke\n");
  EXPECT_EQ(ask("that"), "did that\n") << "and the next one, too";
}

TEST_F(ControlTest, OnlyTheOwnerMayUseIt) {
  struct stat status{};
  ASSERT_EQ(::stat((directory_ / "control").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(ControlTest, ACommandWithoutEndIsDropped) {
  EXPECT_EQ(ask(std::string(5000, 'x')).substr(0, 6), "error:");
  EXPECT_EQ(ask("that"), "did that\n");
}

TEST(ControlClientTest, WithoutAServerThereIsASentence) {
  const auto answer = ask_server(fs::temp_directory_path() / "reprise-nobody", "x");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::Unavailable);
}

TEST(AskServer, ADirectoryThatIsNotThereIsNamed) {
  const auto answer = ask_server("/nowhere/at/all", "jobs");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().client_message.find("no server runs on /nowhere/at/all"),
            std::string::npos)
      << answer.error().client_message;
}

}  // namespace
}  // namespace reprise::app
