#include "domain/task/task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "domain/task/task_csv.hpp"

namespace reprise::task {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const access::UserId kAda("0194a000-0000-7000-8000-00000000000a");
constexpr const char* kId = "0194A000-0000-4000-8000-0000000000FF";

Result<NewTask> read(const std::string& body) { return read_new(boost::json::parse(body), kAda); }
Result<Change> change(const std::string& body) {
  return read_change(boost::json::parse(body), kAda);
}
Task made(const std::string& body) {
  const auto read_ok = read(body);
  Task task{.id = read_ok.value().id};
  apply(read_ok->change, task);
  return task;
}

TEST(TaskRules, ATitleIsEnough) {
  const Task task = made(R"({"title":"  Oil the chain "})");
  EXPECT_EQ(task.title, "Oil the chain");
  EXPECT_TRUE(is_uuid(task.id.value));
  EXPECT_TRUE(task.steps.empty());
  EXPECT_FALSE(task.done || task.due_utc_ns || task.assignee || task.chat_id);
}

TEST(TaskRules, TakesEverythingThatItGives) {
  const Task task =
      made(R"({"title":"T","text":"a\nb","steps":[{"text":"One","criterion":"C","done":true}],)"
           R"("due_at":"2026-12-01T10:00:00+01:00","assignee":"Ben","done":true,"id":")" +
           std::string(kId) + "\"}");
  EXPECT_EQ(task.id.value, "0194a000-0000-4000-8000-0000000000ff");
  EXPECT_EQ(task.due_utc_ns, parse_rfc3339("2026-12-01T09:00:00Z"));
  ASSERT_EQ(task.steps.size(), 1U);
  EXPECT_EQ(task.steps[0].criterion, "C");
  EXPECT_EQ(task.assignee, "Ben");
}

TEST(TaskRules, NullTakesAwayAndNothingChangesNothing) {
  Task task = made(R"({"title":"T","due_at":"2026-12-01T10:00:00Z","assignee":"Ben"})");
  apply(change(R"({"done":true})").value(), task);
  EXPECT_TRUE(task.due_utc_ns && task.assignee && task.done);
  apply(change(R"({"due_at":null,"assignee":null,"chat_id":null})").value(), task);
  EXPECT_FALSE(task.due_utc_ns || task.assignee || task.chat_id);
}

TEST(TaskRules, WhatEachTaskHasCannotBeTakenAway) {
  for (const std::string member : {"title", "text", "steps", "position", "done"}) {
    const auto refused = change("{\"" + member + "\":null}");
    ASSERT_FALSE(refused) << member;
    EXPECT_NE(refused.error().client_message.find('`' + member + '`'), std::string::npos);
  }
}

TEST(TaskRules, SayWhichMemberIsWrong) {
  const std::string step = R"({"title":"T","steps":[{"text":"A"},)";
  const std::pair<std::string, const char*> wrong[] = {
      {"{}", "`title`"},
      {"[]", "object"},
      {R"({"title":""})", "`title`"},
      {R"({"title":"T","x":1})", "`x`"},
      {R"({"title":"T","id":"1"})", "`id`"},
      {R"({"title":"T","text":"\u0000"})", "`text`"},
      {R"({"title":"T","text":")" + std::string(10'001, 'a') + "\"}", "`text`"},
      {R"({"title":"T","due_at":"tomorrow"})", "`due_at`"},
      {R"({"title":"T","chat_id":"x"})", "`chat_id`"},
      {R"({"title":"T","position":1e10})", "`position`"},
      {R"({"title":"T","position":"1"})", "`position`"},
      {R"({"title":"T","done":1})", "`done`"},
      {R"({"title":"T","assignee":" "})", "`assignee`"},
      {R"({"title":"T","assignee":"0194a000-0000-7000-8000-00000000000b"})", "`assignee`"},
      {step + R"({"text":" "}]})", "`steps[1].text`"},
      {step + R"({"text":"B","id":"x"}]})", "`steps[1].id`"},
      {R"({"title":"T","steps":[{"text":"A","id":")" + std::string(kId) +
           R"("},{"text":"B","id":")" + kId + R"("}]})",
       "`steps[1].id`"},
  };
  for (const auto& [body, member] : wrong) {
    const auto failed = read(body);
    ASSERT_FALSE(failed) << body;
    EXPECT_THAT(failed.error().client_message, HasSubstr(member)) << body;
  }
  EXPECT_THAT(change(R"({"id":"0194a000-0000-4000-8000-0000000000ff"})").error().client_message,
              HasSubstr("`id`"));
  EXPECT_EQ(made(R"({"title":"T","assignee":")" + kAda.value + "\"}").assignee, kAda.value);
}

