#include "features/chat/answers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "features/chat/chat_test_support.hpp"
#include "platform/gemini/text_api.hpp"

namespace reprise::chat {
namespace {

using access::Reach;
using testing::HasSubstr;

std::string piece(std::string_view text, std::string_view more = "") {
  return "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + std::string(text) +
         "\"}]}" + std::string(more) + "}]}\r\n\r\n";
}
constexpr std::string_view kStop = R"(,"finishReason":"STOP")";
/// The service falls silent here, until it is cancelled.
const std::string kSilence = "(silence)";

/// The model's service: each request gets the next script.
struct Service {
  std::deque<std::vector<std::string>> scripts;
  int status = 200;
  std::vector<std::string> asked;
  std::mutex lock;
};

class Scripted final : public http::StreamedAnswer {
 public:
  Scripted(int status, std::vector<std::string> script) : status_(status) {
    for (std::string& one : script) left_.push_back(std::move(one));
  }
  int status() const override { return status_; }
  http::Headers headers() const override { return {}; }
  Task<std::expected<std::string, http::FetchError>> next(Deadline) override {
    while (!left_.empty() && left_.front() == kSilence) {
      co_await sleep_for(std::chrono::milliseconds(5));
    }
    if (left_.empty()) co_return std::string();
    std::string one = std::move(left_.front());
    left_.pop_front();
    co_return one;
  }

 private:
  const int status_;
  std::deque<std::string> left_;
};

Task<http::OpenedStream> open(Service* service, http::ClientRequest request) {
  const std::scoped_lock guard(service->lock);
  service->asked.push_back(request.body);
  std::vector<std::string> script;
  if (!service->scripts.empty()) {
    script = std::move(service->scripts.front());
    service->scripts.pop_front();
  }
  co_return std::make_unique<Scripted>(service->status, std::move(script));
}
Task<std::expected<http::ClientResponse, http::FetchError>> title(http::ClientRequest) {
  co_return http::ClientResponse{
      .status = 200, .body = R"({"candidates":[{"content":{"parts":[{"text":"Of greetings"}]}}]})"};
}

class AnswersTest : public WithChats<database::FreshSqlite> {
 protected:
  void SetUp() override {
    WithChats::SetUp();
    files_.emplace(*uploads_, files_api_);
    begin_node();
  }
  void TearDown() override {
    end_node();
    work_.reset();
    thread_.join();
    WithChats::TearDown();
  }
  void begin_node() {
    answers_.emplace(*messages_, own_, *files_,
                     AnswerSettings{.instruction = "Be brief", .context_tokens_max = 100},
                     context_.get_executor());
  }
  void end_node() {
    if (!answers_) return;
    answers_->begin_draining();
    boost::asio::co_spawn(context_, answers_->close(Deadline::after({})), boost::asio::use_future)
        .get();
    answers_.reset();
  }
  /// Sends and begins an answer with this script.
  Sent ask(std::string client, std::vector<std::string> script) {
    {
      const std::scoped_lock guard(service_.lock);
      service_.scripts.push_back(std::move(script));
    }
    Sent sent = send(std::move(client), "Hello").value();
    answers_->begin(sent.answer.id);
    return sent;
  }
  /// What a stream says from an event on, without what only keeps it alive.
  std::string hear(const MessageId& id, std::int64_t after = 0) {
    const auto source = answers_->listen(*ada_, id, after);
    std::string heard;
    for (;;) {
      const Bytes bytes = run_alone(source->next());
      if (bytes.empty()) return heard;
      const std::string_view text = as_text(bytes);
      if (!text.starts_with("retry:")) heard += text;
    }
  }
  Message now(const MessageId& id) { return run_alone(messages_->ended_answer(id)).value(); }
  void wait_for_pieces(const MessageId& id, std::int64_t count) {
    while (run_alone(messages_->progress(id, 0))->count < count) std::this_thread::yield();
  }

