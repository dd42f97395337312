#include "domain/upload/preview_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace reprise::upload {
namespace {

using namespace std::string_view_literals;

/// Containers have a fixed reader: nothing that is inside of a file may choose another one, such as
/// that of playlists.
struct Reader {
  std::string_view media_type;
  std::string_view name;  ///< for `-f`
  enum class Gives { Poster, Wave, Small, SmallOnWhite } gives;
};
using Gives = Reader::Gives;
constexpr std::array kReaders = {
    Reader{.media_type = "video/mp4", .name = "mov", .gives = Gives::Poster},
    Reader{.media_type = "video/quicktime", .name = "mov", .gives = Gives::Poster},
    Reader{.media_type = "video/webm", .name = "matroska", .gives = Gives::Poster},
    Reader{.media_type = "audio/mp4", .name = "mov", .gives = Gives::Wave},
    Reader{.media_type = "audio/wav", .name = "wav", .gives = Gives::Wave},
    Reader{.media_type = "audio/mpeg", .name = "mp3", .gives = Gives::Wave},
    Reader{.media_type = "audio/ogg", .name = "ogg", .gives = Gives::Wave},
    Reader{.media_type = "audio/flac", .name = "flac", .gives = Gives::Wave},
    Reader{.media_type = "image/jpeg", .name = "jpeg_pipe", .gives = Gives::Small},
    Reader{.media_type = "image/png", .name = "png_pipe", .gives = Gives::SmallOnWhite},
    Reader{.media_type = "image/webp", .name = "webp_pipe", .gives = Gives::SmallOnWhite},
};

std::vector<std::string> careful(std::string_view reader) {
  return {"-v",
          "error",
          "-protocol_whitelist",
          "file",
          "-probesize",
          "10000000",
          "-analyzeduration",
          "5000000",
          "-max_alloc",
          "400000000",
          "-f",
          std::string(reader)};
}

std::string scaled_to(int side) {
  return fmt::format("scale=w='min({0},iw)':h='min({0},ih)':force_original_aspect_ratio=decrease",
                     side);
}

/// One picture out of what the reader reads.
Tool one_picture(std::string_view reader, std::string_view from, std::vector<std::string> filter,
                 std::string_view codec, std::string_view output) {
  std::vector<std::string> arguments = careful(reader);
  std::vector<std::string> more{"-noautorotate",   "-nostdin", "-threads", "1", "-i",
                                std::string(from), "-sn",      "-dn"};
  more.insert(more.end(), filter.begin(), filter.end());
  for (const std::string_view word :
       {"-frames:v"sv, "1"sv, "-c:v"sv, codec, "-q:v"sv, codec == "mjpeg" ? "4"sv : "75"sv, "-f"sv,
        "image2pipe"sv, "-y"sv, output}) {
    more.emplace_back(word);
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return {.program = "ffmpeg", .arguments = std::move(arguments)};
}

Tool poster(std::string_view reader) {
  // Videos of phones are turned, too: by the container, which ffmpeg follows by itself.
  Tool tool =
      one_picture(reader, "in", {"-an", "-vf", scaled_to(kPreviewSide)}, "mjpeg", "out.jpg");
  std::erase(tool.arguments, "-noautorotate");
  return tool;
}

Tool small(std::string_view reader, std::string_view from, int side) {
  return one_picture(reader, from, {"-an", "-vf", scaled_to(side)}, "mjpeg", "out.jpg");
}

/// JPEG has no transparency.
Tool small_on_white(std::string_view reader, int side) {
  const std::string filter =
      scaled_to(side) +
      ",format=yuva444p,split[a][b];[a]drawbox=c=white@1:replace=1:t=fill[w];"
      "[w][b]overlay=format=yuv444:shortest=1";
  return one_picture(reader, "in", {"-an", "-filter_complex", filter}, "mjpeg", "out.jpg");
}

/// How loud a sound is over its time, in a grey that is seen on light and dark.
Tool wave(std::string_view reader) {
  return one_picture(reader, "in",
                     {"-filter_complex",
                      "aformat=channel_layouts=mono,showwavespic=s=640x96:colors=0x7d8894:scale="
                      "sqrt"},
                     "png", "out.png");
}

Tool length(std::string_view reader) {
  std::vector<std::string> arguments = careful(reader);
  const std::vector<std::string> more{"-show_entries", "format=duration", "-of",
                                      "default=nw=1:nk=1", "in"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return {.program = "ffprobe", .arguments = std::move(arguments)};
}

}  // namespace

std::optional<PreviewPlan> preview_plan(std::string_view media_type, std::int64_t longest_side) {
  if (media_type == "application/pdf") {
    return PreviewPlan{
        .picture = {Tool{.program = "pdftoppm",
                         .arguments = {"-jpeg", "-f", "1", "-l", "1", "-singlefile", "-scale-to",
                                       std::to_string(kPreviewSide), "in", "out"}}}};
  }
  if (media_type == "image/gif") {
    return PreviewPlan{.picture = {small_on_white("gif", kStandInSide)}};
  }
  if (media_type == "image/heic" || media_type == "image/avif") {
    return PreviewPlan{
        .picture = {Tool{.program = "heif-convert", .arguments = {"-q", "90", "in", "whole.jpg"}},
                    small("jpeg_pipe", "whole.jpg", kStandInSide)}};
  }
  const auto* reader = std::ranges::find(kReaders, media_type, &Reader::media_type);
  if (reader == kReaders.end()) return std::nullopt;
  switch (reader->gives) {
    case Gives::Poster:
      return PreviewPlan{.picture = {poster(reader->name)}, .length = length(reader->name)};
    case Gives::Wave:
      return PreviewPlan{
          .picture = {wave(reader->name)}, .output = "out.png", .length = length(reader->name)};
    case Gives::Small:
    case Gives::SmallOnWhite:
      break;
  }
  if (longest_side <= kPreviewSide) return std::nullopt;
  return PreviewPlan{.picture = {reader->gives == Gives::Small
                                     ? small(reader->name, "in", kPreviewSide)
                                     : small_on_white(reader->name, kPreviewSide)}};
}

std::vector<Tool> turning_tools(std::string_view media_type, int turned) {
  struct Turn {
    std::vector<std::string> jpegtran;
    std::string ffmpeg;
  };
  // By EXIF's orientation, 2 … 8 (EXIF 2.32, 4.6.4 A).
  static const std::array<Turn, 7> kTurns{{
      {.jpegtran = {"-flip", "horizontal"}, .ffmpeg = "hflip"},
      {.jpegtran = {"-rotate", "180"}, .ffmpeg = "hflip,vflip"},
      {.jpegtran = {"-flip", "vertical"}, .ffmpeg = "vflip"},
      {.jpegtran = {"-transpose"}, .ffmpeg = "transpose=cclock_flip"},
      {.jpegtran = {"-rotate", "90"}, .ffmpeg = "transpose=clock"},
      {.jpegtran = {"-transverse"}, .ffmpeg = "transpose=clock_flip"},
      {.jpegtran = {"-rotate", "270"}, .ffmpeg = "transpose=cclock"},
  }};
  const auto* reader = std::ranges::find(kReaders, media_type, &Reader::media_type);
  if (turned < 2 || turned > 8 || reader == kReaders.end()) return {};
  const Turn& turn = kTurns.at(static_cast<std::size_t>(turned - 2));
  std::vector<Tool> tools;
  std::string_view codec = "mjpeg";
  if (media_type == "image/jpeg") {
    // Without a loss, where the sides are whole blocks.
    Tool lossless{.program = "jpegtran", .arguments = {"-copy", "all", "-perfect"}};
    lossless.arguments.insert(lossless.arguments.end(), turn.jpegtran.begin(), turn.jpegtran.end());
    for (const char* word : {"-outfile", "turned", "in"}) lossless.arguments.emplace_back(word);
    tools.push_back(std::move(lossless));
  } else if (media_type == "image/png") {
    codec = "png";
  } else if (media_type == "image/webp") {
    codec = "libwebp";
  } else {
    return {};
  }
  Tool again = one_picture(reader->name, "in", {"-an", "-vf", turn.ffmpeg}, codec, "turned");
  const auto quality = std::ranges::find(again.arguments, "-q:v");
  *std::next(quality) = codec == "mjpeg" ? "1" : "95";
  if (codec == "mjpeg") again.arguments.insert(quality, {"-qmin", "1"});
  tools.push_back(std::move(again));
  return tools;
}

std::optional<std::int64_t> length_ms_in(std::string_view printed) {
  constexpr double kDayS = 86'400;
  constexpr double kMs = 1000;
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(printed.data(), printed.data() + printed.size(), seconds);
  if (error != std::errc() || !(seconds >= 0 && seconds <= kDayS)) return std::nullopt;
  return static_cast<std::int64_t>(seconds * kMs);
}

}  // namespace reprise::upload
