#include "domain/recording/pictures/pictures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace reprise::recording {
namespace {

/// Without an estimate sound lags its moment by this much, and a picture is placed behind its own.
constexpr std::int64_t kLagMs = 12;
constexpr std::int64_t kFramesPerMs = 48;
constexpr Frame at_ms(std::int64_t ms) { return Frame(ms * kFramesPerMs); }

/// Notes what is shown as `<ms> key`, `<ms> delta` or `<ms> hold`.
class Screen final : public FoldSink {
 public:
  std::vector<std::string> shown;
  void sound(const SoundBlock&) override {}
  void picture(const Picture& picture) override {
    note(picture.at_ns, picture.key ? "key" : "delta");
  }
  void hold(std::int64_t at_ns) override { note(at_ns, "hold"); }

 private:
  void note(std::int64_t at_ns, const char* what) {
    shown.push_back(std::to_string(at_ns / 1'000'000) + " " + what);
  }
};
using Shown = std::vector<std::string>;

/// A camera, and the media axis up to where it was shown.
class Camera {
 public:
  Camera() { page_.set_fallback(PageUs(0), Frame(0)); }
  /// A picture whose place is `ms`.
  bool shoot(std::int64_t ms, const std::string& id, std::uint32_t number, std::size_t bytes = 4) {
    const auto ns = (ms - kLagMs) * 1'000'000;
    return pictures.add({ns, id, "vp9", Bytes(bytes)}, number, LogNs(ns), at_ms(ms));
  }
  Camera& show_until(std::int64_t ms) {
    emit(ms, false);
    return *this;
  }
  void end(std::int64_t ms) {
    emit(ms, true);
    pictures.finish(at_ms(ms), {page_, lag_, holes, at_ms(ms), true});
  }
  /// The gaps as `from-to` in ms.
  Shown gaps() const {
    Shown all;
    for (const auto& [start, end] : pictures.gaps()) {
      all.push_back(std::to_string(start / 1'000'000) + "-" + std::to_string(end / 1'000'000));
    }
    return all;
  }
  /// A chunk is missing.
  void lose(std::int64_t from_ms, std::int64_t until_ms) {
    holes.skip(at_ms(from_ms));
    holes.reach(at_ms(until_ms));
  }
  Pictures pictures;
  Screen screen;
  Holes holes;

