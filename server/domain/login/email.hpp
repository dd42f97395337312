#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// E-mail addresses, as far as they decide who is admitted.
namespace reprise::login {

struct Email {
  std::string local;   ///< before the last @, as written
  std::string domain;  ///< after it, in lower case
};

/// Reads an address (RFC 5321 4.1.2): a dot-atom or a quoted string, the last `@`, and a name of at
/// least two labels of ASCII letters, digits and hyphens. Empty for anything else, also for
/// characters beyond ASCII: letters that only look alike must not pass for a domain.
std::optional<Email> read_email(std::string_view address);

/// One entry of an allow-list: `*@example.test`, or one whole address.
struct EmailRule {
  std::string local;  ///< empty: anybody
  std::string domain;
};
/// Empty when the entry is neither.
std::optional<EmailRule> read_email_rule(std::string_view text);

/// Domains compare without case, the part before them with it (RFC 5321 2.4). False when `address`
/// is not a valid address.
bool fits(const EmailRule& rule, std::string_view address);

/// Who is admitted. Without any entry everybody is whom the issuer knows.
struct AllowList {
  std::vector<EmailRule> emails = {};
  std::vector<std::string> groups = {};
};
/// `verified_email` may be empty. One entry that fits is enough.
bool admits(const AllowList& list, std::string_view verified_email,
            const std::vector<std::string>& groups);

}  // namespace reprise::login
