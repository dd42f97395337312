// reprise-synthetic: writes a made-up recording into a folder, as chunk files 000000.mcap … and, on
// request, as one download.

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "domain/recording/fold/fold.hpp"
#include "domain/recording/format/chunk.hpp"
#include "platform/media/view_media.hpp"
#include "tests/tools/synthetic_recording.hpp"

namespace {

using reprise::Bytes;
using reprise::ByteView;

constexpr const char* kUsage =
    "usage: reprise-synthetic --out FOLDER [--seconds N] [--seed N] [--no-camera]\n"
    "                         [--download FILE] [--view FILE]\n"
    "Writes a made-up recording of N seconds (60; at least 20) as FOLDER/000000.mcap and so on;\n"
    "--download also writes it as one indexed MCAP file, --view folds it into its view media "
    "(WebM).\n"
    "The same seed gives the same bytes.\n";

[[noreturn]] void usage() {
  std::fputs(kUsage, stderr);
  std::exit(2);
}

struct Arguments {
  reprise::synthetic::Options options;
  std::filesystem::path out;
  std::filesystem::path download;
  std::filesystem::path view;
};

template <class Number>
Number number_of(std::string_view text) {
  Number value{};
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest != text.data() + text.size()) usage();
  return value;
}

Arguments parse(int count, char** values) {
  Arguments arguments;
  for (int at = 1; at < count; ++at) {
    const std::string_view name = values[at];
    if (name == "--no-camera") {
      arguments.options.camera = false;
      continue;
    }
    if (++at == count) usage();
    const std::string_view value = values[at];
    if (name == "--out") {
      arguments.out = value;
    } else if (name == "--download") {
      arguments.download = value;
    } else if (name == "--view") {
      arguments.view = value;
    } else if (name == "--seconds") {
      arguments.options.seconds = number_of<std::int64_t>(value);
    } else if (name == "--seed") {
      arguments.options.seed = number_of<std::uint32_t>(value);
    } else {
      usage();
    }
  }
  if (arguments.out.empty() || arguments.options.seconds < 20) usage();
  return arguments;
}

void write(std::ofstream& file, ByteView bytes) {
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (!file) {
    std::perror("reprise-synthetic: write");
    std::exit(1);
  }
}

}  // namespace

int main(int count, char** values) {
  const Arguments arguments = parse(count, values);
  std::filesystem::create_directories(arguments.out);
  reprise::synthetic::Recording recording(arguments.options);
  reprise::recording::DownloadWriter merged;
  std::ofstream download;
  if (!arguments.download.empty()) {
    download.open(arguments.download, std::ios::binary);
    write(download, merged.begin());
  }
  std::optional<reprise::media::ViewMediaWriter> media;
  if (!arguments.view.empty()) media.emplace(arguments.view);
  reprise::recording::Fold fold({.render_sound = media.has_value()}, media ? &*media : nullptr);
  for (int seq = 0;; ++seq) {
    const Bytes bytes = recording.next_chunk();
    if (bytes.empty()) break;
    char name[32];
    std::snprintf(name, sizeof(name), "%06d.mcap", seq);
    std::ofstream file(arguments.out / name, std::ios::binary);
    write(file, bytes);
    const auto chunk = reprise::recording::parse_chunk(bytes);
    if (!chunk) {
      std::fprintf(stderr, "%s: %s\n", name, chunk.error().client_message.c_str());
      return 1;
    }
    if (download.is_open()) write(download, merged.add(*chunk));
    if (media) fold.add(*chunk);
  }
  if (download.is_open()) write(download, merged.end());
  if (media) {
    fold.finish();
    (void)media->finish(fold.view().duration_ns);
  }
  return 0;
}
