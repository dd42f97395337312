// A session does no more work for a client that has gone.

#include "emulator/session/session.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <future>
#include <thread>

#include "base/run_alone.hpp"

namespace reprise::emulator {
namespace {

namespace asio = boost::asio;

/// Happens once, on the session's thread, after the session has done what it can do at once.
class Moment {
 public:
  Task<void> come() {
    asio::post(co_await asio::this_coro::executor, [this] { came_.set_value(); });
  }
  void wait() { came_.get_future().wait(); }

 private:
  std::promise<void> came_;
};

/// What a test and its client tell each other.
struct Signs {
  Moment all_sent;
  std::promise<void> go;  ///< the test lets the client go
  Moment gone;
};

/// A client that sends its frames, and then goes without a word.
class Client final : public http::WebSocket {
 public:
  Client(std::vector<std::string> frames, Signs& signs)
      : frames_(std::move(frames)), signs_(signs), may_go_(signs.go.get_future()) {}

  Task<std::expected<http::Frame, http::CloseReason>> read() override {
    while (next_ == 1 && !answered_) co_await sleep_for(kLook);  // for setupComplete
    if (next_ < frames_.size()) {
      co_return http::Frame{http::Frame::Kind::Text, frames_.at(next_++)};
    }
    for (int look = 0; look < kLooks; ++look) co_await sleep_for(kLook);
    co_await signs_.all_sent.come();
    while (may_go_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      co_await sleep_for(kLook);
    }
    co_await signs_.gone.come();
    co_return std::unexpected(http::CloseReason{1006, "gone"});
  }
  Task<bool> write(http::Frame) override {
    answered_ = true;
    co_return true;
  }
  Task<void> close(http::CloseReason) override { co_return; }

 private:
  static constexpr std::chrono::milliseconds kLook{1};
  static constexpr int kLooks = 20;  // until the session has handed its work to the pools
  const std::vector<std::string> frames_;
  Signs& signs_;
  std::future<void> may_go_;
  std::size_t next_ = 0;
  bool answered_ = false;
};

constexpr const char* kSetup =
    R"({"setup":{"model":"models/gemini-3.8-live","realtimeInputConfig":{"automaticActivityDetection":{"disabled":true}}}})";
constexpr const char* kUtterance =
    R"({"realtimeInput":{"activityStart":{},"audio":{"mimeType":"audio/pcm;rate=16000","data":"AAAAAAAAAAA="},"activityEnd":{}}})";
constexpr const char* kText = R"({"realtimeInput":{"text":"Hello."}})";

class SessionTest : public testing::Test {
 protected:
  ~SessionTest() override {
    listening_.close();
    speaking_.close();
  }
  enum class Goes { BeforeThePoolsAreFree, Afterwards };
  /// Lets a client send its frames while both pools are busy.
  void talk(std::vector<std::string> frames, Goes goes) {
    std::promise<void> free;
    const std::shared_future<void> freed = free.get_future().share();
    listening_.post([freed] { freed.wait(); });
    speaking_.post([freed] { freed.wait(); });
    Signs signs;
    std::thread session([&] {
      http::Request request{.method = http::Method::Get};
      request.query = {{"key", "k"}};
      run_alone(serve_live(std::move(request), std::make_unique<Client>(std::move(frames), signs),
                           {.api_version = "v1beta"}, &services_));
    });
    signs.all_sent.wait();
    if (goes == Goes::Afterwards) {
      free.set_value();
      drain(listening_);
      drain(speaking_);
    }
    signs.go.set_value();
    signs.gone.wait();
    if (goes == Goes::BeforeThePoolsAreFree) free.set_value();
    session.join();
  }
  static void drain(BlockingPool& pool) {
    std::promise<void> done;
    pool.post([&done] { done.set_value(); });
    done.get_future().wait();
  }

  std::atomic<int> understood_ = 0;
  std::atomic<int> spoken_ = 0;
  BlockingPool listening_{"ears", 1};
  BlockingPool speaking_{"voice", 1};
  Services services_{
      .scenario = {.answers = {{.sentences = {"Good day."}}}, .setup_delay = {}},
      .key = "k",
      .random = [] { return std::uint64_t{1}; },
      .tokens = TokenStore([] { return std::uint64_t{1}; }),
      .handles = HandleStore([] { return std::uint64_t{1}; }),
      .files = FileStore([] { return std::uint64_t{1}; }, std::chrono::milliseconds(0)),
      .listening = listening_,
      .understand =
          [this](std::span<const std::int16_t>, const std::function<bool()>& wanted) {
            if (wanted()) ++understood_;
            return std::string();
          },
      .speaking = speaking_,
      .speak =
          [this](const std::string&) {
            ++spoken_;
            return Speech{};
          }};
};

TEST_F(SessionTest, WorksForAClientThatIsThere) {
  talk({kSetup, kUtterance, kUtterance}, Goes::Afterwards);
  EXPECT_EQ(understood_, 2);
  talk({kSetup, kText}, Goes::Afterwards);
  EXPECT_EQ(spoken_, 1);
}

TEST_F(SessionTest, UnderstandsNothingForAClientThatHasGone) {
  talk({kSetup, kUtterance, kUtterance}, Goes::BeforeThePoolsAreFree);
  EXPECT_EQ(understood_, 0);
}

TEST_F(SessionTest, SpeaksNothingForAClientThatHasGone) {
  talk({kSetup, kText}, Goes::BeforeThePoolsAreFree);
  EXPECT_EQ(spoken_, 0);
}

TEST_F(SessionTest, WorksNoMoreForAClientWhoseSocketItCloses) {
  talk({kSetup, kUtterance, "{"}, Goes::Afterwards);
  EXPECT_EQ(understood_, 0);
  talk({kSetup, kText, "{"}, Goes::Afterwards);
  EXPECT_EQ(spoken_, 0);
}

}  // namespace
}  // namespace reprise::emulator
