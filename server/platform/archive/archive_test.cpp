#include "platform/archive/archive_test_support.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(ArchiveTest, AChunkIsReadBackAsItCame) {
  const auto stored = put(0, "{}");
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->bytes, static_cast<std::int64_t>(chunk("{}").size()));
  EXPECT_EQ(run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))).value(),
            chunk("{}"));
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0"));
}

TEST_F(ArchiveTest, ARepeatAnswersTheSameAndOtherBytesAreRefused) {
  ASSERT_TRUE(put(0, "one").has_value());
  const auto again = put(0, "one");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->sha256_hex, hex(sha256(chunk("one"))));
  EXPECT_EQ(type_of(put(0, "two")), "chunk-conflict");
  EXPECT_EQ(find()->chunks_stored, 1);
  EXPECT_EQ(objects().size(), 1U);
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0"));
}

TEST_F(ArchiveTest, WrongDigestsAndHostileBytesLeaveNothing) {
  Bytes bytes = chunk("one");
  ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
  expected.sha256[0] ^= std::byte{1};
  EXPECT_EQ(type_of(run_alone(
                archive_->put_chunk(access::Reach::everything(), id_, Seq(0), expected, bytes))),
            "chunk-digest-mismatch");
  expected = {.sha256 = sha256(bytes), .crc32c = crc32c(bytes) + 1};
  EXPECT_EQ(type_of(run_alone(
                archive_->put_chunk(access::Reach::everything(), id_, Seq(0), expected, bytes))),
            "chunk-digest-mismatch");
  bytes.resize(bytes.size() / 2);
  expected = {.sha256 = sha256(bytes), .crc32c = {}};
  EXPECT_EQ(type_of(run_alone(
                archive_->put_chunk(access::Reach::everything(), id_, Seq(0), expected, bytes))),
            "chunk-malformed");
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(find()->chunks_stored, 0);
}

TEST_F(ArchiveTest, FinishIsIdempotentAndKeepsItsFirstValues) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_EQ(type_of(finish(0)), "chunk-beyond-last");
  EXPECT_EQ(finish(1)->state, RecordingState::Complete);
  EXPECT_EQ(finish(1)->state, RecordingState::Complete);
  EXPECT_EQ(type_of(finish(2)), "already-finished");
  EXPECT_EQ(type_of(finish(1, RecordingEnd::Lost)), "already-finished");
  EXPECT_EQ(type_of(put(2, "2")), "chunk-beyond-last");
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0", "chunk 1", "ended"));
}

TEST_F(ArchiveTest, ARecordingWithoutAnyChunkIsCompleteWhenNothingWasRecorded) {
  EXPECT_EQ(finish(-1)->state, RecordingState::Complete);
  EXPECT_EQ(type_of(put(0, "0")), "chunk-beyond-last");
}

TEST_F(ArchiveTest, ALateChunkHealsTheRecording) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(put(3, "3").has_value());
  const auto finished = finish(3, RecordingEnd::Crash);
  EXPECT_EQ(finished->state, RecordingState::CompleteWithGaps);
  EXPECT_THAT(finished->missing_seqs, ElementsAre(1, 2));
  ASSERT_TRUE(put(2, "2").has_value());
  EXPECT_THAT(find()->missing_seqs, ElementsAre(1));
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_EQ(find()->state, RecordingState::Complete);
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
}

TEST_F(ArchiveTest, AQuietRecordingIsAbandonedAndCanStillBeHealed) {
  ASSERT_TRUE(put(0, "0").has_value());
  run_alone(archive_->sweep());
  steady_ += std::chrono::seconds(600);
  run_alone(archive_->sweep());
  EXPECT_EQ(find()->state, RecordingState::Recording);
  steady_ += std::chrono::seconds(1);
  run_alone(archive_->sweep());
  EXPECT_EQ(find()->state, RecordingState::CompleteWithGaps);
  EXPECT_EQ(find()->reason, RecordingEnd::Abandoned);
  ASSERT_TRUE(put(1, "1").has_value());
  const auto finished = finish(1, RecordingEnd::Crash);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->state, RecordingState::Complete);
  EXPECT_EQ(finished->reason, RecordingEnd::Crash);
}

