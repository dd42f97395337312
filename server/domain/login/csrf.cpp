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

bool is_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return lower(type) == "application/json";
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
  const bool json = from.content_type && is_json(*from.content_type);
  if (!from.custom_header && !json) return Foreign::Plain;
  return std::nullopt;
}

}  // namespace reprise::login
