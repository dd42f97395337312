#include "platform/gcs/signed_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "platform/http/text.hpp"
#include "platform/http/url.hpp"

namespace reprise::gcs {
namespace {

constexpr const char* kAlgorithm = "GOOG4-RSA-SHA256";
constexpr std::chrono::seconds kLivesMost{604'800};

/// `20190201T090000Z`
std::string stamp_of(std::int64_t utc_ns) {
  std::string text = rfc3339(utc_ns).substr(0, std::string_view("2019-02-01T09:00:00").size());
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

/// Removes blanks at both ends, and leaves one blank where there were several inside.
std::string folded(std::string_view value) {
  std::string out;
  for (const char c : http::trim(value)) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && out.ends_with(' ')) continue;
    out += blank ? ' ' : c;
  }
  return out;
}

/// Joins the parameters by `&`, in the order of their encoded names.
std::string canonical_query(const Pairs& parameters) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(parameters.size());
  for (const auto& [name, value] : parameters) {
    encoded.emplace_back(percent_encode(name, Slashes::Encode),
                         percent_encode(value, Slashes::Encode));
  }
  std::ranges::sort(encoded);
  std::string query;
  for (const auto& [name, value] : encoded) {
    query += fmt::format("{}{}={}", query.empty() ? "" : "&", name, value);
  }
  return query;
}

}  // namespace

std::string signed_url(const ServiceAccount& account, const UrlWish& wish,
                       std::int64_t now_utc_ns) {
  REPRISE_ASSERT(wish.lives.count() >= 1 && wish.lives <= kLivesMost);
  const std::string stamp = stamp_of(now_utc_ns);
  const std::string scope = stamp.substr(0, 8) + "/auto/storage/goog4_request";
  std::map<std::string, std::string> headers{{"host", wish.host}};
  for (const auto& [name, value] : wish.headers) headers[http::lower_case(name)] = folded(value);
  std::string names;
  std::string block;
  for (const auto& [name, value] : headers) {
    names += (names.empty() ? "" : ";") + name;
    block += fmt::format("{}:{}\n", name, value);
  }
  Pairs parameters = wish.query;
  parameters.emplace_back("X-Goog-Algorithm", kAlgorithm);
  parameters.emplace_back("X-Goog-Credential", account.email + "/" + scope);
  parameters.emplace_back("X-Goog-Date", stamp);
  parameters.emplace_back("X-Goog-Expires", std::to_string(wish.lives.count()));
  parameters.emplace_back("X-Goog-SignedHeaders", names);
  const std::string query = canonical_query(parameters);
  const std::string path = percent_encode(wish.path, Slashes::Keep);
  const auto digest = headers.find("x-goog-content-sha256");
  const std::string payload = digest == headers.end() ? "UNSIGNED-PAYLOAD" : digest->second;
  const std::string canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", wish.method, path, query, block, names, payload);
  const std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, stamp, scope, hex(sha256(as_bytes(canonical))));
  return fmt::format("{}://{}{}?{}&X-Goog-Signature={}", wish.scheme, wish.host, path, query,
                     hex(account.key.sign(to_sign)));
}

std::string signed_read_url(const ServiceAccount& account, const Address& address,
                            const ReadWish& wish, std::int64_t now_utc_ns) {
  const auto url = http::parse_url(address.endpoint);
  REPRISE_ASSERT(url.has_value());
  UrlWish whole{.scheme = url->tls ? "https" : "http",
                .host = url->authority,
                .path = fmt::format("/{}/{}", address.bucket, address.object_name(wish.key)),
                .lives = wish.lives};
  if (!wish.content_type.empty()) {
    whole.query.emplace_back("response-content-type", wish.content_type);
  }
  if (!wish.disposition.empty()) {
    whole.query.emplace_back("response-content-disposition", wish.disposition);
  }
  return signed_url(account, whole, now_utc_ns);
}

}  // namespace reprise::gcs
