#include "features/playback/downloads.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <system_error>

#include "base/digest.hpp"
#include "base/log.hpp"
#include "features/playback/mcap_download.hpp"
#include "platform/media/file.hpp"

namespace reprise::playback {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using session::RecordingId;

namespace {

/// Must change whenever the writer would make other bytes from the same chunks.
constexpr int kDownloadFormat = 1;
constexpr const char* kPrefix = "download-";
constexpr std::size_t kVersionCharacters = 32;

std::optional<std::uint64_t> size_of(const fs::path& path) {
  std::error_code absent;
  const std::uintmax_t bytes = fs::file_size(path, absent);
  return absent ? std::nullopt : std::optional<std::uint64_t>(bytes);
}

void remove_all_in(const fs::path& root) {
  std::error_code ignored;
  for (const auto& folder : fs::directory_iterator(root, ignored)) {
    for (const auto& file : fs::directory_iterator(folder.path(), ignored)) {
      const std::string name = file.path().filename();
      if (name.starts_with(kPrefix)) fs::remove(file.path(), ignored);
    }
  }
}

/// Removes the file and, if it is then empty (of an erased recording), its folder.
void remove_with_folder(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
  fs::remove(path.parent_path(), ignored);  // fails unless the folder is empty
}

}  // namespace

/// One file that is being made. Used on the executor only.
struct Downloads::Build {
  // Timers of the callers that wait; cancelled when the file is ready.
  std::list<asio::steady_timer*> waiting;
  std::optional<Result<File>> outcome;
};

Downloads::Downloads(archive::Archive& archive, fs::path root, BlockingPool& reads,
                     const asio::any_io_executor& executor, SteadyNow now)
    : now_(std::move(now)),
      archive_(archive),
      root_(std::move(root)),
      reads_(reads),
      executor_(executor),
      tasks_(executor) {}

Downloads::~Downloads() = default;

std::string download_version(const std::vector<archive::ChunkInfo>& chunks) {
  std::string text = std::to_string(kDownloadFormat);
  for (const archive::ChunkInfo& chunk : chunks) {
    text += ' ' + std::to_string(chunk.seq) + ' ' + chunk.sha256_hex;
  }
  return hex(sha256(as_bytes(text))).substr(0, kVersionCharacters);
}

Task<Result<Downloads::File>> Downloads::get(RecordingId id) {
  // Not cancelled together with the caller, which lives on another thread.
  co_return co_await asio::co_spawn(
      executor_, get_here(std::move(id)),
      asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

Task<Result<Downloads::File>> Downloads::get_here(RecordingId id) {
  auto chunks = co_await archive_.all_chunks(id);
  if (!chunks) co_return std::unexpected(chunks.error());
  File file;
  file.version = co_await reads_.run([&chunks] { return download_version(*chunks); });
  file.path = root_ / id.value / (kPrefix + file.version + ".mcap");
  const std::string key = file.path.string();
  if (const auto kept = co_await reads_.run([&file] { return size_of(file.path); })) {
    used_[key] = now_();
    file.bytes = *kept;
    co_return file;
  }
  if (closing_) co_return fail(ErrorCode::Unavailable, "The server is shutting down.");
  // Owned by the map, its task, and the callers that wait.
  std::shared_ptr<Build> build = builds_[key];
  if (!build) {
    builds_[key] = build = std::make_shared<Build>();
    tasks_.spawn("download", run(build, id, *std::move(chunks), std::move(file)));
  }
  asio::steady_timer timer(executor_, asio::steady_timer::time_point::max());
  build->waiting.push_back(&timer);
  boost::system::error_code cancelled;
  while (!build->outcome) {
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
  build->waiting.remove(&timer);
  if (*build->outcome) used_[key] = now_();
  co_return *build->outcome;
}

Task<void> Downloads::run(std::shared_ptr<Build> build, RecordingId id,
                          std::vector<archive::ChunkInfo> chunks, File file) {
  const fs::path path = file.path;
  std::optional<Result<File>> outcome;
  try {
    outcome = co_await write(id, std::move(chunks), std::move(file));
  } catch (const std::exception& error) {
    outcome = fail(ErrorCode::Unavailable, "The download could not be made; the log says why.");
    log::warn("download.failed", {{"recording_id", id.value}, {"what", error.what()}});
  }
  if (!*outcome) outcome = std::unexpected(co_await clean_up(id, path, outcome->error()));
  build->outcome = std::move(outcome);
  builds_.erase(path.string());
  for (asio::steady_timer* waiting : build->waiting) waiting->cancel();
}

/// Removes what was written of a download that failed. Returns its error, or that of a recording
/// that was erased meanwhile. Never throws, because others wait for the outcome.
Task<Error> Downloads::clean_up(RecordingId id, fs::path path, Error failure) {
  try {
    co_await reads_.run([&path] { remove_with_folder(path.string() + ".part"); });
    const auto standing = co_await archive_.standing(id);
    if (!standing) failure = standing.error();
  } catch (const std::exception& error) {
    log::warn("download.failed", {{"recording_id", id.value}, {"what", error.what()}});
  }
  co_return failure;
}

Task<Result<Downloads::File>> Downloads::write(RecordingId id,
                                               std::vector<archive::ChunkInfo> chunks, File file) {
  std::uint64_t needed = 0;
  std::vector<std::int64_t> seqs;
  seqs.reserve(chunks.size());
  for (const archive::ChunkInfo& chunk : chunks) {
    needed += static_cast<std::uint64_t>(chunk.bytes);
    seqs.push_back(chunk.seq);
  }
  const fs::path part = file.path.string() + ".part";
  const auto opened = co_await reads_.run([&]() -> std::unique_ptr<media::File> {
    if (fs::space(root_).available < needed + kRoomLeftBytes) return nullptr;
    fs::create_directories(part.parent_path());
    return std::make_unique<media::File>(part);
  });
  if (!opened) co_return fail(ErrorCode::StorageFull, "The disk has no room for the download.");
  const auto source = mcap_download(archive_, reads_, std::move(id), std::move(seqs));
  for (;;) {
    if (closing_) co_return fail(ErrorCode::Unavailable, "The server is shutting down.");
    const Bytes piece = co_await source->next();
    if (piece.empty()) break;
    co_await reads_.run([&] { opened->append(piece); });
  }
  co_await reads_.run([&] {
    opened->sync();
    opened->rename(file.path);
  });
  file.bytes = opened->size();
  co_return file;
}

Task<void> Downloads::tidy() {
  if (!std::exchange(tidied_, true)) {
    co_await reads_.run([this] { remove_all_in(root_); });
  }
  const auto now = now_();
  for (auto one = used_.begin(); one != used_.end();) {
    if (now - one->second < kKept) {
      ++one;
      continue;
    }
    const fs::path path = one->first;
    one = used_.erase(one);
    co_await reads_.run([path] { remove_with_folder(path); });
  }
}

Task<void> Downloads::close(Deadline deadline) {
  closing_ = true;
  co_await tasks_.join(deadline);
}

}  // namespace reprise::playback
