#include "platform/uploads/file_tools.hpp"

#include <fstream>

#include "base/id.hpp"
#include "base/log.hpp"
#include "platform/sandbox/sandbox.hpp"

namespace reprise::uploads {
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kTurnedBytesMax = std::uintmax_t{128} << 20;
/// A person waits for it.
constexpr sandbox::Limits kTurning{
    .wall = std::chrono::seconds(15), .processor_seconds = 12, .file_bytes = kTurnedBytesMax};

std::optional<std::string> run_in(const fs::path& folder, const upload::Tool& tool,
                                  const sandbox::Limits& limits) {
  const auto program = sandbox::find_program(tool.program);
  if (!program) return std::nullopt;
  auto ended = sandbox::run(
      {.program = *program, .arguments = tool.arguments, .folder = folder, .limits = limits});
  if (ended.status == 0) return std::move(ended.output);
  log::info("upload.tool_failed",
            {{"program", tool.program}, {"status", ended.status}, {"in_time", ended.in_time}});
  return std::nullopt;
}

bool is_picture(std::string_view text) {
  using namespace std::string_view_literals;
  return text.starts_with("\xff\xd8\xff"sv) || text.starts_with("\x89PNG\r\n\x1a\n"sv) ||
         text.starts_with("RIFF"sv);
}

/// What a program wrote that was not to be trusted.
std::optional<Bytes> picture_in(const fs::path& file, std::uintmax_t bytes_max) {
  std::error_code absent;
  // A link could lead out of the folder.
  if (!fs::is_regular_file(fs::symlink_status(file, absent))) return std::nullopt;
  const auto size = fs::file_size(file, absent);
  if (absent || size < 4 || size > bytes_max) return std::nullopt;
  std::string text(size, '\0');
  std::ifstream(file, std::ios::binary).read(text.data(), static_cast<std::streamsize>(size));
  if (!is_picture(text)) return std::nullopt;
  const ByteView bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace

ToolFolder::ToolFolder(fs::path path) : path_(std::move(path)) { fs::create_directories(path_); }

ToolFolder::~ToolFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void ToolFolder::release() const {
  fs::permissions(input(), fs::perms::others_read | fs::perms::group_read, fs::perm_options::add);
}

std::optional<std::string> ToolFolder::run(const upload::Tool& tool) const {
  return run_in(path_, tool, {});
}

std::optional<Bytes> ToolFolder::picture(const std::string& name, std::uintmax_t bytes_max) const {
  return picture_in(path_ / name, bytes_max);
}

FileTools::FileTools(BlockingPool& pool, fs::path folder)
    : pool_(pool), folder_(std::move(folder)) {
  fs::remove_all(folder_);
}

fs::path FileTools::place() const { return folder_ / new_uuid7(); }

Task<std::optional<Bytes>> FileTools::turned(std::string media_type, int how, Bytes content) {
  co_return co_await pool_.run([&]() -> std::optional<Bytes> {
    for (const upload::Tool& tool : upload::turning_tools(media_type, how)) {
      const fs::path path = place();
      const ToolFolder folder(path);
      std::ofstream(folder.input(), std::ios::binary) << as_text(content);
      folder.release();
      if (!run_in(path, tool, kTurning)) continue;
      if (auto made = folder.picture("turned", kTurnedBytesMax)) return made;
    }
    return std::nullopt;
  });
}

}  // namespace reprise::uploads
