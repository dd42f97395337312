#include "features/playback/playback_routes.hpp"

#include "features/playback/bookmark_routes.hpp"
#include "features/playback/download_name.hpp"
#include "features/playback/playback_test_support.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::playback {
namespace {

namespace json = boost::json;

class PlaybackRoutesTest : public PlaybackTest {
 protected:
  ~PlaybackRoutesTest() override { on_executor(downloads_.close(Deadline::after({}))); }

  /// The answer of the route `/api/recordings/{id}` + `rest`.
  http::Response ask(std::string_view rest, http::Method method = http::Method::Get,
                     std::vector<std::pair<std::string, std::string>> query = {}) {
    const std::string pattern = "/api/recordings/{id:uuid}" + std::string(rest);
    for (const auto& route : playback_routes(services_)) {
      if (route.pattern != pattern || route.method != method) continue;
      http::Request request{.method = method, .principal = access::local_principal()};
      request.query = std::move(query);
      request.params = {id_.value};
      return run_alone(route.handler(std::move(request)));
    }
    throw std::logic_error("there is no such route");
  }
  static json::object object_of(const http::Response& response) {
    return json::parse(std::get<std::string>(response.body)).as_object();
  }
  static std::string header(const http::Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or(""));
  }

  archive::LiveSessions live_sessions_{*database_, *archive_};
  Downloads downloads_{*archive_, views_root(), pool_, context_.get_executor()};
  PlaybackServices services_{*archive_, live_sessions_, *views_, downloads_, pool_};
};

TEST_F(PlaybackRoutesTest, TheManifestTellsAllOfIt) {
  put_all_and_finish();
  media_of(1);
  const auto answer = ask("");
  EXPECT_EQ(answer.status, 200);
  const auto manifest = object_of(answer);
  EXPECT_EQ(manifest.at("recording").at("id"), json::string(id_.value));
  EXPECT_EQ(manifest.at("started_at"), "1970-01-01T00:16:40.000Z");
  EXPECT_EQ(manifest.at("media").at("duration_ms"), 3000.0);
  EXPECT_EQ(manifest.at("media").at("url"),
            json::string("/api/recordings/" + id_.value + "/media?version=1"));
  EXPECT_EQ(manifest.at("loss").at("chunks_expected"), 3);
  EXPECT_EQ(manifest.at("loss").at("chunks_stored"), 3);
  EXPECT_EQ(manifest.at("captions_url"),
            json::string("/api/recordings/" + id_.value + "/captions.vtt"));
  EXPECT_EQ(manifest.at("turns").as_array().size(), 1);
  EXPECT_EQ(manifest.at("refolding"), false);
}

TEST_F(PlaybackRoutesTest, LongJsonIsNotMadeOnAThreadOfConnections) {
  put_all_and_finish();
  media_of(1);
  BlockingPool reads("reads", 1);
  PlaybackServices services{*archive_, live_sessions_, *views_, downloads_, reads};
  http::expect_made_in(reads, playback_routes(services),
                       {.pattern = "/api/recordings/{id:uuid}", .params = {id_.value}});
  Bookmarks bookmarks(*database_, *archive_);
  http::expect_made_in(reads, bookmark_routes(bookmarks, reads),
                       {.pattern = "/api/recordings/{id:uuid}/bookmarks", .params = {id_.value}});
  reads.close();
}

TEST_F(PlaybackRoutesTest, WhileItRunsWhatIsMissingIsExpected) {
  put_chunk(0);
  put_chunk(2);
  const auto manifest = object_of(ask(""));
  EXPECT_TRUE(manifest.at("media").is_null());
  EXPECT_EQ(manifest.at("loss").at("chunks_expected"), 3);
  EXPECT_EQ(manifest.at("loss").at("chunks_stored"), 2);
  EXPECT_EQ(manifest.at("refolding"), false) << "it has not ended";
  const auto media = ask("/media");
  EXPECT_EQ(media.status, 409);
  EXPECT_EQ(header(media, "Retry-After"), "1");
  EXPECT_NE(std::get<std::string>(media.body).find("still runs"), std::string::npos);
}

TEST_F(PlaybackRoutesTest, AStillPictureIsThereOrTheAnswerSaysWhyNot) {
  put_chunk(0);
  for (const char* still : {"/thumbnail", "/strip"}) EXPECT_EQ(ask(still).status, 409) << still;
  put_all_and_finish();
  media_of(1);
  for (const char* still : {"/thumbnail", "/strip"}) {
    const auto none = ask(still);
    EXPECT_EQ(none.status, 404) << still;
    EXPECT_EQ(object_of(none).at("type"), "urn:reprise:problem:no-picture");
  }
  for (const char* size : {"", "Small", "medium"}) {
    const auto refused = ask("/thumbnail", http::Method::Get, {{"size", size}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(std::get<std::string>(refused.body).find("`size`"), std::string::npos);
  }
  for (const char* size : {"small", "large"}) {
    EXPECT_EQ(ask("/thumbnail", http::Method::Get, {{"size", size}}).status, 404);
  }
  EXPECT_EQ(ask("/strip", http::Method::Get, {{"version", "x"}}).status, 400);
}

TEST_F(PlaybackRoutesTest, AStillPictureIsThatOfItsSizeAndVersion) {
  put_all_and_finish();
  const auto folder = media_of(1).path.parent_path();
  std::ofstream(folder / kThumbnailSmall) << "small";
  run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
    transaction.run("insert into recording_view_file values ($1, $2, 5, $3)",
                    {id_.value, kThumbnailSmall, hex(sha256(as_bytes("small")))});
  }));
  const auto status_of = [this](std::vector<std::pair<std::string, std::string>> query) {
    return ask("/thumbnail", http::Method::Get, std::move(query)).status;
  };
  EXPECT_EQ(status_of({}), 200);
  EXPECT_EQ(status_of({{"size", "small"}}), 200);
  EXPECT_EQ(status_of({{"size", "large"}}), 404);
  EXPECT_EQ(status_of({{"version", "1"}}), 200);
  EXPECT_EQ(status_of({{"version", "2"}}), 404);
}

