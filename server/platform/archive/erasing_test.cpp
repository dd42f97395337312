#include <latch>
#include <set>

#include "platform/archive/archive_test_support.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ErasingTest : public ArchiveTest {
 protected:
  Erased erase() { return run_alone(archive_->erase(access::Reach::everything(), id_)).value(); }
  std::string title() {
    return run_alone(
        database_->read(database::usual_deadline(), [&](database::Transaction& transaction) {
          return transaction.first("select title from chat where chat_id = $1", {chat_.value})
              ->text(0);
        }));
  }
  void set_title(const std::string& to) {
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      transaction.run("update chat set title = $1, untitled = $2",
                      {to, std::int64_t{to == session::kUntitled ? 1 : 0}});
    }));
  }
  std::size_t found(const char* words) {
    return run_alone(archive_->find_words(access::local_user(), *search::query_of(words), {}))
        .items.size();
  }
  void erase_rows_of_chat() {
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      archive_->erase_in(transaction, access::Reach::everything(), chat_);
    }));
  }
  std::string all_bytes() {
    std::string bytes;
    for (const auto& entry : fs::recursive_directory_iterator(directory_)) {
      bytes += entry.path().filename().string() + "\n";
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
  }
};

TEST_F(ErasingTest, RemovesEverythingAndWinsOverLateChunks) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_EQ(run_alone(archive_->store_view(id_, ViewRow{})), ViewStored::Yes);
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(type_of(put(0, "0")), "recording-erased");
  EXPECT_EQ(type_of(put(1, "1")), "recording-erased");
  EXPECT_EQ(type_of(find()), "recording-erased");
  EXPECT_EQ(type_of(run_alone(archive_->find_view(access::Reach::everything(), id_))),
            "recording-erased");
  EXPECT_EQ(type_of(finish(1)), "recording-erased");
  EXPECT_EQ(type_of(run_alone(archive_->chunks(access::Reach::everything(), id_, {}))),
            "recording-erased");
  EXPECT_EQ(run_alone(archive_->store_view(id_, ViewRow{})), ViewStored::Erased);
  EXPECT_THAT(run_alone(archive_->list(access::local_user(), {})).items, IsEmpty());
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0", "erased", "erased"));
}

TEST_F(ErasingTest, WordsAndHashesAreInNoFileAfterwards) {
  set_title(session::kUntitled);
  ASSERT_TRUE(put(0, "the secret word is xylophone").has_value());
  ASSERT_TRUE(finish(0).has_value());
  ASSERT_EQ(run_alone(archive_->store_view(
                id_,
                ViewRow{.first_words = "xylophone or not",
                        .files = {{.name = "a", .bytes = 1, .sha256_hex = std::string(64, 'e')}}},
                {{.start_ns = 0, .end_ns = 1, .text = "Nobody knows Zymurgy."}})),
            ViewStored::Yes);
  EXPECT_EQ(found("zymurgy"), 1U);
  EXPECT_EQ(found("xylophone"), 1U) << "the title";
  const std::string hash = hex(sha256(chunk("the secret word is xylophone")));
  const std::string before = all_bytes();
  for (const std::string& secret :
       {std::string("xylophone"), std::string("zymurgy"), hash, std::string(64, 'e')}) {
    EXPECT_NE(before.find(secret), std::string::npos) << "or this test proves nothing";
  }
  EXPECT_EQ(erase(), Erased::Whole);
  const std::string after = all_bytes();
  for (const std::string& secret : {std::string("ylophone"), std::string("Zymurgy"),
                                    std::string("ymurgy"), hash, std::string(64, 'e')}) {
    EXPECT_EQ(after.find(secret), std::string::npos) << secret;
  }
  EXPECT_EQ(found("zymurgy"), 0U);
  EXPECT_EQ(found("xylophone"), 0U);
}