TEST(TaskRules, ETagsAreComparedAsLists) {
  EXPECT_EQ(etag_of(3), "\"3\"");
  EXPECT_TRUE(matches("\"3\"", 3));
  EXPECT_TRUE(matches("*", 3));
  EXPECT_TRUE(matches("\"1\", W/\"3\"", 3)) << "a proxy made it weak";
  EXPECT_FALSE(matches("\"2\"", 3));
  EXPECT_FALSE(matches("3", 3));
  EXPECT_FALSE(matches("", 3));
  EXPECT_FALSE(matches("\"33\"", 3));
}

TEST(TaskRules, ThereIsRoomBetweenNeighboursUntilThereIsNone) {
  EXPECT_EQ(between(std::nullopt, std::nullopt), 0);
  EXPECT_EQ(between(0, std::nullopt), kPositionScale);
  EXPECT_EQ(between(std::nullopt, 0), -kPositionScale);
  EXPECT_EQ(between(0, 10), 5);
  EXPECT_EQ(between(0, 1), std::nullopt);
  EXPECT_EQ(between(-3, -1), -2);
}

TEST(TaskRules, WordsAreFoundWithoutCaseAndAccents) {
  const Task task = made(R"({"title":"Kette ölen","steps":[{"text":"Über den Hügel"}]})");
  const std::string words = search_text(task);
  const auto found = [&words](const char* query) {
    const std::string pattern = search_pattern(query);
    return !pattern.empty() && words.contains(pattern.substr(1, pattern.size() - 2));
  };
  EXPECT_TRUE(found("OLEN"));
  EXPECT_TRUE(found("kette ol"));
  EXPECT_TRUE(found("hugel"));
  EXPECT_FALSE(found("berg"));
  EXPECT_EQ(search_pattern("%_ !"), "") << "no words";
}

TEST(TaskTable, WhatIsWrittenIsReadBack) {
  const Task task = made(
      R"({"title":"=T, \"q\"","text":"a\nb","steps":[{"text":"One","criterion":"C","done":true},)"
      R"({"text":"Two"}],"due_at":"2026-12-01T10:00:00Z","assignee":"Ben"})");
  const auto back = read_table(table_head() + table_line(task), kAda);
  ASSERT_TRUE(back) << back.error().client_message;
  ASSERT_EQ(back->size(), 1U);
  Task again{.id = back->front().id};
  apply(back->front().change, again);
  EXPECT_EQ(again.id, task.id);
  EXPECT_EQ(again.title, task.title);
  EXPECT_EQ(again.text, task.text);
  EXPECT_EQ(again.due_utc_ns, task.due_utc_ns);
  EXPECT_EQ(again.assignee, task.assignee);
  ASSERT_EQ(again.steps.size(), 2U);
  EXPECT_EQ(again.steps[0].criterion, "C");
  EXPECT_TRUE(again.steps[0].done);
  EXPECT_EQ(again.steps[1].text, "Two");
}

