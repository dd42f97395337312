// Several statements at once (Transaction::run_all), on every engine.

#include "platform/database/contract_for_test.hpp"

namespace reprise::database {
namespace {

TYPED_TEST_SUITE(DatabaseContract, Engines, EngineNames);

TYPED_TEST(DatabaseContract, SeveralStatementsAreAnsweredInTheirOrder) {
  const std::string insert = "insert into item (name) values ($1)";
  const auto answers = run_alone(this->database_->write(usual_deadline(), [&](Transaction& t) {
    EXPECT_TRUE(t.run_all({}).empty());
    const std::vector<Statement> statements{
        {.sql = insert, .values = {"one"}},
        {.sql = insert, .values = {"two"}},
        {.sql = "select name from item where name <> $1 order by name", .values = {"x"}},
        {.sql = "update item set amount = $1", .values = {std::int64_t{7}}},
        {.sql = "select amount, $1 from item where name = $2", .values = {std::nullopt, "two"}},
        {.sql = "delete from item where name = 'none'", .values = {}}};
    return t.run_all(statements);
  }));
  ASSERT_EQ(answers.size(), 6U);
  EXPECT_EQ(answers[0].changed, 1);
  EXPECT_EQ(answers[2].rows.at(1).text(0), "two");
  EXPECT_EQ(answers[3].changed, 2);
  EXPECT_EQ(answers[4].rows.at(0).integer(0), 7);
  EXPECT_EQ(answers[4].rows.at(0).maybe_text(1), std::nullopt);
  EXPECT_EQ(answers[5].changed, 0);
  EXPECT_EQ(this->names(), (std::vector<std::string>{"one", "two"}));
}

TYPED_TEST(DatabaseContract, OfSeveralStatementsOneThatFailsLeavesNothing) {
  const std::string insert = "insert into item (name) values ($1)";
  for (std::size_t wrong = 0; wrong < 3; ++wrong) {
    std::vector<Statement> statements(3, {.sql = insert, .values = {"a"}});
    statements[1].values = {"b"};
    statements[2].values = {"c"};
    statements[wrong] = {.sql = "insert into item (name, amount) values ($1, -1)", .values = {"d"}};
    EXPECT_EQ(this->failure_of_write([&](Transaction& t) { t.run_all(statements); }),
              Failure::Constraint);
    EXPECT_TRUE(this->names().empty());
  }
  run_alone(this->database_->write(usual_deadline(),
                                   [](Transaction& t) { return TestFixture::insert(t, "after"); }));
  EXPECT_EQ(this->names(), std::vector<std::string>{"after"});
}

TYPED_TEST(DatabaseContract, StatementsWhoseAnswersAreManyBytesDoNotBlockEachOther) {
  const std::string much(1 << 20, 'x');
  const std::vector<Statement> statements(8, {.sql = "select $1", .values = {much}});
  const auto answers = run_alone(this->database_->read(
      usual_deadline(), [&](Transaction& t) { return t.run_all(statements); }));
  ASSERT_EQ(answers.size(), 8U);
  for (const Rows& answer : answers) EXPECT_TRUE(answer.rows.front().text(0) == much);
}

/// More texts than a connection keeps prepared.
TYPED_TEST(DatabaseContract, ManyDifferentStatementsAreAnsweredTogether) {
  std::vector<std::string> texts;
  texts.reserve(400);
  for (int i = 0; i < 400; ++i) texts.push_back("select " + std::to_string(i));
  run_alone(this->database_->read(usual_deadline(), [&](Transaction& t) {
    for (std::size_t first = 0; first < texts.size(); first += 100) {
      std::vector<Statement> statements;
      statements.reserve(100);
      for (std::size_t i = 0; i < 100; ++i)
        statements.push_back({.sql = texts[first + i], .values = {}});
      const auto answers = t.run_all(statements);
      for (std::size_t i = 0; i < 100; ++i) {
        EXPECT_EQ(answers.at(i).rows.at(0).integer(0), static_cast<std::int64_t>(first + i));
      }
    }
    return 0;
  }));
}

}  // namespace
}  // namespace reprise::database
