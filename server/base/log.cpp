#include "base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "base/utf8.hpp"

namespace reprise {
namespace log {
namespace {

std::atomic<Level> level_min{Level::Info};

constexpr std::string_view name_of(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warn";
    case Level::Error:
      return "error";
  }
  return "error";
}

/// Characters that some viewers take for the end of a line, that control a terminal, or that change
/// the order in which text is shown.
bool is_hazardous(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void append_text(std::string& line, std::string_view text) {
  const std::size_t length = text.size();
  line += '"';
  std::size_t used = 0;
  while (!text.empty() && used < kTextBytesMax) {
    const Utf8Step step = utf8_next(text);
    if (step.code_point == '"' || step.code_point == '\\') {
      line += '\\';
      line += static_cast<char>(step.code_point);
    } else if (!step.valid || is_hazardous(step.code_point)) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(step.code_point));
    } else {
      line += text.substr(0, step.length);
    }
    text.remove_prefix(step.length);
    used += step.length;
  }
  if (!text.empty()) fmt::format_to(std::back_inserter(line), "… ({} bytes)", length);
  line += '"';
}

struct AppendValue {
  std::string& line;
  void operator()(std::string_view text) const { append_text(line, text); }
  void operator()(bool flag) const { line += flag ? "true" : "false"; }
  void operator()(double number) const {
    if (std::isfinite(number)) {
      fmt::format_to(std::back_inserter(line), "{}", number);
    } else {
      line += "null";
    }
  }
  void operator()(std::int64_t number) const {
    fmt::format_to(std::back_inserter(line), "{}", number);
  }
  void operator()(std::uint64_t number) const {
    fmt::format_to(std::back_inserter(line), "{}", number);
  }
};

}  // namespace

void set_level(Level level) { level_min = level; }
bool enabled(Level level) { return level >= level_min.load(std::memory_order_relaxed); }

std::string format_line(Level level, std::string_view event, Fields fields, std::int64_t utc_ns) {
  std::string line =
      fmt::format(R"({{"time":"{}","level":"{}","event":)", rfc3339(utc_ns), name_of(level));
  append_text(line, event);
  for (const Field& field : fields) {
    line += ',';
    append_text(line, field.name);
    line += ':';
    std::visit(AppendValue{line}, field.value.held());
  }
  line += "}\n";
  return line;
}

namespace {

void write_now(int descriptor, std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the log itself is broken, so this cannot be reported
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

/// The lines that wait for the thread that writes them.
struct Background::Queue {
  explicit Queue(int to) : descriptor(to) {}

  void push(std::string line) {
    {
      const std::lock_guard lock(mutex);
      if (lines.size() >= kQueueLinesMax || bytes + line.size() > kQueueBytesMax) {
        ++dropped;
        return;
      }
      bytes += line.size();
      ++queued;
      lines.push_back(std::move(line));
    }
    changed.notify_all();
  }
  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return closing || !lines.empty(); });
      if (lines.empty()) break;
      const auto batch = std::exchange(lines, {});
      bytes = 0;
      const auto lost = std::exchange(dropped, 0);  // dropped after the lines of this batch
      lock.unlock();
      for (const std::string& line : batch) write_now(descriptor, line);
      if (lost > 0) {
        write_now(descriptor,
                  format_line(Level::Warn, "log.dropped", {{"lines", lost}}, now_utc_ns()));
      }
      lock.lock();
      written += batch.size();
      changed.notify_all();
    }
    ended = true;
    changed.notify_all();
  }
  /// False: not everything was written within kFlushWait.
  bool wait_until_written() {
    std::unique_lock lock(mutex);
    const std::uint64_t all = queued;
    return changed.wait_for(lock, kFlushWait, [&] { return written >= all; });
  }

  const int descriptor;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> lines;
  std::size_t bytes = 0;
  std::uint64_t dropped = 0;
  std::uint64_t queued = 0;   ///< number of lines since the start
  std::uint64_t written = 0;  ///< how many of them are written
  bool closing = false;
  bool ended = false;
  std::thread thread;
};

namespace {

/// Null: `write` writes its line itself. Shared by its Background, by its thread, and by calls of
/// `write` that are using it.
std::atomic<std::shared_ptr<Background::Queue>> background;

}  // namespace

Background::Background(int descriptor) : queue_(std::make_shared<Queue>(descriptor)) {
  queue_->thread = std::thread([queue = queue_] { queue->run(); });
  pthread_setname_np(queue_->thread.native_handle(), "log");
  background.store(queue_);
}

Background::~Background() {
  background.store(nullptr);
  std::unique_lock lock(queue_->mutex);
  queue_->closing = true;
  queue_->changed.notify_all();
  const bool ended = queue_->changed.wait_for(lock, kFlushWait, [this] { return queue_->ended; });
  lock.unlock();
  if (ended) {
    queue_->thread.join();
  } else {
    // The thread hangs in a write; it holds the queue and ends with the process.
    queue_->thread.detach();
  }
}

void flush() {
  if (const auto queue = background.load()) queue->wait_until_written();
}

void write(Level level, std::string_view event, Fields fields) {
  if (!enabled(level)) return;
  std::string line = format_line(level, event, fields, now_utc_ns());
  if (const auto queue = background.load()) {
    queue->push(std::move(line));
  } else {
    write_now(STDERR_FILENO, line);
  }
}

}  // namespace log

void assertion_failed(const char* condition, const char* file, int line) {
  log::error("assertion.failed", {{"condition", condition}, {"file", file}, {"line", line}});
  log::flush();
  std::abort();
}

}  // namespace reprise
