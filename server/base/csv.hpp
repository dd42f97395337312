#pragma once

// Tables as text with commas (RFC 4180), as spreadsheets read and write them. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::csv {

using Cells = std::vector<std::string>;

/// A row of a table that was read.
struct Row {
  Cells cells;
  std::size_t line = 1;  ///< where it begins, as an editor counts
};

/// One line of a table, with its line break. A cell that a spreadsheet would take for a formula
/// (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return) gets `'` in front; so does one
/// that begins with `'` and such a sign, so that `read` gives back what was written.
std::string line(const Cells& cells);

struct Limits {
  std::size_t rows = 10'000;
  std::size_t cells = 100;  ///< of a row
};

/// The rows of a table, empty ones left out, without the `'` that `line` puts in front. A mark of
/// the order of bytes at the beginning is skipped; lines end with CR LF, LF or CR. Where the first
/// line has no comma, cells are separated by semicolons (as spreadsheets do in many languages), or
/// without these by tabs; a line like `sep=;` says it, too. Errors: Invalid, with the line: a quote
/// that is not closed or stands within a cell, text after a closing quote, more rows or cells than
/// the limits.
Result<std::vector<Row>> read(std::string_view text, const Limits& limits);

}  // namespace reprise::csv
