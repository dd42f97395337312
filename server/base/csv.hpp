#pragma once

// Tables as text with commas (RFC 4180), as spreadsheets read and write them. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::csv {

using Cells = std::vector<std::string>;

/// One line of a table, with its line break. A cell that a spreadsheet would take for a formula
/// (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return) gets `'` in front; so does one
/// that begins with `'` and such a sign, so that `read` gives back what was written.
std::string line(const Cells& cells);

struct Limits {
  std::size_t rows = 10'000;
  std::size_t cells = 100;  ///< of a row
};

/// The rows of a table, empty lines left out, without the `'` that `line` puts in front. A mark of
/// the order of bytes at the beginning is skipped; lines end with CR LF or LF. Errors: Invalid,
/// with the line: a quote that is not closed or stands within a cell, text after a closing quote,
/// more rows or cells than the limits.
Result<std::vector<Cells>> read(std::string_view text, const Limits& limits);

}  // namespace reprise::csv
