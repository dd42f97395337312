#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

// Structured log: one JSON object per line on standard error, one write(2) per line, so that lines
// of several threads never mix. Never log keys, tokens, handles or what people said.
namespace reprise::log {

enum class Level { Debug, Info, Warn, Error };

/// What a field may hold. Text is borrowed for the call only.
class Value {
 public:
  Value(std::string_view text) : held_(text) {}
  Value(const char* text) : held_(std::string_view(text)) {}
  Value(const std::string& text) : held_(std::string_view(text)) {}
  Value(bool flag) : held_(flag) {}
  Value(std::floating_point auto number) : held_(static_cast<double>(number)) {}
  Value(std::signed_integral auto number) : held_(static_cast<std::int64_t>(number)) {}
  Value(std::unsigned_integral auto number) : held_(static_cast<std::uint64_t>(number)) {}
  const auto& held() const { return held_; }

 private:
  std::variant<std::string_view, bool, double, std::int64_t, std::uint64_t> held_;
};

struct Field {
  std::string_view name;  ///< snake_case, unit last; `time`, `level` and `event` are taken
  Value value;
};
using Fields = std::initializer_list<Field>;

/// Lines below this level are dropped. Default: Info. Any thread.
void set_level(Level level);
/// Ask before computing a field that costs much: a line below the level is dropped.
bool enabled(Level level);

/// `event` is a fixed name such as `http.request`; values go into `fields`. Any thread.
void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::Debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) { write(Level::Info, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::Warn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::Error, event, fields);
}

/// While a Background lives, `write` only puts its line into a queue, and another thread writes it.
/// So a reader that reads standard error slowly, or not at all (a paused terminal), cannot stop the
/// server. When the queue is full, lines are dropped; once there is room, a line `log.dropped` says
/// how many. A kill of the process loses the lines of its last few milliseconds. Only one
/// Background may live at a time.
class Background {
 public:
  explicit Background(int descriptor = 2);
  /// Waits at most kFlushWait for the queue to become empty.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  struct Queue;

 private:
  std::shared_ptr<Queue> queue_;  ///< shared with its thread, which may hang in a write
};
inline constexpr std::size_t kQueueLinesMax = 16 * 1024;
inline constexpr std::size_t kQueueBytesMax = std::size_t{4} << 20;
inline constexpr std::chrono::milliseconds kFlushWait{1000};
/// Waits at most kFlushWait until the lines that are queued now are written. Call it before the
/// process ends on purpose.
void flush();

/// The line that `write` prints, with its newline. Pure. Text is cut at `kTextBytesMax`; control,
/// line-separator and bidirectional characters come out as \uXXXX, bytes that are not UTF-8 as
/// \ufffd: no field can forge or hide a line.
std::string format_line(Level level, std::string_view event, Fields fields, std::int64_t utc_ns);
inline constexpr std::size_t kTextBytesMax = 2048;

}  // namespace reprise::log
