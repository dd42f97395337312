// What every engine must do. A case that only one engine can have is in the test of that engine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <future>

#include "base/run_alone.hpp"
#include "platform/database/contract_for_test.hpp"

namespace reprise::database {
namespace {

namespace asio = boost::asio;

TYPED_TEST_SUITE(DatabaseContract, Engines, EngineNames);

TYPED_TEST(DatabaseContract, WhatWasWrittenIsThereAfterANewStart) {
  run_alone(this->database_->write(usual_deadline(),
                                   [](Transaction& t) { return TestFixture::insert(t, "one"); }));
  this->close();
  this->open();
  EXPECT_EQ(this->names(), std::vector<std::string>{"one"});
}

TYPED_TEST(DatabaseContract, ParametersFollowTheirNumberNotTheirPlace) {
  const auto joined = run_alone(this->database_->read(usual_deadline(), [](Transaction& t) {
    return t.first("select $2 || $1 || $2", {"b", "a"})->text(0);
  }));
  EXPECT_EQ(joined, "aba");
}

TYPED_TEST(DatabaseContract, EveryTypeComesBackAsItWas) {
  const std::vector<std::string> texts{"", "plain", "quote ' and \\ and \n",
                                       "日本語 ไทย हिन्दी 👩‍👩‍👧",
                                       std::string(100'000, 'x')};
  for (const std::string& text : texts) {
    const auto row = run_alone(this->database_->read(usual_deadline(), [&](Transaction& t) {
      return *t.first("select $1, $2, $3",
                      {std::int64_t{-9007199254740993}, text, std::optional<std::string>()});
    }));
    EXPECT_EQ(row.integer(0), -9007199254740993);
    EXPECT_EQ(row.text(1), text);
    EXPECT_EQ(row.maybe_text(2), std::nullopt);
  }
  for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                    std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(run_alone(this->database_->read(
                  usual_deadline(),
                  [&](Transaction& t) { return t.first("select $1", {number})->integer(0); })),
              number);
  }
}

TYPED_TEST(DatabaseContract, BlobsAreBytes) {
  Bytes all(70'000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::byte>(i * 7);
  const auto same = run_alone(this->database_->write(usual_deadline(), [&](Transaction& t) {
    t.run("insert into item (name, content) values ('a', $1), ('b', $2)", {all, Bytes{}});
    return std::pair(t.run("select 1 from item where content = $1", {all}).rows.size(),
                     t.run("select 1 from item where content = $1", {Bytes{}}).rows.size());
  }));
  EXPECT_EQ(same, std::pair(std::size_t{1}, std::size_t{1}));
}

TYPED_TEST(DatabaseContract, AggregatesAndConditionsAreIntegers) {
  const auto row = run_alone(this->database_->write(usual_deadline(), [](Transaction& t) {
    t.run("insert into item (name, amount) values ('a', 3), ('b', $1)",
          {std::int64_t{4'000'000'000'000'000}});
    return *t.first(
        "select count(*), sum(amount), max(amount), coalesce(sum(amount), 0) + "
        "coalesce(max(amount), "
        "0), min(amount) = 3, max(name) is null, (select sum(amount) from item where name = 'c') "
        "from item");
  }));
  EXPECT_EQ(row.integer(0), 2);
  EXPECT_EQ(row.integer(1), 4'000'000'000'000'003);
  EXPECT_EQ(row.integer(2), 4'000'000'000'000'000);
  EXPECT_EQ(row.integer(3), 8'000'000'000'000'003);
  EXPECT_EQ(row.integer(4), 1);
  EXPECT_EQ(row.integer(5), 0);
  EXPECT_EQ(row.maybe_integer(6), std::nullopt);
}

TYPED_TEST(DatabaseContract, AColumnThatBreaksTheRulesIsAnErrorForWhoAsks) {
  const auto row = run_alone(this->database_->read(
      usual_deadline(), [](Transaction& t) { return *t.first("select null, 1, 'text'"); }));
  const std::vector<std::function<void()>> wrong{
      [&] { (void)row.integer(0); },
      [&] { (void)row.text(0); },
      [&] { (void)row.text(1); },
      [&] { (void)row.maybe_text(1); },
      [&] { (void)row.integer(2); },
      [&] { (void)row.maybe_integer(2); },
      [&] {
        run_alone(this->database_->read(
            usual_deadline(), [](Transaction& t) { return t.first("select 1.5").has_value(); }));
      }};
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    try {
      wrong[i]();
      ADD_FAILURE() << i;
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.failure(), Failure::Damaged) << i;
    }
  }
}

TYPED_TEST(DatabaseContract, ABrokenRuleOfTheSchemaIsAConstraint) {
  for (const char* sql :
       {"insert into item (name) values (null)", "insert into item (name, amount) values ('a', -1)",
        "insert into part (item_id) values (99)",
        "insert into item (name) values ('twice'), ('twice')"}) {
    EXPECT_EQ(this->failure_of_write([&](Transaction& t) { t.run(sql); }), Failure::Constraint)
        << sql;
  }
  EXPECT_TRUE(this->names().empty());
}

TYPED_TEST(DatabaseContract, WrongSqlIsOurBug) {
  EXPECT_EQ(this->failure_of_write([](Transaction& t) { t.run("select nothing from nowhere"); }),
            Failure::Other);
  EXPECT_TRUE(this->names().empty()) << "and the database goes on";
}

TYPED_TEST(DatabaseContract, OneFailureTakesNothingFromTheOthers) {
  asio::io_context context;
  std::vector<std::future<std::int64_t>> outcomes;
  for (const std::string& name : {"a", "b", "a", "c"}) {
    outcomes.push_back(asio::co_spawn(
        context,
        this->database_->write(usual_deadline(),
                               [name](Transaction& t) { return TestFixture::insert(t, name); }),
        asio::use_future));
  }
  context.run();
  int stored = 0;
  int refused = 0;
  for (auto& outcome : outcomes) {
    try {
      stored += static_cast<int>(outcome.get());
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.failure(), Failure::Constraint);
      ++refused;
    }
  }
  EXPECT_EQ(stored, 3);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(this->names(), (std::vector<std::string>{"a", "b", "c"}));
}

TYPED_TEST(DatabaseContract, AnErrorResultAndAnExceptionKeepNothing) {
  const auto refused =
      run_alone(this->database_->write(usual_deadline(), [](Transaction& t) -> Result<int> {
        TestFixture::insert(t, "gone");
        return fail(ErrorCode::Conflict, "No.");
      }));
  EXPECT_FALSE(refused.has_value());
  EXPECT_THROW(run_alone(this->database_->write(usual_deadline(),
                                                [](Transaction& t) {
                                                  TestFixture::insert(t, "gone too");
                                                  throw std::runtime_error("no");
                                                })),
               std::runtime_error);
  EXPECT_TRUE(this->names().empty());
}

TYPED_TEST(DatabaseContract, AReaderCannotWrite) {
  EXPECT_THROW(run_alone(this->database_->read(
                   usual_deadline(), [](Transaction& t) { return TestFixture::insert(t, "no"); })),
               DatabaseError);
  EXPECT_TRUE(this->names().empty());
}

TYPED_TEST(DatabaseContract, AReaderSeesOneStateToItsEnd) {
  run_alone(this->database_->write(usual_deadline(),
                                   [](Transaction& t) { return TestFixture::insert(t, "one"); }));
  std::promise<void> looked;
  std::promise<void> written;
  std::vector<std::int64_t> counts;
  std::thread reader([&] {
    run_alone(this->database_->read(usual_deadline(), [&](Transaction& t) {
      counts.push_back(t.first("select count(*) from item")->integer(0));
      looked.set_value();
      written.get_future().wait();
      counts.push_back(t.first("select count(*) from item")->integer(0));
      return 0;
    }));
  });
  looked.get_future().wait();
  run_alone(this->database_->write(usual_deadline(),
                                   [](Transaction& t) { return TestFixture::insert(t, "two"); }));
  written.set_value();
  reader.join();
  EXPECT_EQ(counts, (std::vector<std::int64_t>{1, 1}));
}

// Between a read and the write that depends on it, no other write may come.
TYPED_TEST(DatabaseContract, NoUpdateIsLost) {
  run_alone(this->database_->write(usual_deadline(),
                                   [](Transaction& t) { return TestFixture::insert(t, "sum"); }));
  constexpr int kAdders = 40;
  asio::io_context context;
  std::vector<std::future<void>> outcomes;
  outcomes.reserve(kAdders);
  for (int i = 0; i < kAdders; ++i) {
    outcomes.push_back(asio::co_spawn(
        context,
        this->database_->write(
            usual_deadline(),
            [](Transaction& t) {
              const auto before = t.first("select amount from item where name = 'sum'")->integer(0);
              t.run("update item set amount = $1 where name = 'sum'", {before + 1});
            }),
        asio::use_future));
  }
  context.run();
  for (auto& outcome : outcomes) outcome.get();
  EXPECT_EQ(run_alone(this->database_->read(
                usual_deadline(),
                [](Transaction& t) {
                  return t.first("select amount from item where name = 'sum'")->integer(0);
                })),
            kAdders);
}

TYPED_TEST(DatabaseContract, AStatementCountsTheRowsItChanged) {
  run_alone(this->database_->write(usual_deadline(), [](Transaction& t) {
    EXPECT_EQ(t.run("insert into item (name) values ('a'), ('b'), ('c')").changed, 3);
    EXPECT_EQ(t.run("insert into item (name) values ('a') on conflict do nothing").changed, 0);
    EXPECT_EQ(t.run("update item set amount = 1 where name <> 'a'").changed, 2);
    const auto row = t.first("update item set amount = 5 where name = 'a' returning name, amount");
    EXPECT_EQ(row->text(0), "a");
    EXPECT_EQ(row->integer(1), 5);
    EXPECT_EQ(t.run("delete from item where name = 'nobody'").changed, 0);
    EXPECT_EQ(t.run("delete from item").changed, 3);
  }));
}

TYPED_TEST(DatabaseContract, TextIsOrderedByItsBytes) {
  // The tables of migrations/postgres say collate "C". This table has the collation of the server.
  const auto names = run_alone(this->database_->write(usual_deadline(), [](Transaction& t) {
    t.run("insert into item (name) values ('b'), ('B'), ('a'), ('-'), ('ä'), ('10'), ('9')");
    std::string joined;
    for (const Row& row : t.run("select name from item order by name").rows) joined += row.text(0);
    return joined;
  }));
  EXPECT_EQ(names, "-109Babä");
}

TYPED_TEST(DatabaseContract, ALongListOfStatementsIsNotKept) {
  for (int i = 0; i < 600; ++i) {
    EXPECT_EQ(run_alone(this->database_->read(
                  usual_deadline(),
                  [&](Transaction& t) {
                    return t.first("select " + std::to_string(i) + " + $1", {std::int64_t{1}})
                        ->integer(0);
                  })),
              i + 1);
  }
}

TYPED_TEST(DatabaseContract, AnyNumberOfStatementsAtOnceIsAnsweredInTheirOrder) {
  constexpr std::int64_t kCount = 1'000;
  std::vector<std::string> texts;  // two of each
  std::vector<Statement> statements;
  texts.reserve(kCount);
  statements.reserve(kCount);
  for (std::int64_t i = 0; i < kCount; ++i) {
    texts.push_back("select " + std::to_string(i / 2) + " + $1");
    statements.push_back({.sql = texts.back(), .values = {i}});
  }
  const std::vector<Statement> alike(
      kCount, {.sql = "update item set amount = amount + 1 returning amount"});
  run_alone(this->database_->write(usual_deadline(), [&](Transaction& t) {
    TestFixture::insert(t, "one");
    const auto sums = t.run_all(statements);
    const auto counts = t.run_all(alike);
    ASSERT_EQ(std::pair(std::ssize(sums), std::ssize(counts)), std::pair(kCount, kCount));
    for (std::int64_t i = 0; i < kCount; ++i) {
      const auto at = static_cast<std::size_t>(i);
      EXPECT_EQ(sums[at].rows.at(0).integer(0), i / 2 + i);
      EXPECT_EQ(counts[at].rows.at(0).integer(0), i + 1);
    }
    EXPECT_TRUE(t.run_all({}).empty());
  }));
}

TYPED_TEST(DatabaseContract, AFailureLateInALongListKeepsNothing) {
  std::vector<Statement> statements(
      700, {.sql = "insert into item (name) values ($1)", .values = {"again"}});
  for (std::size_t i = 0; i < 600; ++i) statements[i].values = {std::to_string(i)};
  EXPECT_EQ(this->failure_of_write([&](Transaction& t) { t.run_all(statements); }),
            Failure::Constraint);
  EXPECT_TRUE(this->names().empty());
}

TYPED_TEST(DatabaseContract, AChangedMigrationAndANewerSchemaAreRefused) {
  this->close();
  const auto right = this->migrations_;
  this->migrations_[0].sql = TypeParam::kMore;
  EXPECT_THROW(this->open(), DatabaseError);
  this->migrations_ = right;
  this->migrations_.push_back({.name = "0002_item_more.sql", .sql = TypeParam::kMore});
  this->open();
  this->close();
  this->migrations_.pop_back();
  try {
    this->open();
    ADD_FAILURE() << "an older program opened a newer schema";
  } catch (const DatabaseError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("newer"));
  }
}

TYPED_TEST(DatabaseContract, AMigrationThatFailsLeavesNothingBehind) {
  this->close();
  const std::string broken = std::string(TypeParam::kMore) + " insert into nowhere values (1);";
  this->migrations_.push_back({.name = "0002_item_more.sql", .sql = broken});
  EXPECT_THROW(this->open(), DatabaseError);
  this->migrations_[1].sql = TypeParam::kMore;
  this->open();
}

}  // namespace
}  // namespace reprise::database