TEST(TaskTable, SaysWhichRowAndColumnIsWrong) {
  const auto why = [](const std::string& table) {
    return read_table(table, kAda).error().client_message;
  };
  EXPECT_THAT(why(""), HasSubstr("empty"));
  EXPECT_THAT(why("text\nx"), HasSubstr("`title`"));
  EXPECT_THAT(why("title,colour\nx,y"), HasSubstr("`colour`"));
  EXPECT_THAT(why("title,title\nx,y"), HasSubstr("twice"));
  EXPECT_THAT(why("title,done\nA,true\nB,maybe"), StartsWith("Line 3: `done`"));
  for (const char* number : {"x", "1e", "nan", "inf", "-inf", "1e10", "1e999", "0x1", "1,5"}) {
    EXPECT_THAT(why("title;position\nA;" + std::string(number)), StartsWith("Line 2: `position`"))
        << number;
  }
  EXPECT_THAT(why("title\nA,b"), StartsWith("Line 2:"));
  EXPECT_EQ(why("title,done\n\"A\nB\",no\nC,true\n\n,true\nD,1"),
            "3 lines are wrong.\nLine 2: `done` must be true or false.\nLine 6: `title` is "
            "missing.\nLine 7: `done` must be true or false.");
  std::string wrong = "title,done\n";
  for (std::size_t i = 0; i < kWrongLinesMax + 2; ++i) wrong += "A,?\n";
  EXPECT_THAT(why(wrong), testing::EndsWith("\nAnd 2 more."));
  std::string many = "title\n";
  for (std::size_t i = 0; i <= kImportMax; ++i) many += "A\n";
  EXPECT_THAT(why(many), HasSubstr("at most 1000 lines"));
}

TEST(TaskTable, StepsAreReadBackWhateverTheySay) {
  Task task{.id = TaskId("0194a000-0000-4000-8000-000000000001"), .title = "T"};
  for (const char* text :
       {"a => b", "=>", "==> x", "[x] done", "two\n\nlines\n  and blanks", "x ="}) {
    task.steps.push_back({.text = text});
    task.steps.push_back({.text = text, .criterion = text, .done = true});
  }
  const auto back = read_table(table_head() + table_line(task), kAda);
  ASSERT_TRUE(back) << back.error().client_message;
  EXPECT_TRUE(is_already(back->front().change, task)) << table_line(task);
}

TEST(TaskTable, IsReadAsPeopleAndSpreadsheetsWriteIt) {
  const auto tasks = read_table(
      "\xEF\xBB\xBF Title ;DONE;Steps;;\r\nOil;TRUE;\"Shift => it holds\nBrake\";;\r\n;;;;\r\n"
      "\"Ride; home\"; False ;;;\r\n",
      kAda);
  ASSERT_TRUE(tasks) << tasks.error().client_message;
  ASSERT_EQ(tasks->size(), 2U);
  EXPECT_EQ(tasks->at(0).change.title, "Oil");
  EXPECT_EQ(tasks->at(0).change.done, true);
  ASSERT_EQ(tasks->at(0).change.steps->size(), 2U);
  EXPECT_EQ(tasks->at(0).change.steps->at(0).criterion, "it holds");
  EXPECT_EQ(tasks->at(1).change.title, "Ride; home");
  EXPECT_EQ(tasks->at(1).change.done, false);
  EXPECT_EQ(tasks->at(1).line, 5U);
}

TEST(WordsForModelTest, SayTheTaskWithoutItsTicks) {
  Task task{.title = "Book a room", .text = "Ask for the price.", .steps = {}};
  EXPECT_EQ(words_for_model(task).value(),
            "The person does this task, and you take part in it: Book a room\nAsk for the price.");
  task.steps = {{.id = "a", .text = "Name a date", .criterion = "it is in the answer"},
                {.id = "b", .text = "Thank", .done = true}};
  const auto words = words_for_model(task);
  EXPECT_EQ(*words,
            "The person does this task, and you take part in it: Book a room\nAsk for the price.\n"
            "Its steps:\n1. Name a date (done when: it is in the answer)\n2. Thank");
  task.steps[0].done = true;
  EXPECT_EQ(words_for_model(task).value(), *words) << "the next socket is told the same";
  task.steps[0].text = std::string(kModelWordsCharactersMax, 'x');
  EXPECT_EQ(words_for_model(task).error().type, "task-too-long");
}

}  // namespace
}  // namespace reprise::task
