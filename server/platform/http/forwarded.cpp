#include "platform/http/forwarded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>

#include "platform/http/text.hpp"

namespace reprise::http {
namespace ip = boost::asio::ip;

namespace {

constexpr int kBitsOfByte = 8;
constexpr std::size_t kV4Kept = 3;
constexpr std::size_t kV6Kept = 6;
constexpr std::size_t kV6Subscriber = 8;

template <class Array>
std::string text_of(const Array& bytes) {
  return {bytes.begin(), bytes.end()};
}

/// The bytes of an address; of an IPv4 address that is written as IPv6, those of the IPv4 address.
std::optional<std::string> bytes_of(std::string_view text) {
  boost::system::error_code malformed;
  const auto address =
      ip::make_address(std::string(text.substr(0, text.find('%'))), malformed);  // without a zone
  if (malformed) return std::nullopt;
  if (address.is_v4()) return text_of(address.to_v4().to_bytes());
  const ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return text_of(ip::make_address_v4(ip::v4_mapped, v6).to_bytes());
  return text_of(v6.to_bytes());
}

std::string text_of_v6(std::string bytes, std::size_t kept) {
  std::ranges::fill(bytes.begin() + static_cast<std::ptrdiff_t>(kept), bytes.end(), '\0');
  ip::address_v6::bytes_type raw{};
  std::ranges::copy(bytes, raw.begin());
  return ip::address_v6(raw).to_string();
}

bool fits(std::string_view address, std::string_view range, int bits) {
  if (address.size() != range.size()) return false;
  const auto whole = static_cast<std::size_t>(bits / kBitsOfByte);
  if (address.substr(0, whole) != range.substr(0, whole)) return false;
  const int rest = bits % kBitsOfByte;
  if (rest == 0) return true;
  const auto front = [&](std::string_view bytes) {
    return static_cast<unsigned char>(bytes[whole]) >> (kBitsOfByte - rest);
  };
  return front(address) == front(range);
}

bool ends_with_port(std::string_view element) {
  return std::ranges::count(element, ':') == 1 || element.starts_with('[');
}

/// An element of the list, without the port that some proxies add.
std::string_view without_port(std::string_view element) {
  if (!ends_with_port(element)) return element;
  if (!element.starts_with('[')) return element.substr(0, element.find(':'));
  const auto end = element.find(']');
  return end == element.npos ? element : element.substr(1, end - 1);
}

}  // namespace

Result<TrustedProxies> TrustedProxies::read(std::string_view list) {
  TrustedProxies proxies;
  while (const auto element = next_element(list)) {
    const auto slash = element->find('/');
    auto bytes = bytes_of(element->substr(0, slash));
    int bits = bytes ? static_cast<int>(bytes->size()) * kBitsOfByte : 0;
    bool fine = bytes.has_value();
    if (fine && slash != element->npos) {
      const std::string_view number = element->substr(slash + 1);
      int wanted = -1;
      const auto [end, error] =
          std::from_chars(number.data(), number.data() + number.size(), wanted);
      fine = error == std::errc{} && end == number.data() + number.size() && wanted >= 0 &&
             wanted <= bits;
      bits = wanted;
    }
    if (!fine) {
      return fail(ErrorCode::Invalid,
                  fmt::format("{} is no address and no range such as 10.0.0.0/8.", *element));
    }
    proxies.ranges_.push_back({*std::move(bytes), bits});
  }
  return proxies;
}

bool TrustedProxies::has(std::string_view address) const {
  const auto bytes = bytes_of(address);
  return bytes && std::ranges::any_of(ranges_, [&](const Range& range) {
           return fits(*bytes, range.bytes, range.bits);
         });
}

std::string TrustedProxies::client_address(std::string_view peer_address,
                                           const Headers& headers) const {
  std::vector<std::string_view> hops;
  for (const auto& [name, value] : headers.rows()) {
    if (!same_token(name, "X-Forwarded-For")) continue;
    std::string_view list = value;
    while (const auto element = next_element(list)) hops.push_back(without_port(*element));
  }
  std::string_view client = peer_address;
  for (std::size_t left = hops.size(); left > 0 && has(client); --left) {
    if (!bytes_of(hops[left - 1])) break;
    client = hops[left - 1];
  }
  return std::string(client);
}

std::string address_prefix(std::string_view address) {
  const auto bytes = bytes_of(address);
  if (!bytes) return {};
  if (bytes->size() > 4) return text_of_v6(*bytes, kV6Kept) + "/48";
  std::string prefix;
  for (std::size_t i = 0; i < kV4Kept; ++i) {
    prefix += fmt::format("{}.", static_cast<unsigned char>((*bytes)[i]));
  }
  return prefix + "0/24";
}

std::string subscriber(std::string_view address) {
  const auto bytes = bytes_of(address);
  if (!bytes) return {};
  if (bytes->size() > 4) return text_of_v6(*bytes, kV6Subscriber) + "/64";
  ip::address_v4::bytes_type raw{};
  std::ranges::copy(*bytes, raw.begin());
  return ip::address_v4(raw).to_string();
}

}  // namespace reprise::http
