// Typed messages and answers in every SearchIndex.

#include <gmock/gmock.h>

#include "platform/search/search_test_support.hpp"

namespace reprise::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <class Engine>
class SearchMessagesTest : public SearchIndexTest<Engine> {};
TYPED_TEST_SUITE(SearchMessagesTest, Engines);

TYPED_TEST(SearchMessagesTest, MessagesAndWordsThatWereSaidComeByTheirTime) {
  this->chat("c", "Clocks");
  this->message("m1", "Gears first.", 500'000'000);
  this->recording("r", 1'000'000'000, {"gears second"});
  this->message("m3", "Gears last.", 1'000'000'000);
  this->message("m4", "Gears being written", 2'000'000'000, "streaming");
  EXPECT_THAT(this->found("gears"), ElementsAre("Gears last.", "gears second", "Gears first."));
  for (std::int64_t limit = 1; limit <= 4; ++limit) {
    std::vector<std::string> paged;
    PageWish wish{.limit = limit, .after = std::nullopt};
    for (bool more = true; more;) {
      const auto page = this->find("gears", wish);
      for (const Hit& hit : page.items) paged.push_back(this->shown(hit));
      wish.after = page.next;
      more = page.next.has_value();
    }
    EXPECT_EQ(paged, this->found("gears")) << limit;
  }
  const auto page = this->find("last");
  const auto& hit = std::get<MessageHit>(page.items.front());
  EXPECT_EQ(hit.message_id, "m3");
  EXPECT_EQ(hit.chat_title, "Clocks");
  EXPECT_EQ(hit.role, "model");
  EXPECT_EQ(hit.written_utc_ns, 1'000'000'000);
  EXPECT_THAT(this->find("gears", {}, "ada").items, IsEmpty());
}

TYPED_TEST(SearchMessagesTest, ALongMessageIsFoundByItsPassages) {
  this->chat("c", "Clocks");
  std::string text = "needle one\n";
  for (int n = 0; n < 300; ++n) text += "hay ";
  this->message("m", text + "\nneedle two", 1);
  EXPECT_EQ(this->found("needle").size(), 2U);
  EXPECT_THAT(this->found("one two"), IsEmpty());
}

TYPED_TEST(SearchMessagesTest, RemovedMessagesLeaveNoWord) {
  this->chat("c", "Clocks");
  this->message("m1", "An ordinary word", 1);
  this->message("m2", "A zymurgical word", 1);
  this->write([](Transaction& transaction) {
    transaction.run("delete from message where message_id = 'm2'");
  });
  EXPECT_THAT(this->found("zymurgical"), IsEmpty());
  const auto purge = [this] {
    return run_alone(
        TypeParam::index().purge_messages(*this->database_, database::usual_deadline()));
  };
  EXPECT_TRUE(purge());
  EXPECT_TRUE(purge());
  EXPECT_THAT(this->found("word"), ElementsAre("An ordinary word"));
  this->write([](Transaction& transaction) { transaction.run("delete from chat"); });
  EXPECT_THAT(this->found("word"), IsEmpty());
  EXPECT_TRUE(purge());
  if (TypeParam::kOwnFiles) {
    EXPECT_TRUE(run_alone(this->database_->scrub(database::usual_deadline())));
    EXPECT_EQ(this->all_bytes().find("zymurgical"), std::string::npos);
  }
}

TYPED_TEST(SearchMessagesTest, KnowsWhichMessagesItHasNotSeen) {
  this->chat("c", "Clocks");
  this->message("m", "alpha", 1);
  const auto sync = [this] {
    return this->write(
        [](Transaction& transaction) { return TypeParam::index().sync_messages(transaction); });
  };
  EXPECT_EQ(sync(), 0);
  this->write([](Transaction& transaction) {
    transaction.run("update search_message set words_version = words_version - 1");
    transaction.run(
        "insert into message (message_id, chat_id, kind, created_utc_ns, text) values ('n', 'c', "
        "'text', 2, 'beta')");
  });
  EXPECT_EQ(sync(), 2);
  EXPECT_EQ(sync(), 0);
  EXPECT_THAT(this->found("alpha"), ElementsAre("alpha"));
  EXPECT_THAT(this->found("beta"), ElementsAre("beta"));
}

}  // namespace
}  // namespace reprise::search