TEST_F(ErasingTest, ATitleMadeOfItsWordsGoesWithThem) {
  const auto named_by_words = [this](const std::string& words) {
    set_title(session::kUntitled);
    EXPECT_EQ(run_alone(archive_->store_view(id_, ViewRow{.first_words = words})), ViewStored::Yes);
    return title();
  };
  ASSERT_TRUE(finish(-1).has_value());
  EXPECT_EQ(named_by_words("what is the time"), "What is the time");
  // A later fold may hear other words; the title is still made of this recording.
  EXPECT_EQ(run_alone(archive_->store_view(
                id_, ViewRow{.version = 2, .first_words = "what was the time"})),
            ViewStored::Yes);
  EXPECT_EQ(title(), "What is the time");
  erase();
  EXPECT_EQ(title(), session::kUntitled);
}

TEST_F(ErasingTest, ATitleThatAPersonGaveStays) {
  ASSERT_TRUE(finish(-1).has_value());
  set_title("Mine");
  ASSERT_EQ(run_alone(archive_->store_view(id_, ViewRow{.first_words = "what is the time"})),
            ViewStored::Yes);
  erase();
  EXPECT_EQ(title(), "Mine");
}

TEST_F(ErasingTest, ATitleOfVersion01IsKnownByItsWords) {
  ASSERT_EQ(run_alone(archive_->store_view(id_, ViewRow{.first_words = "what is the time"})),
            ViewStored::Yes);
  set_title("What is the time");
  erase();
  EXPECT_EQ(title(), session::kUntitled);
}

TEST_F(ErasingTest, WhatWillNotGoStopsNobodyElse) {
  const RecordingId second = begin();
  const RecordingId third = begin();
  ASSERT_TRUE(put(0, "0").has_value());
  heard_.failing = id_;
  heard_.stuck = second;
  EXPECT_EQ(erase(), Erased::FilesFollow);
  EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), second)).value(),
            Erased::FilesFollow);
  EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), third)).value(), Erased::Whole);
  EXPECT_EQ(type_of(find()), "recording-erased");
  run_alone(archive_->sweep());
  EXPECT_EQ(objects().size(), 1U);
  heard_.failing = heard_.stuck = RecordingId("");
  heard_.calls.clear();
  run_alone(archive_->sweep());
  EXPECT_THAT(heard_.calls, IsEmpty()) << "its time has not come";
  now_ += 2 * kSecond;
  run_alone(archive_->sweep());
  EXPECT_THAT(objects(), IsEmpty());
  heard_.calls.clear();
  run_alone(archive_->sweep());
  EXPECT_THAT(heard_.calls, IsEmpty()) << "all is done";
}

/// How long an erase may take here: the step that has begun is waited for, and the machine may be
/// busy.
constexpr std::chrono::milliseconds kErasePatience = kEraseWait + std::chrono::seconds(3);

TEST_F(ErasingTest, ManyRecordingsDoNotMakeTheAnswerLate) {
  constexpr int kRecordings = 30;
  std::vector<RecordingId> ids;
  ids.reserve(kRecordings);
  for (int i = 0; i < kRecordings; ++i) ids.push_back(begin());
  constexpr std::chrono::milliseconds kEach = kEraseWait / 3;
  static_assert(kRecordings * kEach > 2 * kErasePatience);
  heard_.while_erasing = [kEach](const RecordingId&, Deadline) {
    std::this_thread::sleep_for(kEach);
  };
  erase_rows_of_chat();
  const auto patience = Deadline::after(kErasePatience);
  EXPECT_EQ(run_alone(archive_->remove_files(ids)), Erased::FilesFollow);
  EXPECT_FALSE(patience.passed());
  heard_.while_erasing = nullptr;
  run_alone(archive_->sweep());
  heard_.calls.clear();
  run_alone(archive_->sweep());
  EXPECT_THAT(heard_.calls, IsEmpty()) << "the sweep has removed the rest";
}

