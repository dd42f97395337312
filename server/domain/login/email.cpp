#include "domain/login/email.hpp"

#include <algorithm>

namespace reprise::login {
namespace {

constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321, erratum 1690
constexpr std::size_t kLocalBytesMax = 64;
constexpr std::size_t kLabelBytesMax = 63;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// RFC 5322 3.2.3.
bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.starts_with('.') || text.ends_with('.') || text.contains("..")) {
    return false;
  }
  return std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view(".!#$%&'*+-/=?^_`{|}~").contains(c);
  });
}

/// RFC 5321 4.1.2, Quoted-string.
bool is_quoted(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return false;
  text = text.substr(1, text.size() - 2);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c < ' ' || c > '~' || c == '"') return false;
    if (c == '\\' && ++at == text.size()) return false;
  }
  return true;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLabelBytesMax && !label.starts_with('-') &&
         !label.ends_with('-') &&
         std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_domain(std::string_view name) {
  if (!name.contains('.')) return false;
  for (;;) {
    const auto dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == name.npos) return true;
    name.remove_prefix(dot + 1);
  }
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

}  // namespace

std::optional<Email> read_email(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == address.npos || address.size() > kAddressBytesMax) return std::nullopt;
  const std::string_view local = address.substr(0, at);
  const std::string_view domain = address.substr(at + 1);
  if (local.size() > kLocalBytesMax || !(is_dot_atom(local) || is_quoted(local)) ||
      !is_domain(domain)) {
    return std::nullopt;
  }
  return Email{std::string(local), lower(domain)};
}

std::optional<EmailRule> read_email_rule(std::string_view text) {
  if (text.starts_with("*@")) {
    const std::string_view domain = text.substr(2);
    if (!is_domain(domain)) return std::nullopt;
    return EmailRule{"", lower(domain)};
  }
  auto address = read_email(text);
  // A star elsewhere is allowed in addresses, but whoever writes one here means a pattern.
  if (!address || address->local.contains('*')) return std::nullopt;
  return EmailRule{std::move(address->local), std::move(address->domain)};
}

bool fits(const EmailRule& rule, std::string_view address) {
  const auto email = read_email(address);
  return email && email->domain == rule.domain &&
         (rule.local.empty() || rule.local == email->local);
}

bool admits(const AllowList& list, std::string_view verified_email,
            const std::vector<std::string>& groups) {
  if (list.emails.empty() && list.groups.empty()) return true;
  return std::ranges::any_of(list.emails,
                             [&](const EmailRule& rule) { return fits(rule, verified_email); }) ||
         std::ranges::any_of(groups, [&](const std::string& group) {
           return std::ranges::find(list.groups, group) != list.groups.end();
         });
}

}  // namespace reprise::login
