#include "features/playback/view_files.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace reprise::playback {
namespace {

namespace fs = std::filesystem;
using session::RecordingId;

class ViewFilesTest : public testing::Test {
 protected:
  ViewFilesTest() {
    std::string name = (fs::temp_directory_path() / "reprise-views-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    files_.emplace(root_);
  }
  ~ViewFilesTest() override { fs::remove_all(root_); }

  static void write(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  /// Makes a finished view with these bytes as media.
  archive::ViewRow make(std::int64_t version, std::string_view media) {
    write(files_->begin(id_), media);
    archive::ViewRow row{.version = version};
    row.files = files_->commit(id_, version, texts_, stills_);
    return row;
  }
  /// The row after its media were hashed.
  archive::ViewRow hashed(archive::ViewRow row) {
    for (auto& file : row.files) {
      if (file.name == "media.webm") file = files_->hash_media(id_, row.version);
    }
    return row;
  }
  bool whole(const archive::ViewRow& row) { return files_->is_media_whole(id_, row); }
  fs::path folder(std::int64_t version) const {
    return root_ / id_.value / std::to_string(version);
  }

  fs::path root_;
  std::optional<ViewFiles> files_;
  const RecordingId id_{"recording"};
  media::Stills stills_;
  const ViewTexts texts_{.manifest = R"({"turns":[]})",
                         .loss = "[]",
                         .waveform = "{}",
                         .captions = "WEBVTT\n\n",
                         .events = ""};
};

TEST_F(ViewFilesTest, WhatWasMadeIsRead) {
  const auto row = make(1, "media");
  const auto texts = files_->read(id_, row);
  ASSERT_TRUE(texts.has_value());
  EXPECT_EQ(texts->manifest, texts_.manifest);
  EXPECT_EQ(texts->captions, texts_.captions);
  EXPECT_EQ(texts->events, "");
  EXPECT_TRUE(whole(row));
  EXPECT_FALSE(fs::exists(root_ / id_.value / "building"));
  ASSERT_EQ(row.files.size(), 6);
  EXPECT_EQ(row.files[4].name, "media.webm");  // files are ordered by name
  EXPECT_EQ(row.files[4].bytes, 5);
  EXPECT_EQ(row.files[4].sha256_hex, "");
  EXPECT_EQ(hashed(row).files[4].sha256_hex.size(), 64);
}

TEST_F(ViewFilesTest, StillPicturesAreKeptAndMissedWhenDamaged) {
  stills_ = {.thumbnail_small = Bytes(3, std::byte{1}), .strip = Bytes(4, std::byte{2})};
  const auto row = make(1, "media");
  ASSERT_EQ(row.files.size(), 8);
  EXPECT_TRUE(files_->is_whole(id_, row, kThumbnailSmall));
  EXPECT_TRUE(files_->is_whole(id_, row, kStrip));
  EXPECT_FALSE(files_->is_whole(id_, row, kThumbnailLarge)) << "there was none";
  EXPECT_TRUE(files_->are_files_whole(id_, row));
  write(folder(1) / kStrip, "2222");
  EXPECT_FALSE(files_->is_whole(id_, row, kStrip));
  EXPECT_FALSE(files_->are_files_whole(id_, row));
  fs::remove(folder(1) / kStrip);
  EXPECT_FALSE(files_->is_whole(id_, row, kStrip));
  EXPECT_TRUE(files_->is_whole(id_, row, kThumbnailSmall));
}

struct DamageCase {
  const char* name;
  const char* file;
  std::optional<std::string> content;  ///< empty: the file is removed
};
class TextDamageTest : public ViewFilesTest, public testing::WithParamInterface<DamageCase> {};
TEST_P(TextDamageTest, IsSeen) {
  const auto row = make(1, "media");
  const auto path = folder(1) / GetParam().file;
  if (GetParam().content) {
    write(path, *GetParam().content);
  } else {
    fs::remove(path);
  }
  EXPECT_FALSE(files_->read(id_, row).has_value());
}
INSTANTIATE_TEST_SUITE_P(Damages, TextDamageTest,
                         testing::Values(DamageCase{"Gone", "manifest.json", std::nullopt},
                                         DamageCase{"Empty", "manifest.json", ""},
                                         DamageCase{"OtherBytes", "manifest.json",
                                                    R"({"turns":{}})"},
                                         DamageCase{"Longer", "manifest.json", R"({"turns":[]} )"},
                                         DamageCase{"OfTheLastFile", "events.jsonl", "{}"}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(ViewFilesTest, ARowThatLacksAFileIsNotRead) {
  auto row = make(1, "media");
  std::erase_if(row.files, [](const auto& file) { return file.name == "loss.json"; });
  EXPECT_FALSE(files_->read(id_, row).has_value());
}

TEST_F(ViewFilesTest, DamageOfTheMediaIsSeen) {
  const auto row = make(1, "media");
  const auto with_hash = hashed(row);
  EXPECT_TRUE(whole(with_hash));
  const auto path = files_->media(id_, 1);
  const auto before = fs::last_write_time(path);
  write(path, "MEDIA");
  fs::last_write_time(path, before + std::chrono::seconds(1));
  EXPECT_FALSE(whole(with_hash));
  EXPECT_TRUE(whole(row)) << "without a hash the size must do";
  write(path, "longer media");
  EXPECT_FALSE(whole(with_hash));
  EXPECT_FALSE(whole(row));
  fs::remove(path);
  EXPECT_FALSE(whole(with_hash));
  auto nameless = row;
  nameless.files.clear();
  EXPECT_FALSE(whole(nameless));
}

TEST_F(ViewFilesTest, AFileThatIsRemovedWhileItIsLookedAtIsAbsent) {
  const auto row = hashed(make(1, "media"));
  std::atomic<bool> done = false;
  std::thread remover([&] {
    const fs::path folder = root_ / id_.value;
    const fs::path away = root_ / "away";
    while (!done) {
      fs::rename(folder, away);
      fs::rename(away, folder);
    }
  });
  int there = 0;
  constexpr int kLooks = 20'000;
  for (int i = 0; i < kLooks; ++i) {
    EXPECT_NO_THROW(there += whole(row) ? 1 : 0);
    if (HasFailure()) break;
  }
  done = true;
  remover.join();
  EXPECT_GT(there, 0);
  EXPECT_LT(there, kLooks);
}

TEST_F(ViewFilesTest, AFolderInThePlaceOfAFileIsNoFile) {
  const auto row = make(1, "media");
  fs::remove(files_->media(id_, 1));
  fs::create_directories(files_->media(id_, 1));
  EXPECT_FALSE(whole(row));
}

TEST_F(ViewFilesTest, AFileInThePlaceOfTheFolderMeansThatItIsAbsent) {
  const auto row = make(1, "media");
  fs::remove_all(folder(1));
  write(folder(1), "no folder");
  EXPECT_FALSE(whole(row));
  const RecordingId longer_than_a_name(std::string(300, 'x'));
  EXPECT_THROW((void)files_->is_media_whole(longer_than_a_name, row), std::system_error);
}

TEST_F(ViewFilesTest, WhatWasSeenWholeIsNotReadAgain) {
  const auto row = hashed(make(1, "media"));
  auto wrong = row;
  wrong.files[4].sha256_hex = std::string(64, '0');
  EXPECT_TRUE(whole(wrong)) << "hashing has seen this very file";
  ViewFiles other(root_);
  EXPECT_FALSE(other.is_media_whole(id_, wrong));
  EXPECT_TRUE(other.is_media_whole(id_, row));
}

TEST_F(ViewFilesTest, MediaLargerThanAPieceAreHashedWhole) {
  const std::string large(700'000, 'x');
  const auto row = hashed(make(1, large));
  EXPECT_EQ(row.files[4].sha256_hex, hex(sha256(as_bytes(large))));
  EXPECT_THROW(files_->hash_media(id_, 2), std::system_error);
}

TEST_F(ViewFilesTest, TheVersionBeforeStaysForThoseWhoPlayIt) {
  for (std::int64_t version = 1; version <= 4; ++version) make(version, "media");
  write(root_ / id_.value / "other", "");
  files_->remove_old(id_, 4);
  EXPECT_FALSE(fs::exists(folder(2)));
  EXPECT_TRUE(fs::exists(folder(3)) && fs::exists(folder(4)));
  EXPECT_TRUE(fs::exists(root_ / id_.value / "other"));
  files_->begin(id_);
  files_->remove_building(id_);
  EXPECT_TRUE(fs::exists(folder(4)));
  EXPECT_FALSE(fs::exists(root_ / id_.value / "building"));
  files_->remove_all(id_);
  EXPECT_FALSE(fs::exists(root_ / id_.value));
}

TEST_F(ViewFilesTest, AVersionIsMadeOverWhatAnEarlierAttemptLeft) {
  write(files_->begin(id_), "half");
  write(root_ / id_.value / "building" / "rest", "of it");
  make(1, "first");
  make(1, "again");
  EXPECT_FALSE(fs::exists(folder(1) / "rest"));
  EXPECT_EQ(fs::file_size(files_->media(id_, 1)), 5);
}

}  // namespace
}  // namespace reprise::playback