TEST_F(ArchiveTest, AWallClockThatJumpsAbandonsNothing) {
  ASSERT_TRUE(put(0, "0").has_value());
  for (const std::int64_t jump : {3'600 * kSecond, 86'400 * kSecond, -90'000 * kSecond}) {
    run_alone(archive_->sweep());
    now_ += jump;
    steady_ += std::chrono::seconds(599);
    run_alone(archive_->sweep());
    EXPECT_EQ(find()->state, RecordingState::Recording) << jump;
    static std::int64_t seq = 1;
    ASSERT_TRUE(put(seq++, "more").has_value());
  }
}

TEST_F(ArchiveTest, TimesNeverGoBack) {
  now_ = 5 * kSecond;  // an hour before the recording began, by the wall clock
  EXPECT_TRUE(finish(-1).has_value());
  const auto row =
      run_alone(database_->read(database::usual_deadline(), [](database::Transaction& transaction) {
        return *transaction.first(
            "select r.ended_utc_ns - r.created_utc_ns, s.ended_utc_ns - s.created_utc_ns from "
            "recording r, live_session s");
      }));
  EXPECT_GE(row.integer(0), 0);
  EXPECT_GE(row.integer(1), 0);
  LiveSessions sessions(*database_, *archive_);
  std::vector<LiveSessionId> ids;
  for (int i = 0; i < 3; ++i) {
    now_ -= kSecond;
    ids.emplace_back(new_uuid7());
    ASSERT_TRUE(run_alone(sessions.create({.owner = access::local_user(),
                                           .id = ids.back(),
                                           .chat_id = chat_,
                                           .model = "m",
                                           .recording_id = RecordingId(new_uuid7())}))
                    .has_value());
  }
  const auto list = run_alone(archive_->list(access::local_user(), {})).items;
  ASSERT_EQ(list.size(), 4U);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(list[i].live_session_id, ids[ids.size() - 1 - i]) << "newest first";
  }
}

TEST_F(ArchiveTest, ALiveSessionIsQuietWhileNothingComes) {
  const auto is_quiet = [this] {
    const auto messages = run_alone(
        LiveSessions(*database_, *archive_).messages(access::Reach::everything(), chat_, {}));
    return messages->items.front().live_session->quiet;
  };
  ASSERT_TRUE(put(0, "0").has_value());
  EXPECT_FALSE(is_quiet());
  now_ += session::kQuietAfterNs + kSecond;
  EXPECT_TRUE(is_quiet());
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_FALSE(is_quiet());
  now_ += session::kQuietAfterNs + kSecond;
  ASSERT_TRUE(finish(1).has_value());
  EXPECT_FALSE(is_quiet());
}

TEST_F(ArchiveTest, ARowThatBreaksTheRulesCostsNoOther) {
  const RecordingId other = begin();
  run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
    transaction.run("pragma ignore_check_constraints = on");
    transaction.run("update recording set state = 'odd' where recording_id = $1", {id_.value});
    transaction.run("pragma ignore_check_constraints = off");
  }));
  EXPECT_THROW((void)find(), database::DatabaseError);
  const auto list = run_alone(archive_->list(access::local_user(), {})).items;
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list.front().id, other);
  const auto messages = run_alone(
      LiveSessions(*database_, *archive_).messages(access::Reach::everything(), chat_, {}));
  ASSERT_EQ(messages->items.size(), 2U);
  EXPECT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value())
      << "and it can be erased";
}

TEST_F(ArchiveTest, WhatIsOutOfReachIsNotFoundAndStaysAsItIs) {
  ASSERT_TRUE(put(0, "{}").has_value());
  const auto ben = Reach::of(UserId("ben"));
  const auto is_absent = [](const auto& answer) {
    return !answer && answer.error().code == ErrorCode::NotFound &&
           answer.error().client_message == "There is no such recording.";
  };
  const Bytes bytes = chunk("{}");
  const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = {}};
  EXPECT_TRUE(is_absent(run_alone(archive_->find(ben, id_))));
  EXPECT_TRUE(is_absent(run_alone(archive_->standing(ben, id_))));
  EXPECT_TRUE(is_absent(run_alone(archive_->find_view(ben, id_))));
  EXPECT_TRUE(is_absent(run_alone(archive_->chunks(ben, id_, {}))));
  EXPECT_TRUE(is_absent(run_alone(archive_->all_chunks(ben, id_))));
  EXPECT_TRUE(is_absent(run_alone(archive_->put_chunk(ben, id_, Seq(0), expected, bytes))))
      << "even with the bytes that are stored";
  EXPECT_TRUE(is_absent(run_alone(archive_->put_chunk(ben, id_, Seq(1), expected, bytes))));
  EXPECT_TRUE(is_absent(run_alone(archive_->rename(ben, id_, "Taken"))));
  EXPECT_TRUE(is_absent(run_alone(archive_->finish(ben, id_, 0, RecordingEnd::Hangup))));
  EXPECT_TRUE(is_absent(run_alone(archive_->erase(ben, id_))));
  EXPECT_FALSE(run_alone(archive_->read_chunk(ben, id_, Seq(0))).has_value());
  EXPECT_EQ(run_alone(archive_->storage(UserId("ben"))).used_bytes, 0U);
  EXPECT_EQ(run_alone(archive_->totals(UserId("ben"), {})).models.size(), 0U);
  const auto kept = find();
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->chunks_stored, 1);
  EXPECT_EQ(kept->title, std::nullopt);
  EXPECT_FALSE(kept->reason.has_value());
  // A tombstone is its owner's, too: only the owner learns that there was something.
  ASSERT_TRUE(run_alone(archive_->erase(Reach::of(access::local_user()), id_)).has_value());
  EXPECT_TRUE(is_absent(run_alone(archive_->find(ben, id_))));
  EXPECT_EQ(find().error().code, ErrorCode::Gone);
}

