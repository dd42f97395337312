#include "base/csv.hpp"

#include <fmt/format.h>

namespace reprise::csv {
namespace {

constexpr std::string_view kFormula = "=+-@\t\r";

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

class Reader {
 public:
  Reader(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kMark)) at_ = kMark.size();
  }

  Result<std::vector<Cells>> all() {
    std::vector<Cells> rows;
    while (at_ < text_.size()) {
      auto row = next_row();
      if (!row) return std::unexpected(row.error());
      if (row->size() == 1 && row->front().empty()) continue;
      if (rows.size() == limits_.rows) {
        return fail(ErrorCode::Invalid,
                    fmt::format("The table must have at most {} lines.", limits_.rows - 1));
      }
      rows.push_back(*std::move(row));
    }
    return rows;
  }

 private:
  bool at_end_of_line() const {
    return at_ >= text_.size() || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n");
  }
  void skip_line_break() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size()) ++at_;
    ++line_;
  }
  std::unexpected<Error> wrong(std::string_view what) const {
    return fail(ErrorCode::Invalid, fmt::format("Line {} of the table {}.", line_, what));
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
      ++at_;  // the comma
    }
  }

  Result<std::string> plain_cell() {
    const std::size_t begin = at_;
    while (!at_end_of_line() && text_[at_] != ',') {
      if (text_[at_] == '"') return wrong("has a quote within a cell that is not in quotes");
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  Result<std::string> quoted_cell() {
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
      if (!at_end_of_line() && text_[at_] != ',') return wrong("has text after a closing quote");
      return cell;
    }
    return wrong("has a quote that is not closed");
  }

  const std::string_view text_;
  const Limits& limits_;
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

Result<std::vector<Cells>> read(std::string_view text, const Limits& limits) {
  return Reader(text, limits).all();
}

}  // namespace reprise::csv
