// Tasks on both engines.

#include "features/tasks/tasks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "domain/task/task_csv.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::tasks {
namespace {

using access::Reach;
using access::UserId;
using database::Transaction;
using database::usual_deadline;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const UserId kAda("0194a000-0000-7000-8000-00000000000a");
const UserId kBen("0194a000-0000-7000-8000-00000000000b");
constexpr const char* kChat = "0194a000-0000-7000-8000-0000000000c1";
constexpr const char* kBensChat = "0194a000-0000-7000-8000-0000000000c2";
constexpr std::int64_t kOne = task::kPositionScale;

template <class Engine>
class TasksTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    tasks_.emplace(*database_, [this] { return ++now_; });
    add_chat(kChat, kAda);
    add_chat(kBensChat, kBen);
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  void run(const std::string& sql, const std::vector<database::Value>& values) {
    run_alone(database_->write(usual_deadline(),
                               [&](Transaction& transaction) { transaction.run(sql, values); }));
  }
  void add_chat(const std::string& id, const UserId& owner) {
    run("insert into chat (chat_id, owner_id, title, created_utc_ns, last_used_utc_ns) values ($1, "
        "$2, 'Chat', 1, 1)",
        {id, owner.value});
  }
  Result<task::Task> create(const std::string& body, const UserId& owner = kAda) {
    const auto made = task::read_new(boost::json::parse(body), owner);
    return run_alone(tasks_->create(owner, made.value(), usual_deadline()));
  }
  task::Task titled(const std::string& title) {
    return create(R"({"title":")" + title + "\"}").value();
  }
  Result<task::Task> change(const TaskId& id, const std::string& body,
                            std::optional<std::string> if_match = {}, const UserId& by = kAda) {
    const auto wish = task::read_change(boost::json::parse(body), by);
    return run_alone(
        tasks_->change(Reach::of(by), id, wish.value(), std::move(if_match), usual_deadline()));
  }
  std::vector<std::string> titles(Filter filter = {}, const UserId& of = kAda) {
    const auto page = run_alone(tasks_->list(of, std::move(filter), {}, usual_deadline()));
    std::vector<std::string> found;
    found.reserve(page.items.size());
    for (const task::Task& one : page.items) found.push_back(one.title);
    return found;
  }
  Engine engine_;
  std::int64_t now_ = 1'000;
  std::unique_ptr<database::Database> database_;
  std::optional<Tasks> tasks_;
};

using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(TasksTest, Engines);

TYPED_TEST(TasksTest, AreTheirOwnersOnly) {
  const auto made = this->titled("Mine");
  EXPECT_THAT(this->titles({}, kBen), IsEmpty());
  EXPECT_EQ(this->change(made.id, R"({"done":true})", {}, kBen).error().code, ErrorCode::NotFound);
  const auto find = [&](const UserId& by) {
    return run_alone(this->tasks_->find(Reach::of(by), made.id, usual_deadline()));
  };
  EXPECT_EQ(find(kBen).error().code, ErrorCode::NotFound);
  EXPECT_EQ(
      run_alone(this->tasks_->remove(Reach::of(kBen), made.id, {}, usual_deadline())).error().code,
      ErrorCode::NotFound);
  EXPECT_EQ(find(kAda)->title, "Mine");
  const std::string in_bens = std::string(R"({"title":"T","chat_id":")") + kBensChat + "\"}";
  EXPECT_EQ(this->create(in_bens).error().code, ErrorCode::NotFound);
  EXPECT_THAT(this->titles(), ElementsAre("Mine"));
}

