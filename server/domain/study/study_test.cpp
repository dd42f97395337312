#include "domain/study/study.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace reprise::study {
namespace {

namespace json = boost::json;

Result<Change> change_of(const char* body) { return read_change(json::parse(body)); }

TEST(Study, TheNextOneGetsTheConditionWithTheFewest) {
  struct Row {
    std::vector<Taken> taken;
    std::optional<std::size_t> want;
  };
  for (const auto& [taken, want] :
       std::vector<Row>{{{{.count = 2}, {.count = 1}, {.count = 3}}, 1},
                        {{{.count = 1, .quota = 1}, {.count = 5}}, 1},
                        {{{.count = 0, .quota = 1}, {.count = 5}}, 0},
                        {{{.count = 1, .quota = 1}, {.count = 2, .quota = 2}}, std::nullopt},
                        {{}, std::nullopt}}) {
    EXPECT_EQ(assign(taken, 7, 1), want);
  }
}

TEST(Study, EqualConditionsAreDrawnBySeedAndNumber) {
  const std::vector<Taken> equal(3);
  std::vector<int> drawn(3);
  for (std::uint64_t number = 0; number < 3'000; ++number) {
    const auto one = assign(equal, 11, number);
    ASSERT_TRUE(one);
    EXPECT_EQ(assign(equal, 11, number), one) << "the same again";
    ++drawn[*one];
  }
  for (const int count : drawn) {
    EXPECT_GT(count, 850);
    EXPECT_LT(count, 1'150);
  }
}

TEST(Study, ManyAreSpreadEvenly) {
  std::vector<Taken> taken(4);
  taken[2].quota = 3;
  for (std::uint64_t number = 0; number < 30; ++number) ++taken[*assign(taken, 3, number)].count;
  EXPECT_EQ(taken[2].count, 3);
  for (const std::size_t at : {0U, 1U, 3U}) EXPECT_EQ(taken[at].count, 9);
}

TEST(Study, StagesFollowEachOtherPastWhatAsksNothing) {
  using enum Stage;
  struct Row {
    Stage at;
    bool before;
    bool after;
    Stage want;
  };
  for (const Row& row : {Row{Invited, true, true, Before}, Row{Invited, false, true, Talk},
                         Row{Before, true, true, Talk}, Row{Talk, true, true, After},
                         Row{Talk, true, false, Done}, Row{After, true, true, Done},
                         Row{Done, true, true, Done}, Row{Withdrawn, true, true, Withdrawn}}) {
    EXPECT_EQ(stage_after(row.at, row.before, row.after), row.want);
  }
}

TEST(Study, ALinkIsForOnePersonInItsTime) {
  constexpr std::int64_t kNow = 1'000;
  const LinkFacts good{.study = State::Open, .expires_utc_ns = kNow + 1};
  EXPECT_TRUE(check_link(good, kNow));
  const auto type_of = [&](auto change) {
    LinkFacts link = good;
    change(link);
    const Status may = check_link(link, kNow);
    return may ? std::string("good") : may.error().type;
  };
  EXPECT_EQ(type_of([](LinkFacts& link) { link.expires_utc_ns = kNow; }), "link-expired");
  EXPECT_EQ(type_of([](LinkFacts& link) { link.revoked = true; }), "link-revoked");
  EXPECT_EQ(type_of([](LinkFacts& link) { link.study = State::Draft; }), "study-closed");
  EXPECT_EQ(type_of([](LinkFacts& link) { link.study = State::Closed; }), "study-closed");
  EXPECT_EQ(type_of([](LinkFacts& link) { link.stage = Stage::Talk; }), "link-used");
  EXPECT_EQ(type_of([](LinkFacts& link) {
              link = {.stage = Stage::Talk, .study = State::Closed, .same_browser = true};
            }),
            "good")
      << "whoever has begun goes on";
}

TEST(Study, WrongMembersAreNamed) {
  struct Row {
    const char* body;
    const char* member;
  };
  for (const auto& [body, member] : {
           Row{R"({"title":" "})", "`title`"},
           Row{R"({"owner":"me"})", "`owner`"},
           Row{R"({"state":"gone"})", "`state`"},
           Row{R"({"consent_text":""})", "`consent_text`"},
           Row{R"({"conditions":[]})", "`conditions`"},
           Row{R"({"conditions":[{"name":""}]})", "`conditions[0].name`"},
           Row{R"({"conditions":[{"name":"A","quota":0}]})", "`conditions[0].quota`"},
           Row{R"({"conditions":[{"name":"A","model":"a b"}]})", "`conditions[0].model`"},
           Row{R"({"conditions":[{"name":"A"},{"name":"A"}]})", "`conditions[1]`"},
           Row{R"({"conditions":[{"name":"A","id":"x"}]})", "`conditions[0].id`"},
           Row{R"({"before":[{"questions":[]}]})", "`before[0].questions`"},
           Row{R"({"after":[{"questions":[{"kind":"likert","text":"T","points":1}]}]})",
               "`after[0].questions[0].points`"},
       }) {
    const auto change = change_of(body);
    ASSERT_FALSE(change) << body;
    EXPECT_EQ(change.error().code, ErrorCode::Invalid);
    EXPECT_NE(change.error().client_message.find(member), std::string::npos)
        << change.error().client_message;
  }
}

TEST(Study, OnlyQuotasChangeOnceItHasBegun) {
  const auto now =
      *change_of(R"({"conditions":[{"name":"A","quota":3},{"name":"B"}]})")->conditions;
  auto next = now;
  next[0].quota = 5;
  EXPECT_TRUE(keeps_conditions(now, next));
  next[1].voice = "Kore";
  EXPECT_FALSE(keeps_conditions(now, next));
  EXPECT_FALSE(keeps_conditions(now, {now[0]}));
}

}  // namespace
}  // namespace reprise::study
