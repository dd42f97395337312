#include "platform/archive/chunk_rows.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/together.hpp"
#include "platform/archive/archive_test_support.hpp"

namespace reprise::archive {
namespace {

using database::DatabaseError;
using database::Failure;
using database::Transaction;
using testing::ElementsAre;

/// What became of one chunk: `stored 3`, `refused`, or the failure.
Task<void> add_one(ChunkRows& rows, std::int64_t seq, Deadline deadline, std::string& became) {
  NewChunk chunk{.wish = {.reach = Reach::everything(),
                          .id = RecordingId("r"),
                          .seq = Seq(seq),
                          .expected = {},
                          .stored = {}},
                 .info = {.seq = seq}};
  try {
    const auto stored = co_await rows.add(std::move(chunk), deadline);
    became = stored ? "stored " + std::to_string(stored->seq) : "refused";
  } catch (const DatabaseError& error) {
    became = error.failure() == Failure::Busy          ? "busy"
             : error.failure() == Failure::Unavailable ? "away"
                                                       : "failed";
  }
}

/// Calls come on one thread, all before the first group is stored. So the first one is stored
/// alone, and the others wait for it.
class ChunkRowsTest : public ArchiveTest {
 protected:
  ChunkRows::Outcomes store(const ChunkRows::Group& group) {
    sizes_.push_back(group.size());
    ChunkRows::Outcomes outcomes;
    for (const NewChunk* chunk : group) {
      const std::int64_t seq = chunk->info.seq;
      if (seq == fails_) throw DatabaseError(failure_, "this one");
      if (seq == refused_) {
        outcomes.emplace_back(fail(ErrorCode::Conflict, "no"));
      } else {
        outcomes.emplace_back(chunk->info);
      }
    }
    return outcomes;
  }
  std::vector<std::string> add(const std::vector<std::int64_t>& seqs,
                               std::optional<std::size_t> late = std::nullopt) {
    std::vector<std::string> became(seqs.size());
    std::vector<Task<void>> calls;
    for (std::size_t i = 0; i < seqs.size(); ++i) {
      const Deadline deadline = i == late ? Deadline::after({}) : usual_deadline();
      calls.push_back(add_one(*rows_, seqs[i], deadline, became[i]));
    }
    run_alone(run_together(std::move(calls)));
    return became;
  }