TYPED_TEST(TasksTest, TheSameRequestAgainMakesOneTask) {
  const std::string body = R"({"id":"0194a000-0000-4000-8000-0000000000ff","title":"Once"})";
  const auto first = this->create(body);
  ASSERT_TRUE(this->change(first->id, R"({"done":true})"));
  EXPECT_TRUE(this->create(body)->done) << "as it is now";
  EXPECT_THAT(this->titles(), ElementsAre("Once"));
  const auto other =
      this->create(R"({"id":"0194a000-0000-4000-8000-0000000000ff","title":"Other"})");
  EXPECT_EQ(other.error().type, "task-exists");
  // What somebody else calls theirs so is nobody's business.
  const std::string bens = R"({"id":"0194a000-0000-4000-8000-0000000000ff","title":"Bens"})";
  EXPECT_EQ(this->create(bens, kBen)->id, first->id);
  EXPECT_TRUE(this->create(bens, kBen)) << "sent again";
  EXPECT_EQ(this->create(body, kBen).error().type, "task-exists");
  EXPECT_THAT(this->titles({}, kBen), ElementsAre("Bens"));
  ASSERT_TRUE(this->change(first->id, R"({"text":"his","position":7})", {}, kBen));
  const auto text_of = [&](const UserId& of) {
    return run_alone(this->tasks_->find(Reach::of(of), first->id, usual_deadline()))->text;
  };
  EXPECT_EQ(text_of(kAda), "");
  EXPECT_EQ(text_of(kBen), "his");
  EXPECT_TRUE(run_alone(this->tasks_->remove(Reach::of(kBen), first->id, {}, usual_deadline())));
  EXPECT_THAT(this->titles({}, kBen), IsEmpty());
  EXPECT_THAT(this->titles(), ElementsAre("Once"));
}

TYPED_TEST(TasksTest, AStaleChangeIsRefused) {
  const auto made = this->titled("T");
  ASSERT_EQ(made.revision, 1);
  EXPECT_EQ(this->change(made.id, R"({"text":"a"})", "\"1\"")->revision, 2);
  EXPECT_EQ(this->change(made.id, R"({"text":"b"})", "\"1\"").error().type, "etag-mismatch");
  const auto gone = [&](const char* tag) {
    return run_alone(this->tasks_->remove(Reach::of(kAda), made.id, tag, usual_deadline()));
  };
  EXPECT_EQ(gone("\"1\"").error().type, "etag-mismatch");
  EXPECT_TRUE(gone("\"2\""));
  EXPECT_EQ(gone("\"2\"").error().code, ErrorCode::NotFound);
}

TYPED_TEST(TasksTest, AreOrderedByHand) {
  const auto a = this->titled("a");
  const auto b = this->titled("b");
  const auto c = this->titled("c");
  EXPECT_THAT(this->titles(), ElementsAre("a", "b", "c"));
  const auto to = [](std::int64_t position) {
    return R"({"position":)" + std::to_string(position / kOne) + "}";
  };
  EXPECT_TRUE(this->change(c.id, to(a.position)));
  EXPECT_THAT(this->titles(), ElementsAre("c", "a", "b")) << "up: in front of what is there";
  EXPECT_TRUE(this->change(c.id, to(b.position)));
  EXPECT_THAT(this->titles(), ElementsAre("a", "b", "c")) << "down: behind it";
  EXPECT_EQ(this->change(a.id, R"({"position":1.5})")->position, kOne * 3 / 2);
  EXPECT_THAT(this->titles(), ElementsAre("b", "a", "c"));
}

TYPED_TEST(TasksTest, AListWithoutRoomIsNumberedAnew) {
  const auto a = this->titled("a");
  const auto b = this->titled("b");
  const auto c = this->titled("c");
  ASSERT_TRUE(this->change(b.id, R"({"position":0.000001})"));
  ASSERT_TRUE(this->change(c.id, R"({"position":5})"));
  EXPECT_TRUE(this->change(c.id, R"({"position":0.000001})")) << "nothing lies between a and b";
  EXPECT_THAT(this->titles(), ElementsAre("a", "c", "b"));
}

