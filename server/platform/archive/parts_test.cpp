#include "platform/archive/parts.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "base/run_alone.hpp"

namespace reprise::archive {
namespace {

struct OneRecording : Contents, Room {
  Task<Result<Standing>> standing(Reach, RecordingId, Deadline) override {
    co_return Standing{.state = session::RecordingState::Complete};
  }
  Task<Result<std::vector<ChunkInfo>>> all_chunks(Reach, RecordingId, Deadline) override {
    co_return std::vector<ChunkInfo>{{.seq = 4}};
  }
  Task<std::vector<std::int64_t>> seqs_from(RecordingId, std::int64_t from) override {
    co_return std::vector<std::int64_t>{from};
  }
  Task<Result<Bytes>> read_chunk(Reach, RecordingId, Seq, Deadline) override {
    co_return fail(ErrorCode::NotFound, "It is damaged.");
  }
  Status may_begin() const override { return {}; }
  Task<StorageUse> storage(UserId, Deadline) override { co_return StorageUse{.recordings = 1}; }
};

std::int64_t first_of(Contents& contents) {
  return run_alone(contents.seqs_from(RecordingId("a"), 7)).front();
}

TEST(Uses, GivesThePartsThatAreNamedAndHandsThemOn) {
  OneRecording whole;
  const Uses<Room, Contents> asks = whole;
  EXPECT_EQ(run_alone(asks.part<Room>().storage(UserId("u"))).recordings, 1);
  EXPECT_EQ(run_alone(asks.part<Contents>().all_chunks(Reach::everything(), RecordingId("a")))
                ->front()
                .seq,
            4);
  EXPECT_EQ(first_of(asks), 7);
}

TEST(Uses, IsNotMadeOfWhatLacksAPart) {
  static_assert(std::is_convertible_v<OneRecording&, Uses<Contents, Room>>);
  static_assert(!std::is_convertible_v<OneRecording&, Uses<Contents, Erasures>>);
  static_assert(!std::is_convertible_v<const Uses<Contents>&, Room&>);
  static_assert(std::is_copy_constructible_v<Uses<Contents>>);
}

}  // namespace
}  // namespace reprise::archive
