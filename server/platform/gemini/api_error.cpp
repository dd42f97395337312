#include "platform/gemini/api_error.hpp"

#include <algorithm>
#include <boost/json/value.hpp>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "base/json.hpp"
#include "base/utf8.hpp"

namespace reprise::gemini {
namespace json = boost::json;

namespace {

constexpr std::chrono::seconds kRetryAfterMax{3600};  // a longer wait is shown as an hour
constexpr std::size_t kRepeatedMax = 4096;            // how much text is searched for secrets

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

void read_details(const json::value* details, ApiError& error) {
  if (details == nullptr || !details->is_array()) return;
  for (const json::value& detail : details->get_array()) {
    if (!detail.is_object()) continue;
    if (auto reason = text_in(detail.get_object(), "reason"); !reason.empty()) {
      error.reasons.push_back(std::move(reason));
    }
    if (const auto wait = read_wait(text_in(detail.get_object(), "retryDelay"))) {
      error.retry_after = wait;
    }
  }
}

/// How many characters of `text`, from `at` on, are a piece of the secret.
std::size_t piece_length(std::string_view text, std::size_t at, std::string_view secret) {
  const std::size_t least = std::min(secret.size(), kSecretPieceMin);
  if (least == 0 || at + least > text.size()) return 0;
  std::size_t longest = 0;
  for (auto found = secret.find(text.substr(at, least)); found != secret.npos;
       found = secret.find(text.substr(at, least), found + 1)) {
    std::size_t length = least;
    while (at + length < text.size() && found + length < secret.size() &&
           text[at + length] == secret[found + length]) {
      ++length;
    }
    longest = std::max(longest, length);
  }
  return longest;
}

/// How many characters from `at` on look like a key or token of Google, anybody's.
std::size_t credential_length(std::string_view text, std::size_t at) {
  std::size_t length = 0;
  for (const std::string_view beginning : {"AIza", "AQ.", "auth_tokens/", "ya29."}) {
    if (text.substr(at).starts_with(beginning)) length = beginning.size();
  }
  if (length == 0) return 0;
  const std::size_t begun = length;
  constexpr std::string_view kMore = "-_.";
  while (at + length < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[at + length])) != 0 ||
          kMore.contains(text[at + length]))) {
    ++length;
  }
  return length > begun ? length : 0;
}

}  // namespace

std::optional<std::chrono::seconds> read_wait(std::string_view text) {
  if (!text.ends_with('s')) return std::nullopt;
  const std::string number(text.substr(0, text.size() - 1));
  char* end = nullptr;
  const double seconds = std::strtod(number.c_str(), &end);
  if (number.empty() || *end != '\0' || !(seconds >= 0)) return std::nullopt;
  const double most = static_cast<double>(kRetryAfterMax.count());
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, most))));
}

std::optional<ApiError> read_api_error(std::string_view body) {
  const auto value = parse_json(body);
  if (!value || !value->is_object()) return std::nullopt;
  const json::value* held = value->get_object().if_contains("error");
  if (held == nullptr || !held->is_object()) return std::nullopt;
  const json::object& object = held->get_object();
  ApiError error{.status = text_in(object, "status"), .message = text_in(object, "message")};
  if (const json::value* code = object.if_contains("code"); code != nullptr && code->is_int64()) {
    error.code = static_cast<int>(std::clamp<std::int64_t>(code->get_int64(), 0, 999));
  }
  if (error.status.empty() && error.message.empty()) return std::nullopt;
  read_details(object.if_contains("details"), error);
  return error;
}

std::string safe_words(std::string_view text, std::span<const std::string> secrets) {
  text = text.substr(0, kRepeatedMax);
  std::string safe;
  for (std::size_t at = 0; at < text.size() && safe.size() < kWordsBytesMax;) {
    std::size_t secret_length = credential_length(text, at);
    for (const std::string& secret : secrets) {
      secret_length = std::max(secret_length, piece_length(text, at, secret));
    }
    if (secret_length > 0) {
      safe += "…";
      at += secret_length;
      continue;
    }
    const auto next = utf8_next(text.substr(at));
    const bool blank = static_cast<unsigned char>(text[at]) < ' ' || text[at] == 0x7f;
    if (blank) {
      safe += ' ';
    } else if (next.valid) {
      safe += text.substr(at, next.length);
    }
    at += next.length;
  }
  while (safe.ends_with(' ')) safe.pop_back();
  return safe;
}

}  // namespace reprise::gemini
