#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/parser.hpp>
#include <cmath>
#include <set>

namespace reprise {
namespace {

/// Finds a member name that occurs twice in one object. The text must be valid JSON.
class DuplicateScan {
 public:
  explicit DuplicateScan(std::string_view text) : text_(text) {}

  std::optional<std::string> run() {
    for (at_ = 0; at_ < text_.size(); ++at_) {
      switch (text_[at_]) {
        case '"': {
          std::string name = take_string();
          if (levels_.empty() || !levels_.back().expects_name) break;
          levels_.back().expects_name = false;
          if (!levels_.back().names.insert(name).second) return name;
          break;
        }
        case '{':
          levels_.push_back({true, true, {}});
          break;
        case '[':
          levels_.push_back({false, false, {}});
          break;
        case '}':
        case ']':
          levels_.pop_back();
          break;
        case ',':
          levels_.back().expects_name = levels_.back().is_object;
          break;
        default:
          break;
      }
    }
    return std::nullopt;
  }

 private:
  struct Level {
    bool is_object;
    bool expects_name;
    std::set<std::string> names;
  };

  /// The string that begins at the current quote, decoded if it is a name; leaves `at_` on its
  /// closing quote.
  std::string take_string() {
    const std::size_t first = at_++;
    bool escaped = false;
    for (; text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') continue;
      escaped = true;
      ++at_;
    }
    if (levels_.empty() || !levels_.back().expects_name) return {};
    if (!escaped) return std::string(text_.substr(first + 1, at_ - first - 1));
    const auto name = boost::json::parse(text_.substr(first, at_ - first + 1));
    return std::string(std::string_view(name.get_string()));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
};

}  // namespace

namespace {

/// `1e400` is valid JSON, but no double can hold it: it would be read as infinity, and written as
/// text that the parser refuses. The parser bounds the depth.
bool holds_its_numbers(const boost::json::value& value) {
  if (const double* number = value.if_double()) return std::isfinite(*number);
  if (const auto* list = value.if_array()) return std::ranges::all_of(*list, holds_its_numbers);
  if (const auto* object = value.if_object()) {
    return std::ranges::all_of(
        *object, [](const auto& member) { return holds_its_numbers(member.value()); });
  }
  return true;
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view text) {
  boost::json::parser parser;
  boost::system::error_code error;
  const std::size_t used = parser.write(text, error);
  if (error) {
    return fail(ErrorCode::Invalid,
                fmt::format("This is not JSON: {} at byte {}.", error.message(), used));
  }
  if (auto name = DuplicateScan(text).run()) {
    return fail(ErrorCode::Invalid, fmt::format("The member `{}` occurs twice.", *name));
  }
  boost::json::value value = parser.release();
  if (!holds_its_numbers(value)) {
    return fail(ErrorCode::Invalid, "A number is too large: its amount must stay below 1.8e308.");
  }
  return value;
}

namespace json_detail {

std::string text_of(const Place& place) {
  if (place.parent == nullptr) return {};
  std::string text = text_of(*place.parent);
  if (place.member.empty()) return fmt::format("{}[{}]", text, place.index);
  return text.empty() ? std::string(place.member) : fmt::format("{}.{}", text, place.member);
}

namespace {
std::string subject(const Place& place) {
  std::string text = text_of(place);
  return text.empty() ? "The body" : '`' + text + '`';
}
}  // namespace

std::unexpected<Error> must_be(const Place& place, std::string_view what) {
  return fail(ErrorCode::Invalid, fmt::format("{} must be {}.", subject(place), what));
}
std::unexpected<Error> is_missing(const Place& place) {
  return fail(ErrorCode::Invalid, fmt::format("{} is missing.", subject(place)));
}
std::unexpected<Error> is_unknown(const Place& place) {
  return fail(ErrorCode::Invalid, fmt::format("{} is not known here.", subject(place)));
}

std::string snake_case(std::string_view pascal_case) {
  std::string text;
  for (const char c : pascal_case) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !text.empty()) text += '_';
    text += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

}  // namespace json_detail
}  // namespace reprise