TEST_F(PlaybackRoutesTest, ALinkIsGivenOnlyForAnObject) {
  put_all_and_finish();
  media_of(1);
  services_.media_link = [](const std::string&, const std::string&, const std::string&) {
    ADD_FAILURE() << "the media are a file";
    return std::string();
  };
  EXPECT_EQ(ask("/media").status, 200);
}

struct VersionCase {
  const char* name;
  std::string version;
  int want;
};
class MediaVersionTest : public PlaybackRoutesTest,
                         public testing::WithParamInterface<VersionCase> {};
TEST_P(MediaVersionTest, IsAnsweredOrRefused) {
  put_all_and_finish();
  media_of(1);
  EXPECT_EQ(ask("/media", http::Method::Get, {{"version", GetParam().version}}).status,
            GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Versions, MediaVersionTest,
    testing::Values(VersionCase{"Newest", "1", 200}, VersionCase{"NotKept", "2", 404},
                    VersionCase{"NoNumber", "x", 400}, VersionCase{"NotAllANumber", "1x", 400},
                    VersionCase{"Empty", "", 400}, VersionCase{"Zero", "0", 400},
                    VersionCase{"TooLarge", "99999999999999999999", 400}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(PlaybackRoutesTest, MediaAreAFileOfTheirVersion) {
  put_all_and_finish();
  const auto made = media_of(1);
  const auto answer = ask("/media");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header(answer, "Content-Type"), "audio/webm");
  EXPECT_EQ(header(answer, "ETag"), '"' + id_.value + "-1\"");
  EXPECT_EQ(header(answer, "Content-Disposition"), "");
  EXPECT_NE(header(answer, "Content-Security-Policy").find("media-src 'self'"), std::string::npos)
      << "opened by its address, it would be a document that may not load it";
  EXPECT_EQ(std::get<http::FileSlice>(answer.body).length, static_cast<std::uint64_t>(made.bytes));
  const auto download = ask("/media", http::Method::Get, {{"download", ""}});
  const std::string day =
      rfc3339(run_alone(archive_->find(access::Reach::everything(), id_))->created_utc_ns)
          .substr(0, 10);
  EXPECT_EQ(header(download, "Content-Disposition"), download_disposition("Chat", day, "webm"));
  ASSERT_TRUE(run_alone(archive_->rename(access::Reach::everything(), id_, "Gears")).has_value());
  EXPECT_EQ(header(ask("/media", http::Method::Get, {{"download", ""}}), "Content-Disposition"),
            download_disposition("Gears", day, "webm"));
}

TEST_F(PlaybackRoutesTest, TextsHaveTheirTypes) {
  put_all_and_finish();
  media_of(1);
  EXPECT_EQ(header(ask("/captions.vtt"), "Content-Type"), "text/vtt; charset=utf-8");
  EXPECT_EQ(header(ask("/waveform"), "Content-Type"), "application/json");
  EXPECT_EQ(header(ask("/events"), "Content-Type"), "application/jsonl");
  EXPECT_TRUE(std::get<std::string>(ask("/captions.vtt").body).starts_with("WEBVTT\n"));
}

TEST_F(PlaybackRoutesTest, TheRecordingIsAFileOnceItHasEnded) {
  put_chunk(0);
  const auto running = ask("/recording.mcap");
  EXPECT_TRUE(std::holds_alternative<http::StreamBody>(running.body));
  EXPECT_EQ(header(running, "Content-Disposition"),
            download_disposition(
                "Chat",
                rfc3339(run_alone(archive_->find(access::Reach::everything(), id_))->created_utc_ns)
                    .substr(0, 10),
                "mcap"));
  put_chunk(1);
  put_chunk(2);
  ASSERT_TRUE(finish(2).has_value());
  const auto ended = ask("/recording.mcap");
  EXPECT_EQ(ended.status, 200);
  EXPECT_EQ(header(ended, "Content-Type"), "application/vnd.mcap");
  EXPECT_EQ(header(ended, "Content-Disposition"), header(running, "Content-Disposition"));
}

TEST_F(PlaybackRoutesTest, AnEraseEndsWhatIsBeingSent) {
  put_all_and_finish();
  media_of(1);
  std::vector<std::pair<const char*, http::Response>> answers;
  for (const char* rest :
       {"", "/media", "/captions.vtt", "/waveform", "/events", "/recording.mcap"}) {
    answers.emplace_back(rest, ask(rest));
    ASSERT_EQ(answers.back().second.status, 200) << rest;
    EXPECT_TRUE(run_alone(answers.back().second.still())) << rest;
  }
  EXPECT_EQ(ask("", http::Method::Delete).status, 204);
  for (const auto& [rest, answer] : answers) EXPECT_FALSE(run_alone(answer.still())) << rest;
}

TEST_F(PlaybackRoutesTest, ErasedIsGoneEverywhere) {
  put_all_and_finish();
  media_of(1);
  EXPECT_EQ(ask("", http::Method::Delete).status, 204);
  for (const char* rest :
       {"", "/media", "/captions.vtt", "/waveform", "/events", "/recording.mcap"}) {
    EXPECT_EQ(ask(rest).status, 410) << rest;
  }
}

}  // namespace
}  // namespace reprise::playback
