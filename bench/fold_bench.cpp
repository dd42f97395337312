// reprise-fold-bench: folds a recording in one of three ways and says what that took, as one JSON
// object: {"seconds", "cpu_seconds", "wall_seconds", "peak_kib", "bytes"}.
// One way a process, so that the peak memory is that of this way alone.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/recording/fold/fold.hpp"
#include "domain/recording/format/chunk.hpp"
#include "platform/media/stills.hpp"
#include "platform/media/view_media.hpp"

namespace {

using reprise::Bytes;
namespace recording = reprise::recording;

constexpr const char* kUsage =
    "usage: reprise-fold-bench FOLDER view|sound|media FILE\n"
    "Folds the chunks FOLDER/*.mcap in the order of their names.\n"
    "  view   transcript, peaks and loss; no sound is rendered\n"
    "  sound  and renders the sound of both sides, which is thrown away\n"
    "  media  and writes the view media (Opus, WebM) to FILE\n";

/// Takes what is rendered and drops it.
class Discard final : public recording::FoldSink {
 public:
  void sound(const recording::SoundBlock&) override {}
  void picture(const recording::Picture&) override {}
  void hold(std::int64_t) override {}
};

double seconds_of(timeval time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Reads a file into `bytes`, whose memory is reused.
bool read_file(const std::filesystem::path& path, Bytes& bytes) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct stat status{};
  bool whole = ::fstat(file, &status) == 0;
  if (whole) bytes.resize(static_cast<std::size_t>(status.st_size));
  whole = whole && ::read(file, bytes.data(), bytes.size()) == status.st_size;
  ::close(file);
  return whole;
}

/// The most memory that this program has had resident, in KiB. Not `ru_maxrss`, which begins with
/// the value of the process that started this one (getrusage(2): kept over exec).
long peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

int fold_all(const std::vector<std::filesystem::path>& chunks, recording::Fold& fold,
             std::uint64_t& bytes_read) {
  Bytes bytes;
  for (const std::filesystem::path& path : chunks) {
    if (!read_file(path, bytes)) {
      std::perror(path.c_str());
      return 1;
    }
    const auto chunk = recording::parse_chunk(bytes);
    if (!chunk) {
      std::fprintf(stderr, "%s: %s\n", path.c_str(), chunk.error().client_message.c_str());
      return 1;
    }
    fold.add(*chunk);
    bytes_read += bytes.size();
  }
  fold.finish();
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::string_view way = count == 4 ? values[2] : "";
  if (way != "view" && way != "sound" && way != "media") {
    std::fputs(kUsage, stderr);
    return 2;
  }
  std::vector<std::filesystem::path> chunks;
  for (const auto& entry : std::filesystem::directory_iterator(values[1])) {
    if (entry.path().extension() == ".mcap") chunks.push_back(entry.path());
  }
  std::ranges::sort(chunks);

  const auto began = std::chrono::steady_clock::now();
  Discard discard;
  std::optional<reprise::media::ViewMediaWriter> media;
  if (way == "media") media.emplace(values[3]);
  std::optional<reprise::media::StillsMaker> stills;  // as the server does
  if (media) stills.emplace(*media);
  recording::FoldSink& sink = stills ? static_cast<recording::FoldSink&>(*stills) : discard;
  recording::Fold fold({.render_sound = way != "view"}, &sink);
  std::uint64_t bytes_read = 0;
  if (const int failed = fold_all(chunks, fold, bytes_read); failed != 0) return failed;
  if (media) {
    (void)media->finish(fold.view().duration_ns);
    (void)stills->finish();
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;

  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"seconds\":%.3f,\"cpu_seconds\":%.4f,\"wall_seconds\":%.4f,\"peak_kib\":%ld,\"bytes\":%"
      "llu}\n",
      static_cast<double>(fold.view().duration_ns) / 1e9,
      seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), wall.count(), peak_kib(),
      static_cast<unsigned long long>(bytes_read));
  return 0;
}
