#include "base/csv.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reprise::csv {
namespace {

constexpr std::string_view kFormula = "=+-@\t\r";
constexpr std::string_view kSeparators = ",;\t";
constexpr std::string_view kLineBreak = "\r\n";
/// How Excel says what separates.
constexpr std::string_view kSays = "sep=";

bool looks_like_formula(std::string_view cell) {
  return !cell.empty() && kFormula.contains(cell.front());
}
/// Whether `'` was put in front, or must be.
bool is_marked(std::string_view cell) {
  return cell.size() > 1 && cell.front() == '\'' && (cell[1] == '\'' || kFormula.contains(cell[1]));
}

std::string quoted(std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == cell.npos) return std::string(cell);
  std::string text = "\"";
  for (const char c : cell) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

/// What separates the cells of the first line, outside of quotes.
char separator_of(std::string_view text) {
  bool in_quotes = false;
  std::string_view seen;
  for (std::size_t at = 0; at < text.size() && (in_quotes || !kLineBreak.contains(text[at]));
       ++at) {
    if (text[at] == '"') in_quotes = !in_quotes;
    if (in_quotes || !kSeparators.contains(text[at])) continue;
    // The one that comes first in kSeparators wins.
    if (seen.empty() || kSeparators.find(text[at]) < kSeparators.find(seen.front())) {
      seen = text.substr(at, 1);
    }
  }
  return seen.empty() ? kSeparators.front() : seen.front();
}

class Reader {
 public:
  Reader(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kMark)) at_ = kMark.size();
    if (text_.substr(at_).starts_with(kSays) && at_ + kSays.size() < text_.size()) {
      const char said = text_[at_ + kSays.size()];
      const std::size_t rest = at_ + kSays.size() + 1;
      const bool ends = rest == text_.size() || kLineBreak.contains(text_[rest]);
      if (kSeparators.contains(said) && ends) {
        separator_ = said;
        at_ = rest;
        skip_line_break();
        return;
      }
    }
    separator_ = separator_of(text_.substr(at_));
  }

  Result<std::vector<Row>> all() {
    std::vector<Row> rows;
    while (at_ < text_.size()) {
      const std::size_t line = line_;
      auto row = next_row();
      if (!row) return std::unexpected(row.error());
      if (std::ranges::all_of(*row, &std::string::empty)) continue;
      if (rows.size() == limits_.rows) {
        return fail(ErrorCode::Invalid,
                    fmt::format("The table must have at most {} lines beside the first one.",
                                limits_.rows - 1));
      }
      rows.push_back({.cells = *std::move(row), .line = line});
    }
    return rows;
  }

 private:
  bool at_end_of_line() const { return at_ >= text_.size() || kLineBreak.contains(text_[at_]); }
  void skip_line_break() {
    const bool is_return = at_ < text_.size() && text_[at_] == '\r';
    if (at_ < text_.size()) ++at_;
    if (is_return && at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }
  std::unexpected<Error> wrong(std::string_view what) const { return wrong_at(line_, what); }
  static std::unexpected<Error> wrong_at(std::size_t line, std::string_view what) {
    return fail(ErrorCode::Invalid, fmt::format("Line {} of the table {}.", line, what));
  }

  Result<Cells> next_row() {
    Cells cells;
    for (;;) {
      auto cell = at_ < text_.size() && text_[at_] == '"' ? quoted_cell() : plain_cell();
      if (!cell) return std::unexpected(cell.error());
      if (is_marked(*cell)) cell->erase(0, 1);
      cells.push_back(*std::move(cell));
      if (cells.size() > limits_.cells) {
        return wrong(fmt::format("must have at most {} cells", limits_.cells));
      }
      if (at_end_of_line()) {
        skip_line_break();
        return cells;
      }
      ++at_;  // the separator
    }
  }

  Result<std::string> plain_cell() {
    const std::size_t begin = at_;
    while (!at_end_of_line() && text_[at_] != separator_) {
      if (text_[at_] == '"') return wrong("has a quote within a cell that is not in quotes");
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  Result<std::string> quoted_cell() {
    const std::size_t begins = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != '"') {
        cell += c;
        continue;
      }
      ++at_;
      if (at_ < text_.size() && text_[at_] == '"') {
        cell += '"';
        continue;
      }
      if (!at_end_of_line() && text_[at_] != separator_)
        return wrong("has text after a closing quote");
      return cell;
    }
    return wrong_at(begins, "has a quote that is not closed");
  }

  const std::string_view text_;
  const Limits& limits_;
  char separator_ = ',';
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::string line(const Cells& cells) {
  std::string text;
  for (const std::string& cell : cells) {
    if (!text.empty() || &cell != cells.data()) text += ',';
    text += quoted(looks_like_formula(cell) || is_marked(cell) ? "'" + cell : cell);
  }
  return text + "\r\n";
}

Result<std::vector<Row>> read(std::string_view text, const Limits& limits) {
  return Reader(text, limits).all();
}

}  // namespace reprise::csv
