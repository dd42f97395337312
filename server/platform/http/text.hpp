#pragma once

#include <optional>
#include <string>
#include <string_view>

// The small grammar of HTTP fields (RFC 9110 5.6). Pure.
namespace reprise::http {

/// Field names, codings and host names compare without case (ASCII only).
bool same_token(std::string_view a, std::string_view b);
std::string lower_case(std::string_view text);
/// The text without blanks and tabs at both ends.
std::string_view trim(std::string_view text);
/// Takes the next element off the front of a comma list, trimmed; skips empty elements. Empty: the
/// list is used up.
std::optional<std::string_view> next_element(std::string_view& list);
/// Whether a comma list names `token`.
bool list_has(std::string_view list, std::string_view token);
/// A non-empty run of token characters.
bool is_token(std::string_view text);
/// Visible characters, blanks, tabs and bytes from 0x80: nothing that could end a field.
bool is_field_value(std::string_view text);

}  // namespace reprise::http