TEST_F(ArchiveTest, ARightThatEndsBetweenHeadAndBodyStoresNothing) {
  const Bytes bytes = chunk("{}");
  const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = {}};
  const auto ada = Reach::of(access::local_user());
  auto wish = run_alone(archive_->admit_chunk(ada, id_, Seq(0), expected));
  ASSERT_TRUE(wish.has_value());
  run_alone(database_->write(database::usual_deadline(), [](database::Transaction& transaction) {
    transaction.run("update recording set owner_id = 'ben'");
  }));
  const auto stored = run_alone(archive_->put_chunk(*std::move(wish), bytes));
  ASSERT_FALSE(stored.has_value());
  EXPECT_EQ(stored.error().code, ErrorCode::NotFound);
  EXPECT_EQ(find()->chunks_stored, 0);
}

TEST_F(ArchiveTest, AnUnknownRecordingIsNotFound) {
  const RecordingId other(new_uuid7());
  EXPECT_EQ(run_alone(archive_->find(access::Reach::everything(), other)).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(run_alone(archive_->find_view(access::Reach::everything(), other)).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), other)).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(run_alone(archive_->finish(access::Reach::everything(), other, 0, RecordingEnd::Hangup))
                .error()
                .code,
            ErrorCode::NotFound);
  EXPECT_EQ(run_alone(archive_->put_chunk(access::Reach::everything(), other, Seq(0),
                                          {.sha256 = {}, .crc32c = {}}, {}))
                .error()
                .code,
            ErrorCode::NotFound);
}

TEST_F(ArchiveTest, ADamagedChunkIsReportedAndHealedByTheSameUpload) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(put(1, "1").has_value());
  for (const fs::path& object : objects()) {
    if (object.filename().string().starts_with("0000000000")) std::ofstream(object) << "altered";
  }
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))).has_value());
  EXPECT_THAT(find()->missing_seqs, ElementsAre(0));
  EXPECT_TRUE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).has_value());
  ASSERT_TRUE(put(0, "0").has_value());
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
  EXPECT_EQ(run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))).value(),
            chunk("0"));
}

TEST_F(ArchiveTest, NoNewRecordingAndNoChunkWhenTheDiskIsNearlyFull) {
  Archive tight(*database_, *blobs_, pool_, ArchiveOptions{.min_free_bytes = UINT64_MAX});
  EXPECT_EQ(type_of(tight.may_begin()), "disk-full");
  Bytes bytes = chunk("0");
  const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = {}};
  EXPECT_EQ(type_of(run_alone(tight.put_chunk(access::Reach::everything(), id_, Seq(0), expected,
                                              std::move(bytes)))),
            "disk-full");
  EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(ArchiveTest, ViewsAreAskedForUntilTheyHaveEveryChunk) {
  ASSERT_TRUE(put(0, "0").has_value());
  EXPECT_THAT(run_alone(archive_->without_view(1)), IsEmpty());
  ASSERT_TRUE(finish(1).has_value());
  EXPECT_THAT(run_alone(archive_->without_view(1)), ElementsAre(id_));
  EXPECT_EQ(run_alone(archive_->find_view(access::Reach::everything(), id_)).value(), std::nullopt);
  const ViewRow stored{.version = 3,
                       .fold_version = 1,
                       .chunk_count = 1,
                       .duration_ns = 5,
                       .first_words = "hi",
                       .media_bytes = 7,
                       .has_video = true,
                       .width = 640,
                       .height = 480,
                       .files = {{.name = "a.json", .bytes = 3, .sha256_hex = kHash},
                                 {.name = "media", .bytes = 7, .sha256_hex = ""}}};
  ASSERT_EQ(run_alone(archive_->store_view(id_, stored)), ViewStored::Yes);
  EXPECT_EQ(run_alone(archive_->find_view(access::Reach::everything(), id_)).value(), stored);
  EXPECT_THAT(run_alone(archive_->without_view(1)), IsEmpty());
  EXPECT_THAT(run_alone(archive_->without_view(2)), ElementsAre(id_));
  EXPECT_THAT(run_alone(archive_->without_view(1)), IsEmpty());
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_THAT(run_alone(archive_->without_view(1)), ElementsAre(id_));
  EXPECT_EQ(find()->duration_ns, 5);
  EXPECT_EQ(find()->first_words, "hi");
}

