#pragma once

// Tasks as a table (docs/formats/task-table.md). Pure.

#include <string>
#include <string_view>
#include <vector>

#include "domain/task/task.hpp"

namespace reprise::task {

/// The most lines of a table that is read at once, without the one with the names.
inline constexpr std::size_t kImportMax = 1'000;
/// So many wrong lines are told at once.
inline constexpr std::size_t kWrongLinesMax = 20;

/// Which lines of a table are wrong.
class WrongLines {
 public:
  void add(std::size_t line, const Error& why);
  bool empty() const { return count_ == 0; }
  /// All of them, a line of text for each; of one alone its own error.
  Error error() const;

 private:
  std::size_t count_ = 0;
  Error first_{ErrorCode::Invalid, ""};
  std::string words_;
};

/// The line with the names of the columns.
std::string table_head();
std::string table_line(const Task& task);

/// The tasks of a table. The columns may stand in any order; only `title` must be there.
/// `created_at` and `updated_at` are not read. Errors: those of WrongLines, with the columns.
Result<std::vector<NewTask>> read_table(std::string_view text, const access::UserId& by);

}  // namespace reprise::task
