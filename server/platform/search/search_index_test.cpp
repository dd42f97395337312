// The contract of every SearchIndex: one table of texts (tests/fixtures/search.json) and the same
// order and life of hits.

#include "platform/search/search_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fixture_for_test.hpp"
#include "platform/search/search_test_support.hpp"

namespace reprise::search {
namespace {

namespace json = boost::json;
using fixture::text_of;
using fixture::texts_of;
using testing::ElementsAre;
using testing::IsEmpty;

TYPED_TEST_SUITE(SearchIndexTest, Engines);

TYPED_TEST(SearchIndexTest, FindsWhatTheTableSays) {
  fixture::for_each_case(fixture::load("search.json"), "cases", [this](const json::value& tested) {
    const std::string text = text_of(tested.at("text"));
    this->recording(text_of(tested.at("name")), 1'000'000'000, {text});
    for (const std::string& query : texts_of(tested.at("finds"))) {
      EXPECT_THAT(this->found(query), testing::Contains(text)) << query;
      bool marked = false;
      std::string whole;
      for (const Piece& piece : pieces_of(text, *query_of(query))) {
        marked |= piece.marked;
        whole += piece.text;
      }
      EXPECT_TRUE(marked) << query;
      EXPECT_EQ(whole, text) << query;
    }
    for (const std::string& query : texts_of(tested.at("misses"))) {
      EXPECT_THAT(this->found(query), testing::Not(testing::Contains(text))) << query;
    }
  });
}

TYPED_TEST(SearchIndexTest, HostileQueriesAreAnswered) {
  this->recording("r", 1, {"hello abc"});
  fixture::for_each_case(
      fixture::load("search.json"), "hostile",
      [this](const json::value& tested) { this->found(text_of(tested.at("q"))); });
  EXPECT_THAT(this->found("?!…"), IsEmpty());
}

TYPED_TEST(SearchIndexTest, TitlesComeFirstThenTheNewestWords) {
  this->chat("c", "Gears of a clock", 5);
  this->chat("d", "More gears", 9);
  this->recording("old", 1'000'000'000, {"gears one", "gears two", "nothing"});
  this->recording("new", 60'000'000'000, {"gears three"});
  EXPECT_THAT(this->found("gears"), ElementsAre("More gears", "Gears of a clock", "gears three",
                                                "gears two", "gears one"));
  const auto page = this->find("gears t");
  const auto& moment = std::get<MomentHit>(page.items.front());
  EXPECT_EQ(moment.recording_id.value, "new");
  EXPECT_EQ(moment.chat_title, "Gears of a clock");
  EXPECT_EQ(moment.recorded_utc_ns, 60'000'000'000);
}

TYPED_TEST(SearchIndexTest, FindsWhatIsTheOwnersAlone) {
  this->chat("c", "Gears of a clock", 5);
  this->chat("d", "Gears of Ada", 9);
  this->recording("r", 1'000'000'000, {"gears one"});
  this->rename("r", "Gears recorded");
  this->recording("s", 60'000'000'000, {"gears of Ada said"});
  this->rename("s", "Gears of Ada recorded");
  this->write([](Transaction& transaction) {
    transaction.run("update chat set owner_id = 'ada' where chat_id = 'd'");
    transaction.run("update recording set owner_id = 'ada' where recording_id = 's'");
  });
  EXPECT_THAT(this->found("gears"), ElementsAre("Gears of a clock", "Gears recorded", "gears one"));
  std::vector<std::string> of_ada;
  for (const Hit& hit : this->find("gears", {}, "ada").items) of_ada.push_back(this->shown(hit));
  EXPECT_THAT(of_ada, ElementsAre("Gears of Ada", "Gears of Ada recorded", "gears of Ada said"));
  EXPECT_THAT(this->find("gears", {}, "").items, IsEmpty());
}

TYPED_TEST(SearchIndexTest, PagesOfAnySizeGiveEachHitOnce) {
  for (int i = 0; i < 4; ++i) this->chat("chat" + std::to_string(i), "word", i % 2);
  for (int i = 0; i < 3; ++i) {
    this->recording("r" + std::to_string(i), i * 1'000'000'000, {"word a", "word b", "word c"});
  }
  for (int i = 0; i < 3; ++i) this->rename("r" + std::to_string(i), "Word " + std::to_string(i));
  const auto all = this->found("word");
  ASSERT_EQ(all.size(), 16U);
  for (std::int64_t limit = 1; limit <= 17; ++limit) {
    std::vector<std::string> paged;
    PageWish wish{.limit = limit, .after = std::nullopt};
    for (;;) {
      const auto page = this->find("word", wish);
      EXPECT_LE(std::ssize(page.items), limit);
      for (const Hit& hit : page.items) paged.push_back(this->shown(hit));
      if (!page.next) break;
      wish.after = page.next;
    }
    EXPECT_EQ(paged, all) << limit;
  }
}

TYPED_TEST(SearchIndexTest, SayingItAnewReplacesIt) {
  this->recording("r", 1, {"alpha", "beta"});
  for (int round = 0; round < 3; ++round) this->say("r", {"beta", "gamma"});
  EXPECT_THAT(this->found("alpha"), IsEmpty());
  EXPECT_THAT(this->found("beta"), ElementsAre("beta"));
  EXPECT_THAT(this->found("gamma"), ElementsAre("gamma"));
}

TYPED_TEST(SearchIndexTest, SentencesOfOneMomentStayApart) {
  this->recording("r", 1, {"same time one"});
  this->recording("s", 1, {"same time two"});
  EXPECT_THAT(this->found("same"), ElementsAre("same time two", "same time one"));
}

TYPED_TEST(SearchIndexTest, ARecordingThatWasErasedMeanwhileIsNotFound) {
  this->recording("r", 1, {"alpha"});
  this->write([](Transaction& transaction) {
    transaction.run("update recording set state = 'erased', erased_utc_ns = 1");
  });
  this->say("r", {"alpha"});
  EXPECT_THAT(this->found("alpha"), IsEmpty());
}

TYPED_TEST(SearchIndexTest, KnowsWhichRecordingsItHasNotSeen) {
  this->recording("a", 1, {});
  this->write([](Transaction& transaction) {
    for (const char* id : {"a", "b", "c"}) {
      transaction.run(
          "insert into recording (recording_id, live_session_id, chat_id, state, created_utc_ns) "
          "values ($1, $1, 'c', 'complete', 1) on conflict do nothing",
          {id});
      transaction.run(
          "insert into recording_view (recording_id, version, fold_version, chunk_count, "
          "duration_ns, first_words, media_bytes, has_video, width, height, created_utc_ns) values "
          "($1, 1, 1, 0, 0, '', 0, 0, 0, 0, 0)",
          {id});
    }
  });
  const auto unfilled = [this](const std::string& after, std::int64_t count_max) {
    return run_alone(
        this->database_->read(database::usual_deadline(), [&](Transaction& transaction) {
          std::string ids;
          for (const auto& id : TypeParam::index().unfilled(transaction, after, count_max)) {
            ids += id.value;
          }
          return ids;
        }));
  };
  EXPECT_EQ(unfilled("", 9), "bc");
  EXPECT_EQ(unfilled("", 1), "b");
  EXPECT_EQ(unfilled("b", 9), "c");
  this->write([](Transaction& transaction) {
    transaction.run("update search_recording set words_version = words_version - 1");
  });
  EXPECT_EQ(unfilled("", 9), "abc") << "words of older rules are cut anew";
}

TYPED_TEST(SearchIndexTest, TitlesFollowTheirChats) {
  this->chat("c", "alpha");
  this->chat("d", "delta");
  const auto change = [this](const char* sql) {
    this->write([sql](Transaction& transaction) { transaction.run(sql); });
    return this->write(
        [](Transaction& transaction) { return TypeParam::index().sync_titles(transaction); });
  };
  EXPECT_EQ(change("update chat set title = 'beta' where chat_id = 'c'"), 1);
  EXPECT_THAT(this->found("alpha"), IsEmpty());
  EXPECT_THAT(this->found("beta"), ElementsAre("beta"));
  EXPECT_EQ(change("update chat set untitled = 1 where chat_id = 'c'"), 1);
  EXPECT_THAT(this->found("beta"), IsEmpty());
  EXPECT_EQ(change("delete from chat where chat_id = 'd'"), 1);
  EXPECT_THAT(this->found("delta"), IsEmpty());
  EXPECT_EQ(change("select 1"), 0);
}

TYPED_TEST(SearchIndexTest, ANamedRecordingIsFoundByItsNameAlone) {
  this->chat("c", "gears of a clock");
  this->recording("old", 1'000'000'000, {"gears turn"});
  this->recording("new", 60'000'000'000, {});
  this->rename("old", "Bevel gears");
  this->rename("new", "Spur gears");
  EXPECT_THAT(this->found("gears"),
              ElementsAre("gears of a clock", "Spur gears", "Bevel gears", "gears turn"));
  const auto page = this->find("bevel");
  const auto& hit = std::get<RecordingHit>(page.items.front());
  EXPECT_EQ(hit.recording_id.value, "old");
  EXPECT_EQ(hit.chat_id.value, "c");
  EXPECT_EQ(hit.chat_title, "gears of a clock");
  EXPECT_EQ(hit.recorded_utc_ns, 1'000'000'000);
  this->rename("old", "Worm drive");
  EXPECT_THAT(this->found("bevel"), IsEmpty());
  EXPECT_THAT(this->found("worm"), ElementsAre("Worm drive"));
}

TYPED_TEST(SearchIndexTest, TitlesFollowTheirRecordings) {
  this->recording("r", 1, {});
  const auto change = [this](const char* sql) {
    this->write([sql](Transaction& transaction) { transaction.run(sql); });
    return this->write(
        [](Transaction& transaction) { return TypeParam::index().sync_titles(transaction); });
  };
  EXPECT_EQ(change("update recording set title = 'beta'"), 1);
  EXPECT_THAT(this->found("beta"), ElementsAre("beta"));
  EXPECT_EQ(change("update recording set title = 'gamma'"), 1);
  EXPECT_THAT(this->found("beta"), IsEmpty());
  EXPECT_EQ(change("update recording set title = null"), 1);
  EXPECT_THAT(this->found("gamma"), IsEmpty());
  EXPECT_EQ(change("select 1"), 0);
}

TYPED_TEST(SearchIndexTest, RemovedWordsAreInNoFileAfterAPurge) {
  if (!TypeParam::kOwnFiles) {  // those of another program: it has nothing to do
    EXPECT_TRUE(run_alone(TypeParam::index().purge(*this->database_, Deadline::never())));
    return;
  }
  std::vector<std::string> many;
  many.reserve(200);
  for (int i = 0; i < 200; ++i) many.push_back("filler" + std::to_string(i * 7919 % 1000));
  for (int i = 0; i < 30; ++i) this->recording("r" + std::to_string(i), i * 1'000'000, many);
  this->recording("secret", 1, {"the word is Xylophone", "and Kühlschrank"});
  this->rename("secret", "About a Zeppelin");
  this->recording("last", 1, many);
  const auto holds = [this](std::string_view word) {
    EXPECT_TRUE(run_alone(this->database_->scrub(database::usual_deadline())));
    return this->all_bytes().find(word) != std::string::npos;
  };
  ASSERT_TRUE(holds("xylophone") && holds("kuhlschrank") && holds("zeppelin"))
      << "or this test proves nothing";
  this->write([](Transaction& transaction) {
    TypeParam::index().remove_said(transaction, RecordingId("secret"));
    transaction.run("update recording set title = null where recording_id = 'secret'");
    TypeParam::index().sync_title(transaction, RecordingId("secret"));
  });
  EXPECT_TRUE(run_alone(
      TypeParam::index().purge(*this->database_, Deadline::after(std::chrono::seconds(20)))));
  // FTS5 stores a word as its difference from the word before, so the end of the word could remain.
  for (const char* word : {"xylophone", "ylophone", "Xylophone", "kuhlschrank", "Kühlschrank",
                           "zeppelin", "eppelin", "Zeppelin"}) {
    EXPECT_FALSE(holds(word)) << word;
  }
  EXPECT_EQ(this->found("filler7919").size(), 0U);
  EXPECT_FALSE(this->found("filler919").empty()) << "the others are still found";
}

}  // namespace
}  // namespace reprise::search
