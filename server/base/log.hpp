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
/// For callers that would compute a field only to have it dropped.
bool enabled(Level level);

/// `event` is a fixed name such as `http.request`; what varies goes into `fields`. Any thread.
void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::Debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) { write(Level::Info, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::Warn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::Error, event, fields);
}

/// While one lives, `write` only queues its line, and a thread of its own writes: whoever reads our
/// standard error slowly, or not at all (a paused terminal), must not stop the server. When the
/// queue is full, lines are dropped, and a line `log.dropped` says how many once there is room.
/// When the process is killed, the last few milliseconds of lines are lost. At most one at a time.
class Background {
 public:
  explicit Background(int descriptor = 2);
  /// Waits kFlushWait at most for what is queued.
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
/// Waits until what was queued before is written, kFlushWait at most. Before the process ends on
/// purpose.
void flush();

/// The line that `write` prints, with its newline. Pure. Text is cut at `kTextBytesMax`; control,
/// line-separator and bidirectional characters come out as \uXXXX, bytes that are not UTF-8 as
/// \ufffd: no field can forge or hide a line.
std::string format_line(Level level, std::string_view event, Fields fields, std::int64_t utc_ns);
inline constexpr std::size_t kTextBytesMax = 2048;

}  // namespace reprise::log