  Service service_;
  gemini::TextApi api_{
      {.base_url = "http://localhost:1", .key = "k"},
      "m",
      [this](http::ClientRequest request) { return open(&service_, std::move(request)); },
      title};
  const Providers own_{{&api_}};
  gemini::FilesApi files_api_{{.base_url = "http://localhost:1", .key = "k"}, title};
  std::optional<AttachedFiles> files_;
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
      boost::asio::make_work_guard(context_)};
  std::thread thread_{[this] { context_.run(); }};
  std::optional<Answers> answers_;
};

TEST_F(AnswersTest, WhoeverListensHearsTheSameNumberedEvents) {
  const Sent sent = ask("c", {piece("Good "), piece("day", kStop)});
  const std::string all = hear(sent.answer.id);
  EXPECT_THAT(all, HasSubstr("id: 1\nevent: delta\ndata: {\"text\":\"Good \"}\n\n"
                             "id: 2\nevent: delta\ndata: {\"text\":\"day\"}\n\n"
                             "id: 3\nevent: done\n"));
  EXPECT_EQ(hear(sent.answer.id), all) << "also after the end";
  for (std::int64_t after = 0; after <= 3; ++after) {
    std::size_t at = 0;
    for (std::int64_t i = 0; i < after; ++i) at = all.find("\n\n", at) + 2;
    EXPECT_EQ(hear(sent.answer.id, after), all.substr(at)) << after;
  }
  EXPECT_THAT(service_.asked.at(0), HasSubstr("Be brief"));
}

TEST_F(AnswersTest, WhoListensBeforeItIsBegunHearsItAtOnce) {
  // Not only when the stream asks the database anew. Once in some tries: the machine may be busy.
  std::chrono::nanoseconds soonest = kAskEvery;
  for (int i = 0; i < 5 && soonest > kAskEvery / 2; ++i) {
    service_.scripts.push_back({piece("x", kStop)});
    const Sent sent = send(fmt::format("c{}", i), "Hello").value();
    const auto source = answers_->listen(*ada_, sent.answer.id, 0);
    run_alone(source->next());
    auto heard = std::async(std::launch::async, [&] { return run_alone(source->next()); });
    std::this_thread::sleep_for(kAskEvery / 10);
    const auto begun = std::chrono::steady_clock::now();
    answers_->begin(sent.answer.id);
    EXPECT_THAT(std::string(as_text(heard.get())), HasSubstr("id: 1\n"));
    soonest = std::min<std::chrono::nanoseconds>(soonest, std::chrono::steady_clock::now() - begun);
  }
  EXPECT_LT(soonest, kAskEvery / 2);
}

TEST_F(AnswersTest, FilesGoToTheModelWithTheirMessage) {
  service_.scripts.push_back({piece("A table.", kStop)});
  const Sent sent = send("c", "", Newest{}, std::nullopt, {upload(*ada_, "t.csv", "a,b")}).value();
  answers_->begin(sent.answer.id);
  EXPECT_THAT(hear(sent.answer.id), HasSubstr("A table."));
  EXPECT_THAT(service_.asked.at(0), HasSubstr(R"("parts":[{"text":"Attached file t.csv:\na,b"}])"));
}

TEST_F(AnswersTest, ItIsWrittenWithoutAnyListener) {
  const Sent sent = ask("c", {piece("Good "), piece("day", kStop)});
  while (now(sent.answer.id).state == State::Streaming) std::this_thread::yield();
  EXPECT_EQ(now(sent.answer.id).text, "Good day");
  while (run_alone(chats_->find(Reach::of(*ada_), *chat_))->untitled) std::this_thread::yield();
  EXPECT_EQ(run_alone(chats_->find(Reach::of(*ada_), *chat_))->title, "Of greetings");
}

TEST_F(AnswersTest, AStopEndsItAtOnceAndKeepsWhatHasCome) {
  const Sent sent = ask("c", {piece("Good "), kSilence});
  wait_for_pieces(sent.answer.id, 1);
  ASSERT_TRUE(run_alone(messages_->stop(Reach::of(*ada_), *chat_, sent.answer.id, soon())));
  answers_->end_here(sent.answer.id);
  EXPECT_THAT(hear(sent.answer.id), HasSubstr("id: 2\nevent: done\n"));
  EXPECT_EQ(now(sent.answer.id).text, "Good ");
  EXPECT_EQ(now(sent.answer.id).state, State::Stopped);
}

TEST_F(AnswersTest, WhatIsTooOldIsToldAgainInASummary) {
  const std::string much(400, 'a');
  const Sent first = ask("1", {piece(much, kStop)});
  hear(first.answer.id);
  const Sent second = ask("2", {piece("Yes", kStop)});
  hear(second.answer.id);
  EXPECT_EQ(now(second.answer.id).text, "Yes");
  const auto all = list();
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all.at(2).text, "Of greetings") << "what the service said when it was asked";
  EXPECT_EQ(all.at(2).covers_until, first.answer.id.value);
  EXPECT_EQ(all.at(3).parent_id, all.at(2).id.value);
  EXPECT_THAT(service_.asked.back(), HasSubstr("Summary of what was said before"));
  EXPECT_THAT(service_.asked.back(), testing::Not(HasSubstr(much)));
}