 private:
  void emit(std::int64_t ms, bool ends) {
    pictures.emit(done_, at_ms(ms), {page_, lag_, holes, at_ms(ms), ends}, &screen);
    done_ = at_ms(ms);
  }
  PageMap page_;
  const CaptureLag lag_;
  Frame done_{0};
};

TEST(PicturesTest, TheFrameIdTellsWhatAPictureIs) {
  const std::pair<const char*, bool> cases[] = {
      {"key 640x480", true},         {"delta 640x480", true},  {"key 1x1", true},
      {"key 16384x16384", true},     {"key 16385x480", false}, {"key 640x16385", false},
      {"key 0x480", false},          {"key 640x0", false},     {"key640x480", false},
      {"other 640x480", false},      {"key 640", false},       {"key 640x", false},
      {"key x480", false},           {"key 640y480", false},   {"key 640x480 ", false},
      {"key 640x480x2", false},      {"key -640x480", false},  {"", false},
      {"key 99999999999x480", false}};
  for (const auto& [id, want] : cases) {
    Camera camera;
    EXPECT_EQ(camera.shoot(100, id, 0), want) << id;
  }
  Camera camera;
  EXPECT_FALSE(camera.shoot(100, "key 640x480", 0, 0)) << "no bytes";
}

TEST(PicturesTest, PicturesThatWaitAreBounded) {
  Camera camera;
  for (std::uint32_t i = 0; i < kPicturesPendingMax; ++i) camera.shoot(i, "key 64x48", i);
  EXPECT_EQ(camera.pictures.not_shown(), 0);
  camera.shoot(2000, "key 64x48", kPicturesPendingMax);
  EXPECT_EQ(camera.pictures.not_shown(), 1);

  Camera large;
  for (std::uint32_t i = 0; i < 4; ++i) {
    large.shoot(i, "key 64x48", i, kPictureBytesPendingMax / 4);
  }
  EXPECT_EQ(large.pictures.not_shown(), 0);
  large.shoot(10, "key 64x48", 4, 1);
  EXPECT_EQ(large.pictures.not_shown(), 1);
}

TEST(PicturesTest, SwitchesAheadAreBounded) {
  constexpr std::int64_t kSwitchesMax = 1000;
  Camera camera;
  for (std::int64_t i = 0; i < kSwitchesMax; ++i) {
    EXPECT_TRUE(camera.pictures.switched(at_ms(i), i % 2 == 0));
  }
  EXPECT_FALSE(camera.pictures.switched(at_ms(kSwitchesMax), true));
  camera.show_until(1);
  EXPECT_TRUE(camera.pictures.switched(at_ms(kSwitchesMax), true));
}

TEST(PicturesTest, PicturesAtOnePlaceAreShownAMillisecondApart) {
  Camera camera;
  camera.shoot(500, "key 64x48", 0);
  camera.shoot(500, "delta 64x48", 1);
  camera.shoot(500, "delta 64x48", 2);
  camera.show_until(600);
  EXPECT_EQ(camera.screen.shown, (Shown{"0 hold", "500 key", "501 delta", "502 delta"}));
}

TEST(PicturesTest, ASliceHasWhatLiesBeforeItsEnd) {
  Camera camera;
  camera.shoot(0, "key 64x48", 0);
  camera.shoot(500, "delta 64x48", 1);
  camera.show_until(500);
  EXPECT_EQ(camera.screen.shown, (Shown{"0 key"})) << "and no hold at its time";
  camera.show_until(2500);
  EXPECT_EQ(camera.screen.shown, (Shown{"0 key", "500 delta"}));
  camera.show_until(2501);
  EXPECT_EQ(camera.screen.shown, (Shown{"0 key", "500 delta", "2500 hold"}));
}

TEST(PicturesTest, APictureAtTheTimeOfAHoldIsShown) {
  Camera camera;
  camera.shoot(0, "key 64x48", 0);
  camera.shoot(2000, "key 64x48", 1);
  camera.show_until(2001);
  EXPECT_EQ(camera.screen.shown, (Shown{"0 key", "2000 key"}));
}

TEST(PicturesTest, ADeltaAfterAHoldHasNoReference) {
  Camera camera;
  camera.shoot(0, "key 64x48", 0);
  camera.show_until(2100);
  camera.shoot(2200, "delta 64x48", 1);
  camera.shoot(2300, "key 64x48", 2);
  camera.show_until(2400);
  EXPECT_EQ(camera.screen.shown, (Shown{"0 key", "2000 hold", "2300 key"}));
  EXPECT_EQ(camera.pictures.not_shown(), 1);
}

TEST(PicturesTest, ADeltaHasTheSizeOfItsReference) {
  for (const auto* const other : {"delta 65x48", "delta 64x49"}) {
    Camera camera;
    camera.shoot(0, "key 64x48", 0);
    camera.shoot(40, other, 1);
    camera.show_until(100);
    EXPECT_EQ(camera.screen.shown, (Shown{"0 key"})) << other;
    EXPECT_EQ(camera.pictures.not_shown(), 1) << other;
  }
}

TEST(PicturesTest, MoreThanASecondWithoutAPictureIsAGap) {
  Camera camera;
  camera.shoot(0, "key 64x48", 0);
  camera.shoot(1000, "delta 64x48", 1);
  camera.shoot(2001, "delta 64x48", 2);
  camera.show_until(2100);
  EXPECT_EQ(camera.gaps(), (Shown{"1000-2001"}));
  camera.show_until(3001);
  camera.end(3001);
  EXPECT_EQ(camera.gaps(), (Shown{"1000-2001"})) << "a second at the end is none";
}

TEST(PicturesTest, StandingStillIsAGapOnlyAtTheEnd) {
  Camera camera;
  camera.shoot(0, "key 64x48", 0);
  camera.show_until(1500);
  EXPECT_TRUE(camera.gaps().empty()) << "a picture may still come";
  camera.end(1500);
  EXPECT_EQ(camera.gaps(), (Shown{"0-1500"}));
}

TEST(PicturesTest, AGapBeginsAfterTheSwitchToOn) {
  Camera camera;
  camera.shoot(0, "key 64x48", 0);
  camera.pictures.switched(at_ms(500), false);
  camera.pictures.switched(at_ms(3000), true);
  camera.show_until(3500);
  camera.shoot(3600, "key 64x48", 2);
  camera.show_until(4000);
  EXPECT_EQ(camera.gaps(), (Shown{"3000-3600"}));
}

TEST(PicturesTest, ASwitchCountsFromItsPlaceOn) {
  for (const std::int64_t off : {1600, 1550}) {
    Camera camera;
    camera.shoot(0, "key 64x48", 0);
    camera.shoot(1500, "key 64x48", 1);
    camera.pictures.switched(at_ms(off), false);
    camera.show_until(1600);
    EXPECT_EQ(camera.gaps(), (Shown{"0-1500"})) << off;
  }
}

TEST(PicturesTest, ACameraThatStoodStillUntilItWasSwitchedOffHasAGap) {
  Camera camera;
  camera.shoot(0, "key 64x48", 0);
  camera.pictures.switched(at_ms(3000), false);
  camera.pictures.switched(at_ms(5000), true);
  camera.shoot(5300, "key 64x48", 1);
  camera.show_until(6000);
  EXPECT_EQ(camera.gaps(), (Shown{"0-3000"}));
}

/// A camera with 20 pictures a second, each 40th of them a key picture, and chunks of a second, in
/// which its switches are too. The chunks at these seconds are missing.
struct LostChunkCase {
  const char* name;
  std::vector<std::pair<std::int64_t, bool>> switches;  ///< in ms
  std::vector<std::int64_t> lost;                       ///< in s
  Shown gaps;
  Shown off_in_hole;
  std::int64_t stalls_from = 0;
  std::int64_t stalls_until = 0;
};
class LostChunkTest : public testing::TestWithParam<LostChunkCase> {};

TEST_P(LostChunkTest, TheGapIsWherePicturesWereLost) {
  const auto& tested = GetParam();
  constexpr std::int64_t kEndMs = 20'000;
  constexpr std::int64_t kAhead = 2'000;  // what is known when a block becomes final
  constexpr std::int64_t kOpeningMs = 200;
  Camera camera;
  const auto lost = [&](std::int64_t ms) { return std::ranges::count(tested.lost, ms / 1000) > 0; };
  std::uint32_t number = 0;
  std::uint32_t since_key = 0;
  bool on = true;
  std::int64_t gives_from = 0;
  for (std::int64_t ms = 0; ms < kEndMs; ms += 50) {
    if (ms % 1000 == 0 && lost(ms)) camera.holes.skip(at_ms(ms));
    if (!lost(ms)) camera.holes.reach(at_ms(ms));
    for (const auto& [at, to] : tested.switches) {
      if (at != ms) continue;
      on = to;
      gives_from = at + kOpeningMs;
      since_key = 0;
      if (!lost(ms)) camera.pictures.switched(at_ms(ms), to);
    }
    const bool stalls = ms >= tested.stalls_from && ms < tested.stalls_until;
    if (on && ms >= gives_from && !stalls) {
      const auto* const id = since_key++ % 40 == 0 ? "key 64x48" : "delta 64x48";
      if (!lost(ms)) camera.shoot(ms, id, number);
      ++number;
    }
    if (ms > kAhead) camera.show_until(ms - kAhead);
  }
  camera.end(kEndMs);
  EXPECT_EQ(camera.gaps(), tested.gaps);
  Shown off;
  for (const Frame frame : camera.pictures.off_in_hole()) {
    off.push_back(std::to_string(frame.value / kFramesPerMs));
  }
  EXPECT_EQ(off, tested.off_in_hole);
}

INSTANTIATE_TEST_SUITE_P(
    Pictures, LostChunkTest,
    testing::Values(
        LostChunkCase{"NoSwitch", {}, {7}, {"6950-8000"}, {}},
        LostChunkCase{"UntilTheNextKeyPicture", {}, {8}, {"7950-10000"}, {}},
        LostChunkCase{"WhileTheCameraIsOff", {{5'000, false}, {12'000, true}}, {8}, {}, {}},
        LostChunkCase{"SwitchedOn", {{5'000, false}, {12'300, true}}, {12}, {"12000-14500"}, {}},
        LostChunkCase{"SwitchedOnAfterAnotherHole",
                      {{5'000, false}, {12'300, true}},
                      {8, 12},
                      {"12000-14500"},
                      {}},
        LostChunkCase{
            "SwitchedOff", {{5'500, false}, {12'000, true}}, {5}, {"4950-6000"}, {"6000"}},
        LostChunkCase{"SwitchedOffUntilTheEnd", {{5'500, false}}, {5}, {"4950-6000"}, {"6000"}},
        LostChunkCase{"SwitchedOffNearTheEnd", {{17'500, false}}, {17}, {"16950-18000"}, {"18000"}},
        LostChunkCase{
            "SwitchedOffAndSoonOn", {{5'500, false}, {6'700, true}}, {5}, {"4950-6000"}, {"6000"}},
        LostChunkCase{"BothInTwoChunks",
                      {{5'500, false}, {12'300, true}},
                      {5, 12},
                      {"4950-6000", "12000-14500"},
                      {"6000"}},
        LostChunkCase{"BothInTwoChunksWithTwoSecondsBetween",
                      {{5'500, false}, {8'300, true}},
                      {5, 8},
                      {"4950-6000", "8000-10500"},
                      {"6000"}},
        LostChunkCase{
            "SwitchedOffWithItAndLong", {{5'000, false}, {8'000, true}}, {5, 6, 7}, {}, {"4950"}},
        LostChunkCase{"BothInOne", {{5'200, false}, {5'600, true}}, {5}, {"4950-7800"}, {}},
        LostChunkCase{"BeforeItWasOffAndWhileItIs",
                      {{6'000, false}, {12'000, true}},
                      {5, 8},
                      {"4950-6000"},
                      {}},
        LostChunkCase{"OnAndOffWhileItWasOff",
                      {{5'000, false}, {8'200, true}, {8'800, false}, {12'000, true}},
                      {8},
                      {"8000-9000"},
                      {}},
        LostChunkCase{"SoonSwitchedOff", {{7'300, false}, {12'000, true}}, {6}, {"5950-7300"}, {}},
        LostChunkCase{
            "AtTheBeginningOfWhatIsOff", {{6'000, false}, {12'000, true}}, {5}, {"4950-6000"}, {}},
        LostChunkCase{"OffUntilTheEnd", {{7'300, false}}, {6}, {"5950-7300"}, {}},
        LostChunkCase{"BeforeAndAfter",
                      {{6'000, false}, {12'000, true}},
                      {5, 13},
                      {"4950-6000", "12950-14200"},
                      {}},
        LostChunkCase{"FirstChunk", {}, {0}, {"0-2000"}, {}},
        LostChunkCase{"NoCameraAtFirst", {{0, false}, {12'300, true}}, {12}, {"12000-14500"}, {}},
        LostChunkCase{"NoCameraAtFirstAndThatIsLost",
                      {{0, false}, {12'300, true}},
                      {0, 12},
                      {"12000-14500"},
                      {}},
        LostChunkCase{"StandsStillAfterIt", {}, {5}, {"4950-11500"}, {}, 5'500, 11'000}),
    [](const auto& tested) { return tested.param.name; });

TEST(PicturesTest, TheCameraMayRunOnForASecondAfterTheEnd) {
  Camera camera;
  camera.shoot(0, "key 64x48", 0);
  camera.shoot(2000, "key 64x48", 1);
  camera.end(1000);
  EXPECT_EQ(camera.pictures.not_shown(), 0);
  EXPECT_TRUE(camera.gaps().empty());

  Camera later;
  later.shoot(0, "key 64x48", 0);
  later.shoot(2001, "key 64x48", 1);
  later.end(1000);
  EXPECT_EQ(later.pictures.not_shown(), 1);
  EXPECT_EQ(later.gaps(), (Shown{"0-1000"}));
  later.end(1000);
  EXPECT_EQ(later.gaps().size(), 1) << "a second end changes nothing";
}

TEST(PicturesTest, GapsAreBounded) {
  constexpr std::uint32_t kLossesMax = 10'000;
  constexpr std::uint32_t kMore = 20;  // the last ones are still waiting for their place
  constexpr std::int64_t kApart = 2 * kPictureSpacing.value;
  PageMap page;
  page.set_fallback(PageUs(0), Frame(0));
  const CaptureLag lag;
  const Holes holes;
  Pictures pictures;
  const Bytes vp9(4);
  for (std::uint32_t i = 0; i < kLossesMax + kMore; ++i) {
    const std::int64_t frame = i * kApart;
    // Every second picture is lost; each key picture is shown all the same.
    pictures.add({frame * 62'500 / 3, "key 64x48", "vp9", vp9}, 2 * i, LogNs(frame * 62'500 / 3),
                 Frame(frame));
    pictures.emit(Frame(frame), Frame(frame + kApart),
                  {page, lag, holes, Frame(frame + kApart), false}, nullptr);
  }
  EXPECT_EQ(pictures.not_shown(), 0);
  EXPECT_EQ(pictures.gaps().size(), kLossesMax);
}

}  // namespace
}  // namespace reprise::recording
