#include "features/playback/view_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <string>
#include <system_error>

namespace reprise::playback {
namespace fs = std::filesystem;
using session::RecordingId;

namespace {

constexpr const char* kBuilding = "building";
constexpr const char* kMedia = "media.webm";

struct TextFile {
  const char* name;
  std::string ViewTexts::* text;
};
constexpr std::array<TextFile, 5> kTextFiles{{{"manifest.json", &ViewTexts::manifest},
                                              {"loss.json", &ViewTexts::loss},
                                              {"waveform.json", &ViewTexts::waveform},
                                              {"captions.vtt", &ViewTexts::captions},
                                              {"events.jsonl", &ViewTexts::events}}};

void sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw std::system_error(error, std::generic_category(), "fsync " + path.string());
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) throw std::system_error(errno, std::generic_category(), "write " + path.string());
  sync(path);
}

}  // namespace

ViewFiles::ViewFiles(fs::path root) : root_(std::move(root)) { fs::create_directories(root_); }

fs::path ViewFiles::media(const RecordingId& id, std::int64_t version) const {
  return root_ / id.value / std::to_string(version) / kMedia;
}

fs::path ViewFiles::begin(const RecordingId& id) const {
  const fs::path building = root_ / id.value / kBuilding;
  fs::remove_all(building);
  fs::create_directories(building);
  return building / kMedia;
}

void ViewFiles::commit(const RecordingId& id, std::int64_t version, const ViewTexts& texts) const {
  const fs::path building = root_ / id.value / kBuilding;
  for (const TextFile& file : kTextFiles) write(building / file.name, texts.*file.text);
  sync(building);
  const fs::path target = root_ / id.value / std::to_string(version);
  fs::remove_all(target);
  fs::rename(building, target);
  sync(root_ / id.value);
}

Result<ViewTexts> ViewFiles::read(const RecordingId& id, std::int64_t version) const {
  ViewTexts texts;
  for (const TextFile& wanted : kTextFiles) {
    std::ifstream file(root_ / id.value / std::to_string(version) / wanted.name, std::ios::binary);
    if (!file) return fail(ErrorCode::NotFound, "The view is not there.");
    (texts.*wanted.text).assign(std::istreambuf_iterator<char>(file), {});
  }
  if (!fs::exists(media(id, version))) return fail(ErrorCode::NotFound, "The view is not there.");
  return texts;
}

void ViewFiles::remove_old(const RecordingId& id, std::int64_t version) const {
  for (const auto& entry : fs::directory_iterator(root_ / id.value)) {
    const std::string name = entry.path().filename();
    std::int64_t old = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), old);
    if (parsed.ec == std::errc() && old < version - 1) fs::remove_all(entry.path());
  }
}

void ViewFiles::remove_building(const RecordingId& id) const {
  fs::remove_all(root_ / id.value / kBuilding);
}

void ViewFiles::remove_all(const RecordingId& id) const { fs::remove_all(root_ / id.value); }

}  // namespace reprise::playback