TEST_F(ErasingTest, OneThatIsInUseLeavesTimeForTheOthers) {
  const std::vector<RecordingId> ids{id_, begin(), begin()};
  ASSERT_TRUE(put(0, "0").has_value());
  std::set<std::string> late;
  heard_.while_erasing = [&](const RecordingId& id, Deadline deadline) {
    if (deadline.passed()) late.insert(id.value);
    while (id == id_ && !deadline.passed()) std::this_thread::yield();
  };
  heard_.stuck = id_;
  erase_rows_of_chat();
  const auto patience = Deadline::after(kErasePatience);
  EXPECT_EQ(run_alone(archive_->remove_files(ids)), Erased::FilesFollow);
  EXPECT_FALSE(patience.passed());
  EXPECT_THAT(late, IsEmpty());
  heard_.calls.clear();
  heard_.while_erasing = nullptr;
  run_alone(archive_->sweep());
  EXPECT_THAT(heard_.calls, ElementsAre("erased")) << "only the one in use was left";
}

TEST_F(ErasingTest, ABusyDatabaseDoesNotMakeTheAnswerLate) {
  std::latch released{1};
  std::thread holder;
  heard_.while_erasing = [&](const RecordingId&, Deadline) {
    std::latch begun{1};
    holder = std::thread([&] {
      run_alone(database_->write(Deadline::never(), [&](database::Transaction&) {
        begun.count_down();
        released.wait();
      }));
    });
    begun.wait();
  };
  const auto patience = Deadline::after(kErasePatience);
  EXPECT_EQ(erase(), Erased::FilesFollow) << "words may be left in the log";
  EXPECT_FALSE(patience.passed());
  released.count_down();
  holder.join();
  heard_.while_erasing = nullptr;
  EXPECT_EQ(erase(), Erased::Whole);
}

TEST_F(ErasingTest, AnEraseRemovesOnlyItsOwn) {
  const RecordingId second = begin();
  heard_.stuck = id_;
  erase();
  heard_.calls.clear();
  EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), second)).value(), Erased::Whole);
  EXPECT_THAT(heard_.calls, ElementsAre("erased"));
}

TEST_F(ErasingTest, ManyAtOnceAllSucceed) {
  for (int round = 0; round < 5; ++round) {
    const RecordingId id = begin();
    std::vector<std::thread> threads;
    threads.reserve(8);
    std::atomic<int> whole = 0;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        if (run_alone(archive_->erase(access::Reach::everything(), id)).value() == Erased::Whole)
          ++whole;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(whole, 8);
  }
}

TEST_F(ErasingTest, ReachesWhatIsInQuarantine) {
  ASSERT_TRUE(put(0, "0").has_value());
  std::ofstream(directory_ / "objects/recordings" / id_.value / "0000000007-ab.mcap") << "orphan";
  const auto report = run_alone(archive_->reconcile(Reconcile::PutAside, now_utc_ns() + kSecond));
  EXPECT_EQ(report.objects_put_aside, 1);
  EXPECT_EQ(objects().size(), 2U);
  erase();
  EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(ErasingTest, AChunkOnItsWayThatAKillLeftGoesWithTheNextComparison) {
  erase();
  const fs::path late = directory_ / "objects/recordings" / id_.value / "0000000007-ab.mcap";
  const fs::path aside =
      directory_ / "objects/.quarantine/recordings" / id_.value / "0000000008-ab.mcap";
  for (const fs::path& path : {late, aside}) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "late";
  }
  run_alone(archive_->reconcile(Reconcile::Look, now_utc_ns() + kSecond));
  EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(ErasingTest, DeletingAChatErasesItsRecordings) {
  ASSERT_TRUE(put(0, "0").has_value());
  const auto erased = run_alone(
      database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
        auto ids = archive_->erase_in(transaction, access::Reach::everything(), chat_);
        transaction.run("delete from chat where chat_id = $1", {chat_.value});
        return ids;
      }));
  EXPECT_THAT(erased, ElementsAre(id_));
  EXPECT_EQ(type_of(put(1, "1")), "recording-erased");
  run_alone(archive_->sweep());
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(all_bytes().find(chat_.value), std::string::npos);
}

}  // namespace
}  // namespace reprise::archive
