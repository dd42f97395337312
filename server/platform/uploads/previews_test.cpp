#include "platform/uploads/previews.hpp"

#include <gtest/gtest.h>

#include "base/run_alone.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/database/migrations.hpp"
#include "platform/sandbox/sandbox.hpp"
#include "platform/uploads/writer.hpp"

namespace reprise::uploads {
namespace {

using database::usual_deadline;

/// One empty page.
constexpr std::string_view kPdf =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\n"
    "trailer<</Root 1 0 R>>\n%%EOF\n";

class PreviewsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!sandbox::find_program("pdftoppm") || !sandbox::find_program("ffprobe")) {
      GTEST_SKIP() << "ffmpeg and poppler-utils are not installed";
    }
  }
  ~PreviewsTest() override {
    database_->close();
    pool_.close();
  }
  Upload whole(std::string_view content, std::string name) {
    const UploadId id =
        run_alone(uploads_.create(user_, std::move(name), std::ssize(content), usual_deadline()))
            ->id;
    const auto writer = run_alone(
        uploads_.begin(Reach::of(user_), id, 0, std::nullopt, std::nullopt, usual_deadline()));
    EXPECT_TRUE(run_alone((*writer)->add(as_bytes(content))));
    EXPECT_TRUE(run_alone((*writer)->end(true)));
    return run_alone(uploads_.complete(Reach::of(user_), id)).value();
  }
  Upload looked_at(const Upload& upload) {
    run_alone(previews_.make_due());
    return run_alone(uploads_.find(Reach::of(user_), upload.id, usual_deadline())).value();
  }

  const UserId user_ = access::local_user();
  database::TemporaryDirectory folder_;
  BlockingPool pool_{"test", 2};
  std::unique_ptr<database::Database> database_ =
      database::open_sqlite({.file = folder_.path() / "reprise.db"}, database::sqlite_migrations());
  std::unique_ptr<blob::BlobStore> blobs_ =
      blob::open_local_store(folder_.path() / "objects", pool_);
  FileTools tools_{pool_, folder_.path() / "previews"};
  Uploads uploads_{*database_, *blobs_, pool_, Limits{}, []() -> std::int64_t { return 1; },
                   &tools_};
  Previews previews_{*database_, *blobs_, uploads_, pool_, tools_};
};

TEST_F(PreviewsTest, ADocumentHasItsFirstPage) {
  const Upload pdf = looked_at(whole(kPdf, "a.pdf"));
  ASSERT_TRUE(pdf.has_preview);
  const auto picture = run_alone(uploads_.preview(pdf, usual_deadline()));
  ASSERT_TRUE(picture.has_value());
  EXPECT_TRUE(as_text(*picture).starts_with("\xff\xd8\xff"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "previews")) << "nothing is left";
}

TEST_F(PreviewsTest, ASoundHasItsLengthAndItsWave) {
  // Half a second of silence: 8 kHz, 8 bits.
  std::string wav(
      "RIFF\xc4\x0f\0\0WAVEfmt "
      "\x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\xa0\x0f\0\0",
      44);
  wav.append(4000, '\x80');
  const Upload sound = looked_at(whole(wav, "a.wav"));
  EXPECT_EQ(sound.duration_ms, 500);
  ASSERT_TRUE(sound.has_preview);
  const auto picture = run_alone(uploads_.preview(sound, usual_deadline()));
  EXPECT_TRUE(as_text(*picture).starts_with("\x89PNG"));
}

TEST_F(PreviewsTest, WhatIsBrokenHasNoneAndIsNotTriedAgain) {
  const Upload broken = looked_at(whole("%PDF-1.7 and nothing more", "a.pdf"));
  EXPECT_FALSE(broken.has_preview);
  EXPECT_EQ(run_alone(uploads_.preview(broken, usual_deadline())).error().code,
            ErrorCode::NotFound);
  EXPECT_FALSE(looked_at(broken).has_preview);
}

}  // namespace
}  // namespace reprise::uploads