TEST_F(ArchiveTest, ASlowNodeNeverReplacesANewerView) {
  const auto store = [this](std::int64_t version, std::string words) {
    return run_alone(
        archive_->store_view(id_, ViewRow{.version = version, .first_words = std::move(words)}));
  };
  EXPECT_EQ(store(2, "two"), ViewStored::Yes);
  EXPECT_EQ(store(2, "two again"), ViewStored::Older);
  EXPECT_EQ(store(1, "one"), ViewStored::Older);
  EXPECT_EQ(run_alone(archive_->find_view(access::Reach::everything(), id_)).value()->first_words,
            "two");
  EXPECT_EQ(store(3, "three"), ViewStored::Yes);
  EXPECT_EQ(run_alone(archive_->find_view(access::Reach::everything(), id_)).value()->first_words,
            "three");
}

TEST_F(ArchiveTest, AViewWhoseFilesAreNotKnownIsMadeAnew) {
  ASSERT_TRUE(finish(-1).has_value());
  ASSERT_EQ(run_alone(archive_->store_view(id_, ViewRow{.fold_version = 1})), ViewStored::Yes);
  EXPECT_THAT(run_alone(archive_->without_view(1)), ElementsAre(id_));
}

TEST_F(ArchiveTest, AHashThatComesLaterIsAddedToItsVersionOnly) {
  const ViewFileRow media{.name = "media", .bytes = 7, .sha256_hex = ""};
  ASSERT_EQ(run_alone(archive_->store_view(id_, ViewRow{.version = 2, .files = {media}})),
            ViewStored::Yes);
  const auto hash_of_media = [this] {
    return run_alone(archive_->find_view(access::Reach::everything(), id_))
        .value()
        ->files.front()
        .sha256_hex;
  };
  const ViewFileRow hashed{.name = "media", .bytes = 7, .sha256_hex = kHash};
  run_alone(archive_->note_view_hash(id_, 1, hashed));
  EXPECT_EQ(hash_of_media(), "");
  run_alone(archive_->note_view_hash(id_, 2, {.name = "media", .bytes = 8, .sha256_hex = kHash}));
  EXPECT_EQ(hash_of_media(), "");
  run_alone(archive_->note_view_hash(id_, 2, hashed));
  EXPECT_EQ(hash_of_media(), kHash);
}

TEST_F(ArchiveTest, TheFirstWordsOfASessionNameAChatThatNobodyNamed) {
  const auto title = [this] {
    return run_alone(
        database_->read(database::usual_deadline(), [&](database::Transaction& transaction) {
          return transaction.first("select title from chat where chat_id = $1", {chat_.value})
              ->text(0);
        }));
  };
  const auto set_title = [this](std::string to, std::int64_t untitled) {
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      transaction.run("update chat set title = $1, untitled = $2", {to, untitled});
    }));
  };
  auto store = [this, version = std::int64_t{0}](std::string words) mutable {
    const ViewRow row{.version = ++version, .first_words = std::move(words)};
    return run_alone(archive_->store_view(id_, row)) == ViewStored::Yes;
  };
  set_title(session::kUntitled, 1);
  ASSERT_TRUE(store("what is"));
  EXPECT_EQ(title(), session::kUntitled) << "it may be half a sentence while it runs";
  ASSERT_TRUE(finish(-1).has_value());
  ASSERT_TRUE(store(""));
  EXPECT_EQ(title(), session::kUntitled);
  ASSERT_TRUE(store("what is the time"));
  EXPECT_EQ(title(), "What is the time");
  ASSERT_TRUE(store("another"));
  EXPECT_EQ(title(), "What is the time");
  set_title(session::kUntitled, 0);
  ASSERT_TRUE(store("another"));
  EXPECT_EQ(title(), session::kUntitled) << "its owner gave it this very name";
}

}  // namespace
}  // namespace reprise::archive