TYPED_TEST(TasksTest, AreFilteredOrderedAndPaged) {
  const auto in_chat = std::string(R"({"title":"Chat","chat_id":")") + kChat + "\"}";
  ASSERT_TRUE(this->create(in_chat));
  ASSERT_TRUE(this->create(R"({"title":"Late","due_at":"2027-01-01T00:00:00Z","done":true})"));
  ASSERT_TRUE(this->create(R"({"title":"Soon","due_at":"2026-01-01T00:00:00Z","assignee":"Ben"})"));
  EXPECT_THAT(this->titles({.done = true}), ElementsAre("Late"));
  EXPECT_THAT(this->titles({.done = false}), ElementsAre("Chat", "Soon"));
  EXPECT_THAT(this->titles({.assignee = "Ben"}), ElementsAre("Soon"));
  EXPECT_THAT(this->titles({.assignee = ""}), ElementsAre("Chat", "Late"));
  EXPECT_THAT(this->titles({.chat_id = kChat}), ElementsAre("Chat"));
  EXPECT_THAT(this->titles({.pattern = task::search_pattern("SOO")}), ElementsAre("Soon"));
  EXPECT_THAT(this->titles({.order = Order::Due}), ElementsAre("Soon", "Late", "Chat"));
  EXPECT_THAT(this->titles({.order = Order::Created}), ElementsAre("Soon", "Late", "Chat"));
  for (const Order order : {Order::Position, Order::Due, Order::Created}) {
    std::vector<std::string> all;
    PageWish wish{.limit = 1};
    do {
      const auto page =
          run_alone(this->tasks_->list(kAda, {.order = order}, wish, usual_deadline()));
      for (const task::Task& one : page.items) all.push_back(one.title);
      wish.after = page.next;
    } while (wish.after);
    EXPECT_EQ(all, this->titles({.order = order}));
  }
  this->run("delete from chat where chat_id = $1", {kChat});
  EXPECT_THAT(this->titles({.chat_id = ""}), ElementsAre("Chat", "Late", "Soon"));
}

TYPED_TEST(TasksTest, ATableIsReadWholeOrNotAtAll) {
  const auto import = [this](const std::string& table) {
    return run_alone(
        this->tasks_->import(kAda, task::read_table(table, kAda).value(), usual_deadline()));
  };
  const std::string bad = std::string("title,chat_id\nA,\nB,") + kBensChat + "\n";
  EXPECT_THAT(import(bad).error().client_message, StartsWith("Line 3: `chat_id`"));
  EXPECT_THAT(import(bad + "C,\nD," + kBensChat).error().client_message,
              testing::AllOf(StartsWith("2 lines are wrong.\nLine 3: `chat_id`"),
                             HasSubstr("\nLine 5: `chat_id`")));
  EXPECT_THAT(this->titles(), IsEmpty());
  const std::string good =
      "id,title\n0194a000-0000-4000-8000-000000000001,A\n0194a000-0000-4000-8000-000000000002,B\n";
  EXPECT_EQ(import(good)->imported, 2);
  EXPECT_EQ(import(good)->known, 2);
  EXPECT_THAT(this->titles(), ElementsAre("A", "B"));
}

TYPED_TEST(TasksTest, KnowTheSessionsThatWereHeldForThem) {
  const auto made = this->titled("T");
  const auto live = [this](const std::string& id, const char* chat, const UserId& owner,
                           std::int64_t at) {
    this->run(
        "insert into live_session (live_session_id, chat_id, owner_id, model, state, "
        "created_utc_ns) values ($1, $2, $3, 'm', 'live', $4)",
        {id, chat, owner.value, at});
  };
  const std::string first = "0194a000-0000-7000-8000-0000000000e1";
  const std::string second = "0194a000-0000-7000-8000-0000000000e2";
  const std::string bens = "0194a000-0000-7000-8000-0000000000e3";
  live(first, kChat, kAda, 1);
  live(second, kChat, kAda, 2);
  live(bens, kBensChat, kBen, 3);
  const auto add = [&](const std::string& id, const UserId& by = kAda) {
    return run_alone(this->tasks_->add_session(Reach::of(by), made.id, session::LiveSessionId(id),
                                               usual_deadline()));
  };
  for (const std::string& id : {first, second, first}) EXPECT_TRUE(add(id));
  EXPECT_THAT(add(bens).error().client_message, HasSubstr("live session"));
  EXPECT_THAT(add(bens, kBen).error().client_message, HasSubstr("task"));
  const auto list = run_alone(this->tasks_->sessions(Reach::of(kAda), made.id, usual_deadline()));
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ(list->front().id.value, second) << "the newest first";
  EXPECT_FALSE(run_alone(this->tasks_->sessions(Reach::of(kBen), made.id, usual_deadline())));
}

