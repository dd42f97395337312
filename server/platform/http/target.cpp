#include "platform/http/target.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::unexpected<Error> bad(std::string sentence) {
  return fail(ErrorCode::Invalid, std::move(sentence));
}

Result<std::string> decode_path(std::string_view raw, bool merge_slashes) {
  std::string path;
  while (!raw.empty()) {  // raw begins with '/'
    raw.remove_prefix(1);
    const std::string_view raw_segment = raw.substr(0, raw.find('/'));
    raw.remove_prefix(raw_segment.size());
    if (merge_slashes && raw_segment.empty() && !raw.empty()) continue;
    const auto segment = percent_decode(raw_segment);
    if (!segment) return bad("The path has a % that two hexadecimal digits do not follow.");
    if (*segment == "." || *segment == "..") return bad("The path has a dot segment.");
    for (const char c : *segment) {
      if (c == '/' || c == '\\' || is_control(c)) return bad("The path has a forbidden character.");
    }
    if (!is_utf8(*segment)) return bad("The path is not UTF-8.");
    path += '/';
    path += *segment;
  }
  return path;
}

/// What an error calls a wrong parameter: its name, if that is a plain word.
std::string called(std::string_view name) {
  constexpr std::size_t kNameMax = 32;
  const bool plain =
      !name.empty() && name.size() <= kNameMax && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
  return plain ? "`" + std::string(name) + "`" : "The query";
}

/// `name`: the parameter to which `raw` belongs, as received.
Result<std::string> decode_parameter(std::string_view raw, std::string_view name) {
  std::string text(raw);
  std::ranges::replace(text, '+', ' ');
  auto decoded = percent_decode(text);
  if (!decoded) return bad(called(name) + " has a % that two hexadecimal digits do not follow.");
  if (!is_utf8(*decoded) || decoded->find('\0') != std::string::npos) {
    return bad(called(name) + " must be UTF-8 text without NUL.");
  }
  return std::move(*decoded);
}

Status parse_query(std::string_view raw, Target& target) {
  while (!raw.empty()) {
    const std::string_view pair = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(raw.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (target.query.size() == kQueryParametersMax)
      return bad("The query has too many parameters.");
    const auto equals = pair.find('=');
    const auto raw_name = pair.substr(0, equals);
    auto name = decode_parameter(raw_name, {});
    auto value = decode_parameter(
        equals == pair.npos ? std::string_view{} : pair.substr(equals + 1), raw_name);
    if (!name) return std::unexpected(name.error());
    if (!value) return std::unexpected(value.error());
    for (const auto& [held, _] : target.query) {
      if (held == *name) return bad("A parameter of the query occurs twice.");
    }
    target.query.emplace_back(std::move(*name), std::move(*value));
  }
  return {};
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

Result<Target> parse_target(std::string_view text, bool merge_slashes) {
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '#')
      return bad("The request target has a forbidden character.");
  }
  Target target;
  constexpr std::string_view kScheme = "http://";
  if (same_token(text.substr(0, kScheme.size()), kScheme)) {
    text.remove_prefix(kScheme.size());
    const std::string_view authority = text.substr(0, text.find_first_of("/?"));
    if (authority.empty()) return bad("The request target names no host.");
    target.authority = authority;
    text.remove_prefix(authority.size());
  } else if (!text.starts_with('/')) {
    return bad("The request target must begin with /.");
  }
  const auto mark = text.find('?');
  const std::string_view raw_path = text.substr(0, mark);
  auto path = decode_path(raw_path.empty() ? "/" : raw_path, merge_slashes);
  if (!path) return std::unexpected(path.error());
  target.path = std::move(*path);
  if (mark != text.npos) {
    if (Status status = parse_query(text.substr(mark + 1), target); !status) {
      return std::unexpected(status.error());
    }
  }
  return target;
}

}  // namespace reprise::http
