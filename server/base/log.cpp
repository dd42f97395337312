#include "base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <iterator>

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

/// Characters that end a line for some viewer, drive a terminal, or reorder what is read.
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

void write(Level level, std::string_view event, Fields fields) {
  if (!enabled(level)) return;
  const std::string line = format_line(level, event, fields, now_utc_ns());
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody to tell
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace log

void assertion_failed(const char* condition, const char* file, int line) {
  log::error("assertion.failed", {{"condition", condition}, {"file", file}, {"line", line}});
  std::abort();
}

}  // namespace reprise
