#include "platform/gcs/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>

#include "base/assert.hpp"
#include "platform/http/loopback.hpp"
#include "platform/http/target.hpp"
#include "platform/http/url.hpp"

namespace reprise::gcs {
namespace {

constexpr std::string_view kScheme = "gs://";
constexpr std::string_view kForm =
    "must be gs://BUCKET[/PREFIX], for example gs://recordings/reprise.";

std::unexpected<Error> invalid(std::string_view what) {
  return fail(ErrorCode::Invalid, fmt::format("--blob-store: {}", what));
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether a text may stand between two dots in the name of a bucket.
bool is_label(std::string_view label) {
  constexpr std::size_t kLabelMax = 63;
  if (label.empty() || label.size() > kLabelMax) return false;
  const auto may_end = [](char c) { return is_lower(c) || is_digit(c); };
  if (!may_end(label.front()) || !may_end(label.back())) return false;
  return std::ranges::all_of(label, [&](char c) { return may_end(c) || c == '-' || c == '_'; });
}

bool is_bucket(std::string_view name) {
  constexpr std::size_t kLeast = 3;
  constexpr std::size_t kMostWithDots = 222;
  if (name.size() < kLeast || name.size() > kMostWithDots) return false;
  if (name.starts_with("goog") || name.contains("google")) return false;
  boost::system::error_code not_an_address;
  boost::asio::ip::make_address_v4(std::string(name), not_an_address);
  if (!not_an_address) return false;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t dot = std::min(name.find('.', from), name.size());
    if (!is_label(name.substr(from, dot - from))) return false;
    from = dot + 1;
  }
  return true;
}

bool is_prefix(std::string_view prefix) {
  for (std::size_t from = 0; from <= prefix.size();) {
    const std::size_t slash = std::min(prefix.find('/', from), prefix.size());
    const std::string_view segment = prefix.substr(from, slash - from);
    const auto is_fine = [](char c) {
      return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
             c == '-';
    };
    // A name that begins with a dot is special to people's tools, and `.well-known` to Google.
    if (segment.empty() || segment.front() == '.') return false;
    if (!std::ranges::all_of(segment, is_fine)) return false;
    from = slash + 1;
  }
  return true;
}

/// Reads what follows the `?`. Only `endpoint=URL` may stand there, once.
Status read_endpoint(std::string_view query, Address& address) {
  constexpr std::string_view kName = "endpoint=";
  if (!query.starts_with(kName) || query.contains('&')) {
    return invalid("after the ? it knows one parameter: endpoint=http://HOST:PORT.");
  }
  const auto endpoint = http::percent_decode(query.substr(kName.size()));
  const auto url = endpoint ? http::parse_url(*endpoint) : fail(ErrorCode::Invalid, "");
  if (!url || url->target != "/") {
    return invalid("endpoint= must be http://HOST:PORT or https://HOST[:PORT], without a path.");
  }
  address.endpoint = fmt::format("{}://{}", url->tls ? "https" : "http", url->authority);
  address.takes_credentials = url->tls || http::is_loopback(url->host);
  return {};
}

}  // namespace

std::string Address::object_name(std::string_view key) const {
  return prefix.empty() ? std::string(key) : fmt::format("{}/{}", prefix, key);
}

std::string_view Address::key_of(std::string_view object_name) const {
  if (prefix.empty()) return object_name;
  REPRISE_ASSERT(object_name.starts_with(prefix) && object_name.size() > prefix.size());
  return object_name.substr(prefix.size() + 1);
}

std::string Address::shown() const {
  return fmt::format("gs://{}{}{}{}", bucket, prefix.empty() ? "" : "/" + prefix,
                     endpoint == kGoogleUrl ? "" : " at ", endpoint == kGoogleUrl ? "" : endpoint);
}

Result<Address> read_address(std::string_view url) {
  if (!url.starts_with(kScheme)) return invalid(kForm);
  url.remove_prefix(kScheme.size());
  Address address{.endpoint = std::string(kGoogleUrl)};
  if (const auto mark = url.find('?'); mark != url.npos) {
    if (auto status = read_endpoint(url.substr(mark + 1), address); !status) {
      return std::unexpected(status.error());
    }
    url = url.substr(0, mark);
  }
  const auto slash = url.find('/');
  address.bucket = url.substr(0, slash);
  std::string_view prefix = slash == url.npos ? "" : url.substr(slash + 1);
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  address.prefix = prefix;
  if (address.bucket.empty()) return invalid(kForm);
  if (!is_bucket(address.bucket)) {
    return invalid(fmt::format("{:?} cannot be the name of a bucket: 3 to 63 of a-z, 0-9, - and _.",
                               address.bucket));
  }
  if (address.prefix.size() > kPrefixBytesMax) {
    return invalid(fmt::format("the prefix is longer than {} bytes.", kPrefixBytesMax));
  }
  if (!address.prefix.empty() && !is_prefix(address.prefix)) {
    return invalid(
        "the prefix must be names of letters, digits, ., _ and -, joined by one slash; none begins "
        "with a dot.");
  }
  return address;
}

std::string percent_encode(std::string_view text, Slashes slashes) {
  constexpr std::string_view kStays = "-._~";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool letter = is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c);
    if (letter || kStays.contains(c) || (c == '/' && slashes == Slashes::Keep)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace reprise::gcs
