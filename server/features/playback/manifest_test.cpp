#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "domain/recording/view/view.hpp"
#include "features/playback/playback_routes.hpp"
#include "features/playback/view_json.hpp"

namespace reprise::playback {
namespace {

namespace json = boost::json;
session::Recording recording() {
  session::Recording made{.id = session::RecordingId("r"),
                          .chat_id = session::ChatId("c"),
                          .live_session_id = session::LiveSessionId("l")};
  made.created_utc_ns = 1'795'531'763'000'000'000;
  made.chunks_stored = 3;
  return made;
}

TEST(ManifestTest, PutsTheViewBesideWhatTheRowsSay) {
  recording::View view;
  view.model = "gemini \"x\"";
  view.events.push_back({1'000'000, "mute", R"({"on":true})"});
  const MediaFile media{.path = "/x", .version = 4, .bytes = 5, .duration_ns = 2'500'000'000};
  const auto manifest =
      json::parse(manifest_of(recording(), "A \"chat\"", texts_of(view), media, true)).as_object();
  EXPECT_EQ(manifest.at("chat_title"), "A \"chat\"");
  EXPECT_EQ(manifest.at("model"), "gemini \"x\"");
  EXPECT_EQ(manifest.at("events").at(0).at("detail").at("on"), true);
  EXPECT_EQ(manifest.at("recording").at("id"), "r");
  EXPECT_EQ(manifest.at("media").at("url"), "/api/recordings/r/media?version=4");
  EXPECT_EQ(manifest.at("media").at("duration_ms"), 2500.0);
  EXPECT_EQ(manifest.at("loss").at("channels").as_array().size(), 4U);
  EXPECT_EQ(manifest.at("refolding"), true);
  EXPECT_EQ(manifest.at("mcap_url"), "/api/recordings/r/recording.mcap");
}

TEST(ManifestTest, ExpectsWhatFinishNamedOrElseWhatIsKnown) {
  const auto expected_of = [](const session::Recording& one) {
    const auto manifest = json::parse(manifest_of(one, "", texts_of({}), std::nullopt, false));
    EXPECT_TRUE(manifest.at("media").is_null());
    return manifest.at("loss").at("chunks_expected").as_int64();
  };
  auto one = recording();
  EXPECT_EQ(expected_of(one), 3);
  one.missing_seqs = {1, 2};
  EXPECT_EQ(expected_of(one), 5) << "while it runs";
  one.last_seq = 9;
  EXPECT_EQ(expected_of(one), 10);
}

}  // namespace
}  // namespace reprise::playback
