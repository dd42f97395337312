#include "platform/http/router.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include "base/assert.hpp"
#include "base/id.hpp"

namespace reprise::http {
namespace {

/// 0 … 2^31 − 1 without leading zeros, so that each number has one text.
bool is_uint(std::string_view text) {
  if (text.empty() || text.size() > 10 || (text.size() > 1 && text[0] == '0')) return false;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() &&
         value <= static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
}

/// The value of `Allow`; empty when there are no methods.
std::string allow_header(std::set<std::string_view> methods) {
  if (methods.empty()) return {};
  methods.insert("OPTIONS");
  if (methods.contains("GET")) methods.insert("HEAD");
  std::string text;
  for (const std::string_view name : methods) {
    text += text.empty() ? "" : ", ";
    text += name;
  }
  return text;
}

}  // namespace

std::string_view method_name(Method method) {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Head:
      return "HEAD";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
    case Method::Patch:
      return "PATCH";
    case Method::Delete:
      return "DELETE";
    case Method::Options:
      return "OPTIONS";
  }
  return "";
}

Router::Router(Routes routes) {
  for (Route& route : routes) {
    REPRISE_ASSERT(static_cast<bool>(route.handler) != static_cast<bool>(route.web_socket));
    std::vector<Part> parts = compile(route.pattern);
    rows_.push_back({std::move(route), std::move(parts)});
  }
}

std::vector<Router::Part> Router::compile(std::string_view pattern) {
  std::vector<Part> parts;
  REPRISE_ASSERT(pattern.starts_with('/'));
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::string_view segment = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(segment.size());
    if (!segment.starts_with('{')) {
      REPRISE_ASSERT(segment.find_first_of("{}") == segment.npos);
      parts.push_back({Kind::Literal, std::string(segment)});
      continue;
    }
    const auto colon = segment.find(':');
    REPRISE_ASSERT(colon != segment.npos && colon > 1 && segment.ends_with('}'));
    const std::string_view type = segment.substr(colon + 1, segment.size() - colon - 2);
    const Kind kind = type == "uuid"   ? Kind::Uuid
                      : type == "uint" ? Kind::UInt
                      : type == "rest" ? Kind::Rest
                                       : Kind::Segment;
    REPRISE_ASSERT(kind != Kind::Segment || type == "segment");
    REPRISE_ASSERT(kind != Kind::Rest || pattern.empty());
    parts.push_back({kind, {}});
  }
  return parts;
}

bool Router::fits(const Part& part, std::string_view segment) {
  switch (part.kind) {
    case Kind::Literal:
      return segment == part.literal;
    case Kind::Uuid:
      return is_uuid(segment);
    case Kind::UInt:
      return is_uint(segment);
    case Kind::Segment:
      return !segment.empty();
    case Kind::Rest:
      return true;
  }
  return false;
}

bool Router::match_parts(const std::vector<Part>& parts, std::string_view path,
                         std::vector<std::string>& params) {
  for (const Part& part : parts) {
    if (!path.starts_with('/')) return false;
    path.remove_prefix(1);
    const std::string_view segment =
        part.kind == Kind::Rest ? path : path.substr(0, path.find('/'));
    if (!fits(part, segment)) return false;
    if (part.kind != Kind::Literal) params.emplace_back(segment);
    path.remove_prefix(segment.size());
  }
  return path.empty();
}

Router::Match Router::match(Method method, std::string_view path) const {
  Match fallback;
  std::set<std::string_view> allowed;
  std::set<std::string_view> fallback_allowed;
  for (const bool head_as_get : {false, true}) {
    if (head_as_get && method != Method::Head) break;
    const Method wanted = head_as_get ? Method::Get : method;
    for (const Row& row : rows_) {
      Match match;
      if (!match_parts(row.parts, path, match.params)) continue;
      const bool is_fallback = row.parts.back().kind == Kind::Rest;
      if (row.route.method != wanted) {
        (is_fallback ? fallback_allowed : allowed).insert(method_name(row.route.method));
        continue;
      }
      match.route = &row.route;
      if (!is_fallback) return match;
      if (fallback.route == nullptr) fallback = std::move(match);
    }
  }
  if (allowed.empty() && fallback.route != nullptr) return fallback;
  return {.allow = allow_header(allowed.empty() ? fallback_allowed : allowed)};
}

}  // namespace reprise::http