TEST_F(AnswersTest, ReasoningAndSourcesAreKeptApartFromTheText) {
  const Sent sent =
      ask("c", {R"(data: {"candidates":[{"content":{"parts":[{"text":"Hm.","thought":true}]}}]})"
                "\n\n",
                piece("Yes", R"(,"finishReason":"STOP","groundingMetadata":{"groundingChunks":[)"
                             R"({"web":{"uri":"https://example.com/a","title":"A"}},)"
                             R"({"web":{"uri":"javascript:x","title":"B"}}],)"
                             R"("webSearchQueries":["what is a"]})")});
  EXPECT_THAT(hear(sent.answer.id), HasSubstr(R"("grounding":{"sources":[{"title":"A",)"));
  const Message answer = now(sent.answer.id);
  EXPECT_EQ(answer.text, "Yes");
  EXPECT_EQ(answer.reasoning, "Hm.");
  EXPECT_EQ(
      answer.grounding_json,
      R"({"sources":[{"title":"A","url":"https://example.com/a"}],"searches":["what is a"]})");
}

TEST_F(AnswersTest, AHalfAnswerIsKeptAndMarked) {
  const Sent sent = ask("c", {piece("Half")});
  EXPECT_THAT(hear(sent.answer.id), HasSubstr("event: error\n"));
  EXPECT_EQ(now(sent.answer.id).text, "Half");
  EXPECT_EQ(now(sent.answer.id).trouble->type, "answer-cut");
}

TEST_F(AnswersTest, ARefusalIsSaidInWords) {
  service_.status = 429;
  const Sent sent =
      ask("c", {R"({"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED",)"
                R"("details":[{"retryDelay":"7s"}]}})"});
  hear(sent.answer.id);
  EXPECT_EQ(now(sent.answer.id).trouble->type, "model-quota");
  EXPECT_THAT(now(sent.answer.id).trouble->detail, HasSubstr("7 s"));
}

TEST_F(AnswersTest, AnEndOfTheServerEndsAnswersAsInterrupted) {
  const Sent sent = ask("c", {piece("Half"), kSilence});
  wait_for_pieces(sent.answer.id, 1);
  end_node();
  EXPECT_EQ(now(sent.answer.id).trouble->type, "answer-interrupted");
  EXPECT_EQ(now(sent.answer.id).text, "Half");
}

TEST_F(AnswersTest, WhatADeadNodeBeganIsWrittenOrFailed) {
  // Two answers whose node died: of one nothing was stored yet.
  const Sent begun = send("1", "Hello").value();
  ASSERT_TRUE(run_alone(messages_->add_piece(begun.answer.id, 1, "Half")));
  const Sent unseen = send("2", "Hello").value();
  service_.scripts.push_back({piece("Whole", kStop)});
  write("update job set run_after_utc_ns = 0", {});
  boost::asio::co_spawn(context_, answers_->look_around(), boost::asio::use_future).get();
  EXPECT_THAT(hear(begun.answer.id), HasSubstr("event: error\n"));
  EXPECT_EQ(now(begun.answer.id).trouble->type, "answer-interrupted");
  EXPECT_THAT(hear(unseen.answer.id), HasSubstr("event: done\n"));
  EXPECT_EQ(now(unseen.answer.id).text, "Whole");
}

TEST_F(AnswersTest, AnAnswerThatCameBackFromADeadNodeHasOneWriter) {
  const Sent sent = ask("c", {kSilence, piece("Whole", kStop)});
  const auto asked = [&] {
    const std::scoped_lock guard(service_.lock);
    return service_.asked.size();
  };
  while (asked() == 0) std::this_thread::yield();
  write("update job set owner = 'dead', lease_until_utc_ns = 1, run_after_utc_ns = 0", {});
  run_alone(messages_->jobs().renew());
  boost::asio::co_spawn(context_, answers_->look_around(), boost::asio::use_future).get();
  while (count("select failures from job") == 0) std::this_thread::yield();
  EXPECT_EQ(asked(), 1U);
  answers_->end_here(sent.answer.id);
  EXPECT_THAT(hear(sent.answer.id), HasSubstr("event: error\n"));
}

TEST_F(AnswersTest, StreamsEndWhenTheServerDoesAndSayToComeAgain) {
  const Sent sent = ask("c", {piece("Half"), kSilence});
  const auto source = answers_->listen(*ada_, sent.answer.id, 0);
  run_alone(source->next());
  const Bytes first = run_alone(source->next());
  EXPECT_THAT(as_text(first), HasSubstr("Half"));
  answers_->begin_draining();
  const Bytes last = run_alone(source->next());
  EXPECT_EQ(as_text(last), "retry: 500\n\n");
  EXPECT_TRUE(run_alone(source->next()).empty());
}

TEST_F(AnswersTest, AStreamOfAnAnswerThatIsRemovedEnds) {
  const Sent sent = ask("c", {piece("Half"), kSilence});
  wait_for_pieces(sent.answer.id, 1);
  ASSERT_TRUE(run_alone(messages_->remove(Reach::of(*ada_), *chat_, sent.message.id, soon())));
  answers_->end_here(sent.answer.id);
  EXPECT_THAT(hear(sent.answer.id, 1), "");
}

TEST_F(AnswersTest, OneUserHasSoManyStreamsAtOnce) {
  const Sent sent = ask("c", {piece("x", kStop)});
  std::vector<std::unique_ptr<http::BodySource>> open;
  open.reserve(kStreamsAtOnceMax);
  for (int i = 0; i < kStreamsAtOnceMax; ++i) {
    open.push_back(answers_->listen(*ada_, sent.answer.id, 0));
  }
  EXPECT_EQ(answers_->listen(*ada_, sent.answer.id, 0), nullptr);
  EXPECT_NE(answers_->listen(*ben_, sent.answer.id, 0), nullptr);
  open.pop_back();
  EXPECT_NE(answers_->listen(*ada_, sent.answer.id, 0), nullptr);
}

}  // namespace
}  // namespace reprise::chat
