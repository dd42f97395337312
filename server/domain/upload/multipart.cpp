#include "domain/upload/multipart.hpp"

#include <algorithm>
#include <optional>

namespace reprise::upload {
namespace {

constexpr std::string_view kType = "multipart/form-data";
constexpr std::size_t kBoundaryMax = 70;  // RFC 2046 5.1.1
constexpr std::size_t kPartsMax = 32;
constexpr std::size_t kPartHeadMax = 4096;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::unexpected<Error> malformed() {
  return fail(ErrorCode::Invalid, "The form is cut or malformed.");
}

/// Takes a token or a quoted string from the front. Browsers write `"` as %22 and leave backslashes
/// alone (HTML, multipart/form-data encoding algorithm).
std::optional<std::string> take_value(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    const std::string_view token = rest.substr(0, rest.find(';'));
    rest.remove_prefix(token.size());
    return std::string(trim(token));
  }
  const std::size_t end = rest.find('"', 1);
  if (end == rest.npos) return std::nullopt;
  std::string value(rest.substr(1, end - 1));
  rest.remove_prefix(end + 1);
  return value;
}

/// The value of a parameter behind the first `;`. Empty: there is none.
std::optional<std::string> parameter(std::string_view field, std::string_view name) {
  std::string_view rest = field;
  rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  while (rest.starts_with(';')) {
    rest.remove_prefix(1);
    const std::size_t equals = rest.find('=');
    if (equals == rest.npos) return std::nullopt;
    const std::string_view key = trim(rest.substr(0, equals));
    rest.remove_prefix(equals + 1);
    auto value = take_value(rest);
    if (!value) return std::nullopt;
    if (same(key, name)) return value;
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  }
  return std::nullopt;
}

/// What follows this name in the head of a part; empty when it has no such field.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    if (line.size() >= name.size() && same(line.substr(0, name.size()), name)) {
      return trim(line.substr(name.size()));
    }
  }
  return std::nullopt;
}

/// The name of the file whose part has this head. Empty: it is another field.
std::optional<std::string> file_name(std::string_view head) {
  const auto disposition = field(head, "content-disposition:");
  return disposition ? parameter(*disposition, "filename") : std::nullopt;
}

}  // namespace

Result<std::string> boundary_in(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  if (!same(type, kType)) {
    return fail(ErrorCode::Unsupported,
                "Send the file as multipart/form-data, or by the tus protocol.");
  }
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kBoundaryMax) return malformed();
  return *std::move(boundary);
}

Result<FormFile> file_in(std::string_view body, std::string_view boundary) {
  const std::string mark = "--" + std::string(boundary);
  const std::string between = "\r\n" + mark;
  std::optional<FormFile> found;
  if (!body.starts_with(mark)) return malformed();
  body.remove_prefix(mark.size());
  for (std::size_t parts = 0; !body.starts_with("--"); ++parts) {
    if (parts == kPartsMax || !body.starts_with("\r\n")) return malformed();
    body.remove_prefix(2);
    const std::size_t head_end = body.find("\r\n\r\n");
    if (head_end == body.npos || head_end > kPartHeadMax) return malformed();
    const std::string_view head = body.substr(0, head_end);
    body.remove_prefix(head_end + 4);
    const std::size_t end = body.find(between);
    if (end == body.npos) return malformed();
    if (auto name = file_name(head)) {
      if (found) return fail(ErrorCode::Invalid, "`file` must be one file.");
      found = FormFile{.name = *std::move(name),
                       .declared_type = std::string(field(head, "content-type:").value_or("")),
                       .content = body.substr(0, end)};
    }
    body.remove_prefix(end + between.size());
  }
  if (!found) return fail(ErrorCode::Invalid, "`file` is missing in the form.");
  return *std::move(found);
}

}  // namespace reprise::upload
