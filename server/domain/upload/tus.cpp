#include "domain/upload/tus.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace reprise::upload {
namespace {

constexpr std::int64_t kNumberMax = std::int64_t{1} << 53;
constexpr std::string_view kUnnamed = "file";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
}

struct Known {
  std::string_view name;
  Checksum algorithm;
  std::size_t bytes;
};
constexpr std::array kKnown = {
    Known{.name = "sha1", .algorithm = Checksum::Sha1, .bytes = 20},
    Known{.name = "sha256", .algorithm = Checksum::Sha256, .bytes = 32},
    Known{.name = "md5", .algorithm = Checksum::Md5, .bytes = 16},
};

/// Characters that turn the direction of text (UAX #9), or are not seen: a name must not look as if
/// it ended in something else.
constexpr auto kHidden = std::to_array<std::string_view>(
    {"\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c",
     "\u202d", "\u202e", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff"});

std::string without_hidden(std::string text) {
  for (const std::string_view hidden : kHidden) {
    for (std::size_t at = 0; (at = text.find(hidden, at)) != text.npos;) {
      text.erase(at, hidden.size());
    }
  }
  return text;
}

/// At most kNameBytesMax bytes, the ending kept.
std::string shortened(std::string name) {
  constexpr std::size_t kEndingMax = 16;
  if (name.size() <= kNameBytesMax) return name;
  const std::size_t dot = name.rfind('.');
  const bool has_ending = dot != name.npos && name.size() - dot <= kEndingMax;
  const std::string ending = has_ending ? name.substr(dot) : std::string();
  std::size_t cut = kNameBytesMax - ending.size();
  while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xc0) == 0x80) --cut;
  return name.substr(0, cut) + ending;
}

}  // namespace

Result<std::int64_t> number_in(std::string_view field, std::string_view value) {
  constexpr std::size_t kDigitsMax = 16;
  const bool digits = !value.empty() && value.size() <= kDigitsMax &&
                      std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
  std::int64_t number = 0;
  for (const char c : digits ? value : std::string_view()) number = number * 10 + (c - '0');
  if (!digits || number > kNumberMax) {
    return fail(ErrorCode::Invalid, fmt::format("`{}` must be a whole number.", field));
  }
  return number;
}

Result<Metadata> metadata_in(std::string_view value) {
  const auto bad = [](std::string_view why) {
    return fail(ErrorCode::Invalid, fmt::format("`Upload-Metadata` {}", why));
  };
  if (value.size() > kMetadataBytesMax) return bad("is too long.");
  Metadata all;
  value = trim(value);
  while (!value.empty()) {
    const std::string_view pair = trim(value.substr(0, value.find(',')));
    value.remove_prefix(
        std::min(value.size(), value.find(',') == value.npos ? value.size() : value.find(',') + 1));
    const std::string_view key = pair.substr(0, pair.find(' '));
    if (!is_key(key)) return bad("must hold pairs of a key and base64, separated by commas.");
    const auto known = std::ranges::find(all, key, &Metadata::value_type::first);
    if (known != all.end()) return bad("names a key twice.");
    const auto text = base64_decode(trim(pair.substr(key.size())));
    if (!text) return bad(fmt::format("has a value that is not base64: {}.", key));
    all.emplace_back(key, as_text(*text));
  }
  return all;
}

Result<WantedChecksum> checksum_in(std::string_view value) {
  const std::string_view name = value.substr(0, value.find(' '));
  const auto* known = std::ranges::find(kKnown, name, &Known::name);
  if (known == kKnown.end()) {
    return fail(ErrorCode::Invalid,
                fmt::format("`Upload-Checksum` must name one of {}.", kTusChecksums));
  }
  auto digest = base64_decode(trim(value.substr(name.size())));
  if (!digest || digest->size() != known->bytes) {
    return fail(ErrorCode::Invalid, "`Upload-Checksum` must hold a digest as base64.");
  }
  return WantedChecksum{.algorithm = known->algorithm, .digest = *std::move(digest)};
}

std::string clean_name(std::string_view name) {
  std::string text = text::one_line(text::well_formed(name));
  const std::size_t slash = text.find_last_of("/\\");
  if (slash != text.npos) text.erase(0, slash + 1);
  text = without_hidden(std::move(text));
  for (char& c : text) {
    if (std::string_view("<>:\"|?*").contains(c)) c = '_';
  }
  // Hidden files, and names that mean a folder.
  text.erase(0, std::min(text.find_first_not_of(". "), text.size()));
  while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  if (text.empty()) return std::string(kUnnamed);
  return shortened(std::move(text));
}

std::string clean_type(std::string_view type) {
  type = trim(type.substr(0, type.find(';')));
  return type.size() <= kNameBytesMax && is_key(type) ? std::string(type) : std::string();
}

std::string disposition(bool is_attachment, std::string_view name) {
  constexpr std::string_view kPlain = "!#$&+-.^_`|~";
  std::string ascii;
  std::string encoded;
  for (const char c : name) {
    const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%';
    ascii += plain ? c : '_';
    encoded += letter || kPlain.contains(c) ? std::string(1, c)
                                            : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return fmt::format("{}; filename=\"{}\"; filename*=UTF-8''{}",
                     is_attachment ? "attachment" : "inline", ascii, encoded);
}

std::string http_date(std::int64_t utc_ns) {
  const std::chrono::sys_seconds at{
      std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(utc_ns))};
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", at);
}

}  // namespace reprise::upload
