#include "domain/login/csrf.hpp"

#include <algorithm>

namespace reprise::login {
namespace {

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

bool is_type(std::string_view content_type, std::string_view wanted) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return lower(type) == wanted;
}

bool is_ours(const FromWhere& from, const std::vector<std::string>& ours) {
  // A page with `Referrer-Policy: no-referrer` sends `Origin: null` in some modes (Fetch standard,
  // "append a request Origin header"); then the browser's own word counts.
  if (from.origin && *from.origin != "null") {
    return std::ranges::find(ours, lower(*from.origin)) != ours.end();
  }
  return from.fetch_site == "same-origin";
}

}  // namespace

std::optional<Foreign> check_origin(const FromWhere& from, const std::vector<std::string>& ours) {
  if (from.bearer && !from.cookie) return std::nullopt;
  if (!is_ours(from, ours)) return Foreign::Origin;
  const std::string_view type = from.content_type.value_or("");
  // The form of another site would name that site as its origin
  // (docs/adr/2026-11-29-uploads.md).
  const bool own_form = from.to_file_route && from.origin && *from.origin != "null" &&
                        is_type(type, "multipart/form-data");
  if (!from.custom_header && !own_form && !is_type(type, "application/json")) return Foreign::Plain;
  return std::nullopt;
}

}  // namespace reprise::login