  std::vector<std::size_t> sizes_;
  std::int64_t fails_ = -1;
  std::int64_t refused_ = -1;
  Failure failure_ = Failure::Constraint;
  std::optional<ChunkRows> rows_{
      std::in_place, *database_, ChunkRows::kGroupMax,
      [this](Transaction&, const ChunkRows::Group& group) { return store(group); }};
};

TEST_F(ChunkRowsTest, ThoseThatWaitAtTheSameMomentAreStoredTogether) {
  EXPECT_THAT(add({0, 1, 2, 3}), ElementsAre("stored 0", "stored 1", "stored 2", "stored 3"));
  EXPECT_THAT(sizes_, ElementsAre(1, 3));
  EXPECT_THAT(add({4}), ElementsAre("stored 4")) << "nobody leads any more";
  EXPECT_THAT(sizes_, ElementsAre(1, 3, 1));
}

TEST_F(ChunkRowsTest, OneThatIsRefusedIsNothingToTheOthers) {
  refused_ = 2;
  EXPECT_THAT(add({0, 1, 2, 3}), ElementsAre("stored 0", "stored 1", "refused", "stored 3"));
  EXPECT_THAT(sizes_, ElementsAre(1, 3));
}

TEST_F(ChunkRowsTest, WhenAGroupFailsEachIsStoredAlone) {
  fails_ = 2;
  for (const Failure failure :
       {Failure::Constraint, Failure::Damaged, Failure::Busy, Failure::Other}) {
    failure_ = failure;
    sizes_.clear();
    EXPECT_THAT(add({0, 1, 2, 3}),
                ElementsAre("stored 0", "stored 1", failure == Failure::Busy ? "busy" : "failed",
                            "stored 3"));
    EXPECT_THAT(sizes_, ElementsAre(1, 3, 1, 1, 1));
  }
}

TEST_F(ChunkRowsTest, WhenTheDatabaseIsAwayOrFullEachIsToldAtOnce) {
  fails_ = 2;
  failure_ = Failure::Unavailable;
  EXPECT_THAT(add({0, 1, 2, 3}), ElementsAre("stored 0", "away", "away", "away"));
  failure_ = Failure::Full;
  EXPECT_THAT(add({0, 1, 2, 3}), ElementsAre("stored 0", "failed", "failed", "failed"));
  EXPECT_THAT(sizes_, ElementsAre(1, 3, 1, 3));
  fails_ = 0;
  EXPECT_THAT(add({0, 1}), ElementsAre("failed", "stored 1")) << "the next one leads";
}

TEST_F(ChunkRowsTest, TheSameChunkTwiceIsNotInOneGroup) {
  EXPECT_THAT(add({0, 1, 1, 2, 1}),
              ElementsAre("stored 0", "stored 1", "stored 1", "stored 2", "stored 1"));
  EXPECT_THAT(sizes_, ElementsAre(1, 2, 1, 1));
}

TEST_F(ChunkRowsTest, AGroupIsBounded) {
  std::vector<std::int64_t> seqs(ChunkRows::kGroupMax + 3);
  for (std::size_t i = 0; i < seqs.size(); ++i) seqs[i] = static_cast<std::int64_t>(i);
  add(seqs);
  EXPECT_THAT(sizes_, ElementsAre(1, ChunkRows::kGroupMax, 2));
}

TEST_F(ChunkRowsTest, OneWhoseDeadlineHasPassedIsNotStored) {
  EXPECT_THAT(add({0, 1, 2}, 2), ElementsAre("stored 0", "stored 1", "busy"));
  EXPECT_THAT(sizes_, ElementsAre(1, 1));
  EXPECT_THAT(add({0}, 0), ElementsAre("busy"));
  EXPECT_THAT(add({0}), ElementsAre("stored 0"));
}

TEST_F(ChunkRowsTest, ACancelledCallerStillStoresForTheOthers) {
  boost::asio::io_context context;
  std::vector<std::string> became(3);
  std::vector<boost::asio::cancellation_signal> signals(2);
  for (std::size_t i = 0; i < 3; ++i) {
    auto call = add_one(*rows_, static_cast<std::int64_t>(i), usual_deadline(), became[i]);
    const auto ended = [](const std::exception_ptr&) {};
    if (i < 2) {
      boost::asio::co_spawn(context, std::move(call),
                            boost::asio::bind_cancellation_slot(signals[i].slot(), ended));
    } else {
      boost::asio::co_spawn(context, std::move(call), ended);
    }
  }
  for (int i = 0; i < 3; ++i) context.run_one();
  for (auto& signal : signals) signal.emit(boost::asio::cancellation_type::terminal);
  context.run();
  EXPECT_EQ(became[2], "stored 2");
}

TEST_F(ChunkRowsTest, WithoutGroupsNoneWaitsForAnother) {
  rows_.emplace(*database_, 1,
                [this](Transaction&, const ChunkRows::Group& group) { return store(group); });
  refused_ = 1;
  EXPECT_THAT(add({0, 1, 2, 2}, 0), ElementsAre("busy", "refused", "stored 2", "stored 2"));
  EXPECT_THAT(sizes_, ElementsAre(1, 1, 1));
}

// ---- the archive's rows -----------------------------------------------------------------------

Task<void> put_one(Archive& archive, RecordingId id, std::int64_t seq, Bytes bytes,
                   std::string& became) {
  const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
  const auto stored = co_await archive.put_chunk(Reach::everything(), std::move(id), Seq(seq),
                                                 expected, std::move(bytes));
  became = stored ? "ok" : stored.error().type;
}

TEST_F(ArchiveTest, ChunksOfSeveralRecordingsThatComeAtOnceAreEachStoredOrRefused) {
  archive_.emplace(*database_, *blobs_, pool_,
                   ArchiveOptions{.min_free_bytes = 0, .chunks_together = ChunkRows::kGroupMax});
  const RecordingId other = begin();
  const RecordingId erased = begin();
  ASSERT_TRUE(put(0, "first"));
  ASSERT_TRUE(run_alone(archive_->erase(Reach::everything(), erased)));
  struct Upload {
    RecordingId id;
    std::int64_t seq;
    const char* text;
    const char* want;
  };
  const Upload uploads[] = {{id_, 1, "one", "ok"},
                            {other, 0, "zero", "ok"},
                            {id_, 0, "second", "chunk-conflict"},
                            {erased, 0, "late", "recording-erased"},
                            {id_, 2, "two", "ok"},
                            {id_, 0, "first", "ok"},
                            {id_, 2, "two", "ok"},
                            {id_, 2, "another", "chunk-conflict"},
                            {other, 1, "one", "ok"}};
  std::vector<std::string> became(std::size(uploads));
  std::vector<Task<void>> calls;
  for (std::size_t i = 0; i < std::size(uploads); ++i) {
    const Upload& one = uploads[i];
    calls.push_back(put_one(*archive_, one.id, one.seq, chunk(one.text), became[i]));
  }
  run_alone(run_together(std::move(calls)));
  int twos = 0;
  for (std::size_t i = 0; i < std::size(uploads); ++i) {
    // Of two different chunks 2 the one that comes first is stored.
    if (uploads[i].id == id_ && uploads[i].seq == 2) {
      twos += became[i] == "ok" ? 1 : 0;
      continue;
    }
    EXPECT_EQ(became[i], uploads[i].want) << i;
  }
  EXPECT_TRUE(twos == 1 || twos == 2) << twos;
  EXPECT_EQ(find()->chunks_stored, 3);
  EXPECT_EQ(run_alone(archive_->find(Reach::everything(), other))->chunks_stored, 2);
  EXPECT_EQ(objects().size(), 5U) << "what was refused left no object";
}

}  // namespace
}  // namespace reprise::archive
