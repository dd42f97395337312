#pragma once

// Tasks as a table (docs/formats/task-table.md). Pure.

#include <string>
#include <string_view>
#include <vector>

#include "domain/task/task.hpp"

namespace reprise::task {

/// The most lines of a table that is read at once, without the one with the names.
inline constexpr std::size_t kImportMax = 1'000;

/// The line with the names of the columns.
std::string table_head();
std::string table_line(const Task& task);

/// The tasks of a table. The columns may stand in any order; only `title` must be there.
/// `created_at` and `updated_at` are not read. Errors: Invalid, with line and column.
Result<std::vector<NewTask>> read_table(std::string_view text, const access::UserId& by);

}  // namespace reprise::task
