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

constexpr const char* kPart = ".part";  // added to the path while the file is being made

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

Downloads::Downloads(archive::Contents& archive, fs::path root, BlockingPool& reads,
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

Task<Result<Downloads::File>> Downloads::get(access::Reach reach, RecordingId id) {
  // Not cancelled together with the caller, which lives on another thread.
  co_return co_await asio::co_spawn(
      executor_, get_here(std::move(reach), std::move(id)),
      asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

Task<Result<Downloads::File>> Downloads::get_here(access::Reach reach, RecordingId id) {
  auto chunks = co_await archive_.all_chunks(reach, id);
  if (!chunks) co_return std::unexpected(chunks.error());
  File file;
  file.version = co_await reads_.run([&chunks] { return download_version(*chunks); });
  file.path = root_ / id.value / (kPrefix + file.version + ".mcap");
  if (const auto kept = co_await reads_.run([this, &file] { return look(file.path); })) {
    file.bytes = *kept;
    co_return file;
  }
  if (closing_) co_return fail(ErrorCode::Unavailable, "The server is shutting down.");
  // Owned by the map, its task, and the callers that wait.
  std::shared_ptr<Build>& known = builds_[file.path.string()];
  std::shared_ptr<Build> build = known;
  if (!build) {
    known = build = std::make_shared<Build>();
    tasks_.spawn("download", run(build, id, *std::move(chunks), std::move(file)));
  }
  asio::steady_timer timer(executor_, asio::steady_timer::time_point::max());
  build->waiting.push_back(&timer);
  boost::system::error_code cancelled;
  while (!build->outcome) {
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
  build->waiting.remove(&timer);
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
    co_await reads_.run([this, &path] {
      const std::lock_guard lock(mutex_);
      remove_with_folder(path.string() + kPart);
    });
    const auto standing = co_await archive_.standing(access::Reach::everything(), id);
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
  const fs::path part = file.path.string() + kPart;
  const auto opened = co_await reads_.run([&]() -> std::unique_ptr<media::File> {
    if (fs::space(root_).available < needed + kRoomLeftBytes) return nullptr;
    const std::lock_guard lock(mutex_);
    used_[file.path.string()] = now_();
    fs::create_directories(part.parent_path());
    return std::make_unique<media::File>(part);
  });
  if (!opened) co_return fail(ErrorCode::StorageFull, "The disk has no room for the download.");
  const auto source =
      mcap_download(archive_, reads_, access::Reach::everything(), std::move(id), std::move(seqs));
  for (;;) {
    if (closing_) co_return fail(ErrorCode::Unavailable, "The server is shutting down.");
    const Bytes piece = co_await source->next();
    if (piece.empty()) break;
    co_await reads_.run([&] { opened->append(piece); });
  }
  co_await reads_.run([&] {
    opened->sync();
    note_used(file.path);
    opened->rename(file.path);
  });
  file.bytes = opened->size();
  co_return file;
}

/// The size of a file that is kept, which then counts as asked for; empty when there is none.
std::optional<std::uint64_t> Downloads::look(const fs::path& path) {
  const std::lock_guard lock(mutex_);
  std::error_code absent;
  const std::uintmax_t bytes = fs::file_size(path, absent);
  if (absent) return std::nullopt;
  used_[path.string()] = now_();
  return bytes;
}

void Downloads::note_used(const fs::path& path) {
  const std::lock_guard lock(mutex_);
  used_[path.string()] = now_();
}

/// Removes what an earlier process left: every file that nobody has asked this one for.
void Downloads::remove_left() {
  std::error_code ignored;
  for (const auto& folder : fs::directory_iterator(root_, ignored)) {
    for (const auto& file : fs::directory_iterator(folder.path(), ignored)) {
      const std::string name = file.path().filename();
      if (!name.starts_with(kPrefix)) continue;
      fs::path made = file.path();
      if (name.ends_with(kPart)) made.replace_extension();
      const std::lock_guard lock(mutex_);
      if (!used_.contains(made.string())) fs::remove(file.path(), ignored);
    }
  }
}

void Downloads::remove_if_unused(const fs::path& path) {
  const std::lock_guard lock(mutex_);
  const auto found = used_.find(path.string());
  if (found == used_.end() || now_() - found->second < kKept) return;
  used_.erase(found);
  remove_with_folder(path);
}

Task<void> Downloads::tidy() {
  if (!std::exchange(tidied_, true)) {
    co_await reads_.run([this] { remove_left(); });
  }
  const std::vector<std::string> paths = co_await reads_.run([this] {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> known;
    known.reserve(used_.size());
    for (const auto& [path, used] : used_) known.push_back(path);
    return known;
  });
  for (const std::string& path : paths) {
    co_await reads_.run([this, &path] { remove_if_unused(path); });
  }
}

Task<void> Downloads::close(Deadline deadline) {
  closing_ = true;
  co_await tasks_.join(deadline);
}

}  // namespace reprise::playback