TYPED_TEST(TasksTest, OnesOwnTableSentAgainIsKnown) {
  ASSERT_TRUE(this->create(
      R"({"title":"=Ride","text":"Two\nlines","due_at":"2026-12-01T10:00:00Z","assignee":"Ben",)"
      R"("steps":[{"text":"Shift","criterion":"it holds"},{"text":"Brake"}]})"));
  const task::Task changed = this->titled("Oil");
  const auto body = boost::json::parse(R"({"title":"Oil the chain","done":true})");
  ASSERT_TRUE(run_alone(this->tasks_->change(Reach::of(kAda), changed.id,
                                             task::read_change(body, kAda).value(), std::nullopt,
                                             usual_deadline())));
  std::string table = task::table_head();
  for (const auto& one : run_alone(this->tasks_->list(kAda, {}, {}, usual_deadline())).items) {
    table += task::table_line(one);
  }
  const auto import = [this](const std::string& text) {
    return run_alone(
        this->tasks_->import(kAda, task::read_table(text, kAda).value(), usual_deadline()));
  };
  const auto again = import(table);
  ASSERT_TRUE(again) << again.error().client_message;
  EXPECT_EQ(again->known, 2);
  EXPECT_EQ(again->imported, 0);
  table.replace(table.find("Oil the chain"), 13, "Oil the wheel");
  EXPECT_EQ(import(table).error().type, "task-exists");
}

TYPED_TEST(TasksTest, WhoeverItIsAssignedToSeesItAndTicksItsSteps) {
  const auto add_user = [this](const UserId& id, const std::string& name, const std::string& email,
                               std::int64_t created) {
    this->run(
        "insert into app_user (user_id, display_name, email, created_utc_ns) values ($1, $2, $3, "
        "$4)",
        {id.value, name, email, created});
  };
  const UserId twin("0194a000-0000-7000-8000-00000000000c");
  add_user(kAda, "Ada", "ada@example.test", 1);
  add_user(kBen, "Ben", "Ben@example.test", 2);
  add_user(twin, "Another Ben", "ben@example.test", 3);
  const task::Task task =
      this->create(R"({"title":"Ride","assignee":"ben@Example.test","chat_id":")" +
                   std::string(kChat) + R"(","steps":[{"text":"Shift"},{"text":"Brake"}]})")
          .value();
  ASSERT_TRUE(this->create(R"({"title":"For nobody","assignee":"Ben"})"));
  const auto list = [this](const UserId& by) {
    return run_alone(this->tasks_->assigned(by, {}, usual_deadline())).items;
  };
  const auto seen = list(kBen);
  ASSERT_EQ(seen.size(), 1);
  EXPECT_EQ(seen[0].task.title, "Ride");
  EXPECT_EQ(seen[0].owner_name, "Ada");
  EXPECT_FALSE(seen[0].task.chat_id) << "a chat of the owner's";
  EXPECT_THAT(list(kAda), IsEmpty()) << "her own list has it";
  EXPECT_THAT(list(twin), IsEmpty()) << "the oldest account with the address";
  const auto tick = [&](const UserId& by, const std::string& step, bool done) {
    return run_alone(this->tasks_->tick({.user = by,
                                         .roles = {access::Role::Participant},
                                         .authenticated_by = access::AuthenticatedBy::Session},
                                        seen[0].task.id.value, step, done, usual_deadline()));
  };
  const std::string step = task.steps[1].id;
  EXPECT_EQ(tick(twin, step, true).error().code, ErrorCode::NotFound);
  EXPECT_EQ(tick(kBen, new_uuid7(), true).error().code, ErrorCode::NotFound);
  const auto ticked = tick(kBen, step, true);
  ASSERT_TRUE(ticked);
  EXPECT_EQ(ticked->task.revision, 2);
  EXPECT_EQ(tick(kBen, step, true)->task.revision, 2) << "it was ticked already";
  const auto hers = run_alone(this->tasks_->find(Reach::of(kAda), task.id, usual_deadline()));
  EXPECT_TRUE(hers->steps[1].done);
  EXPECT_FALSE(hers->steps[0].done);
  EXPECT_EQ(hers->chat_id->value, kChat);
  EXPECT_TRUE(tick(kAda, step, false)) << "its owner may, too";
  this->run("update task set assignee = null", {});
  EXPECT_FALSE(tick(kBen, step, true)) << "it was taken away";
  EXPECT_THAT(list(kBen), IsEmpty());
}

}  // namespace
}  // namespace reprise::tasks
