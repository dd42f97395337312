#include "platform/media/view_media.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numbers>

#include "platform/media/vp9.hpp"
#include "platform/media/webm_test_support.hpp"

namespace reprise::media {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kBlockNs = 20'000'000;
constexpr std::int64_t kMs = 1'000'000;

/// A folder of its own for each test.
class ViewMediaTest : public testing::Test {
 protected:
  ViewMediaTest() {
    std::string name = testing::TempDir() + "reprise-media-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder = name;
  }
  ~ViewMediaTest() override { std::filesystem::remove_all(folder); }
  std::filesystem::path file(const char* name = "view.webm") const { return folder / name; }
  std::filesystem::path folder;
};

std::string read(const std::filesystem::path& path) { return contents_of(path); }

/// Standard output and error of a command.
std::string run(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen failed");
  std::array<char, 65536> piece{};
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe)) {
    text.append(piece.data(), got);
  }
  EXPECT_EQ(::pclose(pipe), 0) << text;
  return text;
}

std::string probe(const std::filesystem::path& path, const std::string& arguments) {
  return run("ffprobe -v error -of csv=p=0 " + arguments + " " + path.string());
}

/// What a decoder complains about. The time base is given, because ffmpeg's own guess of a frame
/// rate could put two pictures on one tick and report that as an error.
std::string complaints(const std::filesystem::path& path) {
  return run("ffmpeg -v error -xerror -i " + path.string() +
             " -fps_mode passthrough -enc_time_base 1:1000 -f null -");
}

/// The sound as a player would play it, from time 0 on: interleaved stereo at 48 kHz.
std::vector<float> decode(const std::filesystem::path& path) {
  const std::string raw =
      run("ffmpeg -v error -i " + path.string() + " -map 0:a -f f32le -ac 2 -ar 48000 -");
  std::vector<float> samples(raw.size() / sizeof(float));
  std::memcpy(samples.data(), raw.data(), samples.size() * sizeof(float));
  return samples;
}

recording::SoundBlock quiet(std::int64_t number) {
  return {.first_frame = number * recording::kSoundBlockFrames};
}

/// 440 Hz on the left, 1200 Hz on the right.
recording::SoundBlock tones(std::int64_t number) {
  recording::SoundBlock block = quiet(number);
  block.silent = false;
  for (std::size_t n = 0; n < block.left.size(); ++n) {
    const double t = static_cast<double>(block.first_frame + static_cast<std::int64_t>(n)) / 48'000;
    block.left[n] = static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * 440 * t));
    block.right[n] = static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * 1200 * t));
  }
  return block;
}

