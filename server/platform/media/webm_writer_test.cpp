#include "platform/media/webm_writer.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "platform/media/webm_test_support.hpp"

namespace reprise::media {
namespace {

using ebml::Id;
using testing::ElementsAre;
using Times = std::vector<std::uint64_t>;

class WebmWriterTest : public testing::Test {
 protected:
  WebmWriterTest() {
    std::string name = testing::TempDir() + "reprise-webm-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder = name;
  }
  ~WebmWriterTest() override { std::filesystem::remove_all(folder); }
  WebmWriter writer(std::optional<VideoTrack> video) const {
    return {folder / "a.webm", {.codec_private = Bytes(19), .codec_delay_ns = 0}, video};
  }
  std::string contents() const { return contents_of(folder / "a.webm"); }
  std::filesystem::path folder;
};

void add_sound(WebmWriter& writer, std::int64_t time_ms) {
  writer.add({Track::Audio, time_ms, true, as_bytes("sound")});
}
void add_picture(WebmWriter& writer, std::int64_t time_ms, bool key) {
  writer.add({Track::Video, time_ms, key, as_bytes("picture")});
}

std::uint64_t only_number(std::string_view file, const Element& parent, Id id) {
  const auto found = elements_in(file, parent, id);
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? 0 : number_in(content_of(file, found[0]));
}

Times cluster_times(std::string_view file) {
  Times times;
  for (const Element& one : elements_in(file, segment_of(file), Id::Cluster)) {
    times.push_back(only_number(file, one, Id::Timestamp));
  }
  return times;
}

/// The times of the cues. Each must name a cluster that begins at its time.
Times cue_times(std::string_view file) {
  Times times;
  const Element segment = segment_of(file);
  for (const Element& cues : elements_in(file, segment, Id::Cues)) {
    for (const Element& point : elements_in(file, cues, Id::CuePoint)) {
      times.push_back(only_number(file, point, Id::CueTime));
      const Element place = elements_in(file, point, Id::CueTrackPositions).at(0);
      const auto at = segment.content + only_number(file, place, Id::CueClusterPosition);
      const Element cluster = elements_in(file, at, segment.end).at(0);
      EXPECT_EQ(cluster.id, static_cast<std::uint32_t>(Id::Cluster));
      EXPECT_EQ(only_number(file, cluster, Id::Timestamp), times.back());
    }
  }
  return times;
}

TEST_F(WebmWriterTest, AClusterOfSoundTakesASecondAndEachHasACue) {
  WebmWriter file = writer(std::nullopt);
  for (const std::int64_t time_ms : {0, 500, 999, 1000, 1999, 2001, 5000}) add_sound(file, time_ms);
  file.finish(0);
  EXPECT_EQ(cluster_times(contents()), (Times{0, 1000, 2001, 5000}));
  EXPECT_EQ(cue_times(contents()), (Times{0, 1000, 2001, 5000}));
  EXPECT_THAT(blocks_in(contents()),
              ElementsAre("a0k", "a500k", "a999k", "a1000k", "a1999k", "a2001k", "a5000k"));
}

TEST_F(WebmWriterTest, WithPicturesOnlyKeyPicturesHaveCues) {
  WebmWriter file = writer(VideoTrack{.width = 160, .height = 90});
  add_sound(file, 0);
  add_picture(file, 10, true);
  add_sound(file, 20);
  add_picture(file, 30, false);
  add_picture(file, 700, true);
  add_picture(file, 1699, false);
  add_sound(file, 1700);
  add_picture(file, 1710, false);
  file.finish(0);
  EXPECT_EQ(cluster_times(contents()), (Times{0, 10, 700, 1700}));
  EXPECT_EQ(cue_times(contents()), (Times{10, 700}));
  EXPECT_THAT(blocks_in(contents()),
              ElementsAre("a0k", "v10k", "a20k", "v30", "v700k", "v1699", "a1700k", "v1710"));
}

TEST_F(WebmWriterTest, TheSeekHeadNamesThePlaceOfEachPart) {
  for (const bool video : {false, true}) {
    WebmWriter file = writer(video ? std::optional(VideoTrack{1, 1}) : std::nullopt);
    add_sound(file, 0);
    if (video) add_picture(file, 0, true);
    file.finish(1'500'000);
    const std::string bytes = contents();
    const Element segment = segment_of(bytes);
    EXPECT_EQ(segment.end, bytes.size());
    const auto parts = elements_in(bytes, segment);
    ASSERT_EQ(parts.front().id, static_cast<std::uint32_t>(Id::SeekHead));
    std::vector<std::uint64_t> named;
    for (const Element& seek : elements_in(bytes, parts.front(), Id::Seek)) {
      named.push_back(only_number(bytes, seek, Id::SeekId));
      const auto at = segment.content + only_number(bytes, seek, Id::SeekPosition);
      EXPECT_EQ(elements_in(bytes, at, segment.end).at(0).id, named.back());
    }
    EXPECT_EQ(named,
              (Times{static_cast<std::uint64_t>(Id::Info), static_cast<std::uint64_t>(Id::Tracks),
                     static_cast<std::uint64_t>(Id::Cues)}));
    const Element info = elements_in(bytes, segment, Id::Info).at(0);
    EXPECT_EQ(std::bit_cast<double>(only_number(bytes, info, Id::Duration)), 1.5);
  }
}

TEST_F(WebmWriterTest, GivesItsBlocksBack) {
  WebmWriter file = writer(VideoTrack{.width = 160, .height = 90});
  const std::string large(20'000, 'x');
  file.add({Track::Audio, 0, true, as_bytes("a")});
  file.add({Track::Video, 40, true, as_bytes(large)});
  file.add({Track::Video, 80, false, as_bytes("b")});
  file.add({Track::Audio, 90, true, {}});
  std::vector<std::string> given;
  file.replay([&](const Block& block) {
    given.push_back((block.track == Track::Video ? "v" : "a") + std::to_string(block.time_ms) +
                    (block.key ? "k" : "") + " " + std::to_string(block.data.size()));
  });
  EXPECT_THAT(given, ElementsAre("a0k 1", "v40k 20000", "v80 1", "a90k 0"));
}

}  // namespace
}  // namespace reprise::media
