#include "features/playback/bookmarks.hpp"

#include "platform/archive/archive_test_support.hpp"
#include "platform/database/wrapped_for_test.hpp"

namespace reprise::playback {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BookmarksTest : public archive::ArchiveTest {
 protected:
  Result<Bookmark> add(std::int64_t at_ms, const std::string& note = "") {
    return run_alone(bookmarks_.add(access::Reach::everything(), id_, at_ms, note));
  }
  std::vector<std::string> notes() {
    std::vector<std::string> found;
    for (const Bookmark& one : run_alone(bookmarks_.list(access::Reach::everything(), id_)).value())
      found.push_back(one.note);
    return found;
  }
  Bookmarks bookmarks_{*database_, *archive_};
};

TEST_F(BookmarksTest, AreListedInTheOrderOfTheirPlaces) {
  for (const std::int64_t at_ms : {3000, 1000, 2000}) {
    ASSERT_TRUE(add(at_ms, std::to_string(at_ms)).has_value());
  }
  EXPECT_THAT(notes(), ElementsAre("1000", "2000", "3000"));
}

TEST_F(BookmarksTest, AreChangedAndRemoved) {
  const auto made = add(1000, "first").value();
  const auto changed =
      run_alone(bookmarks_.set_note(access::Reach::everything(), id_, made.id, "second")).value();
  EXPECT_EQ(changed.note, "second");
  EXPECT_EQ(changed.at_ms, 1000);
  EXPECT_EQ(changed.created_utc_ns, made.created_utc_ns);
  ASSERT_TRUE(run_alone(bookmarks_.remove(access::Reach::everything(), id_, made.id)).has_value());
  EXPECT_THAT(notes(), IsEmpty());
  EXPECT_EQ(run_alone(bookmarks_.remove(access::Reach::everything(), id_, made.id)).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(
      run_alone(bookmarks_.set_note(access::Reach::everything(), id_, made.id, "x")).error().code,
      ErrorCode::NotFound);
}

TEST_F(BookmarksTest, LieInTheRecording) {
  EXPECT_FALSE(add(-1).has_value());
  EXPECT_FALSE(add(kBookmarkAtMsMax + 1).has_value());
  EXPECT_TRUE(add(kBookmarkAtMsMax).has_value());
  EXPECT_TRUE(add(0).has_value());
  EXPECT_TRUE(add(90'000).has_value()) << "nobody knows its end yet";
  ASSERT_EQ(run_alone(archive_->store_view(id_, archive::ViewRow{.duration_ns = 1'500'000'001})),
            archive::ViewStored::Yes);
  EXPECT_TRUE(add(1501).has_value());
  EXPECT_EQ(add(1502).error().code, ErrorCode::Invalid);
}

TEST_F(BookmarksTest, HaveALimit) {
  run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
    for (std::int64_t i = 0; i < kBookmarksMax; ++i) {
      transaction.run("insert into bookmark values ($1, $2, 1, '', 1)", {new_uuid7(), id_.value});
    }
  }));
  EXPECT_EQ(type_of(add(1)), "bookmarks-full");
}

TEST_F(BookmarksTest, AreErasedWithTheirRecording) {
  ASSERT_TRUE(add(1000, "a secret note").has_value());
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  EXPECT_EQ(type_of(add(1000)), "recording-erased");
  EXPECT_EQ(type_of(run_alone(bookmarks_.list(access::Reach::everything(), id_))),
            "recording-erased");
  std::ifstream file(directory_ / "reprise.db", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(bytes.find("a secret note"), std::string::npos);
}

/// A database in which the recording is erased just before anything is written.
class ErasedBeforeWrite final : public database::WrappedDatabase {
 public:
  ErasedBeforeWrite(database::Database& there, archive::Archive& archive, session::RecordingId id)
      : WrappedDatabase(there), archive_(archive), id_(std::move(id)) {}

 protected:
  Task<void> before_write() override { co_await archive_.erase(access::Reach::everything(), id_); }

 private:
  archive::Archive& archive_;
  const session::RecordingId id_;
};

TEST_F(BookmarksTest, AnEraseThatComesBetweenIsTold) {
  const auto made = add(1000, "note").value();
  ErasedBeforeWrite database(*database_, *archive_, id_);
  Bookmarks bookmarks(database, *archive_);
  EXPECT_EQ(
      type_of(run_alone(bookmarks.set_note(access::Reach::everything(), id_, made.id, "other"))),
      "recording-erased");
  EXPECT_EQ(type_of(run_alone(bookmarks.remove(access::Reach::everything(), id_, made.id))),
            "recording-erased");
  EXPECT_EQ(type_of(run_alone(bookmarks.add(access::Reach::everything(), id_, 1000, ""))),
            "recording-erased");
}

TEST_F(BookmarksTest, AnUnknownRecordingIsNotFound) {
  const session::RecordingId unknown(new_uuid7());
  EXPECT_EQ(run_alone(bookmarks_.list(access::Reach::everything(), unknown)).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(run_alone(bookmarks_.add(access::Reach::everything(), unknown, 1, "")).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(
      run_alone(bookmarks_.set_note(access::Reach::everything(), unknown, "x", "")).error().code,
      ErrorCode::NotFound);
  EXPECT_EQ(run_alone(bookmarks_.remove(access::Reach::everything(), unknown, "x")).error().code,
            ErrorCode::NotFound);
}

TEST(BookmarkNoteTest, IsCleaned) {
  EXPECT_EQ(clean_note("  two\nlines \t"), "two\nlines");
  EXPECT_EQ(clean_note(""), "");
  EXPECT_EQ(clean_note("a b\tc\nd\re~"), "a b\tc\nd\re~");
  EXPECT_EQ(clean_note(std::string(kNoteCharactersMax, 'x'))->size(), kNoteCharactersMax);
  for (const std::string& bad :
       {std::string(kNoteCharactersMax + 1, 'x'), std::string("\xFF"), std::string("a\0b", 3),
        std::string("\x1B[31m"), std::string("a\x1F"), std::string("a\x7F"),
        std::string("a\x08")}) {
    const auto note = clean_note(bad);
    ASSERT_FALSE(note.has_value());
    EXPECT_THAT(note.error().client_message, testing::StartsWith("`note` "));
  }
}

}  // namespace
}  // namespace reprise::playback