/// A moving bar. Every 30th picture is a key picture; one picture lasts 1/15 s.
class Camera {
 public:
  Camera(std::uint32_t width, std::uint32_t height)
      : encoder_(width, height, 300'000, 15), picture_(width, height) {}
  void next(std::int64_t at_ns, recording::FoldSink& sink) {
    const bool key = number_ % 30 == 0;
    picture_ = I420(picture_.width, picture_.height);
    for (std::uint32_t y = 0; y < picture_.height; ++y) {
      const std::uint32_t x = number_ * 4 % picture_.width;
      picture_.y()[std::size_t{y} * picture_.width + x] = std::byte{220};
    }
    ++number_;
    const Bytes packet =
        encoder_.encode(picture_, key ? Vp9Encoder::Kind::Key : Vp9Encoder::Kind::Any);
    sink.picture({at_ns, key, picture_.width, picture_.height, packet});
  }

 private:
  Vp9Encoder encoder_;
  I420 picture_;
  std::uint32_t number_ = 0;
};

/// Writes `blocks` of 20 ms. The camera is on in [on, off); otherwise a picture is held every 2 s.
void play(ViewMediaWriter& writer, std::int64_t blocks, std::int64_t on, std::int64_t off) {
  Camera camera(160, 120);
  std::int64_t next_hold = 0;
  std::int64_t picture = 0;
  for (std::int64_t number = 0; number < blocks; ++number) {
    const std::int64_t now = number * kBlockNs;
    const bool camera_on = number >= on && number < off;
    if (camera_on) {
      for (; picture * 66 * kMs + on * kBlockNs < now + kBlockNs; ++picture) {
        camera.next(on * kBlockNs + picture * 66 * kMs, writer);
      }
      next_hold = now + kBlockNs;
    } else if (now >= next_hold) {
      writer.hold(now);
      next_hold = now + 2000 * kMs;
    }
    writer.sound(number % 100 < 50 ? tones(number) : quiet(number));
  }
}

TEST_F(ViewMediaTest, SoundAloneHasNoVideoTrack) {
  ViewMediaWriter writer(file());
  play(writer, 500, 0, 0);
  const auto info = writer.finish(10'000 * kMs);
  EXPECT_FALSE(info.has_video);
  EXPECT_EQ(info.bytes, std::filesystem::file_size(file()));
  EXPECT_EQ(probe(file(), "-show_entries stream=codec_name,sample_rate,channels"),
            "opus,48000,2\n");
  EXPECT_EQ(probe(file(), "-show_entries format=duration"), "10.000000\n");
  EXPECT_EQ(complaints(file()), "");
}

struct CameraCase {
  const char* name;
  std::int64_t on;
  std::int64_t off;
};
class CameraTest : public ViewMediaTest, public testing::WithParamInterface<CameraCase> {};

TEST_P(CameraTest, VideoHasNoHole) {
  ViewMediaWriter writer(file());
  play(writer, 500, GetParam().on, GetParam().off);
  const auto info = writer.finish(10'000 * kMs);
  EXPECT_TRUE(info.has_video);
  EXPECT_EQ(probe(file(), "-show_entries stream=codec_name,width,height -select_streams v"),
            "vp9,160,120\n");
  EXPECT_EQ(probe(file(), "-show_entries format=duration"), "10.000000\n");
  EXPECT_EQ(complaints(file()), "");
  EXPECT_FALSE(std::filesystem::exists(file().string() + ".video"));
  std::stringstream times(probe(file(), "-select_streams v -show_entries packet=pts_time,flags"));
  double before = 0;
  double key_before = 0;
  std::string flags;
  for (double time = 0; times >> time && times.ignore() && times >> flags; before = time) {
    EXPECT_TRUE(before == 0 || time > before) << time;
    EXPECT_LE(time - before, 2.0001);
    if (flags[0] == 'K') key_before = time;
    EXPECT_LE(time - key_before, 2.0001);
  }
  EXPECT_GE(before, 7.9);
}

INSTANTIATE_TEST_SUITE_P(Camera, CameraTest,
                         testing::Values(CameraCase{"Always", 0, 500},
                                         CameraCase{"OnLate", 201, 500},
                                         CameraCase{"OffInTheMiddle", 0, 200},
                                         CameraCase{"OnForAMoment", 200, 230}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(ViewMediaTest, SamePacketsGiveSameBytes) {
  for (const char* name : {"a.webm", "b.webm"}) {
    ViewMediaWriter writer(file(name));
    play(writer, 300, 100, 200);
    (void)writer.finish(6000 * kMs);
  }
  EXPECT_FALSE(read(file("a.webm")).empty());
  EXPECT_EQ(read(file("a.webm")), read(file("b.webm")));
}

TEST_F(ViewMediaTest, ItsBlocksAreInTheOrderOfTheirTimes) {
  ViewMediaWriter writer(file());
  Camera camera(160, 120);
  for (std::int64_t number = 0; number < 4; ++number) {
    if (number % 2 == 0) writer.hold(number * kBlockNs);
    writer.sound(quiet(number));
  }
  writer.hold(70 * kMs);
  camera.next(70'499'999, writer);  // the millisecond of the hold, so it moves to the next
  camera.next(70'500'000, writer);
  camera.next(90 * kMs, writer);
  writer.sound(quiet(4));
  (void)writer.finish(100 * kMs);
  EXPECT_THAT(blocks_in(read(file())), ElementsAre("v0k", "a0k", "a20k", "v40k", "a40k", "a60k",
                                                   "v70k", "v71k", "v72", "v90", "a80k", "a100k"));
}

TEST_F(ViewMediaTest, AHeldPictureMayTakeAllOfItsPlace) {
  I420 black(160, 120);
  const Bytes packet = Vp9Encoder(160, 120, 300'000, 15).encode(black, Vp9Encoder::Kind::Key);
  for (const std::uint64_t place : {packet.size() - 1, packet.size()}) {
    ViewMediaWriter writer(file(), place);
    writer.picture({0, true, 160, 120, packet});
    writer.hold(100 * kMs);
    writer.hold(200 * kMs);
    (void)writer.finish(300 * kMs);
    const auto blocks = blocks_in(read(file()));
    EXPECT_EQ(std::ranges::count(blocks, "v100k"), place == packet.size() ? 1 : 0);
    EXPECT_EQ(std::ranges::count(blocks, "v200k"), 0);
  }
}

TEST_F(ViewMediaTest, SoundKeepsItsPlaceAndItsSide) {
  constexpr std::size_t kLeftClick = 48'000 + 123;
  constexpr std::size_t kRightClick = 2 * 48'000 + 777;
  ViewMediaWriter writer(file());
  for (std::int64_t number = 0; number < 150; ++number) {
    recording::SoundBlock block = quiet(number);
    block.silent = false;
    const auto first = static_cast<std::size_t>(block.first_frame);
    for (std::size_t n = 0; n < block.left.size(); ++n) {
      if (first + n == kLeftClick) block.left[n] = 0.9F;
      if (first + n == kRightClick) block.right[n] = 0.9F;
    }
    writer.sound(block);
  }
  (void)writer.finish(3000 * kMs);
  const std::vector<float> samples = decode(file());
  EXPECT_NEAR(static_cast<double>(samples.size()) / 2, 3 * 48'000, 960);
  std::array<std::size_t, 2> loudest{};
  std::array<float, 2> peak{};
  for (std::size_t n = 0; n < samples.size(); ++n) {
    if (std::abs(samples[n]) <= peak[n % 2]) continue;
    peak[n % 2] = std::abs(samples[n]);
    loudest[n % 2] = n / 2;
  }
  constexpr double kMillisecond = 48;
  EXPECT_NEAR(static_cast<double>(loudest[0]), kLeftClick, kMillisecond);
  EXPECT_NEAR(static_cast<double>(loudest[1]), kRightClick, kMillisecond);
}

TEST_F(ViewMediaTest, SecondSizeAndLostStartStillPlay) {
  ViewMediaWriter writer(file());
  // Dropped, since there is no key picture before it.
  writer.picture({0, false, 160, 120, as_bytes("no key before it")});
  Camera small(160, 120);
  Camera large(320, 240);
  for (std::int64_t number = 0; number < 100; ++number) {
    (number < 50 ? small : large).next(number * kBlockNs, writer);
    writer.sound(tones(number));
  }
  (void)writer.finish(2000 * kMs);
  EXPECT_EQ(complaints(file()), "");
  EXPECT_EQ(probe(file(), "-count_packets -select_streams v -show_entries stream=nb_read_packets"),
            "100\n");
}

TEST_F(ViewMediaTest, APictureWithoutASaneSizeGivesTheTrackAUsualOne) {
  using namespace std::string_literals;
  constexpr std::uint32_t kMost = Vp9Encoder::kSideMax;
  const auto track_of = [&](std::uint32_t width, std::uint32_t height) {
    ViewMediaWriter writer(file());
    Vp9Encoder encoder(160, 120, 300'000, 15);
    I420 black(160, 120);
    const Bytes packet = encoder.encode(black, Vp9Encoder::Kind::Key);
    writer.picture({0, true, width, height, packet});
    writer.sound(quiet(0));
    (void)writer.finish(100 * kMs);
    return read(file());
  };
  // PixelWidth and PixelHeight (RFC 9559 5.1.4.1.28.6, .7) with 640 and 360.
  const auto usual = AllOf(HasSubstr("\xB0\x82\x02\x80"s), HasSubstr("\xBA\x82\x01\x68"s));
  EXPECT_THAT(track_of(0, 120), usual);
  EXPECT_THAT(track_of(160, 0), usual);
  EXPECT_THAT(track_of(kMost + 1, 120), usual);
  EXPECT_THAT(track_of(160, kMost + 1), usual);
  EXPECT_THAT(track_of(1, kMost), HasSubstr("\xB0\x81\x01"s));
}

TEST_F(ViewMediaTest, PicturesAfterAHoldWaitForAKey) {
  ViewMediaWriter writer(file());
  Camera camera(160, 120);
  camera.next(0, writer);
  writer.hold(100 * kMs);
  // A delta that refers to a picture which the held one has replaced.
  camera.next(200 * kMs, writer);
  writer.sound(quiet(0));
  (void)writer.finish(300 * kMs);
  EXPECT_EQ(probe(file(), "-select_streams v -show_entries packet=pts_time"),
            "0.000000\n0.100000\n");
}

TEST_F(ViewMediaTest, HeldPicturesTakeABoundedPlace) {
  constexpr std::uint64_t kHeldMax = 20'000;
  constexpr std::uint64_t kRest = 20'000;  // the picture itself, header, Cues
  ViewMediaWriter writer(file(), kHeldMax);
  writer.sound(quiet(0));
  Camera camera(160, 120);
  camera.next(0, writer);
  for (std::int64_t i = 1; i <= 5000; ++i) writer.hold(i * 2000 * kMs);
  const auto info = writer.finish(10'002'000 * kMs);
  EXPECT_LT(info.bytes, kHeldMax + kRest);
  EXPECT_EQ(complaints(file()), "");
}

TEST_F(ViewMediaTest, TheFirstPictureStandsBeforeItsTimeAndTheLastKeyIsHeld) {
  ViewMediaWriter writer(file());
  Camera camera(160, 120);
  writer.hold(0);
  writer.sound(quiet(0));
  camera.next(500 * kMs, writer);
  camera.next(560 * kMs, writer);
  writer.hold(2560 * kMs);
  (void)writer.finish(3000 * kMs);
  std::stringstream packets(
      probe(file(),
            "-select_streams v -show_entries packet=pts_time,size,data_hash -show_data_hash md5"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(packets, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 4u);
  const auto content = [](const std::string& line) { return line.substr(line.find(',')); };
  EXPECT_EQ(lines[0].substr(0, 8), "0.000000");
  EXPECT_EQ(content(lines[0]), content(lines[1]));
  EXPECT_NE(content(lines[2]), content(lines[1]));
  EXPECT_EQ(content(lines[3]), content(lines[1]));
  EXPECT_EQ(complaints(file()), "");
}

TEST_F(ViewMediaTest, AnEmptyRecordingGivesAValidFile) {
  ViewMediaWriter writer(file());
  const auto info = writer.finish(0);
  EXPECT_EQ(info.bytes, std::filesystem::file_size(file()));
  EXPECT_THAT(probe(file(), "-show_entries stream=codec_name"), HasSubstr("opus"));
}

TEST_F(ViewMediaTest, WithoutFinishNothingIsLeft) {
  {
    ViewMediaWriter writer(file());
    play(writer, 100, 50, 100);
    EXPECT_TRUE(std::filesystem::exists(file()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(ViewMediaTest, ThrowsWhenItCannotWrite) {
  EXPECT_THROW(ViewMediaWriter("/proc/none/view.webm"), std::system_error);
}

}  // namespace
}  // namespace reprise::media
